using System.Text;

namespace EdgePbx.Tests;

/// <summary>An update from file to confirmed slot, and all that it refuses.</summary>
public sealed class UpdateTests : IDisposable
{
    private readonly UpdateWorld _world = new();

    [Fact]
    public void A_new_version_is_tried_once_and_stays_when_it_is_confirmed()
    {
        byte[] medium = UpdateWorld.NewCard();

        _world.Install(new FaultyCard(medium), _world.Update(built: 2));
        Assert.Equal((Slot.B, 2, true), UpdateWorld.Boot(medium));
        Assert.True(new SlotKeeper(new Card(new FaultyCard(medium)), Slot.B).TryConfirm());

        Assert.Equal((Slot.B, 2, false), UpdateWorld.Boot(medium));
        Assert.Equal((Slot.B, 2, false), UpdateWorld.Boot(medium));
    }

    [Fact]
    public void A_new_version_that_is_not_confirmed_gives_way_to_the_old_one()
    {
        byte[] medium = UpdateWorld.NewCard();

        _world.Install(new FaultyCard(medium), _world.Update(built: 2));

        Assert.Equal((Slot.B, 2, true), UpdateWorld.Boot(medium));
        Assert.Equal((Slot.A, 1, false), UpdateWorld.Boot(medium));
        Assert.False(new SlotKeeper(new Card(new FaultyCard(medium)), Slot.A).TryConfirm());
        Assert.Equal((Slot.A, 1, false), UpdateWorld.Boot(medium));
    }

    [Fact]
    public void Versions_take_turns()
    {
        byte[] medium = UpdateWorld.NewCard();
        Slot running = Slot.A;
        foreach (int built in Enumerable.Range(2, 5))
        {
            _world.Install(new FaultyCard(medium), _world.Update(built), running);
            running = SlotState.Other(running);

            Assert.Equal((running, built, true), UpdateWorld.Boot(medium));
            Assert.True(new SlotKeeper(new Card(new FaultyCard(medium)), running).TryConfirm());
        }
    }

    [Fact]
    public void A_slot_that_stepped_in_for_a_damaged_one_is_confirmed_by_its_self_test()
    {
        byte[] medium = UpdateWorld.NewCard();
        _world.Install(new FaultyCard(medium), _world.Update(built: 2));
        _ = UpdateWorld.Boot(medium); // the trial, which fails
        medium[(12 << 20) + SlotHead.Room] ^= 1; // and then slot A goes bad

        Assert.Equal((Slot.B, 2, false), UpdateWorld.Boot(medium));
        Assert.True(new SlotKeeper(new Card(new FaultyCard(medium)), Slot.B).TryConfirm());
        Assert.Equal("slot B  1.2 of 1970-01-01 00:00  (runs, confirmed)", Describe(medium, Slot.B)[1]);
    }

