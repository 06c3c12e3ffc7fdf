namespace EdgePbx.Core.Tests;

public class ResourceScopeTests
{
    private static readonly Instant Now = new(1);
    private readonly List<string> _released = [];
    private readonly List<string> _failed = [];
    private readonly ResourceScope _scope;
    private int _emptied;

    public ResourceScopeTests() => _scope = new ResourceScope(_ => _emptied++, (kind, failure) => _failed.Add($"{kind}: {failure.Message}"));

    [Fact]
    public void To_make_a_resource_is_to_register_it()
    {
        Resource a = Make("a");
        Assert.Equal((1, 1, 0), (_scope.Outstanding, _scope.Opened, _scope.Closed));
        Assert.True(_scope.Owns(a));
        _scope.Close(Now);
        Assert.False(_scope.Owns(a));
        Assert.Equal((0, 1, 1, 1), (_scope.Outstanding, _scope.Opened, _scope.Closed, _emptied));
    }

    [Fact]
    public void Closing_releases_everything_last_first()
    {
        _ = Make("a");
        _ = Make("b");
        _ = Make("c");
        _scope.Close(Now);
        Assert.Equal(["c", "b", "a"], _released);
        Assert.Equal(1, _emptied);
    }

    [Fact]
    public void A_second_close_does_nothing()
    {
        _ = Make("a");
        _scope.Close(Now);
        _scope.Close(Now);
        Assert.Equal(["a"], _released);
        Assert.Equal(1, _emptied);
    }

    [Fact]
    public void A_close_from_within_a_release_does_nothing()
    {
        _ = Make("a");
        _ = Make("b", () => _scope.Close(Now));
        _ = Make("c");
        _scope.Close(Now);
        Assert.Equal(["c", "b", "a"], _released);
        Assert.Equal(1, _emptied);
    }

    [Fact]
    public void An_empty_scope_is_empty_when_it_closes()
    {
        _scope.Close(Now);
        Assert.Equal(1, _emptied);
    }

    [Fact]
    public void Releasing_twice_throws()
    {
        Resource a = Make("a");
        _scope.ReleaseNow(a, Now);
        _ = Assert.Throws<InvalidOperationException>(() => _scope.ReleaseNow(a, Now));
        Assert.Equal(["a"], _released);
        Assert.Equal((0, 1, 1), (_scope.Outstanding, _scope.Opened, _scope.Closed));
        Assert.Equal(0, _emptied); // nothing is held now, but more may come
    }

    [Fact]
    public void A_scope_releases_nothing_of_another_scope()
    {
        var other = new ResourceScope(null, (_, _) => { });
        var foreign = new Resource(other, _released, "foreign", null, Release.Done);
        _ = Assert.Throws<InvalidOperationException>(() => _scope.ReleaseNow(foreign, Now));
        Assert.True(other.Owns(foreign));
        Assert.Empty(_released);
    }

    [Fact]
    public void A_release_that_fails_is_reported_and_does_not_stop_the_others()
    {
        _ = Make("a");
        _ = Make("b", () => throw new InvalidOperationException("b is broken"));
        _ = Make("c");
        _scope.Close(Now);
        Assert.Equal(["c", "b", "a"], _released);
        Assert.Equal(["Leg: b is broken"], _failed);
        Assert.Equal((0, 3, 2, 1), (_scope.Outstanding, _scope.Opened, _scope.Closed, _emptied));
    }

    [Fact]
    public void What_is_pending_is_still_owned_until_it_is_confirmed()
    {
        Resource path = Make("path", result: Release.Pending);
        _ = Make("timer");
        _scope.Close(Now);
        Assert.Equal(["timer", "path"], _released);
        Assert.Equal((1, 2, 1, 0), (_scope.Outstanding, _scope.Opened, _scope.Closed, _emptied));
        Assert.Equal([ResourceKind.Leg], _scope.OutstandingKinds);
        _scope.Confirm(path, Now);
        Assert.Equal((0, 2, 2, 1), (_scope.Outstanding, _scope.Opened, _scope.Closed, _emptied));
    }

    [Fact]
    public void A_confirmation_before_the_end_does_not_end_the_scope()
    {
        Resource path = Make("path", result: Release.Pending);
        _scope.ReleaseNow(path, Now);
        _scope.Confirm(path, Now);
        Assert.Equal((0, 0), (_scope.Outstanding, _emptied));
        _scope.Close(Now);
        Assert.Equal(1, _emptied);
    }

    [Fact]
    public void Confirming_what_is_not_pending_throws()
    {
        Resource path = Make("path", result: Release.Pending);
        _ = Assert.Throws<InvalidOperationException>(() => _scope.Confirm(path, Now));
        _scope.Close(Now);
        _scope.Confirm(path, Now);
        _ = Assert.Throws<InvalidOperationException>(() => _scope.Confirm(path, Now));
        Assert.Equal((1, 1), (_scope.Closed, _emptied));
    }

    [Fact]
    public void What_was_released_early_and_is_still_pending_keeps_the_scope_from_being_empty()
    {
        _ = Make("a");
        Resource path = Make("path", result: Release.Pending);
        _scope.ReleaseNow(path, Now);
        _scope.Close(Now);
        Assert.Equal(0, _emptied);
        _scope.Confirm(path, Now);
        Assert.Equal(1, _emptied);
    }

    [Fact]
    public void A_scope_that_closes_takes_nothing_more_and_holds_nothing()
    {
        _scope.Close(Now);
        _ = Assert.Throws<InvalidOperationException>(() => Make("late"));
        Assert.Equal((0, 0, 0), (_scope.Outstanding, _scope.Opened, _scope.Closed));
        Assert.Empty(_released);
    }

    [Fact]
    public void Acquiring_from_within_a_release_throws_there_and_holds_nothing()
    {
        _ = Make("a", () => Make("b"));
        _scope.Close(Now);
        Assert.Equal(["a"], _released);
        Assert.Single(_failed);
        Assert.Equal((0, 1, 0, 1), (_scope.Outstanding, _scope.Opened, _scope.Closed, _emptied));
    }

    private Resource Make(string name, Action? onRelease = null, Release result = Release.Done) => new(_scope, _released, name, onRelease, result);

    private sealed class Resource(ResourceScope scope, List<string> released, string name, Action? onRelease, Release result)
        : Owned(scope, ResourceKind.Leg)
    {
        internal override Release Release(Instant now)
        {
            released.Add(name);
            onRelease?.Invoke();
            return result;
        }
    }
}
