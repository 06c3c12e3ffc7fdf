using EdgePbx.Core;

namespace EdgePbx;

/// <summary>The checks in their order, each with what it says of success and of failure.</summary>
internal sealed class SelfTestRun(SelfTestOptions options, Action<SelfTestResult> report)
{
    private const int CallerFrequency = 440;
    private const int CalleeFrequency = 880;
    private const int EnoughPackets = HeardSound.Packets * 9 / 10; // the first may come before the relay has its orders
    private const double EnoughOfRight = 0.8;
    private const double TooMuchOfWrong = 0.05;

    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(2);

    /// <summary>All of them, up to one that the rest needs.</summary>
    public void Conduct()
    {
        using SelfTestBench? bench = TryStart(MonotonicClock.Now + (options.Limit - TimeToStop));
        if (bench is null)
        {
            return;
        }
        _ = Register(bench, bench.First) && Register(bench, bench.Second)
            && CallOnce(bench, 1, hangsUp: bench.First, isToldSo: bench.Second)
            && CallOnce(bench, 2, hangsUp: bench.Second, isToldSo: bench.First);
        bool hasStopped = bench.TryStop();
        _ = Note("stop", hasStopped, hasStopped ? "all threads have ended" : $"a thread hangs. {Advice.ReportIt}");
    }

    private SelfTestBench? TryStart(Instant deadline)
    {
        try
        {
            var bench = new SelfTestBench(options, deadline);
            MediaSection media = bench.Config.Media;
            _ = Note("start", true, $"SIP on {bench.Server} (UDP), voices on ports {media.FirstPort}-{media.LastPort}");
            return bench;
        }
        catch (Exception failure) when (failure is ListenException or InvalidOperationException)
        {
            _ = Note("start", false, $"{failure.Message}. {Advice.Loopback}");
            return null;
        }
    }

    private bool Register(SelfTestBench bench, SpeakingPhone phone)
    {
        phone.Register();
        _ = bench.WaitFor(() => phone.Registration != PhoneState.Asking);
        bool isRegistered = phone.Registration == PhoneState.Established;
        return Note(
            $"phone {phone.Number} registers", isRegistered, isRegistered ? "with its password, digest SHA-256" : WhyNot(bench, phone));
    }

    private bool CallOnce(SelfTestBench bench, int number, SpeakingPhone hangsUp, SpeakingPhone isToldSo)
    {
        string call = $"call {number}: ";
        if (!SetUp(bench, call))
        {
            return false;
        }
        CheckSessionTimer(bench, call);
        CheckVoices(bench, call);
        bool isOver = HangUp(bench, call, hangsUp, isToldSo);
        return CheckNothingIsHeld(bench, call, number) && isOver;
    }

    private bool SetUp(SelfTestBench bench, string call)
    {
        string name = call + "set-up";
        (SpeakingPhone caller, SpeakingPhone callee) = (bench.First, bench.Second);
        caller.Forget();
        callee.Forget();
        caller.Dial(callee.Number);
        _ = bench.WaitFor(() => caller.Call!.State == PhoneState.Refused || (caller.Call.HasRung && callee.Call is not null));
        if (caller.Call!.State == PhoneState.Refused || !caller.Call.HasRung || callee.Call is null)
        {
            return Note(name, false, WhyNot(bench, caller));
        }
        callee.Answer();
        _ = bench.WaitFor(() => caller.Call.State != PhoneState.Asking && callee.Call.State != PhoneState.Ringing);
        if (caller.Call.State != PhoneState.Established || callee.Call.State != PhoneState.Established)
        {
            return Note(name, false, $"{callee.Number} rang and answered, but then: {WhyNot(bench, caller)}");
        }
        bool hasVoice = caller.Call.RemoteRtp.Port != 0 && callee.Call.RemoteRtp.Port != 0;
        return Note(name, hasVoice, hasVoice
            ? $"{caller.Number} called, {callee.Number} rang and answered"
            : $"{callee.Number} answered, but no voice was agreed on.{Trouble(bench)} {Advice.Ports}");
    }

    private void CheckSessionTimer(SelfTestBench bench, string call)
    {
        uint wanted = BuiltInPhone.SessionSeconds;
        (uint caller, uint callee) = (bench.First.Call!.SessionSeconds, bench.Second.Call!.SessionSeconds);
        int armed = bench.WaitForGauges(gauges => gauges.TimersSession >= 2)?.TimersSession ?? 0;
        _ = Note(call + "session timer", caller == wanted && callee == wanted && armed >= 2, caller != wanted || callee != wanted
            ? $"not {wanted} s, but {caller} s with {bench.First.Number} and {callee} s with {bench.Second.Number}. {Advice.ReportIt}"
            : armed < 2 ? $"{armed} of 2 timers run. {Advice.ReportIt}" : $"{wanted} s agreed with both phones, and running");
    }

