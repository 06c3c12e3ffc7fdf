namespace EdgePbx.Core.Tests;

/// <summary>Two boxes in series: each is a phone to the other (ST-40).</summary>
public class ChainScenarios
{
    private static readonly PbxSettings Settings = PbxWorld.DefaultSettings with { SessionInterval = TimeSpan.FromSeconds(90) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Clause", "ST-40")]
    public void A_call_through_two_boxes_lives_through_five_intervals(bool updates)
    {
        using var near = new PbxWorld(Settings, seed: 1);
        using var far = new PbxWorld(Settings, seed: 2, box: NetAddress.FromV4(192, 0, 2, 2));
        var chain = new Chain(near, far, updates);
        (PhoneDialog a, PhoneDialog b) = chain.Call();
        Assert.Equal((4, 0), (near.Log.Count("session_timer_started") + far.Log.Count("session_timer_started"), near.Gauges.Calls - far.Gauges.Calls));

        chain.Advance(5 * 90);
        Assert.Equal((1, 1), (near.Gauges.Calls, far.Gauges.Calls));
        Assert.Equal(0, near.Counters.SessionsExpired + far.Counters.SessionsExpired);
        Assert.InRange(near.Counters.SessionsRefreshed, 10, 30); // two legs, two refreshes an interval, and the far box's share
        Assert.All(near.Sent.Concat(far.Sent), sent => Assert.NotEqual(491, sent.Message.Status));

        b.Bye();
        _ = chain.Callee.NextStatus(200);
        chain.Pump();
        chain.Caller.Reply(chain.Caller.NextRequest("BYE"), 200);
        chain.Pump();
        Assert.Equal((0, 0, 0, 0), (near.Gauges.Calls, far.Gauges.Calls, near.Gauges.TimersSession, far.Gauges.TimersSession));
        chain.Advance(1800);
        Assert.Empty(chain.Caller.Inbox);
        Assert.Empty(chain.Callee.Inbox);
        _ = a;
    }

    /// <summary>The near box knows the far one as the phone 1002; the far box knows the near one as the phone 1001.</summary>
    private sealed class Chain
    {
        private readonly PbxWorld _near;
        private readonly PbxWorld _far;
        private readonly Phone _farAtNear;
        private readonly Phone _nearAtFar;
        private string _credentials = "";

        public Chain(PbxWorld near, PbxWorld far, bool updates)
        {
            (_near, _far) = (near, far);
            Caller = near.Phone("1001", 11);
            Callee = far.Phone("1002", 12);
            _farAtNear = near.Phone("1002", 50);
            _nearAtFar = far.Phone("1001", 51);
            Caller.Register();
            Callee.Register();
            _farAtNear.Register();
            string allow = updates ? "INVITE, ACK, BYE, CANCEL, UPDATE" : TimerCall.NoUpdate;
            (Caller.Allow, Callee.Allow) = (allow, allow);
        }

        public Phone Caller { get; }
        public Phone Callee { get; }

        public (PhoneDialog A, PhoneDialog B) Call()
        {
            // the near box has no credentials of its own: what its INVITE needs is asked for beforehand
            _nearAtFar.Send(_nearAtFar.Request("INVITE", "sip:1002@office.example", "probe", $"<{_nearAtFar.Uri}>;tag=p", "<sip:1002@office.example>", 1, "z9hG4bK-probe",
                $"Contact: <{_nearAtFar.ContactUri}>\r\n", ""));
            WireMessage challenge = _nearAtFar.NextStatus(401);
            _nearAtFar.Send(_nearAtFar.Request("ACK", "sip:1002@office.example", "probe", $"<{_nearAtFar.Uri}>;tag=p", challenge["To"], 1, "z9hG4bK-probe", "", ""));
            _credentials = _nearAtFar.Credentials(challenge, "INVITE", "sip:1002@192.0.2.50:5060");
            PhoneDialog a = Caller.Invite("1002", extra: TimerCall.Expires(90, "uas"));
            Pump();
            PhoneDialog b = Callee.Take();
            b.Accept("Session-Expires: 90;refresher=uac\r\n");
            Pump();
            _ = Callee.NextRequest("ACK");
            _ = a.Answered();
            Pump();
            KeepAlive(Caller, a);
            KeepAlive(Callee, b);
            return (a, b);
        }

        public void Advance(double seconds)
        {
            for (double at = 0; at < seconds; at += 0.25)
            {
                _near.Advance(0.25);
                _far.Advance(0.25);
                Pump();
            }
        }

        /// <summary>Carries what each box has sent to the other until neither says anything more.</summary>
        public void Pump()
        {
            while (_farAtNear.Inbox.Count + _nearAtFar.Inbox.Count > 0)
            {
                while (_farAtNear.Inbox.TryDequeue(out WireMessage? message))
                {
                    bool isFirst = message is { IsResponse: false, Method: "INVITE", ToTag: "" };
                    _nearAtFar.Send(isFirst ? message.Text.Replace("Max-Forwards:", $"{_credentials}Max-Forwards:", StringComparison.Ordinal) : message.Text);
                }
                while (_nearAtFar.Inbox.TryDequeue(out WireMessage? message))
                {
                    _farAtNear.Send(message.Text);
                }
            }
        }

        private static void KeepAlive(Phone phone, PhoneDialog dialog) => phone.Answers = message =>
        {
            bool isRefresh = !message.IsResponse && message.Method is "UPDATE" or "INVITE";
            if (isRefresh)
            {
                phone.Reply(message, 200, extra: $"Session-Expires: {message["Session-Expires"]}\r\n", body: message.Method == "INVITE" ? dialog.Sdp : "");
            }
            return isRefresh || message.Method == "ACK";
        };
    }
}
