using CsCheck;

namespace EdgePbx.Core.Tests;

/// <summary>Sessions with phones that refresh, change, answer, refuse and keep silent in any order.</summary>
public class SessionProperties
{
    private static readonly (int Status, string Extra)[] Answers =
    [
        (200, "Session-Expires: 90;refresher=uac\r\n"), (200, "Session-Expires: 90;refresher=uas\r\n"), (200, "Session-Expires: 40;refresher=uac\r\n"),
        (200, ""), (100, ""), (422, "Min-SE: 120\r\n"), (422, ""), (491, ""), (500, "Retry-After: 3\r\n"), (503, ""), (488, ""), (405, ""), (481, ""), (408, ""),
    ];

    private static readonly Gen<Step> Steps = Gen.Select(Gen.Bool, Gen.Enum<Act>(), Gen.Int[0, 100]).Select((atCaller, act, number) => new Step(atCaller, act, number));

    private enum Act { Update, ReInvite, ChangeByInvite, ChangeByUpdate, Answer, AnswerWell, Acknowledge, Repeat, Cancel, Lose, WaitABit, Wait, WaitLong }

    [Fact]
    [Trait("Clause", "ST-33")]
    [Trait("Clause", "ST-32")]
    [Trait("Clause", "C-28")]
    [Trait("Clause", "O-04")]
    public void Any_history_keeps_the_rules_of_both_dialogs_and_ends_with_nothing_owned() =>
        Gen.Select(Gen.Bool, Gen.Bool, Steps.Array[0, 60]).Sample((callerUpdates, calleeUpdates, history) =>
        {
            using var world = new PbxWorld();
            (Phone caller, Phone callee) = world.TwoPhones();
            (caller.Allow, callee.Allow) = (Allow(callerUpdates), Allow(calleeUpdates));
            TimerCall call = TimerCall.Between(world, caller, callee, TimerCall.Expires(90, "uas"), "Session-Expires: 90;refresher=uac\r\n");
            var a = new ModelPhone(world, caller, call.A);
            var b = new ModelPhone(world, callee, call.B);
            world.Drops = (message, to) => (to == caller.At ? a : b).Loses(message);
            foreach (Step step in history)
            {
                Play(world, step.AtCaller ? a : b, step);
            }
            (history.Length % 2 == 0 ? a : b).HangUp();
            Assert.Equal((0, 0), (world.Gauges.Calls, world.Gauges.TimersSession));
            world.Advance(1800);
            Assert.True(a.IsOver && b.IsOver);
        }, iter: 100);

    private static void Play(PbxWorld world, ModelPhone phone, Step step)
    {
        string role = step.Number % 2 == 0 ? "uac" : "uas";
        string direction = (step.Number % 3) switch { 0 => "sendonly", 1 => "sendrecv", _ => "inactive" };
        switch (step.Act)
        {
            case Act.Update:
                phone.Refresh("UPDATE", role);
                break;
            case Act.ReInvite:
                phone.Refresh("INVITE", role);
                break;
            case Act.ChangeByInvite:
                phone.Change("INVITE", direction);
                break;
            case Act.ChangeByUpdate:
                phone.Change("UPDATE", direction);
                break;
            case Act.Answer:
                (int status, string extra) = Answers[step.Number % Answers.Length];
                phone.Answer(status, extra);
                break;
            case Act.AnswerWell:
                phone.Answer(200, Answers[step.Number % 2].Extra);
                break;
            case Act.Acknowledge:
                phone.Acknowledge();
                break;
            case Act.Repeat:
                phone.Repeat();
                break;
            case Act.Cancel:
                phone.Cancel();
                break;
            case Act.Lose:
                phone.Lose(step.Number % 4);
                break;
            case Act.WaitABit:
                world.Advance(step.Number / 100.0);
                break;
            case Act.Wait:
                world.Advance(step.Number / 10.0);
                break;
            default:
                world.Advance(step.Number / 2.0);
                break;
        }
    }

    private static string Allow(bool updates) => updates ? "INVITE, ACK, BYE, CANCEL, UPDATE" : TimerCall.NoUpdate;

    private readonly record struct Step(bool AtCaller, Act Act, int Number);
}
