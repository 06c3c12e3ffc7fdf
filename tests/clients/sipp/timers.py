"""Scenarios of session timers (RFC 4028): each leg of a back-to-back user agent has its own."""
from pieces import (REPEAT, TIMER, Callee, Caller, action, at_least, check, jump, label, pause, provisional, request, response,
                    scenario, sdp, session_expires)

END = label("end") + "  <nop/>\n"
REQUIRED = "Require: timer"


def build(interval, ring, refreshes=2):
    """-> {name: XML}. Times derive from the session interval in seconds: a refresher refreshes at half of it."""
    scenarios = {}
    for group in (refreshers, refreshed, unsupported, silent, refused, too_small):
        scenarios.update(group(interval, ring, refreshes))
    return scenarios


def granted(refresher):
    """The 2xx names who refreshes; with the caller as refresher it must have Require: timer (RFC 4028 section 9)."""
    text = check("Session-Expires:", f"[0-9]+ *; *refresher *= *{refresher}", "granted")
    return text + (check("Require:", "timer", "required") if refresher == "uac" else "")


def wanted(interval, refresher=None):
    return [TIMER, session_expires(interval, refresher), f"Min-SE: {interval}"]


def answered(interval, refresher):
    return [TIMER, REQUIRED, session_expires(interval, refresher)]


def refreshers(interval, ring, refreshes):
    # the roles are those of the refresh itself: its sender is the uac. Min-SE stays: 90 holds where it is absent (RFC 4028 section 5)
    def refresh(method, first_cseq, side):
        text = ""
        for number in range(refreshes):
            cseq = first_cseq + 10 * number
            body = sdp(version=1) if method == "INVITE" else None
            text += (pause(interval * 500) + side.in_dialog(method, cseq, wanted(interval, "uac"), body, REPEAT) + provisional(100)
                     + response(200, 'rrs="true"' if body else "", granted("uac")))
            if body:
                text += side.in_dialog("ACK", cseq)
        return text
    scenarios = {}
    for name, method in (("update", "UPDATE"), ("reinvite", "INVITE")):
        scenarios[f"uac_timer_refresher_{name}"] = scenario(
            f"session timer: the caller is the refresher, {method}, {refreshes} refreshes",
            Caller.open(wanted(interval, "uac"), on_200=granted("uac")), refresh(method, 20, Caller), pause(1000), Caller.bye())
        scenarios[f"uas_timer_refresher_{name}"] = scenario(
            f"session timer: the callee is the refresher, {method}, {refreshes} refreshes; BYE from the caller, or from the callee 3 s later",
            Callee.invite(), Callee.ring_answer(ring, answered(interval, "uas")), refresh(method, 1020, Callee),
            request("BYE", 'timeout="3000" ontimeout="mine" next="theirs"'), label("theirs"), Callee.reply(200, "OK", in_dialog=True),
            jump("end"), label("mine"), Callee.bye(), END)
    return scenarios


def take_refresh(extra, number):
    """The replies to a refresh by UPDATE or re-INVITE; ends at the label `refreshed`."""
    return (label(f"update{number}") + Callee.reply(200, "OK", extra, None, "", in_dialog=True) + jump(f"refreshed{number}")
            + label(f"reinvite{number}") + Callee.reply(200, "OK", extra, sdp(), REPEAT, in_dialog=True) + request("ACK"))


def until_bye(interval, extra=(), intervals=2.2, refreshes=8):
    """Answers refreshes until BYE; goes to the label `mine` after so many of them, or after so many intervals without one."""
    text = ""
    for number in range(100, 100 + refreshes):     # apart from the numbers of other waits
        text += (request("UPDATE", f'optional="true" next="update{number}" timeout="{int(interval * 1000 * intervals)}" ontimeout="mine"')
                 + request("INVITE", f'optional="true" next="reinvite{number}"') + request("BYE", 'next="theirs"')
                 + take_refresh(extra, number) + label(f"refreshed{number}"))
    return text + jump("mine") + label("theirs") + Callee.reply(200, "OK", in_dialog=True) + jump("end")


def refreshed(interval, ring, refreshes):
    extra = answered(interval, "uac")

    def wait():
        """Wants each refresh before the interval is over."""
        text = ""
        for number in range(refreshes):
            text += (request("UPDATE", f'optional="true" next="update{number}" timeout="{int(interval * 950)}"')
                     + request("INVITE", f'next="reinvite{number}"') + take_refresh(extra, number) + label(f"refreshed{number}"))
        return text
    return {
        "uac_timer_refreshed": scenario(
            f"session timer: asks for refresher=uas, wants {refreshes} refreshes in time, then BYE",
            Caller.open(wanted(interval, "uas"), on_200=granted("uas")), wait(), pause(300), Caller.bye()),
        "uas_timer_refreshed": scenario(
            f"session timer: answers refresher=uac, wants {refreshes} refreshes in time, then BYE from the caller or the callee",
            Callee.invite(check("Supported:", "timer", "supported")), Callee.ring_answer(ring, extra), wait(),
            until_bye(interval, extra, 3.5), label("mine"), Callee.bye(), END),
    }


