namespace EdgePbx.Core.Tests;

/// <summary>
/// Other people's collections of odd messages, where a folder <c>shared</c> with them lies beside the project; otherwise
/// these tests are reported as not run.
/// </summary>
public class CollectionTests(ITestOutputHelper output)
{
    /// <summary>Where the RFC wins over a collection's expectation.</summary>
    private static readonly Dictionary<string, string> Deviations = new()
    {
        ["bakeoff-invalid/jain-351.dat"] = BracketsInferred,
        ["bakeoff-invalid/jain-352.dat"] = BlanksIgnored,
        ["bakeoff-invalid/jain-353.dat"] = QuotesInferred,
        ["own-variants/own-11-010.dat"] = ByeEndsAll,
        ["own-variants/own-11-018.dat"] = ByeEndsAll,
        ["own-variants/own-11-022.dat"] = ByeEndsAll,
        ["own-variants/own-11-066.dat"] = ByeEndsAll,
        ["own-variants/own-11-070.dat"] = ByeEndsAll,
        ["rfc4475-3.1.2-invalid-syntax/regbadct.dat"] = BracketsInferred,
        ["bakeoff-invalid/jain-350.dat"] = "RFC 4475 3.1.2.12: no request should be refused for a Date that isn't used",
        ["bakeoff-valid/jain-025.dat"] = "RFC 3261 8.1.1, 8.2.6.2: no From, To, Call-ID",
        ["bakeoff-valid/jain-366.dat"] = "RFC 4475 3.3.8: several To, From, Call-ID, CSeq are answered with 400",
        ["rfc5118-ipv6/ipv6-in-sdp.dat"] = "RFC 3261 18.3: this copy's body is shorter than its Content-Length",
        ["sip-stream/generic-stream.txt"] = "RFC 3261 20.14: on a stream Content-Length is mandatory, and these messages have none",
        ["sip-rfc-flows/rfc5626-9-3-incoming-call-and-proxy-crash-f02.dat"] = ViaLeftOut,
        ["sip-rfc-flows/rfc5626-9-3-incoming-call-and-proxy-crash-f03.dat"] = ViaLeftOut,
        ["sip-rfc-flows/rfc5626-9-3-incoming-call-and-proxy-crash-f04.dat"] = ViaLeftOut,
        ["sip-rfc-flows/rfc5626-9-3-incoming-call-and-proxy-crash-f05.dat"] = ViaLeftOut,
        ["sip-rfc-flows/rfc5626-9-3-incoming-call-and-proxy-crash-f06.dat"] = ViaLeftOut,
        ["sip-rfc-flows/rfc5626-9-3-incoming-call-and-proxy-crash-f08.dat"] = ViaLeftOut,
        ["sip-rfc-flows/rfc5626-9-5-outgoing-call-f02.dat"] = ViaLeftOut,
    };

    private const string BracketsInferred = "RFC 4475 3.1.2.13: the brackets may be inferred";
    private const string BlanksIgnored = "RFC 4475 3.1.2.14: blanks inside <> may be ignored";
    private const string QuotesInferred = "RFC 4475 3.1.2.15: the quotes may be inferred";
    private const string ByeEndsAll = "RFC 3261 15.1.1: who has sent a BYE has left; of its fields only the names of its transaction and dialog count";
    private const string ViaLeftOut = "RFC 3261 8.1.1: Via is mandatory; the figure leaves it out";

    [CollectionFact("torture")]
    public void Each_message_of_the_torture_tests_meets_its_manifest() => AssertMet("torture");

    [CollectionFact("corpus")]
    public void Each_message_of_the_corpus_meets_its_manifest() => AssertMet("corpus");

