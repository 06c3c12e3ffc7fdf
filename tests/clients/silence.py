#!/usr/bin/env python3
"""Phones that fall silent: a call in which nobody sends anything any more is ended, and no other.

  silence.py --server IP:PORT --domain D --caller N:P --callee N:P [--timeout 10]
--timeout: what [media] timeout says. Five calls talk for a second. Then both phones of one fall silent; in the others one goes on talking, or one
sends only RTCP, or they hold each other (inactive), or one holds the other and neither is heard.
Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import contextlib
import os
import socket
import struct
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import options as command_line  # noqa: E402
from rawsip import two_phones  # noqa: E402
from voice import converse, hang_up, set_up  # noqa: E402

ANSWER = {"inactive": "inactive", "sendonly": "recvonly"}


def hold(caller, callee, out, voices, direction):
    """The caller puts the callee on hold by a re-INVITE."""
    out.cseq += 1
    out.invite_cseq = out.cseq
    caller.send(caller.request("INVITE", out, body=caller.sdp(voices[0].port, 2).replace("sendrecv", direction)))
    callee.answer(callee.expect_request("INVITE"), 200, "OK", body=callee.sdp(voices[1].port, 2).replace("sendrecv", ANSWER[direction]))
    assert caller.expect_final("INVITE", out.cseq).status == 200, "the hold was refused"
    caller.acknowledge(out)
    callee.expect_request("ACK")


class Reporter:
    """Sends receiver reports (RFC 3550 6.4.2) for a voice, from the port that belongs to it."""

    def __init__(self, voice):
        self.relay, self.socket, self.ssrc = (voice.relay[0], voice.relay[1] + 1), socket.socket(socket.AF_INET, socket.SOCK_DGRAM), voice.port
        with contextlib.suppress(OSError):      # somebody else's: then it comes from another one, and is taken all the same
            self.socket.bind(("127.0.0.1", voice.port + 1))

    def report(self):
        self.socket.sendto(struct.pack(">BBHI", 0x80, 201, 1, self.ssrc), self.relay)


def byes(phone, dialog):
    """The call must be told to end on this side."""
    request = phone.expect_request("BYE")
    assert request.get("call-id") == dialog.call_id, "another call was ended"
    phone.answer(request, 200, "OK")


def story(options):
    caller, callee = two_phones(options)
    calls = {name: set_up(caller, callee) for name in ("silent", "one talks", "reports", "inactive", "sendonly")}
    converse([voice for call in calls.values() for voice in call[2:]], 1)
    for direction in ANSWER:
        hold(caller, callee, calls[direction][0], calls[direction][2:], direction)
    reporter, talker = Reporter(calls["reports"][2]), calls["one talks"][3]
    start = time.monotonic()
    turn = 0
    while time.monotonic() - start < options.timeout + 4:   # past the moment at which any of the others would be ended
        talker.talk()
        if turn % 50 == 0:
            reporter.report()
        turn += 1
        time.sleep(0.02)
    out, back, _, _ = calls.pop("silent")
    byes(caller, out)
    byes(callee, back)
    for name, (out, _, _, _) in calls.items():
        try:
            hang_up(caller, callee, out)
        except AssertionError as fault:
            raise AssertionError(f"the call '{name}' was ended: {fault}") from fault


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--timeout", type=int, default=10)
    return command_line.verdict(story, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
