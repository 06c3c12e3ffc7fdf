using System.Text.Json;

namespace EdgePbx;

/// <summary><c>edgepbx audit</c>: what all calls since the start have opened and closed.</summary>
internal static class AuditVerb
{
    public static int Run(string? file, bool asJson, bool acknowledges, TextWriter output, TextWriter error)
    {
        StatusRequest request = acknowledges ? StatusRequest.Acknowledge : StatusRequest.Audit;
        if (StatusVerb.Ask(file, request, error, out int code) is not { } json)
        {
            return code;
        }
        AuditDocument audit = JsonSerializer.Deserialize(json, AuditJson.Default.AuditDocument)!;
        if (asJson)
        {
            output.WriteLine(json);
        }
        else
        {
            AuditTable.Write(output, audit);
        }
        return audit.IsFine ? ExitCode.Done : ExitCode.Unclean;
    }
}
