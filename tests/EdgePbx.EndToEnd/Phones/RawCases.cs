namespace EdgePbx.EndToEnd;

/// <summary>Two phones whose every byte is chosen: each case of tests/clients/raw_cases.py is a test with a PBX of its own.</summary>
public sealed class RawCases
{
    private const string Script = "raw_cases.py";

    public static IEnumerable<TheoryDataRow<string>> Rows =>
    [
        Row("repeated_200", "C-25"),
        Row("repeated_invite", "U-01"),
        Row("repeated_bye", "race 20"),
        Row("bye_without_ack", "C-34"),
        Row("bye_from_both", "race 30"),
        Row("repeated_cancel", "C-16"),
        Row("answer_crosses_cancel", "C-17"),
        Row("two_calls_from_one_port", "ST-34"),
        Row("reused_call_id", "C-40"),
        Row("reused_call_id_and_cseq", "ST-34"),
    ];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Raw_phones(string name) =>
        Pbx.RunAsync(new PbxOptions(), pbx => ClientScript.RunAsync(Script, pbx, "--only", name), name);

    [Fact]
    public async Task Every_case_of_the_script_is_a_test_here()
    {
        (int code, string output) = await ChildProcess.RunAsync(
            "python3", [Path.Combine(Repository.Clients, Script), "--list"], Repository.Clients, TimeSpan.FromSeconds(20));
        Assert.Equal(0, code);
        Assert.Equal(output.Split('\n').Order(), Rows.Select(row => row.Data).Concat(["ports_run_out", "held_until_told"]).Order());
    }

    private static TheoryDataRow<string> Row(string name, string clause) => new TheoryDataRow<string>(name).WithTrait("Clause", clause);
}
