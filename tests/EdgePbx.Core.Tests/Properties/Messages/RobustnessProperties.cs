using CsCheck;

namespace EdgePbx.Core.Tests;

/// <summary>Input from the network never throws.</summary>
public class RobustnessProperties
{
    [Fact]
    public void Any_bytes_at_all_are_read_without_a_throw() => Gen.Byte.Array[0, 300].Sample(Feed, iter: 3000);

    [Fact]
    public void Any_pieces_of_SIP_in_any_order_are_read_without_a_throw() => MessageGen.Pieces.Sample(Feed, iter: 5000);

    [Fact]
    public void A_message_that_went_wrong_on_the_way_is_read_without_a_throw() => MessageGen.Mutated.Sample(Feed, iter: 3000);

    [Fact]
    public void The_longest_and_strangest_are_read_without_a_throw()
    {
        foreach (byte filler in "\0\r\n \t:;,<>\"\\%[]@=(a\u00ff"u8)
        {
            byte[] bytes = new byte[SipLimits.MessageBytes];
            Array.Fill(bytes, filler);
            Feed(bytes);
            Feed([.. "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a;b="u8, .. bytes.AsSpan(0, 60_000)]);
            Feed([.. "OPTIONS sip:a@b SIP/2.0\r\nContact: "u8, .. bytes.AsSpan(0, 8000), .. "\r\n\r\n"u8]);
        }
    }

    private static void Feed(byte[] bytes)
    {
        AnyBytes.ReadAll(bytes);
        _ = AnyBytes.FrameAll(bytes);
    }
}
