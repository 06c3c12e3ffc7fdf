namespace EdgePbx.Core.Tests;

public class RegistrarTests
{
    private readonly RegistrarDesk _desk = new();

    [Fact]
    [Trait("Clause", "C-18")]
    public void A_contact_is_bound_to_where_the_request_came_from()
    {
        RegisterResult result = _desk.Register(
            "Contact: <sip:1001@10.0.0.7:5060>;expires=600\nUser-Agent: DeskPhone/4.2\n", cseq: 7, callId: "abc",
            source: RegistrarDesk.Udp(61000));

        Assert.Equal((200, true, 1, TimeSpan.FromSeconds(600)), (result.Status, result.Changed, result.Bindings, result.Granted));
        Binding binding = Assert.Single(_desk.Location.Find("1001", _desk.Now));
        Assert.Equal("sip:1001@10.0.0.7:5060", binding.Contact);
        Assert.Equal(RegistrarDesk.Udp(61000), binding.Flow);
        Assert.Equal(_desk.Now + TimeSpan.FromSeconds(600), binding.ExpiresAt);
        Assert.Equal(("abc", 7u, 1.0), (binding.CallId, binding.CSeq, binding.Q));
        Assert.Equal(("DeskPhone/4.2", ""), (binding.UserAgent, binding.InstanceId));
    }

    [Fact]
    [Trait("Clause", "C-18")]
    public void The_response_lists_all_bindings_with_what_is_left_of_them()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.7;transport=tcp>;expires=600;q=0.5\n", callId: "a");
        _desk.Advance(99.5);
        RegisterResult result = _desk.Register(
            "Contact: \"Bob\" <sip:1001@10.0.0.8>;+sip.instance=\"<urn:uuid:1>\";reg-id=2\n", callId: "b");

