namespace EdgePbx;

/// <summary>What to look at when a check has failed: whole sentences for a technician.</summary>
internal static class Advice
{
    public const string Loopback = "Is the loopback interface up (ip addr show lo)?";

    public const string Firewall = "Does a firewall rule of this machine block UDP on 127.0.0.1 (nft list ruleset, iptables -L)?";

    public const string Ports = "See which programs hold UDP ports (ss -uanp).";

    public const string ReportIt = "Run it again; if it stays, report it with what EDGEPBX_LOG=debug edgepbx selftest prints.";
}
