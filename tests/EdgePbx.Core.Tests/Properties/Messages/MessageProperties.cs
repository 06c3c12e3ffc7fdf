using CsCheck;
using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

public class MessageProperties
{
    [Fact]
    public void What_is_written_is_what_is_read() => MessageGen.Request.Sample(
        request =>
        {
            SipMessage message = Parse(request.Write(), isStream: true);

            Assert.Equal((request.Method, request.Uri), (Text(message.MethodName), Text(message.RequestUri)));
            Assert.Equal(request.Headers.Length + 1, message.HeaderCount);
            for (int i = 0; i < request.Headers.Length; i++)
            {
                Assert.Equal(request.Headers[i], new GeneratedHeader(Text(message.RawNameAt(i)), Text(message.ValueAt(i))));
            }
            Assert.Equal(request.Body, message.Body);
        },
        iter: 2000);

    [Fact]
    public void What_is_read_and_written_again_is_the_same_bytes() => MessageGen.Request.Sample(
        request =>
        {
            byte[] bytes = request.Write();
            SipMessage message = Parse([.. bytes]);
            GeneratedHeader[] headers = [.. Enumerable.Range(0, message.HeaderCount - 1)
                .Select(i => new GeneratedHeader(Text(message.RawNameAt(i)), Text(message.ValueAt(i))))];

            var again = new GeneratedRequest(Text(message.MethodName), Text(message.RequestUri), headers, message.Body.ToArray());
            Assert.Equal(bytes, again.Write());
        },
        iter: 1000);

    [Fact]
    [Trait("Clause", "C-44")]
    public void Folding_before_any_blank_between_tokens_changes_nothing() => MessageGen.Request.Sample(
        request =>
        {
            SipMessage plain = Parse(request.Write());
            GeneratedHeader[] folded =
                [.. request.Headers.Select(h => h with { Value = h.Value.Replace(" ", "\r\n ", StringComparison.Ordinal) })];
            SipMessage message = Parse((request with { Headers = folded }).Write());

            Assert.Equal((Text(plain.FromTag), Text(plain.ToTag)), (Text(message.FromTag), Text(message.ToTag)));
            Assert.Equal(plain.CSeqNumber, message.CSeqNumber);
            Assert.Equal(plain.Count(HeaderName.Via), message.Count(HeaderName.Via));
            Assert.True(plain.TryGetTopVia(out Via one) & message.TryGetTopVia(out Via two));
            Assert.Equal((Text(one.Host), one.Port, Text(one.Branch)), (Text(two.Host), two.Port, Text(two.Branch)));
        },
        iter: 1000);

    [Fact]
    [Trait("Clause", "C-43")]
    public void No_prefix_of_a_message_consumes_anything() => MessageGen.Request.Sample(
        request =>
        {
            byte[] bytes = request.Write();
            for (int length = 0; length < bytes.Length; length++)
            {
                Assert.Equal(FrameResult.NeedMore, SipStreamFramer.Next(bytes.AsSpan(0, length), out int consumed, out int whole));
                Assert.Equal((0, 0), (consumed, whole));
            }
            Assert.Equal(FrameResult.Message, SipStreamFramer.Next([.. bytes, .. bytes], out int used, out int message));
            Assert.Equal((bytes.Length, bytes.Length), (used, message));
        },
        iter: 100);

    [Fact]
    [Trait("Clause", "C-42")]
    public void The_answer_to_any_request_can_be_read_and_names_the_same_transaction() => MessageGen.Request.Sample(
        request =>
        {
            SipMessage message = Parse(request.Write());
            byte[] buffer = new byte[8192];
            var writer = new SipWriter(buffer);
            SipResponse.Begin(ref writer, message, 200, default, "mine"u8, new NetEndpoint(NetAddress.LoopbackV4, 5099));
            writer.NoBody();
            Assert.True(writer.TryComplete(out int length));
            SipMessage answer = Parse(buffer[..length], isStream: true);

            Assert.Equal((Text(message.CallId), Text(message.FromTag)), (Text(answer.CallId), Text(answer.FromTag)));
            Assert.Equal(message.CSeqNumber, answer.CSeqNumber);
            Assert.Equal("mine", Text(answer.ToTag));
            Assert.Equal(message.Count(HeaderName.Via), answer.Count(HeaderName.Via));
            Assert.True(message.TryGetTopVia(out Via asked) & answer.TryGetTopVia(out Via answered));
            Assert.Equal((Text(asked.SentBy), Text(asked.Branch)), (Text(answered.SentBy), Text(answered.Branch)));
            Assert.Equal("127.0.0.1", Text(answered.Received));
            Assert.Equal(asked.HasRport ? 5099 : 0, answered.Rport);
        },
        iter: 1000);

    [Fact]
    public void An_index_copied_to_a_copy_of_the_bytes_reads_the_same() => MessageGen.Request.Sample(
        request =>
        {
            SipMessage message = Parse(request.Write());
            var other = Parse(SampleInvite.Text);
            byte[] copy = [.. message.Bytes, 0, 0];
            message.CopyIndexTo(other, copy);

            Assert.Equal(message.Bytes, other.Bytes);
            Assert.Equal(message.Body, other.Body);
            Assert.Equal((message.Method, message.CSeqNumber, message.HeaderCount), (other.Method, other.CSeqNumber, other.HeaderCount));
            Assert.Equal((Text(message.FromTag), Text(message.RequestUri)), (Text(other.FromTag), Text(other.RequestUri)));
            Assert.Equal(message.Count(HeaderName.Contact), other.Count(HeaderName.Contact));
            Assert.False(message.CallId.Overlaps(other.CallId));
        },
        iter: 500);

    [Fact]
    public void A_URI_equals_itself_whatever_it_is() => MessageGen.Uri.Sample(
        uri => SipUri.AreEqual(Bytes(uri), Bytes(uri)), iter: 500);

    [Fact]
    public void Any_address_is_written_and_read_back() =>
        Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16], Gen.OneOf((byte)0, (byte)1).Array[16]).Sample(
        raw =>
        {
            NetAddress address = NetAddress.FromBytes(raw);
            Span<byte> text = stackalloc byte[48];
            Assert.True(HostLiteral.TryFormat(address, text, out int written));
            Assert.True(HostLiteral.TryParse(text[..written], out NetAddress back));
            Assert.Equal(address, back);
            Assert.True(NetAddress.TryParse(text[..written], out NetAddress framework));
            Assert.Equal(address, framework);
        },
        iter: 2000);
}
