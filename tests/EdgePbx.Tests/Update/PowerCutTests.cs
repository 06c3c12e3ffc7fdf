namespace EdgePbx.Tests;

/// <summary>The power fails at each step of an update: there is always a whole version to start, and never two opinions which.</summary>
public sealed class PowerCutTests : IDisposable
{
    private const int Chances = 20; // ways in which the last writes may or may not have arrived

    private readonly UpdateWorld _world = new();

    [Theory]
    [Trait("Clause", "MUT-129")]
    [InlineData("A", 1, 2)]
    [InlineData("B", 2, 3)]
    public void During_an_update_the_old_version_starts_or_the_new_one_is_tried(string slot, int old, int built)
    {
        Slot running = Enum.Parse<Slot>(slot);
        byte[] before = UpdateWorld.NewCard();
        if (running == Slot.B)
        {
            _world.Install(new FaultyCard(before), _world.Update(old));
            _ = UpdateWorld.Boot(before);
            _ = new SlotKeeper(new Card(new FaultyCard(before)), Slot.B).TryConfirm();
        }
        byte[] update = _world.Update(built);
        (Slot, int, bool) isOld = (running, old, false);
        (Slot, int, bool) isTried = (SlotState.Other(running), built, true);
        (int steps, bool sawOld, bool sawNew) = (0, false, false);
        for (bool isCut = true; isCut; steps++)
        {
            for (int seed = 0; seed < Chances; seed++)
            {
                var card = new FaultyCard([.. before]) { CutAt = steps };
                isCut = HasCut(() => _world.Install(card, update, running));
                byte[] left = card.AfterCut(new Random(seed));
                Assert.All("AB", one => Assert.True(UpdateWorld.BuiltIn(left, one, out bool isWhole) is null || isWhole, $"step {steps}, seed {seed}: half of slot {one} has a head"));
                (Slot, int, bool) started = UpdateWorld.Boot(left);

                Assert.True(started == isOld || started == isTried, $"step {steps}, seed {seed}: {started}");
                Assert.True(isCut || started == isTried, "a finished update is tried");
                sawOld |= started == isOld;
                sawNew |= started == isTried;
            }
        }
        Assert.True(steps > 6 && sawOld && sawNew);
    }

    [Fact]
    public void During_a_confirmation_the_new_version_starts_or_gives_way_to_the_old_one()
    {
        for (int cut = 0; cut < 2; cut++)
        {
            for (int seed = 0; seed < Chances; seed++)
            {
                byte[] medium = UpdateWorld.NewCard();
                _world.Install(new FaultyCard(medium), _world.Update(built: 2));
                _ = UpdateWorld.Boot(medium);
                var card = new FaultyCard(medium) { CutAt = cut };

                Assert.True(HasCut(() => new SlotKeeper(new Card(card), Slot.B).TryConfirm()));
                (Slot, int, bool) started = UpdateWorld.Boot(card.AfterCut(new Random(seed)));

                Assert.True(started == (Slot.A, 1, false) || started == (Slot.B, 2, false), $"step {cut}, seed {seed}: {started}");
            }
        }
    }

    [Fact]
    public void A_copy_of_the_state_with_any_byte_torn_off_or_turned_over_leaves_the_other_one()
    {
        byte[] card = UpdateWorld.NewCard();
        foreach (int copy in new[] { 4 << 20, 8 << 20 })
        {
            byte[] whole = card[copy..(copy + VariableBlock.Size)];
            for (int i = 0; i < VariableBlock.Size; i++)
            {
                card.AsSpan(copy + i, VariableBlock.Size - i).Fill(0xFF);
                Assert.Equal((Slot.A, 1, false), UpdateWorld.Boot(card));
                whole.CopyTo(card, copy);
                card[copy + i] ^= 0x10;
                Assert.Equal(copy == 4 << 20 ? 6u : 7u, new Card(new FaultyCard(card)).ReadState().Sequence);
                whole.CopyTo(card, copy);
            }
        }
    }

    [Fact]
    public void With_both_copies_gone_whichever_slot_is_whole_starts()
    {
        byte[] medium = UpdateWorld.NewCard();
        medium.AsSpan(4 << 20, 512).Clear();
        medium.AsSpan(8 << 20, 512).Clear();

        Assert.Equal((Slot.A, 1, false), UpdateWorld.Boot([.. medium]));

        UpdateWorld.Content(built: 2).CopyTo(medium, 13 << 20);
        medium[12 << 20] ^= 1;
        Assert.Equal((Slot.B, 2, false), UpdateWorld.Boot(medium));
    }

    public void Dispose() => _world.Dispose();

    private static bool HasCut(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (PowerCutException)
        {
            return true;
        }
    }
}
