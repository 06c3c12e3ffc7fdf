namespace EdgePbx.Tests;

public class SelfTestTableTests
{
    [Fact]
    public void Each_check_is_a_line_and_the_last_line_is_the_verdict()
    {
        Assert.Equal(
            """
            EdgePbx self-test: two phones of its own call each other, on 127.0.0.1 only.

              ok      start       all is well
              ok      first call  up

            All 2 checks passed: this machine can carry calls.

            """,
            Written(new SelfTestResult("start", true, "all is well"), new SelfTestResult("first call", true, "up")));
    }

    [Fact]
    public void A_failure_stands_out_and_its_long_reason_is_wrapped_under_itself()
    {
        string reason = string.Join(' ', Enumerable.Repeat("word", 30));

        string[] lines = Written(new SelfTestResult("start", true, "fine"), new SelfTestResult("stop", false, reason)).Split('\n');

        Assert.Equal("  FAILED  stop   " + string.Join(' ', Enumerable.Repeat("word", 18)), lines[3]);
        Assert.Equal("                 " + string.Join(' ', Enumerable.Repeat("word", 12)), lines[4]);
        Assert.Equal("1 of 2 checks FAILED. What needs a failed step is not tried.", lines[6]);
    }

    private static string Written(params SelfTestResult[] results)
    {
        using var output = new StringWriter { NewLine = "\n" };
        SelfTestTable.Write(output, results);
        return output.ToString();
    }
}
