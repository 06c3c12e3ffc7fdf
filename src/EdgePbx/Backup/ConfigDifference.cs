using System.Globalization;
using EdgePbx.Core;

namespace EdgePbx;

/// <summary>What another configuration would change, in words without a secret.</summary>
internal static class ConfigDifference
{
    /// <param name="old">Null: there is none that can be read.</param>
    public static IEnumerable<string> Between(PbxConfig? old, PbxConfig next)
    {
        Dictionary<string, string> before = old is null ? [] : Settings(old).ToDictionary();
        foreach ((string key, string value) in Settings(next).Where(setting => before.GetValueOrDefault(setting.Key, "") != setting.Value))
        {
            yield return old is null ? $"{key} is {value}" : $"{key} changes from {before[key]} to {value}";
        }
        if (old is not null && old.Stick != next.Stick)
        {
            yield return next.Stick.Code is null ? "stick.code goes: no stick can change the configuration then" : "stick.code changes";
        }
        Dictionary<string, ExtensionSettings> known = old?.Extensions.ToDictionary(extension => extension.Number) ?? [];
        foreach (ExtensionSettings extension in next.Extensions)
        {
            string what = !known.Remove(extension.Number, out ExtensionSettings? former) ? $"is added: {extension.Name}"
                : string.Join(" and ", Changes(former, extension));
            if (what.Length > 0)
            {
                yield return $"extension {extension.Number} {what}";
            }
        }
        foreach (ExtensionSettings gone in known.Values)
        {
            yield return $"extension {gone.Number} ({gone.Name}) goes";
        }
    }

    private static IEnumerable<string> Changes(ExtensionSettings former, ExtensionSettings next)
    {
        if (former.Name != next.Name)
        {
            yield return $"is called {next.Name} instead of {former.Name}";
        }
        if (former.Secret != next.Secret)
        {
            yield return "gets another secret";
        }
        if (former.Record != next.Record)
        {
            yield return next.Record is { } wish ? $"is recorded: {Word(wish)}" : "is recorded as the box says";
        }
        if (former.Digest != next.Digest)
        {
            yield return next.Digest is { } rule ? $"shows who it is by: {DigestRules.Extension[(int)rule]}" : "shows who it is as the box says";
        }
        if (former.MaxCalls != next.MaxCalls || former.MayTakeAll != next.MayTakeAll)
        {
            yield return "may hold another share of the box";
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Settings(PbxConfig config)
    {
        yield return new("sip.listen", string.Join(", ", config.Sip.Listen));
        yield return new("sip.realm", config.Sip.Realm);
        yield return new("sip.address", Word(config.Sip.Address));
        yield return new("sip.ring_timeout", Seconds(config.Sip.RingTimeout));
        yield return new("sip.digest", DigestRules.Extension[(int)config.Sip.Digest]);
        yield return new("limits.calls_per_extension", config.Limits.CallsPerExtension is { } calls ? calls.ToString(CultureInfo.InvariantCulture) : "fair");
        yield return new("security.never_ban", config.Security.NeverBan is { } networks ? string.Join(", ", networks) : "the box's own networks");
        yield return new("session_timer.interval", Seconds(config.SessionTimer.Interval));
        yield return new("session_timer.minimum", Seconds(config.SessionTimer.Minimum));
        yield return new("session_timer.watch", Seconds(config.SessionTimer.Watch));
        yield return new("session_timer.lab", Word(config.SessionTimer.IsLab));
        yield return new("media.ports", $"{config.Media.FirstPort}-{config.Media.LastPort}");
        yield return new("media.address", Word(config.Media.Address));
        yield return new("media.max_calls", config.Media.MaxCalls == 0 ? "auto" : $"{config.Media.MaxCalls}");
        yield return new("media.timeout", config.Media.Timeout is { } timeout ? Seconds(timeout) : "never");
        yield return new("media.io", MediaSection.IoWords[(int)config.Media.Io]);
        yield return new("limits.memory", config.Limits.Memory is { } memory ? $"{memory >> 20} MiB" : "auto");
        yield return new("log.format", config.Log.Format.ToString().ToLowerInvariant());
        yield return new("log.level", config.Log.Level.ToString().ToLowerInvariant());
        yield return new("status.socket", config.Status.Socket);
        yield return new("records.enabled", Word(config.Records.IsOn));
        yield return new("records.file", config.Records.File);
        yield return new("records.max_size", $"{config.Records.LargestFile >> 20} MiB");
        yield return new("records.keep", $"{config.Records.KeptFiles}");
        yield return new("recording.record", Word(config.Recording.Mode));
        yield return new("recording.code", config.Recording.Code);
        yield return new("recording.folder", config.Recording.Folder);
        yield return new("recording.max_size", $"{config.Recording.LargestTotal >> 20} MiB");
        yield return new("recording.max_age", config.Recording.LongestAge is { } age ? $"{age.Days} days" : "for ever");
        yield return new("watchdog.device", config.Watchdog.Device ?? "none");
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s");

    private static string Word(NetAddress address) => address.IsNone ? "automatic" : address.ToString();

    private static string Word(RecordMode mode) => ExtensionReader.RecordModes[(int)mode];

    private static string Word(bool flag) => flag ? "true" : "false";
}
