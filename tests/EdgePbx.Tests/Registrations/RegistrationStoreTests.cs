using System.Collections.Concurrent;
using EdgePbx.Core;

namespace EdgePbx.Tests;

/// <summary>The thread that keeps registrations, and what it reads back.</summary>
public sealed class RegistrationStoreTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly ListenUrl Udp = new(SipTransport.Udp, new NetEndpoint(NetAddress.AnyV4, 5060));
    private static readonly ListenUrl Tcp = Udp with { Transport = SipTransport.Tcp };

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger _log = new();
    private readonly BlockingCollection<StoreReport> _reports = [];

    private string Path => _folder.File("registrations.journal");

    [Fact]
    public void What_was_reported_as_kept_is_read_back_with_all_that_a_call_needs()
    {
        Binding first = Bind("sip:1001@192.0.2.11;line=\"ü", SipTransport.Udp, q: 0.5);
        Binding second = Bind("sip:1001@[2001:db8::7]:5070;transport=tcp", SipTransport.Tcp, q: 1);
        using (RegistrationStore store = Start())
        {
            store.Post(new KeptBindings(1, "1001", [second, first]));
            Assert.Equal(new StoreReport(1, null), Next());
        }
        using RegistrationStore again = New();
        KeptBindings kept = Assert.Single(again.Load([Tcp, Udp]));
        Assert.Equal("1001", kept.Extension);
        Assert.Equal([Shown(second), Shown(first)], kept.Bindings.Select(Shown));
        Assert.Equal([1, 2], kept.Bindings.Select(binding => (int)binding.Flow.Listener)); // by what is listened on now
    }

    [Fact]
    public void A_socket_that_is_no_longer_there_is_chosen_by_address()
    {
        using (RegistrationStore store = Start())
        {
            store.Post(new KeptBindings(1, "1001", [Bind("sip:1001@192.0.2.11", SipTransport.Udp)]));
            _ = Next();
        }
        using RegistrationStore again = New();
        Assert.Equal(0, again.Load([Tcp]).Single().Bindings[0].Flow.Listener);
    }

    [Fact]
    public void Of_each_extension_the_last_counts_and_an_empty_one_is_gone()
    {
        using (RegistrationStore store = Start())
        {
            store.Post(new KeptBindings(1, "1001", [Bind("sip:a@192.0.2.11", SipTransport.Udp)]));
            store.Post(new KeptBindings(2, "1002", [Bind("sip:b@192.0.2.12", SipTransport.Udp)]));
            store.Post(new KeptBindings(3, "1001", [Bind("sip:c@192.0.2.11", SipTransport.Udp)]));
            store.Post(new KeptBindings(4, "1002", []));
            while (Next().UpTo < 4)
            {
            }
        }
        using RegistrationStore again = New();
        Assert.Equal(["sip:c@192.0.2.11"], again.Load([Udp]).SelectMany(one => one.Bindings).Select(binding => binding.Contact));
    }

    [Fact]
    public void A_medium_that_fails_is_reported_and_has_all_of_it_when_it_works_again()
    {
        string path = _folder.File("later/registrations.journal");
        var store = new RegistrationStore(path, _log, new WriteMeter(() => default));
        _ = store.Load([Udp]);
        store.Start(() => Take(store));
        store.Post(new KeptBindings(1, "1001", [Bind("sip:a@192.0.2.11", SipTransport.Udp)]));
        Assert.Equal(new StoreReport(1, "No such file or directory"), Next());
        _ = Directory.CreateDirectory(_folder.File("later"));
        store.Post(new KeptBindings(2, "1002", [Bind("sip:b@192.0.2.12", SipTransport.Udp)]));
        Assert.Equal(new StoreReport(2, null), Next());
        store.Dispose();

        using var again = new RegistrationStore(path, _log, new WriteMeter(() => default));
        Assert.Equal(["1001", "1002"], again.Load([Udp]).Select(one => one.Extension));
    }

    [Fact]
    public void A_damaged_line_is_told_of_and_the_rest_is_there()
    {
        using (RegistrationStore store = Start())
        {
            store.Post(new KeptBindings(1, "1001", [Bind("sip:a@192.0.2.11", SipTransport.Udp)]));
            _ = Next();
            store.Post(new KeptBindings(2, "1002", [Bind("sip:b@192.0.2.12", SipTransport.Udp)]));
            _ = Next();
        }
        File.WriteAllBytes(Path, File.ReadAllBytes(Path)[..^9]);
        using RegistrationStore again = New();
        Assert.Equal(["1001"], again.Load([Udp]).Select(one => one.Extension));
        Assert.Equal(1, _log.EventCount("registrations_repaired"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""[{"contact":"sip:a@b"}]""")]
    [InlineData("""[{"contact":"sip:a@b","from":"udp://x:1","at":"","seconds":60,"q":1,"user_agent":"","instance":"","reg_id":0}]""")]
    [InlineData("""[{"contact":"sip:a@b","from":"udp://192.0.2.1:5060","at":"","seconds":-60,"q":1,"user_agent":"","instance":"","reg_id":0}]""")]
    [InlineData("""[] []""")]
    [InlineData("""[{"contact":7,"from":"udp://192.0.2.1:5060","at":"","seconds":60,"q":1,"user_agent":"","instance":"","reg_id":0}]""")]
    public void What_is_no_record_is_none(string text) =>
        Assert.False(RegistrationRecord.TryRead(System.Text.Encoding.UTF8.GetBytes(text), [Udp], out _));

    /// <summary>One account may change its registration as often as it likes: a day's budget is a day's budget.</summary>
    [Fact, Trait("Clause", "SEC-13")]
    public void Beyond_the_budget_all_that_waits_is_written_together_every_ten_seconds()
    {
        long now = TimeSpan.TicksPerDay;
        var meter = new WriteMeter(() => new Instant(Volatile.Read(ref now)), budget: 1000);
        using var store = new RegistrationStore(Path, _log, meter) { Now = () => new Instant(Volatile.Read(ref now)) };
        _ = store.Load([Udp, Tcp]);
        store.Start(() => Take(store));
        long number = 0;
        while (!meter.IsOver)
        {
            Post();
            Assert.Equal(number, Next().UpTo);
        }
        for (int round = 0; round < 5; round++)
        {
            long syncs = meter.Snapshot().Syncs;
            for (int i = 0; i < 200; i++)
            {
                Post();
            }
            Assert.Equal((0, syncs), (_reports.Count, meter.Snapshot().Syncs));
            Volatile.Write(ref now, now + (10 * TimeSpan.TicksPerSecond));
            Post();
            while (Next().UpTo < number)
            {
            }
            Assert.InRange(meter.Snapshot().Syncs - syncs, 1, 2);
        }
        Post();
        store.Dispose(); // and nothing is lost at the end
        using RegistrationStore again = New();
        Assert.Equal($"sip:{number}@192.0.2.11", again.Load([Udp]).Single().Bindings[0].Contact);

        void Post()
        {
            number++;
            store.Post(new KeptBindings(number, "1001", [Bind($"sip:{number}@192.0.2.11", SipTransport.Udp)]));
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        _reports.Dispose();
    }

    private static Binding Bind(string contact, SipTransport transport, double q = 1) => new()
    {
        Contact = contact,
        Flow = new SipFlow(transport, new NetEndpoint(NetAddress.FromV4(192, 0, 2, 11), 5062), (transport == SipTransport.Udp ? Udp : Tcp).Endpoint, 9, 77),
        ExpiresAt = new Instant(1),
        Granted = TimeSpan.FromSeconds(120),
        CallId = "call",
        CSeq = 7,
        Q = q,
        UserAgent = "Phone \"1\"\t",
        InstanceId = "<urn:uuid:1>",
        RegId = 3,
        IsBehindProxy = true,
    };

    private static object Shown(Binding one) =>
        (one.Contact, one.Flow.Transport, one.Flow.Remote, one.Flow.Local, one.Flow.Connection == 77 ? 0 : one.Flow.Connection, one.Granted, one.Q, one.UserAgent, one.InstanceId, one.RegId, one.IsBehindProxy);

    private RegistrationStore New() => new(Path, _log, new WriteMeter(() => default));

    private RegistrationStore Start()
    {
        RegistrationStore store = New();
        _ = store.Load([Udp, Tcp]);
        store.Start(() => Take(store));
        return store;
    }

    private void Take(RegistrationStore store)
    {
        if (store.TryTakeReport(out StoreReport report))
        {
            _reports.Add(report);
        }
    }

    private StoreReport Next()
    {
        Assert.True(_reports.TryTake(out StoreReport report, Patience), "no report came");
        return report;
    }
}
