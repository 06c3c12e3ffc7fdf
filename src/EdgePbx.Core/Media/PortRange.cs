using System.Diagnostics.CodeAnalysis;

namespace EdgePbx.Core;

/// <summary>
/// Lends even/odd pairs of UDP ports, the one that has rested longest first. A pair that comes back rests before it is
/// lent again, so that the last packets of the old call don't reach a new one.
/// </summary>
public sealed class PortRange
{
    /// <summary>How long a returned pair is not lent.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly Queue<(ushort Port, Instant RestedAt)> _free;
    private readonly bool[] _lent;
    private readonly int _first;

    /// <summary>All pairs of an even port and the odd one above it that lie in the range, bounds included.</summary>
    /// <exception cref="ArgumentException">There is no such pair.</exception>
    public PortRange(ushort first, ushort last)
    {
        _first = Math.Max(2, first + (first & 1)); // port 0 means "any"
        int pairs = (last + 1 - _first) / 2;
        if (pairs < 1)
        {
            throw new ArgumentException($"no even/odd pair of ports in {first}-{last}", nameof(last));
        }
        _lent = new bool[pairs];
        _free = new Queue<(ushort, Instant)>(pairs);
        for (int i = 0; i < pairs; i++)
        {
            _free.Enqueue(((ushort)(_first + (2 * i)), new Instant(long.MinValue)));
        }
    }

    /// <summary>Pairs in the range.</summary>
    public int Pairs => _lent.Length;

    /// <summary>Pairs lent now; one that rests is not in use.</summary>
    public int PairsInUse => _lent.Length - _free.Count;

    /// <summary><c>first-last</c>, such as <c>10000-10999</c>, with at least one pair in it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PortRange? range)
    {
        range = null;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0
            || !TryParsePort(text.AsSpan(0, dash), out ushort first)
            || !TryParsePort(text.AsSpan(dash + 1), out ushort last)
            || last < Math.Max(2, first + (first & 1)) + 1)
        {
            return false;
        }
        range = new PortRange(first, last);
        return true;
    }

    /// <summary>The even port of a pair, whose odd one is the next; false when all are lent or resting.</summary>
    public bool TryTake(Instant now, out ushort port)
    {
        port = 0;
        if (!_free.TryPeek(out (ushort Port, Instant RestedAt) oldest) || oldest.RestedAt > now)
        {
            return false;
        }
        port = _free.Dequeue().Port;
        _lent[(port - _first) / 2] = true;
        return true;
    }

    /// <exception cref="InvalidOperationException">The pair is not lent: a bug of the caller.</exception>
    public void Return(Instant now, ushort port)
    {
        int index = (port - _first) / 2;
        if ((port & 1) != 0 || port < _first || index >= _lent.Length || !_lent[index])
        {
            throw new InvalidOperationException($"port {port} returned, but it is not lent");
        }
        _lent[index] = false;
        _free.Enqueue((port, now + Rest));
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out ushort port) =>
        ushort.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out port);
}
