#!/usr/bin/env python3
"""Cases that need each byte on the wire chosen.   raw_cases.py --server IP:PORT --domain D --caller N:P --callee N:P [--only a,b] [--list]"""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import options as command_line  # noqa: E402
from ports import Ports  # noqa: E402
from rawsip import Phone, random_hex  # noqa: E402


class Pair:
    """A caller and a registered callee."""

    def __init__(self, options):
        self.options = options
        self.caller = Phone(options.server, options.domain, command_line.account(options.caller))
        self.callee = Phone(options.server, options.domain, command_line.account(options.callee))
        self.media = Ports(options.ports).take(4)
        assert self.callee.register() == 200, "the callee cannot register"

    def close(self):
        self.callee.register(0)
        self.caller.close()
        self.callee.close()

    def ring(self, **dial):
        """-> (caller's dialog, the INVITE at the callee)"""
        out = self.caller.dial(self.callee.number, self.media, **dial)
        return out, self.callee.expect_request("INVITE")

    def call(self, acknowledge=True, **dial):
        """-> (caller's dialog, callee's dialog) of a call that is up"""
        out, invite = self.ring(**dial)
        back = self.callee.accept(invite, self.media + 2)
        reply = self.caller.expect_answer(out)
        assert reply.status == 200, f"the call was answered with {reply}"
        if acknowledge:
            self.caller.acknowledge(out)
        self.callee.expect_request("ACK")
        return out, back

    def hang_up(self, out):
        text = self.caller.bye(out)
        bye = self.callee.expect_request("BYE")
        self.callee.answer(bye, 200, "OK")
        assert self.caller.expect_final("BYE", out.cseq).status == 200, "the BYE was refused"
        return text

    def calls_seen_by_callee(self):
        return len({message.get("call-id") for message in self.callee.seen if message.method == "INVITE"})


def repeated_200(pair):
    """The callee repeats its 200 after the ACK: the ACK must come again each time (RFC 3261 13.2.2.4)."""
    out, back = pair.call()
    for _ in range(2):
        pair.callee.send(back.ok, back.invite.source)
        pair.callee.expect_request("ACK")
    pair.hang_up(out)


def repeated_invite(pair):
    """The very same INVITE before and after the ACK: one call at the callee, and no error (RFC 6026 7.1)."""
    out, invite = pair.ring()
    pair.caller.send(out.invite)
    pair.callee.accept(invite, pair.media + 2)
    pair.caller.expect_answer(out)
    pair.caller.send(out.invite)
    assert pair.caller.expect_final("INVITE").status == 200, "the 200 did not come again"
    pair.caller.acknowledge(out)
    pair.callee.expect_request("ACK")
    pair.caller.send(out.invite)
    late = pair.caller.receive(lambda message: message.status is not None, 1.5)
    assert late is None or late.status < 300, f"the late copy got {late}"
    pair.hang_up(out)
    assert pair.calls_seen_by_callee() == 1, f"the callee saw {pair.calls_seen_by_callee()} calls"


def repeated_bye(pair):
    """The very same BYE again is answered as the first one, or with 481 (RFC 3261 17.2.2, 15.1.2)."""
    out, _ = pair.call()
    text = pair.hang_up(out)
    pair.caller.send(text)
    again = pair.caller.expect_final("BYE")
    assert again.status in (200, 481), f"the second BYE got {again}"


def bye_without_ack(pair):
    """The caller never sends its ACK, but BYE: answered, the callee gets BYE, and nothing of the call comes any more (RFC 3261 15.1.2)."""
    out, _ = pair.call(acknowledge=False)
    pair.hang_up(out)
    late = pair.caller.receive(lambda message: message.get("call-id") == out.call_id, 2)
    assert late is None, f"after the BYE came {late}"


def bye_from_both(pair):
    """Both say BYE at once: each is answered, 200 or 481 (RFC 3261 15.1.2)."""
    out, back = pair.call()
    pair.caller.bye(out)
    pair.callee.bye(back)
    for phone in (pair.caller, pair.callee):
        reply = phone.expect_final("BYE")
        assert reply.status in (200, 481), f"BYE got {reply}"
    # the PBX may have sent its own BYE before ours came
    crossed = [message for message in pair.callee.seen if message.method == "BYE"]
    if crossed:
        pair.callee.answer(crossed[0], 200, "OK")


def repeated_cancel(pair):
    """The very same CANCEL twice: the same 200 twice, one 487 (RFC 3261 9.2, 17.2.2)."""
    out, invite = pair.ring()
    pair.callee.answer(invite, 180, "Ringing", "ring")
    pair.caller.expect("180", lambda message: message.status == 180)
    cancel = pair.caller.request("CANCEL", out, branch=out.branch)
    pair.caller.send(cancel)
    pair.caller.send(cancel)
    replies = [pair.caller.expect("response", lambda message: message.status is not None and message.status >= 200) for _ in range(3)]
    kinds = sorted((reply.get("cseq").split()[1], reply.status) for reply in replies)
    assert kinds == [("CANCEL", 200), ("CANCEL", 200), ("INVITE", 487)], f"got {replies}"
    refused = next(reply for reply in replies if reply.status == 487)
    pair.caller.acknowledge_failure(out, out.branch, refused)
    pair.callee.answer(pair.callee.expect_request("CANCEL"), 200, "OK", "ring")
    pair.callee.answer(invite, 487, "Request Terminated", "ring")
    pair.callee.expect_request("ACK")
    assert pair.caller.receive(lambda message: message.answers("INVITE"), 1.5) is None, "a second 487 came after the ACK"