    private void AssertMet(string collection)
    {
        List<Row> rows = Read(collection);
        List<string> failures = [];
        int run = 0;
        foreach (Row row in rows)
        {
            run++;
            string verdict = Verdict(row, Load(row));
            output.WriteLine($"{row.File}\t{row.Expect}\t{row.Response}\t{verdict}");
            if (Agrees(row, verdict) == Deviations.ContainsKey(row.File))
            {
                failures.Add($"{row.File} ({row.Expect}; {row.Response}): {verdict} - {row.Note}");
            }
        }
        output.WriteLine($"{run} of {rows.Count} messages run");
        Assert.NotEqual(0, run);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [CollectionFact("torture")]
    public void No_file_of_the_torture_tests_makes_the_framer_or_a_reader_throw() => AssertRead("torture");

    [CollectionFact("corpus")]
    public void No_file_of_the_corpus_makes_the_framer_or_a_reader_throw() => AssertRead("corpus");

    private static void AssertRead(string collection)
    {
        List<Row> rows = Read(collection);
        Assert.NotEmpty(rows);
        foreach (Row row in rows)
        {
            byte[] bytes = Load(row);
            AnyBytes.ReadAll(bytes);
            AnyBytes.FrameAll(bytes);
        }
    }

    /// <summary>Some collections are stored with bare LF; those get the CR LF that RFC 3261 7 asks for.</summary>
    private static byte[] Load(Row row)
    {
        byte[] bytes = File.ReadAllBytes(row.Path);
        bool isStoredWithLf = row.Category is "sip-samples-streams" or "sip-pjsip-fuzz" && !bytes.Contains((byte)'\r');
        return isStoredWithLf ? [.. bytes.SelectMany(b => b == (byte)'\n' ? "\r\n"u8.ToArray() : [b])] : bytes;
    }

    private static string Verdict(Row row, byte[] bytes)
    {
        if (row.File.StartsWith("uri-", StringComparison.Ordinal))
        {
            return SipUri.TryParse(bytes.AsSpan().Trim("\r\n"u8), out _) ? "valid" : "refused";
        }
        if (row.File.StartsWith("sip-stream", StringComparison.Ordinal))
        {
            return AnyBytes.FrameAll(bytes) > 0 ? "valid" : "refused";
        }
        bool parsed = SipParser.TryParse(bytes, bytes.Length, isStream: false, new SipMessage(), out SipParseError error);
        return parsed ? "valid" : $"{error.Status} {error.Reason}";
    }

    private static bool Agrees(Row row, string verdict) => row.Expect switch
    {
        "valid" or "valid (JAIN parser accepts it)" => verdict == "valid",
        "invalid" => verdict != "valid" ? StatusAgrees(row.Response, verdict) : BearsAcceptance(row.Response),
        _ => true, // robustness, unknown, suspected: reading it without a throw is the test
    };

    private static bool StatusAgrees(string response, string verdict) =>
        !int.TryParse(response, out int status) || verdict.StartsWith($"{status} ", StringComparison.Ordinal);

    private static bool BearsAcceptance(string response) =>
        response.Contains("tolerated", StringComparison.Ordinal) || response.Contains("ignored", StringComparison.Ordinal);

    private static List<Row> Read(string collection)
    {
        string root = CollectionFactAttribute.Find(collection)!;
        return [.. File.ReadLines(Path.Combine(root, CollectionFactAttribute.Manifest)).Skip(1).Select(line => Row.Of(root, line)).Where(IsSip)];
    }

    private static bool IsSip(Row row) =>
        row.Category is not ("dns-pjsip-fuzz" or "rtcp-pjsip-fuzz" or "rtp-pjsip-fuzz" or "sdp-pjsip-fuzz" or "sdp-sdes-pjsip-fuzz");

    private sealed record Row(string Path, string File, string Category, string Expect, string Response, string Note)
    {
        internal static Row Of(string root, string line)
        {
            string[] columns = line.Split('\t');
            return new Row(System.IO.Path.Combine(root, columns[0]), columns[0], columns[1], columns[4], columns[5], columns[6]);
        }
    }
}
