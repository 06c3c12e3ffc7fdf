namespace EdgePbx.Simulation;

// REGISTER
internal sealed partial class SimPhone
{
    private uint _registerCSeq;
    private bool _isRegistering;

    private void Register()
    {
        if (IsGone || IsEvening || _isRegistering)
        {
            return;
        }
        _isRegistering = true;
        SendRegister(_rng.Pick(120, 300, 3600), triesLeft: 3, _digest.HasNonce);
    }

    private void Unregister()
    {
        if (!IsGone)
        {
            SendRegister(0, triesLeft: 2, _digest.HasNonce);
        }
    }

    private void SendRegister(int expires, int triesLeft, bool withCredentials)
    {
        const string Registrar = "sip:office.example";
        string branch = NewBranch();
        string credentials = withCredentials ? _digest.Credentials("REGISTER", Registrar) : "";
        Stream? way = Way();
        string text = Write("REGISTER", Registrar, $"reg-{Index}", $"<{Uri}>;tag=r{Index}", $"<{Uri}>", ++_registerCSeq, branch, way,
            $"{Contact}Expires: {expires}\r\n{credentials}", "");
        Start(new Client("REGISTER", branch, text, _registerCSeq, way, response => OnRegisterAnswered(response, expires, triesLeft)));
    }

    private void OnRegisterAnswered(Packet? response, int expires, int triesLeft)
    {
        if (response is { Status: 401 } && triesLeft > 0)
        {
            _digest.Learn(response);
            SendRegister(expires, triesLeft - 1, withCredentials: true);
            return;
        }
        _isRegistering = false;
        if (expires > 0)
        {
            bool lapses = Does(Kinds.LapsingRegistrations, 0.5);
            double pause = response is { Status: 200 } ? (lapses ? 1.5 : 0.8) * expires : 45;
            Agenda.After(TimeSpan.FromSeconds(pause), Register);
        }
    }
}
