namespace EdgePbx.Core.Tests;

public class EachTestEndsTests
{
    [Fact]
    public void Every_test_of_this_assembly_is_watched() =>
        Assert.Single(typeof(EachTestEndsTests).Assembly.GetCustomAttributes(typeof(EachTestEndsAttribute), inherit: false));

    [Fact]
    public async Task One_that_hangs_is_named()
    {
        var said = new TaskCompletionSource<string>();
        using Timer timer = EachTestEndsAttribute.Watch("a test", TimeSpan.FromMilliseconds(3), said.SetResult);
        Assert.StartsWith("a test has not ended after 0", await said.Task, StringComparison.Ordinal);
    }
}
