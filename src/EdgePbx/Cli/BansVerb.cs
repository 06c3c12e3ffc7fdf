using System.Text.Json;

namespace EdgePbx;

/// <summary><c>edgepbx bans</c>: who guesses at secrets, and the way back for somebody who only mistyped his own.</summary>
internal static class BansVerb
{
    /// <param name="file">The configuration of the process that is asked.</param>
    /// <param name="cleared">Whose bans to lift first; null: nobody's.</param>
    /// <param name="asJson">For programs.</param>
    /// <param name="output">For the answer.</param>
    /// <param name="error">For why there is none.</param>
    public static int Run(string? file, string? cleared, bool asJson, TextWriter output, TextWriter error)
    {
        if (cleared is not null && !StatusRequest.TryReadSource(cleared, out _))
        {
            error.WriteLine($"edgepbx: '{cleared}' is neither an address nor {StatusRequest.Everybody}");
            return ExitCode.Configuration;
        }
        StatusRequest request = cleared is null ? StatusRequest.Bans : StatusRequest.ClearBans(cleared);
        if (StatusVerb.Ask(file, request, error, out int code) is not { } json)
        {
            return code;
        }
        if (asJson)
        {
            output.WriteLine(json);
        }
        else
        {
            Write(output, JsonSerializer.Deserialize(json, BansJson.Default.BansDocument)!);
        }
        return ExitCode.Done;
    }

    private static void Write(TextWriter output, BansDocument document)
    {
        if (document.Bans.Count == 0)
        {
            output.WriteLine("Nobody is banned or slowed.");
        }
        StatusTable.WriteBans(output, document.Bans);
        output.WriteLine($"Since the start: {document.CredentialsRefused} wrong credentials, {document.CredentialsWithheld} requests not looked at.");
    }
}
