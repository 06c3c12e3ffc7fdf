"""Scenarios of registration, plain calls, failures, hold, early media, PRACK and retransmission (RFC 3261, 3262, 3264)."""
from pieces import (CHALLENGED, CONTACT, REPEAT, Callee, Caller, action, check, check_body, jump, label, pause,
                    provisional, request, response, scenario, sdp, send, via)

NOTHING = "  <nop/>\n"


def build(hold, ring):
    """-> {name: XML}. hold: how long a call is up, ring: how long it rings, in milliseconds."""
    scenarios = {}
    for group in (outside_calls, plain_calls, failures, cancelled, media, reliable_ringing, repeats, many):
        scenarios.update(group(hold, ring))
    return scenarios


def outside_calls(hold, ring):
    def register(cseq, expires, auth=False):
        return send(["REGISTER sip:[domain] SIP/2.0", via(f"r{cseq}"), "Max-Forwards: 70", "From: <sip:[me]@[domain]>;tag=[pid]r[call_number]",
                     "To: <sip:[me]@[domain]>", "Call-ID: [call_id]", f"CSeq: {cseq} REGISTER", CONTACT, f"Expires: {expires}",
                     "[authentication]" if auth else ""], attrs=REPEAT)
    challenge = response(407, 'optional="true" auth="true" next="again"') + response(401, 'auth="true"') + label("again")
    return {
        "register": scenario(
            "REGISTER with digest; -key expires N (0 removes the contact)",
            register(1, "[expires]"), provisional(100), response(200, 'optional="true" next="done"'), challenge,
            register(2, "[expires]", True), provisional(100), response(200), label("done"), NOTHING),
        "register_wrong_password": scenario(
            "REGISTER with a wrong password (give it with -ap): challenged, then refused with 401 or 403",
            register(1, 60), provisional(100), challenge,
            register(2, 60, True), provisional(100), response(403, 'optional="true" next="done"'), response(407, 'optional="true" next="done"'),
            response(401), label("done"), NOTHING),
        "options": scenario(
            "OPTIONS to the server: 200 with Allow, Accept and Supported (RFC 3261 11.2)",
            send(["OPTIONS sip:[domain] SIP/2.0", via("o1"), "Max-Forwards: 70", Caller.FROM, "To: <sip:[domain]>", "Call-ID: [call_id]",
                  "CSeq: 1 OPTIONS", CONTACT], attrs=REPEAT),
            response(200, "", check("Allow:", "INVITE", "allow") + check("Accept:", "application/sdp", "accept")
                     + check("Supported:", "timer", "supported"))),
        # RFC 3261 15.1.2 names 481 and nothing else
        "bye_unknown": scenario(
            "BYE for a dialog that does not exist: 481",
            Caller.request("BYE", 7, attrs=REPEAT, to="To: <sip:[dst]@[domain]>;tag=nosuch"), response(481)),
    }


def plain_calls(hold, ring):
    return {
        "uac_basic": scenario("call, caller says BYE", Caller.open(), pause(hold), Caller.bye()),
        "uac_wait_bye": scenario("call, somebody else says BYE", Caller.open(), Callee.wait_bye(60000)),
        "uas_basic": scenario("answer, wait for BYE", Callee.invite(), Callee.ring_answer(ring), Callee.wait_bye()),
        "uas_bye": scenario("answer, callee says BYE", Callee.invite(), Callee.ring_answer(ring), pause(hold), Callee.bye()),
        "uas_answer_late": scenario("answer after 3 s of ringing", Callee.invite(), Callee.ring_answer(3000), Callee.wait_bye()),
    }