    private void CheckVoices(SelfTestBench bench, string call)
    {
        (SpeakingPhone caller, SpeakingPhone callee) = (bench.First, bench.Second);
        Instant now = MonotonicClock.Now;
        caller.Voice.Start(now, CallerFrequency, caller.Call!.RemoteRtp);
        callee.Voice.Start(now, CalleeFrequency, callee.Call!.RemoteRtp);
        _ = bench.WaitFor(() => caller.Voice.HasSpoken && callee.Voice.HasSpoken, options.TimeToSpeak)
            && bench.WaitFor(() => IsAllThere(caller) && IsAllThere(callee), options.TimeToArrive);
        CheckVoice(bench, call, caller, callee, CallerFrequency, CalleeFrequency);
        CheckVoice(bench, call, callee, caller, CalleeFrequency, CallerFrequency);

        static bool IsAllThere(SpeakingPhone phone) => phone.Voice.Heard.Received == HeardSound.Packets;
    }

    private void CheckVoice(SelfTestBench bench, string call, SpeakingPhone from, SpeakingPhone to, int right, int wrong)
    {
        HeardSound heard = to.Voice.Heard;
        string packets = $"{heard.Received} of {HeardSound.Packets} packets arrived";
        (double rightShare, double wrongShare) = (heard.ShareOf(right), heard.ShareOf(wrong));
        bool isEnough = heard.Received >= EnoughPackets;
        bool isClear = rightShare >= EnoughOfRight && wrongShare <= TooMuchOfWrong;
        _ = Note($"{call}voice {from.Number} to {to.Number}", isEnough && isClear,
            !isEnough ? $"only {packets}.{Trouble(bench, from)} {Advice.Firewall}"
            : !isClear ? $"{packets}, but {Percent(rightShare)} of the sound is the tone of {right} Hz that was sent and "
                + $"{Percent(wrongShare)} that of {wrong} Hz. {Advice.ReportIt}"
            : $"{packets}, the tone of {right} Hz is clear");
    }

    private bool HangUp(SelfTestBench bench, string call, SpeakingPhone hangsUp, SpeakingPhone isToldSo)
    {
        hangsUp.HangUp();
        _ = bench.WaitFor(() => hangsUp.Call!.State != PhoneState.Established && isToldSo.Call!.State != PhoneState.Established);
        (bool isConfirmed, bool isTold) = (hangsUp.Call!.State == PhoneState.Ended, isToldSo.Call!.State == PhoneState.Ended);
        return Note(call + "hang-up", isConfirmed && isTold,
            isConfirmed && isTold ? $"{hangsUp.Number} hung up, {isToldSo.Number} was told"
            : isConfirmed ? $"{hangsUp.Number} hung up, but {isToldSo.Number} was not told.{Trouble(bench, isToldSo)} {Advice.ReportIt}"
            : $"{hangsUp.Number} can't hang up: {WhyNot(bench, hangsUp)}");
    }

    private bool CheckNothingIsHeld(SelfTestBench bench, string call, int callsSoFar)
    {
        GaugeSnapshot? gauges = bench.WaitForGauges(seen => Held(seen).Length == 0 && bench.Log.CleanupsVerified >= callsSoFar);
        int verified = bench.Log.CleanupsVerified;
        string held = gauges is null ? "EdgePbx does not say what it holds" : Held(gauges);
        bool isClean = held.Length == 0 && verified == callsSoFar;
        return Note(call + "all given back", isClean,
            isClean ? "no port, timer or dialog is held any more"
            : $"{(held.Length == 0 ? "" : $"still held: {held}; ")}{verified} of {callsSoFar} calls cleaned up."
                + $"{Trouble(bench)} {Advice.ReportIt}");
    }

    private static string Held(GaugeSnapshot gauges)
    {
        (string Name, int Count)[] all =
        [
            ("calls", gauges.Calls), ("legs", gauges.Legs), ("dialogs", gauges.Dialogs),
            ("timers_session", gauges.TimersSession), ("timers_ring", gauges.TimersRing),
            ("relay_paths", gauges.RelayPaths), ("ports_in_use", gauges.PortsInUse),
        ];
        return string.Join(", ", all.Where(one => one.Count != 0).Select(one => $"{one.Name} {one.Count}"));
    }

    private static string WhyNot(SelfTestBench bench, SpeakingPhone phone) => phone.Refusal.Length > 0
        ? $"refused with {phone.Refusal}.{Trouble(bench, phone)} {(phone.Refusal[0] == '5' ? Advice.Ports : Advice.ReportIt)}"
        : $"no answer in time.{Trouble(bench, phone)} {(phone.SendProblem.Length > 0 ? Advice.Loopback + " " : "")}{Advice.Firewall}";

    /// <summary>What is known beyond that it failed, as sentences with a blank before each.</summary>
    private static string Trouble(SelfTestBench bench, SpeakingPhone? phone = null)
    {
        string trouble = bench.Bug.Length > 0 ? $" EdgePbx met a bug in {bench.Bug}." : "";
        trouble += phone is { SendProblem.Length: > 0 } ? $" The system refused to send: {phone.SendProblem}." : "";
        return bench.Log.LastWarning.Length > 0 ? $"{trouble} EdgePbx says: {bench.Log.LastWarning}." : trouble;
    }

    private static string Percent(double share) => $"{100 * share:0} %";

    private bool Note(string name, bool passed, string detail)
    {
        report(new SelfTestResult(name, passed, detail));
        return passed;
    }
}