    [Fact]
    public void A_technician_sees_what_each_slot_is()
    {
        byte[] medium = UpdateWorld.NewCard();
        Assert.Equal(["slot A  1.1 of 1970-01-01 00:00  (runs, confirmed)", "slot B  empty"], Describe(medium, Slot.A));

        _world.Install(new FaultyCard(medium), _world.Update(built: 2));
        Assert.EndsWith("(tried at the next start)", Describe(medium, Slot.A)[1], StringComparison.Ordinal);

        _ = UpdateWorld.Boot(medium);
        Assert.EndsWith("(runs, on trial)", Describe(medium, Slot.B)[1], StringComparison.Ordinal);
        Assert.EndsWith("(has failed its trial)", Describe(medium, Slot.A)[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_damaged_unsigned_or_no_update_is_refused_before_anything_is_written()
    {
        byte[] good = _world.Update(built: 2);
        using var stranger = new UpdateWorld();

        Refused(Changed(good, UpdateFile.Head + 5000), "the file is damaged");
        Refused(good[..^1], "the file is damaged");
        Refused([.. good, 0], "the file is damaged");
        Refused(Changed(good, 20), "the signature is not right");
        Refused(stranger.Update(built: 2), "the signature is not right");
        Refused(good[..4000], "it is too short");
        Refused(new byte[9000], "this is no update");
        Refused(_world.Update(2, lines => lines.Replace("-update=1", "-update=2", StringComparison.Ordinal)), "this is no update");
        Refused(_world.Update(2, lines => lines.Replace("size=", "size=-", StringComparison.Ordinal)), "this is no update");
        Refused(_world.Update(2, lines => lines.Replace("sha256=", "sha256=zz", StringComparison.Ordinal)), "this is no update");
        Refused(_world.Update(2, lines => lines + "more=1\n"), "this is no update");
    }

    [Fact]
    public void Every_byte_of_the_head_is_under_the_signature()
    {
        byte[] good = _world.Update(built: 2);
        int end = Array.IndexOf(good, (byte)'\n', good.AsSpan().IndexOf("signature="u8));
        for (int i = 0; i < end; i++)
        {
            byte[] head = Changed(good, i)[..UpdateFile.Head];
            _ = Assert.Throws<UpdateException>(() => UpdateFile.Parse(head, _world.PublicKey));
        }
    }

    /// <summary>A head of the right number of lines, with the signature on any of them, or whole lines that are short or missing.</summary>
    [Fact, Trait("Clause", "SEC-22")]
    public void A_head_whose_lines_are_short_or_in_another_order_is_refused_in_words()
    {
        string[] good = Encoding.ASCII.GetString(_world.Update(built: 2), 0, UpdateFile.Head).TrimEnd('\n').Split('\n');
        string[] shorts = ["", "s", "signature", "signature=", "x", "size=", "version=", new string('x', 9), new string('x', 10), "signature=AAAA"];
        foreach (int signatureAt in Enumerable.Range(0, good.Length))
        {
            foreach (string last in shorts)
            {
                string[] lines = [.. good];
                (lines[signatureAt], lines[^1]) = (good[^1], last);
                Look(lines);
                Look(lines[..^1]);
                Look([good[0], .. lines]);
            }
        }
        for (int cut = 0; cut < good.Length; cut++)
        {
            for (int length = 0; length < good[cut].Length; length++)
            {
                Look([.. good[..cut], good[cut][..length], .. good[(cut + 1)..]]);
                Look([.. good[..cut], good[cut][..length]]);
            }
        }

        void Look(string[] lines)
        {
            byte[] head = Encoding.ASCII.GetBytes(string.Join('\n', lines).PadRight(UpdateFile.Head, '\n')[..UpdateFile.Head]);
            _ = Assert.Throws<UpdateException>(() => UpdateFile.Parse(head, _world.PublicKey));
        }
    }

    /// <summary>The last letter of Base64 may have bits that stand for nothing.</summary>
    [Fact]
    public void A_signature_can_be_written_in_one_way_only()
    {
        byte[] good = Enumerable.Range(2, 100).Select(built => _world.Update(built)).First(update => SignaturePadding(update) > 0);
        byte[] head = good[..UpdateFile.Head];
        int last = SignaturePadding(good) - 1;
        foreach (byte letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8.ToArray().Where(letter => letter != good[last]))
        {
            head[last] = letter;
            _ = Assert.Throws<UpdateException>(() => UpdateFile.Parse(head, _world.PublicKey));
        }

        // where it begins; there is none: -1
        static int SignaturePadding(byte[] update)
        {
            int from = update.AsSpan().IndexOf("signature="u8) + "signature=".Length;
            int at = update.AsSpan(from, 200).IndexOf((byte)'=');
            return at < 0 ? -1 : from + at;
        }
    }

    [Fact]
    public void An_older_version_the_same_one_and_one_that_failed_need_force()
    {
        byte[] medium = UpdateWorld.NewCard();
        byte[] second = _world.Update(built: 2);
        Assert.Contains("is what runs already", Refusal(medium, _world.Update(built: 1)), StringComparison.Ordinal);
        Assert.Contains("is older than", Refusal(medium, _world.Update(built: 0)), StringComparison.Ordinal);

        _world.Install(new FaultyCard(medium), second);
        Assert.Contains("waits for its trial already", Refusal(medium, second), StringComparison.Ordinal);
        _ = UpdateWorld.Boot(medium);
        Assert.Contains("has failed its trial", Refusal(medium, second), StringComparison.Ordinal);

        _world.Install(new FaultyCard(medium), second, isForced: true);
        Assert.Equal((Slot.B, 2, true), UpdateWorld.Boot(medium));
    }

    /// <summary>What is said to be written and checked is what the card kept, byte for byte, the slot's head too.</summary>
    [Theory, Trait("Clause", "MUT-128")]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(SlotHead.Room)]
    [InlineData(SlotHead.Room + 1234)]
    [InlineData(SlotHead.Room + 3000 + 1023)]
    public void A_card_that_keeps_something_else_is_called_worn_and_what_runs_stays(int place)
    {
        byte[] medium = UpdateWorld.NewCard();
        UpdateException refused = Assert.Throws<UpdateException>(() => _world.Install(new FaultyCard(medium) { WornAt = (13 << 20) + place }, _world.Update(built: 2)));
        Assert.Contains("worn out", refused.Message, StringComparison.Ordinal);
        Assert.Equal((Slot.A, 1, false), UpdateWorld.Boot(medium));
    }

    [Fact]
    public void A_version_on_trial_takes_no_update()
    {
        byte[] medium = UpdateWorld.NewCard();
        _world.Install(new FaultyCard(medium), _world.Update(built: 2));
        _ = UpdateWorld.Boot(medium);

        UpdateException refused = Assert.Throws<UpdateException>(
            () => _world.Install(new FaultyCard(medium), _world.Update(built: 3), running: Slot.B, isForced: true));

        Assert.Contains("has not passed its self-test yet", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_disk_is_not_touched() => Assert.Contains(
        "this card has no slots", Assert.Throws<UpdateException>(() => new Card(new FaultyCard(new byte[1 << 20]))).Message, StringComparison.Ordinal);

    public void Dispose() => _world.Dispose();

    private static byte[] Changed(byte[] bytes, int at)
    {
        byte[] changed = [.. bytes];
        changed[at] ^= 1;
        return changed;
    }

    private static string[] Describe(byte[] medium, Slot running) => [.. new SlotKeeper(new Card(new FaultyCard(medium)), running).Describe()];

    private void Refused(byte[] update, string why)
    {
        byte[] medium = UpdateWorld.NewCard();
        Assert.Contains(why, Refusal(medium, update), StringComparison.Ordinal);
        Assert.Equal(UpdateWorld.NewCard(), medium);
    }

    private string Refusal(byte[] medium, byte[] update) =>
        Assert.Throws<UpdateException>(() => _world.Install(new FaultyCard(medium), update)).Message;
}
