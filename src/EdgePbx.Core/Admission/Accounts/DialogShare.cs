namespace EdgePbx.Core;

/// <summary>Requests of a dialog's peer that are remembered.</summary>
internal sealed class DialogShare
{
    /// <summary>As many as nobody sends in half a minute who only talks on the phone.</summary>
    public const int Most = 64;

    public int Count { get; set; }
}

/// <summary>With whom a request is counted, for as long as it is remembered.</summary>
/// <param name="Account">Whose request it is; null: nobody's that is counted.</param>
/// <param name="Dialog">Null: it is in none.</param>
internal readonly record struct RequestShare(AccountUsage? Account, DialogShare? Dialog)
{
    /// <param name="isRegister">They have a share of their own.</param>
    /// <param name="more">1 or -1.</param>
    public void Count(bool isRegister, int more)
    {
        if (Dialog is not null)
        {
            Dialog.Count += more;
        }
        if (Account is not null)
        {
            (Account.Registrations, Account.Requests) =
                isRegister ? (Account.Registrations + more, Account.Requests) : (Account.Registrations, Account.Requests + more);
        }
    }
}
