using System.Globalization;

namespace EdgePbx.Core;

/// <summary>
/// One stream whose two ends use different payload numbers for the same codec (RFC 3264 6.1). The offerer is shown the
/// answer in its own numbers; the relay maps what the packets carry.
/// </summary>
public sealed class PayloadRenumbering
{
    private readonly Dictionary<string, string?> _shown;
    private readonly Dictionary<string, string> _names;

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
        _names = pairs.Where(pair => answer.DescriptionOf(pair.Answer) is { } name && !RtpCodec.AreWrittenAlike(offer.CodecName(pair.Offer), name))
            .ToDictionary(pair => pair.Answer, pair => offer.CodecName(pair.Offer), StringComparer.Ordinal);
        var towards = new PayloadMap(Numbers(pairs.Select(pair => (pair.Offer, pair.Answer))));
        ToAnswerer = towards.IsIdentity ? null : towards;
        var back = new PayloadMap(Numbers(pairs
            .Where(pair => !offer.Formats.Contains(pair.Answer))
            .Select(pair => (pair.Answer, pair.Offer))));
        ToOfferer = back.IsIdentity ? null : back;
    }

    /// <summary>Numbers and names are the same on both sides.</summary>
    internal bool ChangesNothing => ToAnswerer is null && ToOfferer is null && _names.Count == 0;

    /// <summary>For packets from the offerer to the answerer: the offerer's number → the answerer's number; null: unchanged.</summary>
    public PayloadMap? ToAnswerer { get; }

    /// <summary>
    /// For packets from the answerer to the offerer; null: unchanged. An answerer sends with the numbers of the offer
    /// (RFC 3264 6.1), and those pass as they are. Phones that send with their own number all the same are understood
    /// where that number stands for nothing in the offer.
    /// </summary>
    public PayloadMap? ToOfferer { get; }

    /// <summary>The number that the offerer is shown for a format of the answer; null: leave it out.</summary>
    public string? ShownToOfferer(string answerFormat) => _shown.TryGetValue(answerFormat, out string? shown) ? shown : answerFormat;

    /// <summary>The codec as the offerer calls it, where the answerer calls it otherwise; null: there is no need.</summary>
    internal string? NameShownToOfferer(string answerFormat) => _names.GetValueOrDefault(answerFormat);

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
