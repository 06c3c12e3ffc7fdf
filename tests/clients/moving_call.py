#!/usr/bin/env python3
"""baresip behind a router that forgets it in the middle of a call, or that gets another address: the call goes on, and its end arrives.

  moving_call.py --server 127.0.0.1:5060 --domain D --caller 1001:PASSWORD --callee 1002:PASSWORD
Two calls to the phone behind the router: it gets another outer port, the phone registers again, as it does once a minute, and is put on hold
and hung up on; it gets another outer address, and the phone hangs up before it has registered, so it is asked who it is.
Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import options as command_line  # noqa: E402
import tone  # noqa: E402
from baresip import Baresip  # noqa: E402
from nat import Nat  # noqa: E402
from ports import Ports  # noqa: E402

STORIES = (("another address, unregistered", "127.0.0.45", False), ("another port", "127.0.0.45", True))
REGISTERS_WITHIN = 75


def call(a, b, nat, domain, outer, registers):
    marks = a.mark(), b.mark()
    a.command("dial", f"sip:{b.number}@{domain}")
    event = a.wait("CALL_ESTABLISHED", "CALL_CLOSED", timeout=20, since=marks[0])
    assert event["type"] == "CALL_ESTABLISHED", f"not established: {event.get('param')}"
    b.wait("CALL_ESTABLISHED", timeout=10, since=marks[1])
    time.sleep(1)
    mark = b.mark()
    nat.forget(outer)
    if registers:
        b.wait("REGISTER_OK", timeout=REGISTERS_WITHIN, since=mark)
        a.command("hold")       # crosses the PBX, so it must find the phone
        time.sleep(1)
        a.command("resume")
        time.sleep(1)
    first, second = (a, b) if registers else (b, a)
    over = second.mark()
    first.command("hangup")
    second.wait("CALL_CLOSED", timeout=10, since=over)
    if not registers:           # so that the next call finds it
        b.wait("REGISTER_OK", timeout=REGISTERS_WITHIN, since=mark)


def story(options):
    faults = []
    with command_line.work_folder(options, lambda: bool(faults)) as work:
        ports = Ports(options.ports)
        wav = os.path.join(work, "440.wav")
        tone.make(wav, 440, 60, 8000, channels=1)
        nat, phones = Nat(options.server, "127.0.0.44"), []
        try:
            phones.append(Baresip(work, "a", command_line.account(options.caller), options.server, options.domain, wav, ports.take(40), "udp", "manual", "pcmu"))
            phones.append(Baresip(work, "b", command_line.account(options.callee), nat.inner, options.domain, wav, ports.take(40), "udp", "auto", "pcmu"))
            for phone in phones:
                phone.registered()
            for name, outer, registers in STORIES:
                call(*phones, nat, options.domain, outer, registers)
                print(name, "ok", flush=True)
        except (AssertionError, TimeoutError, RuntimeError) as fault:
            faults.append(str(fault))
        finally:
            for phone in phones:
                phone.stop()
            nat.stop()
    assert not faults, faults[0]


def main():
    return command_line.verdict(story, command_line.parser(__doc__).parse_args())


if __name__ == "__main__":
    sys.exit(main())
