namespace EdgePbx.Core;

/// <summary>Carries an offer and its answer from one leg to the other and joins their relay paths (RFC 3264).</summary>
internal static class MediaBridge
{
    /// <summary>What the offer of <paramref name="from"/> looks like to <paramref name="to"/>; null when ports are exhausted, or it names an address that it may not.</summary>
    public static ReadOnlyMemory<byte>? CarryOffer(LegMedia from, LegMedia to, SdpSession offer)
    {
        if (!from.MayUse(offer) || !from.TryOpen(offer) || !to.TryOpen(offer))
        {
            return null; // a statement of its own: beside memory in a conditional expression, null would become empty memory
        }
        return to.Face.Compose(offer, to.LocalAddress, to.Ports(offer, static _ => true));
    }

    /// <summary>
    /// What the answer looks like to the offerer, or null when it is none: other media lines than were offered, no codec
    /// in common (RFC 3264 6), or an address that it may not name. The paths of both legs, which the offer opened, are joined
    /// line by line.
    /// </summary>
    public static ReadOnlyMemory<byte>? CarryAnswer(LegMedia offerer, LegMedia answerer, SdpSession offer, SdpSession answer)
    {
        if (!IsAnswer(answerer, offer, answer) || !answerer.MayUse(answer))
        {
            return null;
        }
        if (offerer.JoinedWith == answerer && offerer.Remote == offer && answerer.Remote is { } known && answer.HasSameMeaningAs(known))
        {
            // the 200 repeats what the 183 said; a phone that speaks only now is heard all the same
            offerer.Reopen();
            answerer.Reopen();
            return offerer.Describe();
        }
        int lines = Math.Min(offer.Media.Count, answer.Media.Count);
        var renumbering = new PayloadRenumbering?[offer.Media.Count];
        for (int i = 0; i < lines; i++)
        {
            renumbering[i] = OfferAnswer.Match(offer.Media[i], answer.Media[i]);
        }
        (offerer.Remote, answerer.Remote) = (offer, answer);
        (offerer.JoinedWith, answerer.JoinedWith) = (answerer, offerer);
        bool IsLive(int line) => line < lines && offer.Media[line].IsRelayed && answer.Media[line].IsRelayed;
        offerer.Show(answer, renumbering, offer);
        answerer.Show(offer, null, null);
        ReadOnlyMemory<byte> shown = offerer.Face.Compose(answer, offerer.LocalAddress, offerer.Ports(answer, IsLive), renumbering, offer);
        for (int i = 0; i < Math.Max(offerer.Paths.Count, answerer.Paths.Count); i++)
        {
            bool isLive = IsLive(i);
            offerer.Agree(i, isLive);
            answerer.Agree(i, isLive);
            if (isLive)
            {
                offerer.Join(i, answerer.Paths[i]!, renumbering[i]?.ToAnswerer);
                answerer.Join(i, offerer.Paths[i]!, renumbering[i]?.ToOfferer);
            }
        }
        return shown;
    }

    private static bool IsAnswer(LegMedia answerer, SdpSession offer, SdpSession answer)
    {
        if (answerer.Face.Shown is not { } shown || !OfferAnswer.IsAcceptableAnswer(shown, answer, out _))
        {
            return false;
        }
        bool isAnyLive = false;
        for (int i = 0; i < Math.Min(offer.Media.Count, answer.Media.Count); i++)
        {
            if (!offer.Media[i].IsRefused && !answer.Media[i].IsRefused)
            {
                isAnyLive = true;
                if (offer.Media[i].IsRelayed && answer.Media[i].IsRelayed && OfferAnswer.HasCommonFormat(offer.Media[i], answer.Media[i]))
                {
                    return true;
                }
            }
        }
        return !isAnyLive; // every line refused is an answer, if a sad one
    }
}
