using EdgePbx.Core;

namespace EdgePbx;

/// <summary><c>[security]</c>: where wrong secrets only slow down; null: in the networks that the box has an interface in.</summary>
internal sealed record SecuritySection(IReadOnlyList<NetworkRange>? NeverBan)
{
    public static SecuritySection Read(TableReader security)
    {
        List<NetworkRange>? networks = security.Has("never_ban") ? [] : null;
        IReadOnlyList<TomlNode> list = networks is null ? [] : security.List("never_ban") ?? [];
        for (int i = 0; i < list.Count; i++)
        {
            string key = $"never_ban[{i}]";
            if (list[i].Value is not string text)
            {
                security.Refuse(list[i].Position, key, $"text is wanted here, not {list[i].KindName}");
            }
            else if (!NetworkRange.TryParse(text, out NetworkRange network))
            {
                security.Refuse(list[i].Position, key, $"'{text}' is neither a network, such as \"192.0.2.0/24\", nor an IP address");
            }
            else
            {
                networks!.Add(network);
            }
        }
        security.RefuseUnknown();
        return new SecuritySection(networks);
    }
}
