using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgePbx.Core;

/// <summary>The wrong credentials of one source, one account, or one account at one source, within one window.</summary>
internal struct FailureRecord
{
    /// <summary>0: the place is free.</summary>
    internal ulong Key;

    /// <summary>How many, since <see cref="Since"/>; the last at <see cref="Last"/>.</summary>
    internal int Count;
    internal Instant Since;
    internal Instant Last;

    /// <summary>Before this moment nothing is judged.</summary>
    internal Instant QuietUntil;

    /// <summary>Until then nothing is answered; of an account: who is not known for it waits longer.</summary>
    internal Instant BannedUntil;

    /// <summary>The last ban of which the log has the end.</summary>
    internal Instant BanEndSaid;

    /// <summary>How often it was banned within a day.</summary>
    internal byte Bans;

    /// <summary>What is judged of a source that has failed often and may not be banned.</summary>
    internal Instant JudgedFullAt;

    /// <summary>Lines that the log has of it, and what it has not.</summary>
    internal int Said;
    internal int Unsaid;
    internal int UnsaidWithheld;

    /// <summary>Where it comes from; none for an account.</summary>
    internal NetAddress Source;

    /// <summary>The account as it was claimed; of a source: the last one.</summary>
    internal ClaimedName Name;

    private ulong _others;

    /// <summary>How many different accounts of a source, or sources of an account, there are at least.</summary>
    internal readonly int Others => BitOperations.PopCount(_others);

    /// <param name="other">A hash of it; of 64 different ones some may be taken for the same, never one for two.</param>
    internal void AddOther(ulong other) => _others |= 1UL << (int)(other & 63);

    /// <summary>One more, in a window that begins anew when the former is over.</summary>
    internal void Add(Instant now, TimeSpan window)
    {
        if (Count == 0 || now - Since > window)
        {
            (Count, Since, _others, Said) = (0, now, 0, 0);
        }
        Count++;
        Last = now;
    }

    internal readonly bool IsBannedAt(Instant now) => BannedUntil > now;
}

/// <summary>The beginning of a name, kept where it lies: a stranger may say anything, and as often as he likes.</summary>
internal struct ClaimedName
{
    private const int Longest = 32; // bytes of a number that is no extension's

    private Bytes _bytes;
    private byte _length;
    private bool _isCut;

    internal void Set(ReadOnlySpan<byte> name)
    {
        _isCut = name.Length > Longest;
        _length = (byte)Math.Min(name.Length, Longest);
        name[.._length].CopyTo(_bytes);
    }

    /// <summary>For logs and people: no control characters.</summary>
    public override readonly string ToString()
    {
        string text = string.Concat(System.Text.Encoding.UTF8.GetString(((ReadOnlySpan<byte>)_bytes)[.._length]).Where(static c => !char.IsControl(c)));
        return text.Length == 0 ? "?" : _isCut ? text + "..." : text;
    }

    [InlineArray(Longest)]
    private struct Bytes
    {
        private byte _first;
    }
}
