using System.Text;
using static EdgePbx.Core.Tests.TestMessages;

namespace EdgePbx.Core.Tests;

public class SmallReaderTests
{
    [Theory]
    [InlineData("314159 INVITE", 314159, "INVITE")]
    [InlineData("0009 \t INVITE ", 9, "INVITE")]
    [InlineData("0 ODD.one!", 0, "ODD.one!")]
    [InlineData("2147483647 BYE", 2147483647, "BYE")]
    public void A_CSeq_is_a_number_and_a_method(string text, long number, string method)
    {
        Assert.True(CSeq.TryParse(Bytes(text), out CSeq cseq));
        Assert.Equal((number, method), (cseq.Number, Text(cseq.MethodName)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 ")]
    [InlineData("INVITE")]
    [InlineData("1INVITE")]
    [InlineData("-1 INVITE")]
    [InlineData("2147483648 INVITE")]
    [InlineData("99999999999999999999 INVITE")]
    [InlineData("1 INVITE x")]
    [InlineData("1 INV(ITE")]
    public void Anything_else_is_no_CSeq(string text) => Assert.False(CSeq.TryParse(Bytes(text), out _));

    [Theory]
    [Trait("Clause", "U-09")]
    [InlineData("776656 1 INVITE", true, 776656, 1)]
    [InlineData(" 1   2  INVITE ", true, 1, 2)]
    [InlineData("1 INVITE", false, 0, 0)]
    [InlineData("4294967296 1 INVITE", false, 0, 0)]
    [InlineData("1 2", false, 0, 0)]
    public void An_RAck_is_two_numbers_and_a_method(string text, bool ok, long response, long cseq)
    {
        Assert.Equal(ok, RAck.TryParse(Bytes(text), out RAck rack));
        Assert.Equal((response, cseq, ok ? "INVITE" : ""), (rack.ResponseNumber, rack.CSeqNumber, Text(rack.MethodName)));
    }

    [Theory]
    [Trait("Clause", "ST-11")]
    [InlineData("1800", true, 1800, RefresherParam.None)]
    [InlineData("90;refresher=uac", true, 90, RefresherParam.Uac)]
    [InlineData(" 90 ; Refresher = UAS ; x=1", true, 90, RefresherParam.Uas)]
    [InlineData("90;x=y", true, 90, RefresherParam.None)]
    [InlineData("90;refresher=\"uas\"", true, 90, RefresherParam.Uas)]
    [InlineData("90;refresher=me", false, 0, RefresherParam.None)]
    [InlineData("90;refresher", false, 0, RefresherParam.None)]
    [InlineData("90;", true, 90, RefresherParam.None)]
    [InlineData("90 s", false, 0, RefresherParam.None)]
    [InlineData("", false, 0, RefresherParam.None)]
    [InlineData("-90", false, 0, RefresherParam.None)]
    [InlineData("4294967296", false, 0, RefresherParam.None)]
    public void A_session_interval_is_seconds_and_perhaps_a_refresher(string text, bool ok, long seconds, RefresherParam refresher)
    {
        Assert.Equal(ok, SessionExpires.TryParse(Bytes(text), out SessionExpires expires));
        Assert.Equal((seconds, refresher), (expires.Seconds, expires.Refresher));
    }

    [Theory]
    [InlineData(";a=1;b", "a=1|b=")]
    [InlineData("a = \"x;\\\"y\" ; b = c", "a=\"x;\\\"y\"|b=c")]
    [InlineData("", "")]
    [InlineData("  ", "")]
    [InlineData(";a=", "a=")]
    [InlineData(";a=[2001:db8::1]:5;b=u@h/x", "a=[2001:db8::1]:5|b=u@h/x")]
    [InlineData(";a;;b", "a=|b=")]
    [InlineData(";a=1;", "a=1")]
    [InlineData(";", "")]
    [InlineData(" ; ;; a ; ", "a=")]
    [InlineData(";a b", "broken")]
    [InlineData(";a=b c", "broken")]
    [InlineData(";a=\"b", "broken")]
    [InlineData(";a=\"b\"c", "broken")]
    [InlineData(";=b", "broken")]
    [InlineData(";a,b", "broken")]
    public void Parameters_are_walked_until_the_first_that_is_none(string text, string expected)
    {
        var found = new List<string>();
        var walk = new Parameters(Encoding.UTF8.GetBytes(text));
        while (walk.TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            found.Add($"{Text(name)}={Text(value)}");
        }
        if (walk.IsBroken)
        {
            found.Add("broken");
        }

        Assert.Equal(expected, string.Join('|', found));
        Assert.Equal(!walk.IsBroken, Parameters.AreWellFormed(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("\"a\"", "a")]
    [InlineData("\"\"", "")]
    [InlineData("\"", "\"")]
    [InlineData("a", "a")]
    [InlineData("", "")]
    public void Quotes_come_off_in_pairs(string text, string expected) => Assert.Equal(expected, Text(Parameters.Unquote(Bytes(text))));

    [Fact]
    public void A_take_that_fails_takes_nothing()
    {
        var cursor = new Utf8Cursor("host:70000 12 x"u8);

        Assert.False(cursor.TryTakeHostPort(out _, out _));
        Assert.False(cursor.TryTakeUInt32(out _));
        Assert.False(cursor.TryTakeSpace());
        Assert.False(cursor.TryTakeSeparator(':'));
        Assert.False(cursor.TryTake('x'));
        Assert.Equal("host:70000 12 x", Text(cursor.Rest));
        Assert.True(cursor.TryTakeToken(out ReadOnlySpan<byte> token));
        Assert.Equal("host", Text(token));
        Assert.True(cursor.TryTakeSeparator(':'));
        Assert.True(cursor.TryTakeUInt32(out uint number));
        Assert.Equal(70000u, number);
        Assert.True(cursor.TryTakeSpace());
        Assert.Equal("12 x", Text(cursor.TakeRest()));
        Assert.True(cursor.AtEnd);
        Assert.False(cursor.TryTakeToken(out _));
    }

    [Theory]
    [InlineData("192.0.2.41", "192.0.2.41")]
    [InlineData("[2001:DB8:0:0:1:0:0:1]", "[2001:db8::1:0:0:1]")]
    [InlineData("2001:db8::", "[2001:db8::]")]
    [InlineData("::", "[::]")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]")]
    [InlineData("1:0:3:4:5:6:7:8", "[1:0:3:4:5:6:7:8]")]
    [InlineData("[::ffff:192.0.2.1]", "192.0.2.1")]
    [InlineData("64:ff9b::192.0.2.33", "[64:ff9b::c000:221]")]
    public void An_address_is_read_and_written_as_the_framework_does(string text, string expected)
    {
        Assert.True(HostLiteral.TryParse(Bytes(text), out NetAddress address));
        Assert.True(NetAddress.TryParse(text, out NetAddress framework));
        Assert.Equal(framework, address);

        Span<byte> buffer = stackalloc byte[48];
        Assert.True(HostLiteral.TryFormat(address, buffer, out int written));
        Assert.Equal(expected, Text(buffer[..written]));
        Assert.False(HostLiteral.TryFormat(address, buffer[..(written - 1)], out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.0004")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7::8:9")]
    [InlineData("12345::")]
    [InlineData(":1")]
    [InlineData("1:")]
    [InlineData("1.2.3.4::")]
    [InlineData("g::")]
    public void A_host_name_is_no_address(string text) => Assert.False(HostLiteral.TryParse(Bytes(text), out _));
}