def answer_crosses_cancel(pair):
    """The callee answers while the CANCEL is on its way: it gets ACK and BYE, the caller sees 487 (RFC 3261 9.1)."""
    out, invite = pair.ring()
    pair.callee.answer(invite, 180, "Ringing", "ring")
    pair.caller.expect("180", lambda message: message.status == 180)
    pair.caller.send(pair.caller.request("CANCEL", out, branch=out.branch))
    cancel = pair.callee.expect_request("CANCEL")
    pair.callee.answer(invite, 200, "OK", "ring", body=pair.callee.sdp(pair.media + 2))
    pair.callee.answer(cancel, 200, "OK", "ring")
    pair.callee.expect_request("ACK")
    pair.callee.answer(pair.callee.expect_request("BYE"), 200, "OK")
    refused = pair.caller.expect_final("INVITE")
    assert refused.status == 487, f"the caller saw {refused}"
    pair.caller.acknowledge_failure(out, out.branch, refused)


def two_calls_from_one_port(pair):
    """Two calls one after the other, from the same ports to the same ports."""
    for _ in range(2):
        out, _ = pair.call()
        pair.hang_up(out)
    assert pair.calls_seen_by_callee() == 2, f"the callee saw {pair.calls_seen_by_callee()} calls"


def reused_call_id(pair):
    """The caller takes the Call-ID and the tag of its last call again: with a new branch and CSeq it is a new call (RFC 3261 17.2.3)."""
    call_id, tag = random_hex(), random_hex(4)
    for first_cseq in (1, 21):
        out, _ = pair.call(call_id=call_id, tag=tag, first_cseq=first_cseq)
        pair.hang_up(out)
    assert pair.calls_seen_by_callee() == 2, f"the callee saw {pair.calls_seen_by_callee()} calls"


def reused_call_id_and_cseq(pair):
    """As a phone that counts from one again after a restart: the same Call-ID and CSeq, another tag and branch."""
    call_id = random_hex()
    for _ in range(2):
        out, _ = pair.call(call_id=call_id)
        pair.hang_up(out)
    assert pair.calls_seen_by_callee() == 2, f"the callee saw {pair.calls_seen_by_callee()} calls"


def try_to_ring(pair):
    """-> (caller's dialog, INVITE at the callee or None, refusal or None)"""
    out = pair.caller.dial(pair.callee.number, pair.media)
    invite = pair.callee.receive(lambda message: message.method == "INVITE", 1) if out.reply.status < 300 else None
    if invite:
        return out, invite, None
    refused = out.reply if out.reply.status >= 300 else pair.caller.expect_final("INVITE", out.invite_cseq)
    pair.caller.acknowledge_failure(out, out.branch, refused)
    return out, None, refused


def ports_run_out(pair):
    """Ports rest for a while after a call. When all do, the answer is 503 with Retry-After; a phone that keeps to it soon gets through."""
    refusals = 0
    for _ in range(16):
        out, invite, refused = try_to_ring(pair)
        if refused:
            assert refused.status == 503, f"got {refused}"
            wait = refused.get("retry-after").split(" ")[0].split(";")[0]
            assert wait.isdigit() and 1 <= int(wait) <= 10, f"Retry-After is {wait!r}"
            refusals += 1
            assert refusals <= 3, "refused again and again"
            time.sleep(int(wait))
            continue
        pair.callee.accept(invite, pair.media + 2)
        assert pair.caller.expect_answer(out).status == 200, "the call was not answered"
        pair.caller.acknowledge(out)
        pair.callee.expect_request("ACK")
        pair.hang_up(out)
        if refusals:
            return
    raise AssertionError("the ports never ran out")


def held_until_told(pair):
    """A call that is up until whoever started this script puts a file named `hang-up` into its folder: it is surely up while something else happens."""
    out, _ = pair.call()
    order = os.path.join(pair.options.out, "hang-up")
    end = time.time() + 120
    while not os.path.exists(order):
        assert time.time() < end, "nobody said when to hang up"
        time.sleep(0.05)
    pair.hang_up(out)


BY_NAME_ONLY = [ports_run_out, held_until_told]     # a PBX with few ports; something else at the same time
CASES = [repeated_200, repeated_invite, repeated_bye, bye_without_ack, bye_from_both, repeated_cancel, answer_crosses_cancel,
         two_calls_from_one_port, reused_call_id, reused_call_id_and_cseq]


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    names = options.only.split(",")
    cases = [case for case in CASES + BY_NAME_ONLY if case.__name__ in names] if options.only else CASES
    if options.list:
        cases = CASES + BY_NAME_ONLY
        print("\n".join(case.__name__ for case in cases))
        return 0
    failed = 0
    for case in cases:
        pair = Pair(options)
        try:
            case(pair)
            print("ok  ", case.__name__, flush=True)
        except AssertionError as fault:
            failed += 1
            print("FAIL", case.__name__, fault, flush=True)
        finally:
            pair.close()
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
