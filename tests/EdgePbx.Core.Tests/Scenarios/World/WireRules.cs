namespace EdgePbx.Core.Tests;

/// <summary>Rules that everything the box ever sends must keep, whatever the phones do.</summary>
internal static class WireRules
{
    public static void AssertKept(IReadOnlyList<(Instant At, NetEndpoint To, WireMessage Message)> sent)
    {
        WireMessage[] all = [.. sent.Select(one => one.Message)];
        // the legs of a downstream fork count each for itself from the INVITE on
        foreach (var dialog in Requests(all).GroupBy(request => (request["Call-ID"], request.FromTag, request.ToTag)))
        {
            AssertNumbersRise(dialog);
            AssertByeIsTheLastWord(dialog.Key.ToTag, dialog);
        }
        foreach (var answers in sent.Where(one => one.Message is { IsResponse: true, Method: "INVITE" })
            .GroupBy(one => (one.Message.Branch, one.Message["Call-ID"])))
        {
            AssertOneFinalAnswer([.. answers.Select(one => (one.At, one.Message))]);
        }
        foreach (var session in all.Where(message => message.Sdp("o=").Length > 0).GroupBy(message => message.Sdp("o=").Split(' ')[1]))
        {
            AssertVersionsTellChanges(session);
        }
    }

    /// <summary>Requests but the ACK to a refusal and CANCEL, which belong to the INVITE; each once, whatever was repeated.</summary>
    private static IEnumerable<WireMessage> Requests(WireMessage[] all) =>
        all.Where(message => !message.IsResponse && message.Method is not ("ACK" or "CANCEL")).DistinctBy(message => message.Branch);

    /// <summary>C-03, C-05.</summary>
    private static void AssertNumbersRise(IEnumerable<WireMessage> requests)
    {
        uint last = 0;
        foreach (WireMessage request in requests)
        {
            Assert.True(request.CSeq > last, $"{request} has the number {request.CSeq} after {last}");
            last = request.CSeq;
        }
    }

    /// <summary>ST-33, C-34: one BYE, and after it nothing new.</summary>
    private static void AssertByeIsTheLastWord(string toTag, IEnumerable<WireMessage> requests)
    {
        if (toTag.Length == 0)
        {
            return; // no dialog yet
        }
        WireMessage? bye = null;
        foreach (WireMessage request in requests)
        {
            Assert.True(bye is null, $"{request} was sent after {bye}");
            bye = request.Method == "BYE" ? request : null;
        }
    }

    /// <summary>C-13, C-16: one final status, no provisional one after it, one To tag.</summary>
    private static void AssertOneFinalAnswer(IReadOnlyList<(Instant At, WireMessage Message)> answers)
    {
        int final = 0;
        Instant since = default;
        foreach ((Instant at, WireMessage answer) in answers)
        {
            if (final != 0 && at - since > (final < 300 ? SipTimers.Timeout : SipTimers.T4))
            {
                return; // the transaction may be over: a copy that comes now is a request of its own (timers L and I)
            }
            Assert.True(final == 0 || answer.Status == final, $"{answer} came after {final}");
            if (final == 0 && answer.Status >= 200)
            {
                (final, since) = (answer.Status, at);
            }
            Assert.True(answer.Status == 100 || answer.ToTag == answers.First(other => other.Message.Status > 100).Message.ToTag);
        }
    }

    /// <summary>O-04: the same version means the same words, and versions never fall.</summary>
    private static void AssertVersionsTellChanges(IEnumerable<WireMessage> descriptions)
    {
        Dictionary<ulong, string> words = [];
        ulong latest = 0;
        foreach (WireMessage message in descriptions)
        {
            ulong version = message.SdpVersion;
            Assert.True(words.TryAdd(version, message.Body) ? version > latest : words[version] == message.Body, $"version {version} in {message}");
            latest = Math.Max(latest, version);
        }
    }
}
