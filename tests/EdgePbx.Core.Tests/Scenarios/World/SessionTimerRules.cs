namespace EdgePbx.Core.Tests;

/// <summary>What RFC 4028 wants of every message, whatever the story is; each scenario's messages are held to it.</summary>
internal static class SessionTimerRules
{
    public static void Check(WireMessage message)
    {
        bool refreshes = message.Method is "INVITE" or "UPDATE";
        if (!message.IsResponse && message.Method != "ACK")
        {
            Assert.True(message.HasToken("Supported", "timer"), $"ST-01: {message.Text}");
        }
        if (message.Has("Min-SE"))
        {
            Assert.True(message.Status == 422 || (!message.IsResponse && refreshes), $"ST-03: {message.Text}");
            Assert.True(int.Parse(message["Min-SE"], System.Globalization.CultureInfo.InvariantCulture) >= 90, $"ST-03: {message.Text}");
        }
        Assert.True(message.Status != 422 || message.Has("Min-SE"), $"ST-06: {message.Text}");
        if (!message.Has("Session-Expires"))
        {
            return;
        }
        Assert.True(refreshes && message.Status / 100 is 0 or 2, $"RFC 4028, table 1: {message.Text}");
        string refresher = WireMessage.Parameter(message["Session-Expires"], "refresher");
        if (message.IsResponse)
        {
            Assert.True(refresher is "uac" or "uas", $"ST-11: {message.Text}");
            Assert.True(refresher == "uas" || message.HasToken("Require", "timer"), $"ST-13: {message.Text}");
        }
        else if (message.ToTag.Length == 0)
        {
            Assert.True(refresher.Length == 0, $"ST-02: {message.Text}");
        }
    }
}
