using System.Text;
using CsCheck;

namespace EdgePbx.Core.Tests;

public class SdpProperties
{
    [Fact]
    [Trait("Clause", "O-07")]
    public void Any_bytes_are_read_or_refused_with_a_reason() => Gen.Byte.Array[0, 400].Sample(AnyDescription.IsReadOrRefused);

    [Fact]
    [Trait("Clause", "O-07")]
    public void Any_damage_to_a_description_is_read_or_refused_with_a_reason() =>
        Gen.Select(SdpGen.Text, Gen.Int[0, 400], Gen.Int[0, 8], Gen.Byte.Array[0, 8]).Sample((text, at, length, bytes) =>
        {
            List<byte> body = [.. Descriptions.Bytes(text)];
            at = Math.Min(at, body.Count);
            body.RemoveRange(at, Math.Min(length, body.Count - at));
            body.InsertRange(at, bytes);
            AnyDescription.IsReadOrRefused([.. body]);
        });

    [Fact]
    [Trait("Clause", "O-07")]
    public void Any_prefix_of_a_description_is_read_or_refused_with_a_reason() =>
        Gen.Select(SdpGen.Text, Gen.Int[0, 400]).Sample((text, length) =>
        {
            byte[] body = Descriptions.Bytes(text);
            AnyDescription.IsReadOrRefused(body[..Math.Min(length, body.Length)]);
        });

    [Fact]
    [Trait("Clause", "O-03")]
    public void What_is_shown_reads_as_the_same_streams_in_the_same_order() =>
        Gen.Select(SdpGen.Session, SdpGen.Address, SdpGen.Ports).Sample((session, address, ports) =>
        {
            SdpSession shown = Descriptions.Reparse(Descriptions.NewFace().Compose(session, address, ports));

            Assert.Equal(session.Media.Select(Identity), shown.Media.Select(Identity));
            for (int i = 0; i < session.Media.Count; i++)
            {
                SdpMedia media = shown.Media[i];
                int port = session.Media[i].IsRefused || i >= ports.Length ? 0 : ports[i];
                Assert.Equal((port, address), (media.Port, media.Address));
                Assert.True(media.IsRefused || media.Direction == session.Media[i].EffectiveDirection);
            }
        });

    [Fact]
    [Trait("Clause", "O-04")]
    public void Over_any_history_the_version_rises_by_one_with_each_change_and_the_streams_never_grow_fewer() =>
        Gen.Select(SdpGen.Session.Array[1, 3], Gen.Int[0, 2].Array[1, 12], SdpGen.Ports).Sample((sessions, order, ports) =>
        {
            SdpFace face = Descriptions.NewFace();
            SdpSession? before = null;
            foreach (int turn in order)
            {
                ReadOnlyMemory<byte> last = face.Last;
                ReadOnlyMemory<byte> body = face.Compose(sessions[turn % sessions.Length], Descriptions.Ours, ports);
                SdpSession now = Descriptions.Reparse(body);

                bool isSame = before is not null && now.HasSameMeaningAs(before);
                Assert.Equal(isSame, body.Span.SequenceEqual(last.Span));
                Assert.Equal((before?.SessionVersion ?? 0) + (isSame ? 0ul : 1ul), now.SessionVersion);
                Assert.Equal((before ?? now).SessionId, now.SessionId);
                Assert.True(now.Media.Count >= (before?.Media.Count ?? 0));
                before = now;
            }
        });

    [Fact]
    [Trait("Clause", "O-02")]
    public void Whatever_the_other_side_answers_the_offerer_gets_a_lawful_answer() =>
        Gen.Select(SdpGen.Session, SdpGen.Session, SdpGen.Ports).Sample((offer, answer, ports) =>
        {
            SdpSession shown = Descriptions.Reparse(
                Descriptions.NewFace().Compose(answer, Descriptions.Ours, ports, Match(offer, answer), inAnswerTo: offer));

            Assert.Equal(offer.Media.Count, shown.Media.Count);
            foreach ((SdpMedia offered, SdpMedia answered) in offer.Media.Zip(shown.Media))
            {
                Assert.True(answered.IsRefused || !offered.IsRefused);
                Assert.True(answered.IsRefused || answered.Direction == answered.Direction.AsAnswerTo(offered.Direction));
            }
        });

    [Fact]
    [Trait("Clause", "O-06")]
    public void A_renumbered_answer_names_each_common_codec_by_the_offerers_number_and_the_map_leads_to_the_answerers() =>
        Gen.Select(SdpGen.Session, SdpGen.Session).Sample((offer, answer) =>
        {
            foreach ((SdpMedia offered, SdpMedia answered) in offer.Media.Zip(answer.Media))
            {
                if (OfferAnswer.Match(offered, answered) is PayloadRenumbering map)
                {
                    CheckRenumbering(offered, answered, map);
                }
            }
        });

    private static void CheckRenumbering(SdpMedia offered, SdpMedia answered, PayloadRenumbering map)
    {
        string[] shown = [.. answered.Formats.Select(map.ShownToOfferer).OfType<string>()];
        Assert.Equal(shown.Distinct(), shown); // no number means two things
        Assert.NotEmpty(shown);
        foreach (string format in answered.Formats)
        {
            if (map.ShownToOfferer(format) is string number && number != format)
            {
                Assert.True(RtpCodec.AreSame(offered.CodecName(number), answered.CodecName(format)), $"{number} is not {format}");
                Assert.Equal(format, Text(map.ToAnswerer![Number(number)]));
            }
        }
        foreach (string format in offered.Formats)
        {
            Assert.Equal(format, Text(map.ToOfferer?[Number(format)] ?? Number(format)));
        }
    }

    private static PayloadRenumbering?[] Match(SdpSession offer, SdpSession answer) =>
        [.. offer.Media.Zip(answer.Media).Select(pair => OfferAnswer.Match(pair.First, pair.Second))];

    private static string Identity(SdpMedia media) => $"{media.Type} {media.Protocol} {string.Join(' ', media.Formats)}";

    private static int Number(string format) => int.Parse(format, System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
