using System.Text;

namespace EdgePbx.Core;

/// <summary>REGISTER, from the credentials to the response (RFC 3261 10.3).</summary>
internal sealed class RegisterHandler(PbxContext context, LocationService location, BindingKeeper keeper)
{
    private readonly Registrar _registrar = new(location)
    {
        MayChange = (now, number, bindings) => !keeper.IsNews(number, bindings) || context.Accounts.MayChangeBindings(now, number),
    };

    /// <summary>The answer goes out when what it says would survive a power cut.</summary>
    public void Handle(Instant now, ServerTransaction transaction, ExtensionSettings user)
    {
        IReadOnlyList<Binding> former = location.Find(user.Number, now);
        RegisterResult result = _registrar.Handle(now, transaction.Request, transaction.Source, user);
        IReadOnlyList<Binding> bindings = location.Find(user.Number, now);
        if (result.Changed)
        {
            FollowPhones(now, user.Number, former, bindings);
            keeper.WhenKept(now, user.Number, then => Answer(then, transaction, user, result, bindings));
        }
        else
        {
            Answer(now, transaction, user, result, bindings);
        }
    }

    // a phone may have moved: what is still said to its former place goes on to the new one, and so do its calls
    private void FollowPhones(Instant now, string number, IReadOnlyList<Binding> former, IReadOnlyList<Binding> bindings)
    {
        foreach (Binding before in former)
        {
            if (before.FindAmong(bindings) is { } current && !current.Flow.IsSameWayAs(before.Flow))
            {
                context.Transactions.Redirect(before.Flow, current.Flow);
            }
        }
        foreach (Call call in context.Calls.Live.ToArray())
        {
            call.Follow(now, number, bindings);
        }
    }

    private void Answer(Instant now, ServerTransaction transaction, ExtensionSettings user, in RegisterResult result, IReadOnlyList<Binding> bindings)
    {
        if (transaction.HasFinalResponse)
        {
            return; // it was given up while it waited
        }
        SipWriter writer = context.BeginResponse(transaction, result.Status, reason: Encoding.UTF8.GetBytes(result.Reason));
        _registrar.WriteResponseHeaders(ref writer, now, result, bindings);
        context.SendResponse(now, transaction, result.Status, ref writer);
        if (result.RetryAfter > TimeSpan.Zero)
        {
            context.Accounts.NoteLimited(now, context.Accounts.Of(user), "changes of its registrations");
        }
        else if (!result.IsAccepted)
        {
            context.Counters.RegistersRejected++;
            context.Log.RegisterRejected(user.Number, transaction.Source, result.Status, result.Reason);
        }
        else if (result.Changed)
        {
            context.Counters.RegistersAccepted++;
            if (result.Granted > TimeSpan.Zero)
            {
                context.Log.RegisterAccepted(user.Number, transaction.Source, (int)result.Granted.TotalSeconds, result.Bindings);
            }
            else
            {
                context.Log.RegisterRemoved(user.Number, transaction.Source, result.Bindings);
            }
        }
    }
}
