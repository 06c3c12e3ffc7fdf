namespace EdgePbx.Core.Tests;

public class LocationServiceTests
{
    private readonly RegistrarDesk _desk = new();

    [Fact]
    public void The_preferred_contact_comes_first_and_of_equals_the_last_refreshed()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.1>;q=0.5\n", callId: "a");
        _ = _desk.Register("Contact: <sip:1001@10.0.0.2>;q=0.5\n", callId: "b");
        _ = _desk.Register("Contact: <sip:1001@10.0.0.3>;q=0.9\n", callId: "c");
        Assert.Equal(["sip:1001@10.0.0.3", "sip:1001@10.0.0.2", "sip:1001@10.0.0.1"], _desk.Contacts);

        _ = _desk.Register("Contact: <sip:1001@10.0.0.1>;q=0.5\n", cseq: 2, callId: "a");
        Assert.Equal(["sip:1001@10.0.0.3", "sip:1001@10.0.0.1", "sip:1001@10.0.0.2"], _desk.Contacts);
    }

    [Fact]
    public void A_list_that_was_handed_out_never_changes()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.1>\n");
        IReadOnlyList<Binding> before = _desk.Location.Find("1001", _desk.Now);

        _ = _desk.Register("Contact: <sip:1001@10.0.0.2>\n", cseq: 2);
        _desk.Advance(7200);

        Assert.Single(before);
        Assert.Empty(_desk.Contacts);
    }

    [Fact]
    public void What_is_due_is_not_found_even_before_the_timer_fires()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.1>;expires=60, <sip:1001@10.0.0.2>;expires=90\n");

        Assert.Equal(2, _desk.Location.Find("1001", _desk.Now + TimeSpan.FromSeconds(59)).Count);
        Assert.Equal("sip:1001@10.0.0.2", Assert.Single(_desk.Location.Find("1001", _desk.Now + TimeSpan.FromSeconds(60))).Contact);
        Assert.Empty(_desk.Location.Find("1001", _desk.Now + TimeSpan.FromSeconds(90)));
        Assert.Empty(_desk.Location.Find("1002", _desk.Now));
    }

    [Fact]
    public void Each_binding_ends_at_its_own_time_and_is_reported_once()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.1>;expires=90, <sip:1001@10.0.0.2>;expires=60, <sip:1001@10.0.0.3>;expires=120\n");
        Assert.Equal((1, 1), (_desk.Timers.Armed, _desk.Timers.ArmedOf(TimerKind.Housekeeping)));

        _desk.Advance(60);
        Assert.Equal(["1001 sip:1001@10.0.0.2"], _desk.Expired);
        Assert.Equal(2, _desk.Location.Count);

        _desk.Advance(60);
        Assert.Equal(["1001 sip:1001@10.0.0.2", "1001 sip:1001@10.0.0.1", "1001 sip:1001@10.0.0.3"], _desk.Expired);
        Assert.Equal((0, 0), (_desk.Location.Count, _desk.Timers.Armed));
    }

    [Fact]
    public void A_phone_behind_a_nat_is_gone_with_its_connection()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.1;transport=tcp>\n", callId: "a", source: RegistrarDesk.Tcp(1));
        _ = _desk.Register("Contact: <sip:1001@10.0.0.2;transport=tcp>\n", callId: "b", source: RegistrarDesk.Tcp(2));
        _ = _desk.Register("Contact: <sip:1001@10.0.0.3>\n", callId: "c");

        _desk.Location.FlowClosed(RegistrarDesk.Tcp(1));
        _desk.Location.FlowClosed(RegistrarDesk.Tcp(0));
        _desk.Location.FlowClosed(RegistrarDesk.Udp());
        Assert.Equal(["sip:1001@10.0.0.3", "sip:1001@10.0.0.2;transport=tcp"], _desk.Contacts);

        _desk.Location.FlowClosed(RegistrarDesk.Tcp(2));
        Assert.Equal(["sip:1001@10.0.0.3"], _desk.Contacts);
        Assert.Empty(_desk.Expired);
    }

    [Fact]
    public void A_phone_that_is_where_its_contact_says_stays_registered_without_its_connection()
    {
        SipFlow flow = RegistrarDesk.Tcp(7);
        _ = _desk.Register($"Contact: <sip:1001@{flow.Remote.Address}:5060;transport=tcp>\n", callId: "a", source: flow);
        _desk.Location.FlowClosed(flow);
        Assert.Equal(0u, Assert.Single(_desk.Location.Find("1001", _desk.Now)).Flow.Connection);
    }

    [Fact]
    public void A_reload_takes_the_bindings_of_extensions_that_are_gone()
    {
        var other = new ExtensionSettings("1002", "Workshop", "secret");
        _ = _desk.Register("Contact: <sip:1001@10.0.0.1>\n");
        _ = _desk.Register("Contact: <sip:1002@10.0.0.2>\n", to: "<sip:1002@pbx.example.com>", user: other);
        Assert.Equal(["1001 sip:1001@10.0.0.1", "1002 sip:1002@10.0.0.2"], All());

        _desk.Location.RemoveExtensionsExcept(new HashSet<string> { "1002", "1003" });
        Assert.Equal(["1002 sip:1002@10.0.0.2"], All());

        _desk.Location.RemoveExtensionsExcept(new HashSet<string>());
        Assert.Equal((0, 0), (_desk.Location.Count, _desk.Timers.Armed));

        IEnumerable<string> All() => _desk.Location.All.Select(entry => $"{entry.Extension} {entry.Binding.Contact}").Order();
    }

    [Fact]
    public void A_binding_keeps_its_contact_out_of_logs()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.1>\n");

        Assert.DoesNotContain("10.0.0.1", _desk.Location.Find("1001", _desk.Now)[0].ToString(), StringComparison.Ordinal);
    }
}