def failures(hold, ring):
    codes = {"busy": (486, "Busy Here"), "decline": (603, "Decline"), "unavailable": (480, "Temporarily Unavailable"),
             "notacceptable": (488, "Not Acceptable Here")}
    scenarios = {f"uas_{name}": scenario(f"reject with {code}", Callee.invite(), Callee.reply(180, "Ringing"),
                                         Callee.reply(code, reason, attrs=REPEAT), request("ACK"))
                 for name, (code, reason) in codes.items()}

    def expects(name, *wanted, actions=""):
        """The first code of `wanted` or another of them; a different failure fails the call."""
        def refused(cseq):
            return (provisional(100, 180, 183) + "".join(response(code, f'optional="true" next="ack{cseq}"', actions) for code in wanted[1:])
                    + response(wanted[0], f'next="ack{cseq}"', actions))

        def acknowledged(cseq):
            return label(f"ack{cseq}") + Caller.ack_failure(cseq)
        return scenario(name, Caller.invite(1), CHALLENGED, refused(1), acknowledged(1), jump("end"),
                        label("auth"), Caller.ack_failure(1), Caller.invite(2, auth=True), refused(2), acknowledged(2), label("end"), NOTHING)
    scenarios |= {
        "uac_expect_busy": expects("expects 486 (or 600)", 486, 600),
        "uac_expect_decline": expects("expects 603", 603),
        "uac_expect_unavailable": expects("expects 480", 480),
        "uac_expect_unknown": expects("expects 404", 404),
        "uac_expect_488": expects("expects 488", 488, 606),
        "uac_expect_full": expects("expects 503 with Retry-After", 503, actions=check("Retry-After:", "[1-9][0-9]*", "after")),
        "uac_expect_noanswer": expects("nobody answers: expects 408, 480, 487 or 504 from the server's own timer", 480, 408, 487, 504),
        "uac_expect_stopped": expects("the server goes away: expects 503, 500, 480, 487 or 408", 503, 500, 480, 487, 408),
        "uas_noanswer": scenario("rings until cancelled", Callee.invite(), Callee.reply(180, "Ringing"), request("CANCEL"),
                                 Callee.reply(200, "OK"), Callee.reply_invite(487, "Request Terminated"), request("ACK")),
    }
    return scenarios


def many(hold, ring):
    """For ramps: a refusal at any point is as good as an answer, as long as it says when to come back."""
    refused = check("Retry-After:", "[1-9][0-9]*", "after")

    def maybe(cseq):
        return response(503, f'optional="true" next="refused{cseq}"', refused)

    def answered(cseq):
        return (provisional(100, 180) + maybe(cseq)
                + response(200, 'rrs="true" next="up"', f'<assignstr assign_to="invite_cseq" value="{cseq}"/>'))

    def register(cseq, auth=False):
        return send(["REGISTER sip:[domain] SIP/2.0", via(f"r{cseq}"), "Max-Forwards: 70", "From: <sip:[me]@[domain]>;tag=[pid]r[call_number]",
                     "To: <sip:[me]@[domain]>", "Call-ID: [call_id]", f"CSeq: {cseq} REGISTER", CONTACT, "Expires: 600",
                     "[authentication]" if auth else ""], attrs=REPEAT)
    return {
        "uac_ramp": scenario(
            "a call, or 503 with Retry-After",
            Caller.invite(1), CHALLENGED, answered(1), label("auth"), Caller.ack_failure(1), Caller.invite(2, auth=True), answered(2),
            label("up"), Caller.ack(), pause(hold), Caller.bye(), jump("end"),
            label("refused1"), Caller.ack_failure(1), jump("end"), label("refused2"), Caller.ack_failure(2), label("end"), NOTHING),
        "register_ramp": scenario(
            "REGISTER, or 503 with Retry-After",
            register(1), response(503, 'optional="true" next="end"', refused), response(401, 'auth="true"'),
            register(2, True), response(503, 'optional="true" next="end"', refused), response(200), label("end"), NOTHING),
    }


def cancelled(hold, ring):
    def ringing_then_cancel(cseq):
        # the 200 to the CANCEL and the 487 to the INVITE may come in either order
        early = f"early{cseq}"
        return (provisional(100, 183) + response(180) + pause(500)
                + Caller.request("CANCEL", cseq, attrs=REPEAT, branch=f"i{cseq}")
                + response(487, f'optional="true" next="{early}"') + provisional(180) + response(200) + provisional(180) + response(487)
                + Caller.ack_failure(cseq) + jump("end")
                + label(early) + Caller.ack_failure(cseq) + response(200) + jump("end"))
    return {"uac_cancel": scenario("CANCEL while it rings", Caller.invite(1), CHALLENGED, ringing_then_cancel(1),
                                   label("auth"), Caller.ack_failure(1), Caller.invite(2, auth=True), ringing_then_cancel(2),
                                   label("end"), NOTHING)}