def unsupported(interval, ring, refreshes):
    return {
        "uac_timer_unsupported": scenario(
            "no timer support, stays up for two intervals without a refresh or for four refreshes, then BYE by either",
            Caller.open(), until_bye(interval, refreshes=4), label("mine"), Caller.bye(), END),
        "uas_timer_unsupported": scenario(
            "no timer support, stays up (answers re-INVITE and UPDATE) until BYE",
            Callee.invite(), Callee.ring_answer(ring), until_bye(interval, intervals=3.5), label("mine"), Callee.bye(), END),
    }


def silent(interval, ring, refreshes):
    # not before half of the interval, and before all of it: section 10 asks for BYE min(32 s, a third) before the end
    bye = pause(interval * 500) + Callee.wait_bye(interval * 500)
    return {
        "uac_timer_silent": scenario(
            "session timer: the caller is the refresher and never refreshes: BYE must come before the interval is over",
            Caller.open(wanted(interval, "uac"), on_200=granted("uac")), bye),
        "uas_timer_silent": scenario(
            "session timer: the callee promised to refresh and never does: BYE must come before the interval is over",
            Callee.invite(), Callee.ring_answer(ring, answered(interval, "uas")), bye),
    }


def refused(interval, ring, refreshes):
    """Refreshes that are answered with an error: 481 and 408 end the call, others do not (RFC 4028 section 10)."""
    scenarios = {}
    for code, reason in ((481, "Call/Transaction Does Not Exist"), (408, "Request Timeout"), (500, "Server Internal Error")):
        lives = code == 500
        story = "the call must go on, BYE by us" if lives else "BYE must follow"
        on_refresh = (request("UPDATE", f'optional="true" next="update0" timeout="{int(interval * 950)}"') + request("INVITE")
                      + Callee.reply(code, reason, attrs=REPEAT, in_dialog=True) + request("ACK") + jump("refused")
                      + label("update0") + Callee.reply(code, reason, in_dialog=True) + label("refused"))
        # after the 500 the refresher may try again at any time: RFC 4028 sets no pause
        after = until_bye(interval, intervals=0.25) if lives else Callee.wait_bye(8000)
        scenarios[f"uac_refresh_{code}"] = scenario(
            f"answers the refresh with {code}: {story}", Caller.open(wanted(interval, "uas"), on_200=granted("uas")), on_refresh, after,
            label("mine") + Caller.bye() + END if lives else "")
        scenarios[f"uas_refresh_{code}"] = scenario(
            f"answers the refresh with {code}: {story}", Callee.invite(), Callee.ring_answer(ring, answered(interval, "uac")), on_refresh,
            after, label("mine") + Callee.bye() + END if lives else "")
    return scenarios


def too_small(interval, ring, refreshes):
    small = max(1, interval // 3)
    larger = [TIMER, "Session-Expires:[$minimum];refresher=uac", "Min-SE:[$minimum]"]

    def after_422(cseq):
        def up(number):
            return (provisional(100, 180, 183)
                    + response(200, 'rrs="true" next="up"', f'<assignstr assign_to="invite_cseq" value="{number}"/>' + granted("uac")))
        challenged = (response(401, f'auth="true" optional="true" next="again{cseq}"')
                      + response(407, f'auth="true" optional="true" next="again{cseq}"'))
        return (provisional(100) + response(422, "", check("Min-SE:", "[0-9]+", "minimum")) + Caller.ack_failure(cseq)
                + Caller.invite(cseq + 10, larger, auth=cseq > 1) + challenged + up(cseq + 10)
                + label(f"again{cseq}") + Caller.ack_failure(cseq + 10) + Caller.invite(cseq + 20, larger, auth=True) + up(cseq + 20))
    double = interval * 2
    return {
        "uac_timer_too_small": scenario(
            f"session timer: asks for {small} s, wants 422 with Min-SE, tries again with that",
            Caller.try_twice([TIMER, f"Session-Expires: {small};refresher=uac"], after_422), label("up"), Caller.ack(), pause(500),
            Caller.bye()),
        "uac_timer_small_unsupported": scenario(
            f"Session-Expires: {small} as a proxy may put it, without Supported: timer: not refused (RFC 4028 section 9, erratum 1687)",
            Caller.open([f"Session-Expires: {small}"]), pause(500), Caller.bye()),
        "uas_timer_422": scenario(
            "session timer, one Call-ID: 422 with Min-SE, then takes the repeated INVITE if its Min-SE and interval are large enough",
            Callee.invite(), Callee.reply(422, "Session Interval Too Small", [f"Min-SE: {double}"], attrs=REPEAT), request("ACK"),
            Callee.invite(check("Session-Expires:", "[0-9]+", "interval") + check("Min-SE:", "[0-9]+", "minimum")),
            at_least("interval", double, "bad"), at_least("minimum", double, "bad"),
            Callee.ring_answer(ring, answered(double, "uac")), Callee.wait_bye(60000), jump("end"),
            label("bad"), action('<error message="Session-Expires or Min-SE below the Min-SE of the 422"/>'), END),
    }
