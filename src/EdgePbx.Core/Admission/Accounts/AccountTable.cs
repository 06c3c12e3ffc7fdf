namespace EdgePbx.Core;

/// <summary>
/// Sees to it that one account leaves something for the others: of whatever all share it may hold no more than is left over.
/// So one that wants all gets half, two get a third each, and there is always room for whoever wants little. Nobody is held to a
/// share who asks for less than a phone needs.
/// </summary>
internal sealed class AccountTable(PbxContext context)
{
    /// <summary>What an account may hold in any case, if it is there: a call and one that waits, a call of all media lines, half a minute of a phone's requests.</summary>
    private const int LeastCalls = 2;
    private const int LeastPaths = 2 * SipLimits.MediaLines;
    private const int LeastRequests = 64;

    /// <summary>Sound and video of one call, however small the box is.</summary>
    private const int FewestPaths = 4;

    /// <summary>Requests within one dialog: as many in half a minute as are remembered for that long.</summary>
    public const int DialogRequests = 64;
    public static readonly TokenRate DialogRate = new(DialogRequests, perSecond: 2);

    /// <summary>Changes of bindings at once, one for each phone that an account may have; then one in a second.</summary>
    public const int ChangesAtOnce = 2 * SipLimits.BindingsPerAddress;
    public static readonly TimeSpan ChangePause = TimeSpan.FromSeconds(1);
    private static readonly TokenRate ChangeRate = new(ChangesAtOnce, perSecond: 1);

    /// <summary>Records and lines of calls that came to nothing: some at once, then one in a second.</summary>
    public const int UnansweredAtOnce = 20;
    private static readonly TokenRate UnansweredRate = new(UnansweredAtOnce, perSecond: 1);
    private static readonly TokenRate OnceAMinute = new(burst: 1, perSecond: 1 / 60.0);

    private readonly Dictionary<string, AccountUsage> _accounts = new(StringComparer.Ordinal);

    /// <summary>Of an extension, whoever it is; not to be asked for names that a stranger may choose.</summary>
    public AccountUsage Of(string number)
    {
        if (!_accounts.TryGetValue(number, out AccountUsage? usage))
        {
            _accounts[number] = usage = new AccountUsage(number);
        }
        return usage;
    }

    /// <summary>Of who has just shown who he is.</summary>
    public AccountUsage Of(ExtensionSettings user)
    {
        AccountUsage usage = Of(user.Number);
        usage.Settings = user;
        return usage;
    }

    /// <summary>A reload: who is gone and holds nothing is forgotten.</summary>
    public void Reload(IReadOnlySet<string> extensions)
    {
        foreach (AccountUsage gone in _accounts.Values.Where(one => one.HoldsNothing && !extensions.Contains(one.Number)).ToArray())
        {
            _ = _accounts.Remove(gone.Number);
        }
    }

    public bool MayCall(AccountUsage account) =>
        account.Calls < (account.Settings?.MaxCalls ?? context.Settings.CallsPerExtension ?? int.MaxValue)
        && Fits(account, account.Calls, 1, context.Settings.MaxCalls - context.Calls.Up, LeastCalls);

    /// <param name="account">Whose call it is.</param>
    /// <param name="paths">Media lines times legs.</param>
    public bool MayOpen(AccountUsage account, int paths) =>
        Fits(account, account.Paths, paths, context.Settings.MediaPaths - context.Relays.Count, Math.Max(FewestPaths, Math.Min(LeastPaths, context.Settings.MediaPaths / 2)));

    public bool MayRegister(AccountUsage account) =>
        Fits(account, account.Registrations, 1, context.Settings.Memory.RegisterTransactions - context.Transactions.RegisterCount, LeastRequests);

    /// <summary>A request that makes a call.</summary>
    public bool MayAsk(AccountUsage account) => Fits(
        account, account.Requests, 1,
        context.Settings.Memory.CallTransactions - (context.Transactions.ServerCount - context.Transactions.RegisterCount), LeastRequests);

    /// <summary>A request within a dialog, other than those that end something.</summary>
    public bool MayAskWithin(Instant now, AccountUsage account, IDialogUser dialog) =>
        account.Settings?.MayTakeAll == true
        || (dialog.MayAsk(now)
            && Fits(account, account.Requests, 1, context.Settings.Memory.ServerTransactions - context.Transactions.ServerCount, LeastRequests));

    /// <summary>Bindings of it may change what the medium keeps; false: too soon after the last ones.</summary>
    public bool MayChangeBindings(Instant now, string number) => ChangeRate.TryTake(ref Of(number).ChangesFullAt, now);

    /// <summary>It wanted more than there is for it: said at once, then once a minute.</summary>
    public void NoteLimited(Instant now, AccountUsage account, string what)
    {
        context.Counters.RequestsRefusedShare++;
        account.Limited ??= new Repeats(context.Timers, OnceAMinute, rest => context.Log.AccountLimitedAgain(account.Number, rest));
        if (account.Limited.Note(now))
        {
            context.Log.AccountLimited(account.Number, what);
        }
    }

    /// <summary>A call of it was refused at once; true: with a line of its own.</summary>
    public bool HasRefusedLine(Instant now, AccountUsage account)
    {
        account.Refused ??= new Repeats(context.Timers, UnansweredRate, rest => context.Log.CallsRefusedAgain(account.Number, rest));
        return account.Refused.Note(now);
    }

    /// <summary>A call of it is over that nobody answered; false: its record is counted into another one, once a minute.</summary>
    public bool HasRecord(Instant now, AccountUsage account, CallRecord record)
    {
        account.Unanswered ??= new Repeats(context.Timers, UnansweredRate, rest =>
        {
            context.Write(account.LastUnanswered! with { Times = rest });
            account.LastUnanswered = null;
        });
        bool hasOne = account.Unanswered.Note(now);
        account.LastUnanswered = hasOne ? account.LastUnanswered : record;
        return hasOne;
    }

    private static bool Fits(AccountUsage account, int held, int wanted, int free, int least) =>
        account.Settings?.MayTakeAll == true || held + wanted <= Math.Max(least, free - wanted);
}