def media(hold, ring):
    def offer(direction, number, answer):
        return (Caller.in_dialog("INVITE", 10 * number, body=sdp(direction, number), attrs=REPEAT) + provisional(100)
                + response(200, 'rrs="true"', check_body(f"a={answer}", f"direction{number}"))
                + Caller.in_dialog("ACK", 10 * number, branch=f"ack{number}"))

    def answer(direction, version):
        return Callee.reply(200, "OK", (), sdp(direction, version), REPEAT, in_dialog=True) + request("ACK")
    rtp = sdp().replace("[media_port] RTP/AVP 0 8 101", "[rtpstream_audio_port] RTP/AVP 0 101").replace("a=rtpmap:8 PCMA/8000\n", "")
    return {
        "uac_hold": scenario("call, hold (sendonly is answered recvonly or inactive), resume, BYE", Caller.open(), pause(hold / 2),
                             offer("sendonly", 2, "(recvonly|inactive)"), pause(hold), offer("sendrecv", 3, "sendrecv"), pause(hold / 2),
                             Caller.bye()),
        "uas_hold": scenario("answers; hold and resume come from the caller", Callee.invite(), Callee.ring_answer(ring),
                             request("INVITE", "", check_body("a=(sendonly|inactive)", "hold")), answer("recvonly", 2),
                             request("INVITE"), answer("sendrecv", 3), Callee.wait_bye()),
        "uac_late_offer": scenario("INVITE without SDP, offer in the 200, answer in the ACK",
                                   Caller.open(body=False, on_200=check_body("m=audio [1-9][0-9]*", "offer"), ack_body=sdp()),
                                   pause(hold), Caller.bye()),
        "uas_late_offer": scenario("takes an INVITE with or without SDP; answers with SDP",
                                   Callee.invite(), Callee.ring_answer(ring), Callee.wait_bye()),
        "uas_early_media": scenario("183 with SDP, 1 s later 200", Callee.invite(), Callee.reply(183, "Session Progress", (), sdp()),
                                    pause(1000), Callee.reply(200, "OK", (), sdp(), REPEAT), request("ACK"), Callee.wait_bye()),
        "uac_early_media": scenario("wants a 183 with SDP before the 200",
                                    Caller.open(ringing=provisional(180) + response(183, "", check_body("m=audio [1-9]", "early"))),
                                    pause(hold), Caller.bye()),
        "uac_rtp_stream": scenario("call that streams tone.ulaw (raw PCMU in the working folder) while it is up",
                                   Caller.open().replace(sdp(), rtp), action('<exec rtp_stream="tone.ulaw,-1,0"/>'), pause(hold),
                                   Caller.bye()),
    }


def reliable_ringing(hold, ring):
    def prack(cseq):
        return (provisional(100) + response(180, 'rrs="true"', check("RSeq:", "[0-9]+", "rseq") + check("Require:", "100rel", "require"))
                + Caller.in_dialog("PRACK", cseq + 1, [f"RAck: [$rseq] {cseq} INVITE"], attrs=REPEAT) + response(200)
                + response(200, 'rrs="true" next="up"', f'<assignstr assign_to="invite_cseq" value="{cseq}"/>'))

    def caller(name, *headers):
        return scenario(name, Caller.try_twice(headers, prack), label("up"), Caller.ack(), pause(hold), Caller.bye())
    return {
        "uas_prack": scenario(
            "sends a reliable 180 (Require: 100rel), wants PRACK, then 200",
            Callee.invite(check("Supported:", "100rel", "supported")),
            Callee.reply(180, "Ringing", ["Require: 100rel", "RSeq: 17"], None, REPEAT),
            request("PRACK", "", check("RAck:", "17 +[0-9]+ +INVITE", "rack")), Callee.reply(200, "OK", in_dialog=True),
            pause(ring), Callee.reply_invite(200, "OK", (), sdp()), request("ACK"), Callee.wait_bye()),
        "uac_prack": caller("offers 100rel, sends PRACK to the reliable 180", "Supported: 100rel"),
        "uac_prack_required": caller("wants 100rel, sends PRACK to the reliable 180", "Supported: 100rel", "Require: 100rel"),
    }


def repeats(hold, ring):
    def again(number):
        """The same INVITE once more (same branch and CSeq); with credentials when it was challenged."""
        return (f'  <nop test="challenged" next="credentials{number}"><action><strcmp assign_to="compared" variable="invite_cseq" value="2"/>'
                '<test assign_to="challenged" variable="compared" compare="equal" value="0"/></action></nop>\n'
                + Caller.invite(1, attrs="") + jump(f"sent{number}")
                + label(f"credentials{number}") + Caller.invite(2, attrs="", auth=True) + label(f"sent{number}"))
    return {
        "uac_repeated_invite": scenario(
            "the INVITE is repeated after the 200 and before the ACK, and once after the ACK: no second call, no error",
            Caller.open(ack=False), pause(200), again(1), pause(700), Caller.ack(), pause(300), again(2), pause(hold), Caller.bye()),
        "uac_slow_ack": scenario("ACK only after 2.5 s: the 200 must be repeated at least twice, then one dialog goes on",
                                 Caller.open(ack=False), pause(2500), Caller.ack(), pause(hold), Caller.bye()),
        "uac_no_ack": scenario("never sends the ACK: the server must give up (64*T1 = 32 s) and send BYE",
                               Caller.open(ack=False), Callee.wait_bye(45000)),
    }
