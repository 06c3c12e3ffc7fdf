using System.Globalization;

namespace EdgePbx.Core;

/// <summary>
/// One stream whose two ends use different payload numbers for the same codec (RFC 3264 6.1). The offerer is shown the
/// answer in its own numbers; the relay maps what the packets carry.
/// </summary>
public sealed class PayloadRenumbering
{
    private readonly Dictionary<string, string?> _shown;

    /// <param name="pairs">For each codec in common the offerer's and the answerer's number.</param>
    internal PayloadRenumbering(IReadOnlyList<(string Offer, string Answer)> pairs, SdpMedia offer, SdpMedia answer)
    {
        _shown = pairs.ToDictionary(pair => pair.Answer, string? (pair) => pair.Offer, StringComparer.Ordinal);
        var taken = pairs.Select(pair => pair.Offer).ToHashSet(StringComparer.Ordinal);
        foreach (string extra in answer.Formats.Where(format => !_shown.ContainsKey(format)).ToArray())
        {
            // never offered, so the offerer may do without it, and must where its number now means something else
            _ = _shown.TryAdd(extra, taken.Add(extra) ? extra : null);
        }
        ToAnswerer = new PayloadMap(Numbers(pairs.Select(pair => (pair.Offer, pair.Answer))));
        var back = new PayloadMap(Numbers(pairs
            .Where(pair => !offer.Formats.Contains(pair.Answer))
            .Select(pair => (pair.Answer, pair.Offer))));
        ToOfferer = back.IsIdentity ? null : back;
    }

    /// <summary>For packets from the offerer to the answerer: the offerer's number → the answerer's number.</summary>
    public PayloadMap ToAnswerer { get; }

    /// <summary>
    /// For packets from the answerer to the offerer; null: unchanged. An answerer sends with the numbers of the offer
    /// (RFC 3264 6.1), and those pass as they are. Phones that send with their own number all the same are understood
    /// where that number stands for nothing in the offer.
    /// </summary>
    public PayloadMap? ToOfferer { get; }

    /// <summary>The number that the offerer is shown for a format of the answer; null: leave it out.</summary>
    public string? ShownToOfferer(string answerFormat) => _shown.TryGetValue(answerFormat, out string? shown) ? shown : answerFormat;

    private static IEnumerable<(byte From, byte To)> Numbers(IEnumerable<(string From, string To)> pairs)
    {
        foreach ((string from, string to) in pairs)
        {
            if (TryNumber(from, out byte a) && TryNumber(to, out byte b))
            {
                yield return (a, b);
            }
        }
    }

    private static bool TryNumber(string format, out byte number) =>
        byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < 128;
}
