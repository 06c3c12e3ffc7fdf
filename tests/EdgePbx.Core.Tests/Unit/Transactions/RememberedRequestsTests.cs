namespace EdgePbx.Core.Tests;

/// <summary>The table itself, against the plainest of models.</summary>
public class RememberedRequestsTests
{
    private readonly TimerHeap _timers = new();
    private readonly HashSet<ulong> _mergeable = [];
    private readonly RememberedRequests _table;
    private Instant _now = new(TimeSpan.FromHours(1).Ticks);

    public RememberedRequestsTests() => _table = new RememberedRequests(_timers, _mergeable);

    [Fact]
    public void Rows_are_found_by_name_with_their_bytes_until_their_time_is_over()
    {
        const int PerSecond = 100;
        Dictionary<ulong, (Instant Due, byte[] Message)> model = [];
        var random = new Random(1);
        ulong name = 0;
        for (int second = 0; second < 200; second++)
        {
            for (int i = 0; i < (second < 100 ? PerSecond : 0); i++)
            {
                byte[] message = new byte[random.Next(0, 3000)];
                random.NextBytes(message);
                Add(++name, RememberedKind.Answered, message);
                model[name] = (_now + SipTimers.Timeout, message);
            }
            _now += TimeSpan.FromSeconds(1);
            _timers.FireDue(_now);
            foreach ((ulong gone, _) in model.Where(one => one.Value.Due <= _now).ToArray())
            {
                _ = model.Remove(gone);
            }
            Assert.Equal((model.Count, model.Values.Sum(static one => (long)one.Message.Length)), (_table.Servers, _table.Bytes));
            foreach ((ulong known, (_, byte[] message)) in model)
            {
                Assert.Equal(message, _table.Find(known, out bool isThere).Message.Span);
                Assert.True(isThere);
            }
            _ = _table.Find(name + 1, out bool isUnknown);
            Assert.False(isUnknown);
        }
        Assert.Equal((0, 0), (_table.Servers, _timers.Armed));
    }

    [Fact]
    public void It_is_as_flat_in_memory_as_what_is_in_it()
    {
        byte[] message = new byte[400];
        void Second()
        {
            for (int i = 0; i < 600; i++)
            {
                Add((ulong)_now.Ticks + (ulong)i, RememberedKind.Answered, message);
            }
            _now += TimeSpan.FromSeconds(1);
            _timers.FireDue(_now);
        }
        for (int i = 0; i < 70; i++)
        {
            Second();
        }
        Assert.Equal(0, Allocated.InEach(Second)); // nothing is taken any more
        _now += TimeSpan.FromSeconds(40);
        _timers.FireDue(_now);
        Assert.InRange(HeldBytes.Of(_table).Total, 0, 200_000); // and all but the least is given back
    }

    [Fact]
    public void Names_by_which_merged_requests_are_known_go_with_their_rows()
    {
        _ = _mergeable.Add(7);
        _table.Add(_now, new RememberedRequest { Name = 1, MergeName = 7, Kind = RememberedKind.Registered }, default);
        Assert.Equal((1, 1, 0), (_table.Servers, _table.Registers, _table.Clients));
        _now += SipTimers.Timeout;
        _timers.FireDue(_now);
        Assert.Empty(_mergeable);
        Assert.Equal((0, 0, 0), (_table.Servers, _table.Registers, _table.Clients));
    }

    [Fact]
    public void Each_row_closes_its_entry_in_the_ledger_once()
    {
        var ledger = new CallLedger(whole: null);
        for (ulong name = 0; name < 5; name++)
        {
            ledger.Open(ReceiptKind.Transaction);
            _table.Add(_now, new RememberedRequest { Name = name, Number = (long)name, Ledger = ledger, Kind = name == 0 ? RememberedKind.Acknowledged : RememberedKind.Accepted }, "tag"u8);
        }
        Assert.Equal((1, 2), _table.ForgetWhere(static (_, number) => number < 3));
        Assert.Equal((2, 0, 2), (ledger.HeldOf(ReceiptKind.Transaction), _table.Clients, _table.Servers));
        Assert.Equal((0, 0), _table.ForgetWhere(static (_, number) => number < 3));
        _now += SipTimers.Timeout;
        _timers.FireDue(_now);
        Assert.Equal((0, 0, 0), (ledger.Held, _table.Servers, _table.Bytes));
    }

    [Fact]
    public void A_message_of_any_length_fits()
    {
        byte[] message = new byte[SipLimits.MessageBytes];
        for (ulong name = 0; name < 5; name++)
        {
            message[^1] = (byte)name;
            Add(name, RememberedKind.Answered, message);
        }
        for (ulong name = 0; name < 5; name++)
        {
            Assert.Equal((byte)name, _table.Find(name, out _).Message.Span[^1]);
        }
    }

    private void Add(ulong name, RememberedKind kind, byte[] message) => _table.Add(_now, new RememberedRequest { Name = name, Kind = kind }, message);
}
