#!/usr/bin/env python3
"""Many short calls in a row between the same two phones, with session timers; each ends at random by either side, some after refreshes.

  calls_in_a_row.py --server IP:PORT --domain D --caller N:P --callee N:P [--calls 100] [--se 90] [--seed 1]
Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import options as command_line  # noqa: E402
from ports import Ports  # noqa: E402
from rawsip import two_phones  # noqa: E402


def refresh(phone, dialog, interval):
    """RFC 4028: any UPDATE with Session-Expires restarts the interval; its sender takes over the refreshes."""
    dialog.cseq += 1
    phone.send(phone.request("UPDATE", dialog, extra=["Supported: timer", f"Session-Expires: {interval};refresher=uac", f"Min-SE: {interval}"]))
    reply = phone.expect_final("UPDATE", dialog.cseq)
    assert reply.status == 200 and reply.get("session-expires"), f"the refresh got {reply}"


def one_call(caller, callee, media, interval, rng):
    timer = ["Supported: timer", "Allow: INVITE, ACK, CANCEL, BYE, UPDATE"]
    out = caller.dial(callee.number, media, [*timer, f"Session-Expires: {interval};refresher={rng.choice(['uac', 'uas'])}"])
    invite = callee.expect_request("INVITE")
    back = callee.accept(invite, media + 2, [*timer, "Require: timer", f"Session-Expires: {interval};refresher={rng.choice(['uac', 'uas'])}"])
    reply = caller.expect_answer(out)
    assert reply.status == 200 and reply.get("session-expires"), f"the call was answered with {reply}"
    caller.acknowledge(out)
    callee.expect_request("ACK")
    for _ in range(rng.randrange(3)):
        refresh(*rng.choice([(caller, out), (callee, back)]), interval)
    first, dialog, second = rng.choice([(caller, out, callee), (callee, back, caller)])
    first.bye(dialog)
    second.answer(second.expect_request("BYE"), 200, "OK")
    assert first.expect_final("BYE", dialog.cseq).status == 200, "the BYE was refused"
    caller.seen.clear()
    callee.seen.clear()


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--se", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, media = random.Random(options.seed), Ports(options.ports).take(4)
    number = 0
    try:
        caller, callee = two_phones(options)
        for number in range(1, options.calls + 1):
            one_call(caller, callee, media, options.se, rng)
    except AssertionError as fault:
        print(f"FAIL call {number}: {fault}")
        return 1
    print(f"{options.calls} calls\nPASS")
    return 0


if __name__ == "__main__":
    sys.exit(main())
