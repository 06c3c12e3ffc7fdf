using EdgePbx.Core;

namespace EdgePbx;

/// <summary>
/// How much of the call records one account may fill: calls that come to nothing once a second, and of all that is kept a quarter a day.
/// What is more is counted, and becomes one line a minute; so nobody pushes the last day of the others out. Belongs to the thread that
/// writes the records.
/// </summary>
/// <param name="section">How much is kept.</param>
/// <param name="clock">The one on the wall, for the lines.</param>
/// <param name="now">The one that nobody sets.</param>
internal sealed class RecordShares(RecordsSection section, TimeProvider clock, Func<Instant> now)
{
    private const int Burst = 120;
    private const int MostAccounts = 4096;
    private static readonly TimeSpan LineInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly long _shareADay = section.LargestFile * (section.KeptFiles + 1) / 4;

    /// <summary>When the next line is due; null: nothing was counted.</summary>
    public Instant? Due { get; private set; }

    /// <summary>False: it is counted, and not written.</summary>
    /// <param name="line">What is to be written.</param>
    /// <param name="length">Its bytes.</param>
    public bool Takes(IRecordLine line, int length)
    {
        if (line is not CallDetail { Clean: true, Revision: 1 } call)
        {
            return true; // what went wrong is never summed up
        }
        Instant at = now();
        Account account = AccountOf(call.Caller.Number, at);
        account.Turn(at);
        if ((call.Answer is not null || account.Tokens >= 1) && account.BytesOfDay + length <= _shareADay)
        {
            account.Tokens -= call.Answer is null ? 1 : 0;
            account.BytesOfDay += length;
            return true;
        }
        account.Calls++;
        account.Answered += call.Answer is null ? 0 : 1;
        account.First ??= clock.GetUtcNow();
        Due ??= at + LineInterval;
        return false;
    }

    /// <summary>One line for each account of which calls were counted, when it is time.</summary>
    /// <param name="isLast">It is time.</param>
    public List<CallSummary> TakeDue(bool isLast = false)
    {
        if (Due is not { } due || (!isLast && now() < due))
        {
            return [];
        }
        Due = null;
        List<CallSummary> lines = [];
        foreach ((string number, Account account) in _accounts.Where(static one => one.Value.Calls > 0))
        {
            lines.Add(new CallSummary
            {
                Account = number, Calls = account.Calls, Answered = account.Answered, From = account.First!.Value.UtcDateTime, To = clock.GetUtcNow().UtcDateTime,
                ClockSynchronised = WallClock.IsSynchronised,
            });
            (account.Calls, account.Answered, account.First) = (0, 0, null);
        }
        return lines;
    }

    // whoever calls has an account: there are more names than these only where a configuration has them
    private Account AccountOf(string number, Instant at)
    {
        if (!_accounts.TryGetValue(number, out Account? account) && (_accounts.Count < MostAccounts || !_accounts.TryGetValue("", out account)))
        {
            number = _accounts.Count < MostAccounts ? number : "";
            _accounts[number] = account = new Account { At = at, DayBegan = at };
        }
        return account;
    }

    private sealed class Account
    {
        public double Tokens { get; set; } = Burst;
        public Instant At { get; set; }
        public Instant DayBegan { get; set; }
        public long BytesOfDay { get; set; }
        public long Calls { get; set; }
        public long Answered { get; set; }
        public DateTimeOffset? First { get; set; }

        public void Turn(Instant at)
        {
            Tokens = Math.Min(Burst, Tokens + (at - At).TotalSeconds);
            At = at;
            if (at - DayBegan >= Day)
            {
                (DayBegan, BytesOfDay) = (at, 0);
            }
        }
    }
}
