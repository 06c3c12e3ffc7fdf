using CsCheck;

namespace EdgePbx.Core.Tests;

/// <summary>Whatever phones and the medium do, and whenever the power goes: who heard 200 last is there after the restart.</summary>
public class KeptBindingProperties
{
    private enum Do : byte { Register, Refresh, TakeBack, Medium, MediumOfAllButOne, Wait, WaitLong }

    private static readonly Gen<(Do What, int Phone)> Step = Gen.Select(Gen.Enum<Do>(), Gen.Int[0, 3]);

    [Fact]
    public void After_any_history_all_that_was_acknowledged_comes_back() => Step.List[1, 40].Sample(history =>
    {
        using var world = new PbxWorld { MediumConfirmsAtOnce = false, EndsWithNothingOwned = false };
        // two of 1001, so that one extension has several, and one that moves its contact each time that it registers
        Phone[] phones = [world.Phone("1001", 11), world.Phone("1001", 12), world.Phone("1002", 13), world.Phone("1003", 14)];
        Dictionary<string, KeptBindings> medium = [];
        int written = 0, moves = 0;
        // what a phone was told last, and what it asked since: either may be true after a cut, nothing else
        var truths = phones.Select(phone => new Truth(phone.ContactUri)).ToArray();

        foreach ((Do what, int index) in history)
        {
            Phone phone = phones[index];
            Truth truth = truths[index];
            switch (what)
            {
                case Do.Register when index == 3 && moves < 9: // ten contacts are the limit
                    phone.ContactUri = $"sip:1003@192.0.2.14:{6000 + ++moves}";
                    truth.Ask(phone.ContactUri);
                    phone.AskToRegister();
                    break;
                case Do.Register or Do.Refresh:
                    truth.Ask(phone.ContactUri);
                    phone.AskToRegister();
                    break;
                case Do.TakeBack:
                    truth.Ask("");
                    phone.AskToRegister(0);
                    break;
                case Do.Wait or Do.WaitLong:
                    world.Advance(what == Do.Wait ? 1 : 40);
                    if (world.Engine.Snapshot(world.Now).RegistrationsUnkept)
                    {
                        Write(world.Kept.Count); // answered without the medium: only if it takes it after all is there something to hold it to
                    }
                    break;
                default:
                    Write(Math.Max(written, world.Kept.Count - (what == Do.Medium ? 0 : 1)));
                    break;
            }
            for (int i = 0; i < phones.Length; i++)
            {
                truths[i].Hear(phones[i].Inbox.Count(message => message.Status == 200));
                phones[i].Inbox.Clear();
            }
        }

        using var after = new PbxWorld(kept: [.. medium.Values]) { EndsWithNothingOwned = false };
        ILookup<string, string> there = after.Engine.Snapshot(after.Now).Registrations.ToLookup(one => one.Extension, one => one.Contact);
        for (int i = 0; i < phones.Length; i++)
        {
            truths[i].Check(there[phones[i].Number].Where(contact => i == 3 || contact == phones[i].ContactUri).ToArray());
        }

        void Write(int upTo)
        {
            for (; written < upTo; written++)
            {
                medium[world.Kept[written].Extension] = world.Kept[written];
            }
            if (upTo > 0)
            {
                world.ConfirmKept(upTo: world.Kept[upTo - 1].Number);
            }
        }
    });

    /// <summary>What one phone was told. Answers come in the order of its requests.</summary>
    private sealed class Truth(string contact)
    {
        private readonly Queue<string> _asked = new();
        private string _told = "";

        public void Ask(string what) => _asked.Enqueue(what);

        public void Hear(int answers)
        {
            for (; answers > 0; answers--)
            {
                _told = _asked.Dequeue();
            }
        }

        public void Check(string[] there)
        {
            if (contact.EndsWith(":5060", StringComparison.Ordinal) && !contact.Contains("1003", StringComparison.Ordinal))
            {
                // stays where it is: there or not
                Assert.Contains(there.Length == 0 ? "" : there.Single(), (string[])[_told, .. _asked]);
            }
            else if (_asked.Count == 0)
            {
                Assert.True(_told.Length == 0 || there.Contains(_told), $"{_told} is not among {string.Join(' ', there)}");
            }
        }
    }
}
