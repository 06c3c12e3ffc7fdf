using System.Diagnostics.CodeAnalysis;

namespace EdgePbx.Core;

/// <summary>
/// Lends even/odd pairs of UDP ports, at random, so that nobody knows which one a call will have. A pair that comes back
/// rests before it is lent again, so that the last packets of the old call don't reach a new one.
/// </summary>
public sealed class PortRange
{
    /// <summary>How long a returned pair is not lent.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly Queue<(ushort Port, Instant RestedAt)> _resting; // in the order in which they may be lent again
    private readonly ushort[] _ready; // those that have rested, in no order
    private readonly bool[] _lent;
    private readonly int _first;
    private int _readyCount;

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
        _resting = new Queue<(ushort, Instant)>(pairs);
        _ready = new ushort[pairs];
        while (_readyCount < pairs)
        {
            _ready[_readyCount] = (ushort)(_first + (2 * _readyCount));
            _readyCount++;
        }
    }

    /// <summary>Pairs in the range.</summary>
    public int Pairs => _lent.Length;

    /// <summary>Pairs lent now; one that rests is not in use.</summary>
    public int PairsInUse => _lent.Length - _resting.Count - _readyCount;

    /// <summary>It is one of a pair's ports.</summary>
    public bool Contains(ushort port) => port >= _first && (port - _first) / 2 < _lent.Length;

    /// <summary>It is one of the ports of a pair that is lent now.</summary>
    public bool IsLent(ushort port) => Contains(port) && _lent[(port - _first) / 2];

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

    /// <summary>The even port of a pair, whose odd one is the next; false when all are lent or resting. Allocates nothing.</summary>
    public bool TryTake(Instant now, Entropy entropy, out ushort port)
    {
        while (_resting.TryPeek(out (ushort Port, Instant RestedAt) oldest) && oldest.RestedAt <= now)
        {
            _ready[_readyCount++] = _resting.Dequeue().Port;
        }
        port = 0;
        if (_readyCount == 0)
        {
            return false;
        }
        ref ushort drawn = ref _ready[entropy.Below((uint)_readyCount)];
        port = drawn;
        drawn = _ready[--_readyCount];
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
        _resting.Enqueue((port, now + Rest));
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out ushort port) =>
        ushort.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out port);
}
