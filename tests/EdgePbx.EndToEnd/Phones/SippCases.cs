namespace EdgePbx.EndToEnd;

/// <summary>SIPp on both sides: each case of tests/clients/sipp_cases.py is a test with a PBX of its own.</summary>
public sealed class SippCases
{
    private const string Script = "sipp_cases.py";

    // name, clauses that it covers
    private static readonly (string Name, string[] Clauses)[] Plain =
    [
        ("register", ["C-18", "C-19"]),
        ("register_wrong_password", ["C-19", "C-46"]),
        ("options", ["C-20"]),
        ("bye_unknown", ["C-35", "C-24"]),
        ("call", ["C-01", "C-14", "C-39"]),
        ("callee_bye", ["C-35", "race 19"]),
        ("three_calls_in_a_row", ["C-40", "ST-34"]),
        ("two_calls_callee_bye", ["C-40", "race 18"]),
        ("twenty_calls", ["C-02"]),
        ("long_ringing", ["C-26"]),
        ("busy", ["C-13", "C-37"]),
        ("decline", ["C-13", "C-37"]),
        ("unavailable", ["C-13", "C-37"]),
        ("not_acceptable", ["C-13", "C-37"]),
        ("unknown_number", ["C-09"]),
        ("not_registered", ["C-09"]),
        ("cancel", ["C-14", "C-15", "race 31"]),
        ("cancel_twice_then_call", ["C-15", "C-40", "race 1"]),
        ("hold_resume", ["O-02", "O-05", "ST-31"]),
        ("late_offer", ["O-08"]),
        ("early_media", ["O-01"]),
        ("prack", ["U-07", "U-09"]),
        ("prack_required", ["U-07", "U-09"]),
        ("repeated_invite", ["U-01", "C-40"]),
        ("slow_ack", ["C-27"]),
        ("no_ack", ["C-27", "C-34"]),
    ];

    private static readonly (string Name, string[] Clauses)[] Timers =
    [
        ("timer_nobody_supports", ["ST-12", "ST-16"]),
        ("timer_a_refreshes_update", ["ST-13", "ST-15", "ST-23", "ST-30"]),
        ("timer_a_refreshes_reinvite", ["ST-13", "ST-21", "ST-23", "ST-30"]),
        ("timer_server_refreshes_a", ["ST-15", "ST-19", "ST-20"]),
        ("timer_server_refreshes_b", ["ST-01", "ST-19", "ST-20"]),
        ("timer_b_refreshes_update", ["ST-23", "ST-24", "ST-30"]),
        ("timer_b_refreshes_reinvite", ["ST-21", "ST-23", "ST-30"]),
        ("timer_both_legs", ["ST-30", "race 12"]),
        ("timer_a_silent", ["ST-28", "race 5"]),
        ("timer_b_silent", ["ST-28", "race 5"]),
        ("timer_a_too_small", ["ST-04", "ST-06"]),
        ("timer_a_small_unsupported", ["ST-05", "ST-37"]),
        ("timer_b_422", ["ST-07"]),
        ("timer_a_answers_481", ["ST-26", "C-22"]),
        ("timer_b_answers_481", ["ST-26", "C-22"]),
        ("timer_a_answers_408", ["ST-26", "C-22"]),
        ("timer_b_answers_408", ["ST-26", "C-22"]),
        ("timer_a_answers_500", ["ST-27", "race 6"]),
        ("timer_b_answers_500", ["ST-27", "race 6"]),
    ];

    private static readonly string[] OverTcp = ["register", "call", "hold_resume"];

    // these need a PBX in a special state
    private static readonly string[] Elsewhere = ["no_answer", "ended_by_server", "stopped_while_ringing", "refused_as_full"];

    public static IEnumerable<TheoryDataRow<string>> PlainRows => Rows(Plain);
    public static IEnumerable<TheoryDataRow<string>> TimerRows => Rows(Timers);
    public static IEnumerable<TheoryDataRow<string>> TcpRows => OverTcp.Select(name => new TheoryDataRow<string>(name).WithTrait("Clause", "C-43"));

    [Theory]
    [MemberData(nameof(PlainRows))]
    public Task Sipp_calls_sipp(string name) =>
        Pbx.RunAsync(new PbxOptions(), pbx => ClientScript.RunAsync(Script, pbx, "--only", name), name);

    [Theory]
    [MemberData(nameof(TcpRows))]
    public Task Sipp_calls_sipp_over_tcp(string name) =>
        Pbx.RunAsync(new PbxOptions(), pbx => ClientScript.RunAsync(Script, pbx, "--only", name, "--transport", "t1"), name);

    [Theory]
    [MemberData(nameof(TimerRows))]
    public Task Each_leg_keeps_its_own_session_timer(string name) =>
        Pbx.RunAsync(PbxOptions.ShortTimers, pbx => ClientScript.RunAsync(Script, pbx, "--only", name, "--se", "10"), name);

    [Fact]
    [Trait("Clause", "C-26")]
    [Trait("Clause", "race 35")]
    public Task A_call_that_nobody_answers_ends_at_the_ring_timeout() =>
        Pbx.RunAsync(new PbxOptions { RingTimeout = 3 }, pbx => ClientScript.RunAsync(Script, pbx, "--only", "no_answer"));

    [Fact]
    public async Task Every_case_of_the_script_is_a_test_here()
    {
        (int code, string output) = await ChildProcess.RunAsync(
            "python3", [Path.Combine(Repository.Clients, Script), "--list", "--group", "basic,fail,media,repeat,timer,server"],
            Repository.Clients, TimeSpan.FromSeconds(20));
        Assert.Equal(0, code);
        Assert.Equal(output.Split('\n').Order(), Plain.Concat(Timers).Select(row => row.Name).Concat(Elsewhere).Order());
    }

    private static IEnumerable<TheoryDataRow<string>> Rows((string Name, string[] Clauses)[] cases)
    {
        foreach ((string name, string[] clauses) in cases)
        {
            var row = new TheoryDataRow<string>(name);
            foreach (string clause in clauses)
            {
                _ = row.WithTrait("Clause", clause);
            }
            yield return row;
        }
    }
}
