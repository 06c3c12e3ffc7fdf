namespace EdgePbx.Core.Tests;

public class FirstTest
{
    [Fact]
    public void Placeholder_that_the_first_real_test_replaces() => Assert.Equal(1, 1);
}
