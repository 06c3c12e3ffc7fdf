namespace EdgePbx.Core.Tests;

/// <summary>
/// Bytes read as a history of calls: most of them are steps of phones that know what they do, the others let what a phone sent arrive again,
/// late or falsified. So a fuzzer reaches the depths of a call, which random datagrams never do.
/// </summary>
internal static class FalsifiedHistory
{
    private const int MostSteps = 60;
    private const byte FirstFalsification = 0xd0;

    private static readonly int Deeds = Enum.GetValues<Deed>().Length;

    /// <summary>First byte: seed and length of the session; then one step after the other.</summary>
    public static void Play(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return;
        }
        using var history = new CallHistory(bytes[0] >> 1, isShortSession: (bytes[0] & 1) != 0);
        var rest = new Queue<byte>(bytes.Skip(1));
        for (int step = 0; step < MostSteps && rest.TryDequeue(out byte what); step++)
        {
            if (what < FirstFalsification)
            {
                history.Step((Deed)(what % Deeds));
            }
            else
            {
                Falsify(history, rest);
            }
        }
        history.End();
    }

    /// <summary>Datagrams as they are, each after two bytes: their length, and (odd) that a second passes.</summary>
    public static void PlayDatagrams(byte[] bytes)
    {
        using var world = new PbxWorld { NamesAreReused = true };
        (Phone caller, _) = world.TwoPhones();
        int at = 0;
        for (int step = 0; step < MostSteps && at + 2 <= bytes.Length; step++)
        {
            int length = Math.Min(((bytes[at] << 8) | bytes[at + 1]) >> 1, bytes.Length - at - 2);
            world.Deliver(caller.Flow, bytes[(at + 2)..(at + 2 + length)]);
            world.Advance(bytes[at + 1] & 1);
            at += 2 + length;
        }
        world.Shutdown();
        world.AssertNothingIsOwned();
        world.EndsWithNothingOwned = false;
    }

    // which message, where in it, how many bytes go, how many come
    private static void Falsify(CallHistory history, Queue<byte> rest)
    {
        int back = Next(rest);
        int where = (Next(rest) << 8) | Next(rest);
        int gone = Next(rest);
        byte[] put = [.. Enumerable.Range(0, Next(rest) & 0x3f).Select(_ => Next(rest))];
        history.Falsify(back, bytes =>
        {
            int from = where % (bytes.Length + 1);
            return [.. bytes[..from], .. put, .. bytes[Math.Min(from + gone, bytes.Length)..]];
        });
    }

    private static byte Next(Queue<byte> rest) => rest.TryDequeue(out byte next) ? next : (byte)0;
}
