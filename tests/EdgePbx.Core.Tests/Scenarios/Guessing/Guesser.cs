namespace EdgePbx.Core.Tests;

/// <summary>Somebody who tries secrets: he takes a challenge and answers it as often as he likes.</summary>
internal sealed class Guesser(Phone phone, string method = "REGISTER")
{
    private WireMessage? _challenge;
    private int _number;

    private string Target => method == "REGISTER" ? "sip:office.example" : "sip:1002@office.example";

    /// <summary>Asks without credentials; the status of the answer, 0: silence.</summary>
    public int Knock()
    {
        Send("");
        if (!phone.Inbox.TryDequeue(out WireMessage? answer))
        {
            return 0;
        }
        _challenge = answer.Status == 401 ? answer : _challenge;
        return answer.Status;
    }

    /// <summary>Tries a secret with the nonce that he has; the status of the answer, 0: silence.</summary>
    public int Try(string secret)
    {
        if (_challenge is null)
        {
            _ = Knock();
        }
        phone.Secret = secret;
        Send(phone.Credentials(_challenge!, method, Target));
        int status = phone.Inbox.TryDequeue(out WireMessage? answer) ? answer.Status : 0;
        LastAnswer = answer;
        phone.Inbox.Clear();
        return status;
    }

    /// <summary>One wrong secret, if he gets a nonce; true: it was judged.</summary>
    public bool TryOnce() => Knock() == 401 && Try("wrong") == 401;

    public WireMessage? LastAnswer { get; private set; }

    /// <summary>How many of so many wrong secrets are judged.</summary>
    public int TryMany(int times) => Enumerable.Range(0, times).Count(i => Try($"wrong-{i}") == 401);

    private void Send(string credentials)
    {
        string name = $"g{++_number}-{phone.Number}-{phone.At}";
        phone.Send(phone.Request(method, Target, name, $"<{phone.Uri}>;tag=g{_number}", method == "REGISTER" ? $"<{phone.Uri}>" : $"<{Target}>", 1,
            phone.NewBranch(), $"Contact: <{phone.ContactUri}>\r\n{credentials}", ""));
    }
}