        Assert.Equal(
            [
                "Contact: <sip:1001@10.0.0.8>;expires=3600;+sip.instance=\"<urn:uuid:1>\";reg-id=2",
                "Contact: <sip:1001@10.0.0.7;transport=tcp>;expires=501;q=0.5",
            ],
            _desk.ResponseHeaders(result));
    }

    [Fact]
    [Trait("Clause", "C-18")]
    public void A_request_without_contact_asks_and_changes_nothing()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.7>\n");

        RegisterResult result = _desk.Register("", cseq: 2);

        Assert.Equal((200, false, 1), (result.Status, result.Changed, result.Bindings));
        Assert.Equal(["Contact: <sip:1001@10.0.0.7>;expires=3600"], _desk.ResponseHeaders(result));
    }

    [Theory]
    [InlineData("Contact: <sip:1001@10.0.0.7>;expires=120\nExpires: 600\n", 120)]
    [InlineData("Contact: <sip:1001@10.0.0.7>\nExpires: 600\n", 600)]
    [InlineData("Contact: sip:1001@10.0.0.7\n", 3600)]
    [InlineData("Contact: <sip:1001@10.0.0.7>;expires=60\n", 60)]
    [InlineData("Contact: <sip:1001@10.0.0.7>;expires=86400\n", 3600)]
    [InlineData("Contact: <sip:1001@10.0.0.7>;expires=4294967296\n", 3600)]
    [InlineData("Contact: <sip:1001@10.0.0.7>;expires=soon\n", 3600)]
    public void The_contacts_own_interval_counts_then_the_headers_then_an_hour(string headers, int seconds)
    {
        RegisterResult result = _desk.Register(headers);

        Assert.Equal(TimeSpan.FromSeconds(seconds), result.Granted);
        Assert.Equal(_desk.Now + result.Granted, _desk.Location.Find("1001", _desk.Now)[0].ExpiresAt);
    }

    [Theory]
    [Trait("Clause", "C-18")]
    [InlineData(1)]
    [InlineData(59)]
    public void Too_short_an_interval_is_refused_with_the_smallest_one(int seconds)
    {
        RegisterResult result = _desk.Register($"Contact: <sip:1001@10.0.0.7>;expires={seconds}\n");

        Assert.Equal((423, false, 0), (result.Status, result.Changed, result.Bindings));
        Assert.Equal(["Min-Expires: 60"], _desk.ResponseHeaders(result));
    }

    [Fact]
    public void The_smallest_and_the_largest_interval_can_be_set()
    {
        var desk = new RegistrarDesk();
        var registrar = new Registrar(desk.Location)
        {
            MinimumExpires = TimeSpan.FromSeconds(5),
            MaximumExpires = TimeSpan.FromSeconds(7200),
        };

        Assert.Equal(7200, Granted(9999));
        Assert.Equal(5, Granted(5));
        Assert.Equal(0, Granted(4));

        double Granted(int expires)
        {
            SipMessage request = RegistrarDesk.Request($"Contact: <sip:1001@10.0.0.7>;expires={expires}\n", callId: $"c{expires}");
            return registrar.Handle(desk.Now, request, RegistrarDesk.Udp(), RegistrarDesk.User).Granted.TotalSeconds;
        }
    }

    [Fact]
    [Trait("Clause", "C-18")]
    public void A_refresh_moves_the_deadline_and_the_flow()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.7>;expires=60\n");
        _desk.Advance(30);
        _ = _desk.Register("Contact: <sip:1001@10.0.0.7;x=y>;expires=60\n", cseq: 2, source: RegistrarDesk.Udp(7000));
        _desk.Advance(59);

        Binding binding = Assert.Single(_desk.Location.Find("1001", _desk.Now));
        Assert.Equal(RegistrarDesk.Udp(7000), binding.Flow);
        Assert.Empty(_desk.Expired);

        _desk.Advance(1);
        Assert.Empty(_desk.Contacts);
        Assert.Equal(["1001 sip:1001@10.0.0.7;x=y"], _desk.Expired);
    }

    [Fact]
    [Trait("Clause", "C-18")]
    public void Expires_0_takes_one_contact_back()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.7>, <sip:1001@10.0.0.8>\n");

        RegisterResult result = _desk.Register("Contact: <sip:1001@10.0.0.7>;expires=0\n", cseq: 2);

        Assert.Equal((200, true, 1, TimeSpan.Zero), (result.Status, result.Changed, result.Bindings, result.Granted));
        Assert.Equal(["sip:1001@10.0.0.8"], _desk.Contacts);
        Assert.Empty(_desk.Expired);
    }

    [Fact]
    public void Taking_back_what_is_not_there_is_no_error() =>
        Assert.Equal(200, _desk.Register("Contact: <sip:1001@10.0.0.7>;expires=0\n").Status);

    [Fact]
    [Trait("Clause", "C-18")]
    public void A_star_with_expires_0_takes_all_back()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.7>\n", callId: "a");
        _ = _desk.Register("Contact: <sip:1001@10.0.0.8>\n", callId: "b");

        RegisterResult result = _desk.Register("Contact: *\nExpires: 0\n", cseq: 2, callId: "b");

        Assert.Equal((200, true, 0), (result.Status, result.Changed, result.Bindings));
        Assert.Empty(_desk.ResponseHeaders(result));
        Assert.Equal(0, _desk.Timers.Armed);
    }

    [Theory]
    [Trait("Clause", "C-18")]
    [InlineData("Contact: *\n")]
    [InlineData("Contact: *\nExpires: 60\n")]
    [InlineData("Contact: *\nExpires: never\n")]
    [InlineData("Contact: *, <sip:1001@10.0.0.7>\nExpires: 0\n")]
    [InlineData("Contact: <sip:1001@10.0.0.7>\nContact: *\nExpires: 0\n")]
    [InlineData("Contact: *\nContact: *\nExpires: 0\n")]
    public void A_star_in_any_other_way_is_a_bad_request(string headers)
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.9>\n");

        Assert.Equal(400, _desk.Register(headers, cseq: 2).Status);
        Assert.Equal(["sip:1001@10.0.0.9"], _desk.Contacts);
    }

    [Theory]
    [Trait("Clause", "C-18")]
    [InlineData("Contact: <sip:1001@10.0.0.7>;expires=700\n")]
    [InlineData("Contact: <sip:1001@10.0.0.7>;expires=0\n")]
    [InlineData("Contact: <sip:1001@10.0.0.8>, <sip:1001@10.0.0.7>\n")]
    [InlineData("Contact: *\nExpires: 0\n")]
    public void An_older_request_of_the_same_call_id_changes_nothing(string headers)
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.7>;expires=600\n", cseq: 5);

        foreach (uint cseq in new uint[] { 4, 5 })
        {
            RegisterResult result = _desk.Register(headers, cseq);
            Assert.Equal((500, false, 1), (result.Status, result.Changed, result.Bindings));
        }
        Assert.Equal(_desk.Now + TimeSpan.FromSeconds(600), Assert.Single(_desk.Location.Find("1001", _desk.Now)).ExpiresAt);
    }

    /// <summary>A phone that has rebooted counts from one again, and some keep their Call-ID; nothing is on its way for longer than T4.</summary>
    [Theory]
    [Trait("Clause", "BUG-28")]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_phone_that_counts_from_the_beginning_is_taken_when_no_copy_can_be_on_its_way(uint cseq)
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.7>;expires=600\n", cseq: 5);
        _desk.Advance(5);
        Assert.Equal(500, _desk.Register("Contact: <sip:1001@10.0.0.7>;expires=700\n", cseq).Status);
        _desk.Advance(0.1);
        Assert.Equal((200, true), Told(_desk.Register("Contact: <sip:1001@10.0.0.7>;expires=700\n", cseq)));
        Assert.Equal(cseq, Assert.Single(_desk.Location.Find("1001", _desk.Now)).CSeq);
        Assert.Equal(500, _desk.Register("Contact: <sip:1001@10.0.0.7>;expires=0\n", cseq).Status); // what it sends now has an order again
        _desk.Advance(20);
        Assert.Equal((200, true), Told(_desk.Register("Contact: *\nExpires: 0\n", cseq)));
        Assert.Empty(_desk.Contacts);
    }

    private static (int, bool) Told(RegisterResult result) => (result.Status, result.Changed);

    [Fact]
    [Trait("Clause", "C-18")]
    public void Another_call_id_begins_anew()
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.7>\n", cseq: 5, callId: "before-the-restart");

        Assert.Equal(200, _desk.Register("Contact: <sip:1001@10.0.0.7>\n", cseq: 1, callId: "after").Status);
        Assert.Equal(1u, Assert.Single(_desk.Location.Find("1001", _desk.Now)).CSeq);
    }

    [Theory]
    [Trait("Clause", "C-18")]
    [InlineData("Contact: <sip:1001@10.0.0.8>, <sip:1001@10.0.0.9>;expires=5\n", 423)]
    [InlineData("Contact: <sip:1001@10.0.0.8>\nContact: <mailto:bob@example.com>\n", 400)]
    [InlineData("Contact: <sip:1001@10.0.0.7>;expires=0, <sips:1001@10.0.0.8>\n", 400)]
    [InlineData("Contact: <tel:1001>\n", 400)]
    public void All_contacts_of_a_request_change_or_none(string headers, int status)
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.7>\n");

        Assert.Equal(status, _desk.Register(headers, cseq: 2).Status);
        Assert.Equal(["sip:1001@10.0.0.7"], _desk.Contacts);
    }

    [Fact]
    public void The_same_contact_twice_in_a_request_counts_once_as_it_stands_last()
    {
        RegisterResult result = _desk.Register("Contact: <sip:1001@10.0.0.7>;q=0.1, <sip:1001@10.0.0.7>;q=0.2\n");
        Assert.Equal(1, result.Bindings);
        Assert.Equal(0.2, _desk.Location.Find("1001", _desk.Now)[0].Q);

        result = _desk.Register("Contact: <sip:1001@10.0.0.7>;q=0.1, <sip:1001@10.0.0.7>;expires=0\n", cseq: 2);
        Assert.Equal((200, 0), (result.Status, result.Bindings));
    }

    [Theory]
    [Trait("Clause", "C-19")]
    [InlineData("<sip:1002@pbx.example.com>")]
    [InlineData("<sip:pbx.example.com>")]
    [InlineData("<tel:1001>")]
    public void Another_address_of_record_is_forbidden(string to)
    {
        RegisterResult result = _desk.Register("Contact: <sip:1001@10.0.0.7>\n", to: to);

        Assert.Equal((403, false, 0), (result.Status, result.Changed, result.Bindings));
        Assert.NotEmpty(result.Reason);
        Assert.Equal(0, _desk.Location.Count);
    }

    [Theory]
    [Trait("Clause", "C-19")]
    [InlineData("<sip:1001@192.0.2.1:5060;transport=udp>")]
    [InlineData("\"Front\" <sip:%31001@pbx.example.com;user=phone>")]
    public void The_address_of_record_is_the_user_alone_without_escapes(string to) =>
        Assert.Equal(200, _desk.Register("Contact: <sip:1001@10.0.0.7>\n", to: to).Status);

    [Fact]
    [Trait("Clause", "C-18")]
    public void What_is_required_and_unknown_is_named()
    {
        RegisterResult result = _desk.Register("Require: path, gruu\nContact: <sip:1001@10.0.0.7>\n");

        Assert.Equal((420, false), (result.Status, result.Changed));
        Assert.Equal(["Unsupported: path, gruu"], _desk.ResponseHeaders(result));
        Assert.Empty(_desk.Contacts);
    }

    [Fact]
    [Trait("Clause", "U-29")]
    public void A_phone_that_comes_back_from_another_port_replaces_itself()
    {
        const string Instance = ";+sip.instance=\"<urn:uuid:4f6f3dfd>\"";
        _ = _desk.Register($"Contact: <sip:1001@10.0.0.7:40001>{Instance}\n", callId: "a");
        _ = _desk.Register("Contact: <sip:1001@10.0.0.9>\n", callId: "x");
        _ = _desk.Register($"Contact: <sip:1001@10.0.0.7:40002>{Instance}\n", callId: "b");

        Assert.Equal(["sip:1001@10.0.0.7:40002", "sip:1001@10.0.0.9"], _desk.Contacts);
    }

    [Fact]
    [Trait("Clause", "U-29")]
    public void Two_flows_of_one_phone_stay_two()
    {
        const string Instance = ";+sip.instance=\"<urn:uuid:4f6f3dfd>\";reg-id=";
        _ = _desk.Register($"Contact: <sip:1001@10.0.0.7:40001>{Instance}1\n", callId: "a");
        _ = _desk.Register($"Contact: <sip:1001@10.0.0.7:40002>{Instance}2\n", callId: "b");

        Assert.Equal(2, _desk.Location.Count);
    }

    [Theory]
    [InlineData("<sip:1001@10.0.0.7:1>;expires=0;+sip.instance=\"<i>\", <sip:1001@10.0.0.7:2>;+sip.instance=\"<i>\"")]
    [InlineData("<sip:1001@10.0.0.7:2>;+sip.instance=\"<i>\", <sip:1001@10.0.0.7:1>;expires=0;+sip.instance=\"<i>\"")]
    public void A_phone_may_swap_its_contact_in_one_request(string contacts)
    {
        _ = _desk.Register("Contact: <sip:1001@10.0.0.7:1>;+sip.instance=\"<i>\"\n");

        Assert.Equal(200, _desk.Register($"Contact: {contacts}\n", cseq: 2).Status);
        Assert.Equal(["sip:1001@10.0.0.7:2"], _desk.Contacts);
    }

    [Fact]
    public void Ten_contacts_are_kept_and_the_eleventh_of_another_phone_is_refused()
    {
        for (int i = 1; i <= SipLimits.BindingsPerAddress; i++)
        {
            Assert.Equal(200, _desk.Register($"Contact: <sip:1001@10.0.0.{i}>\nUser-Agent: Desk\n", callId: $"c{i}").Status);
        }

        Assert.Equal(503, _desk.Register("Contact: <sip:1001@10.0.0.99>\n", callId: "x").Status);
        Assert.Equal(503, _desk.Register("Contact: <sip:1001@10.0.0.99>\nUser-Agent: Soft\n", callId: "y").Status);
        Assert.Equal(SipLimits.BindingsPerAddress, _desk.Location.Count);
    }

    [Fact]
    public void The_eleventh_contact_of_the_same_kind_of_phone_replaces_the_one_refreshed_longest_ago()
    {
        for (int i = 1; i <= SipLimits.BindingsPerAddress; i++)
        {
            _ = _desk.Register($"Contact: <sip:1001@10.0.0.{i}>\nUser-Agent: Desk\n", callId: $"c{i}");
        }
        _ = _desk.Register("Contact: <sip:1001@10.0.0.1>\nUser-Agent: Desk\n", cseq: 2, callId: "c1");

        RegisterResult result = _desk.Register("Contact: <sip:1001@10.0.0.99>\nUser-Agent: Desk\n", callId: "x");

        Assert.Equal((200, SipLimits.BindingsPerAddress), (result.Status, result.Bindings));
        Assert.DoesNotContain("sip:1001@10.0.0.2", _desk.Contacts);
        Assert.Contains("sip:1001@10.0.0.1", _desk.Contacts);
    }

    [Theory]
    [InlineData(10, 200)]
    [InlineData(11, 503)]
    [InlineData(20, 503)]
    [InlineData(21, 400)]
    public void A_request_has_a_limit_of_contacts(int count, int status)
    {
        string contacts = string.Join(", ", Enumerable.Range(1, count).Select(i => $"<sip:1001@10.0.0.{i}>"));

        Assert.Equal(status, _desk.Register($"Contact: {contacts}\nUser-Agent: Desk\n").Status);
    }

    [Theory]
    [InlineData(ContactRequest.LongestText, 200)]
    [InlineData(ContactRequest.LongestText + 1, 400)]
    public void Contacts_and_call_ids_have_a_limit(int length, int status)
    {
        string contact = "sip:1001@10.0.0.7;x=";
        contact += new string('y', length - contact.Length);

        Assert.Equal(status, _desk.Register($"Contact: <{contact}>\n").Status);
        Assert.Equal(status, _desk.Register("Contact: <sip:1001@10.0.0.8>\n", callId: new string('c', length)).Status);
    }

    [Theory]
    [InlineData("q=0.25", 0.25)]
    [InlineData("q=0", 0)]
    [InlineData("q=1.000", 1)]
    [InlineData("q=1.001", 1)]
    [InlineData("q=7", 1)]
    [InlineData("q=0.12345", 1)]
    [InlineData("q=-1", 1)]
    [InlineData("q=NaN", 1)]
    [InlineData("q=0..1", 1)]
    public void A_preference_is_read_or_taken_as_1(string parameter, double q)
    {
        Assert.Equal(200, _desk.Register($"Contact: <sip:1001@10.0.0.7>;{parameter}\n").Status);
        Assert.Equal(q, _desk.Location.Find("1001", _desk.Now)[0].Q);
    }
}
