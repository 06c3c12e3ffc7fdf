using System.Text;

namespace EdgePbx.Core;

/// <summary>REGISTER, from the credentials to the response (RFC 3261 10.3).</summary>
internal sealed class RegisterHandler(PbxContext context, Authenticator authenticator, LocationService location)
{
    private readonly Registrar _registrar = new(location);

    public void Handle(Instant now, ServerTransaction transaction)
    {
        if (authenticator.Authenticate(now, transaction, out bool wasRefused) is not { } user)
        {
            if (wasRefused)
            {
                context.Counters.RegistersRejected++;
                context.Log.RegisterRejected(transaction.Source, 401, "wrong extension or secret");
            }
            return;
        }
        RegisterResult result = _registrar.Handle(now, transaction.Request, transaction.Source, user);
        SipWriter writer = context.BeginResponse(transaction, result.Status, reason: Encoding.UTF8.GetBytes(result.Reason));
        _registrar.WriteResponseHeaders(ref writer, now, result, user);
        context.SendResponse(now, transaction, result.Status, ref writer);
        if (!result.IsAccepted)
        {
            context.Counters.RegistersRejected++;
            context.Log.RegisterRejected(transaction.Source, result.Status, result.Reason);
        }
        else if (result.Changed)
        {
            context.Counters.RegistersAccepted++;
            context.Log.RegisterAccepted(user.Number, transaction.Source, (int)result.Granted.TotalSeconds, result.Bindings);
        }
    }
}
