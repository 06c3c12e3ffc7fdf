using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// The accounts of a new configuration, to be typed into phones: the only place where secrets are shown, once, to the person
/// who starts it. Not on stdout, which is the log's.
/// </summary>
internal static class AccountTable
{
    public static void Write(StarterConfig starter, string why, string path, TextWriter error)
    {
        NetAddress own = SipSocket.AddressFacing(NetAddress.FromV4(192, 0, 2, 1)); // a documentation address: asks for the default route
        string server = own.IsNone ? NetAddress.LoopbackV4.ToString() : own.ToString();
        error.WriteLine(why);
        error.WriteLine("Type this into the phones:");
        error.WriteLine();
        error.WriteLine(Row("extension", "server", "user", "password"));
        foreach (StarterAccount account in starter.Accounts)
        {
            error.WriteLine(Row(account.Name, $"{server}:5060", account.Number, account.Secret));
        }
        error.WriteLine();
        if (starter.StickCode is { } code)
        {
            error.WriteLine($"Code with which a USB stick may change all this: {code}");
        }
        error.WriteLine($"The passwords also stand in {path}, which only you can read; they are not shown again.");
        error.WriteLine();
    }

    private static string Row(string extension, string server, string user, string password) =>
        string.Create(CultureInfo.InvariantCulture, $"  {extension,-12} {server,-22} {user,-6} {password}");
}
