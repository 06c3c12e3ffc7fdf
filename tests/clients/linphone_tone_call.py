#!/usr/bin/env python3
"""Two linphonec register, call and exchange tones: A plays 440 Hz, B 880 Hz, and each recording of what was received is checked.
With --se both run session timers (RFC 4028), and the refreshes must be seen.

  linphone_tone_call.py --server 127.0.0.1:5060 --domain D --caller 1001:PASSWORD --callee 1002:PASSWORD
     [--seconds 4] [--calls 1] [--hang a|b] [--transport udp|tcp] [--se 10 [--min-se 4] [--refresher uas|uac]] [--hold]
Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import options as command_line  # noqa: E402
import tone  # noqa: E402
from linphone import Linphone  # noqa: E402
from ports import Ports  # noqa: E402

TONES = {"a": 440, "b": 880}


class Conversation:
    def __init__(self, options, work):
        self.options, self.faults, ports = options, [], Ports(options.ports)
        timers = (options.se, options.min_se, options.refresher) if options.se else None
        self.phones = {}
        for name, account in (("a", options.caller), ("b", options.callee)):
            wav = os.path.join(work, f"{TONES[name]}.wav")
            tone.make(wav, TONES[name], 120)
            self.phones[name] = Linphone(work, name, command_line.account(account), options.server, options.domain, wav, ports.take(4),
                                         options.transport, timers)

    def run(self):
        try:
            for phone in self.phones.values():
                phone.registered()
            for number in range(1, self.options.calls + 1):
                self.call(number)
            if self.options.se:
                self.count_refreshes()
        except (TimeoutError, OSError) as error:
            self.faults.append(str(error))
        finally:
            for phone in self.phones.values():
                phone.stop()

    def call(self, number):
        a, b = self.phones["a"], self.phones["b"]
        for phone in (a, b):
            phone.record(f"heard{number}.wav")
        mark_a, mark_b = a.mark(), b.mark()
        a.type(f"call sip:{command_line.account(self.options.callee)[0]}@{self.options.domain}")
        b.wait("IncomingReceived", 10, mark_b)
        b.type("answer")
        a.wait("StreamsRunning", 10, mark_a)
        print(f"call {number} established", flush=True)
        time.sleep(self.options.seconds / 2)
        if self.options.hold:
            self.hold(a, b)
        time.sleep(self.options.seconds / 2)
        first, second = (a, b) if self.options.hang == "a" else (b, a)
        mark_first, mark_second = first.mark(), second.mark()
        first.type("terminate")
        second.wait("to LinphoneCallReleased", 10, mark_second)
        first.wait("to LinphoneCallReleased", 10, mark_first)
        self.listen(number)

    @staticmethod
    def hold(a, b):
        mark = b.mark()
        a.type("pause")
        b.wait("PausedByRemote", 10, mark)
        time.sleep(1)
        mark = b.mark()
        a.type("resume")
        b.wait("StreamsRunning", 10, mark)

    def listen(self, number):
        for name, phone in self.phones.items():
            wanted, own = (TONES["b"], TONES["a"]) if name == "a" else (TONES["a"], TONES["b"])
            active, tones = tone.analyse(phone.recording, [wanted, own])
            fine = tones[wanted] >= self.options.seconds * 0.6 and tones[wanted] >= 0.85 * active and tones[own] == 0
            print(f"call {number}: {name} heard {wanted} Hz for {tones[wanted]:.2f} s of {active:.2f} s with sound, "
                  f"{own} Hz for {tones[own]:.2f} s: {'ok' if fine else 'NOT ok'}", flush=True)
            if not fine:
                self.faults.append(f"{name} did not hear {wanted} Hz alone in call {number}")

    def count_refreshes(self):
        """The one that refreshes is judged too: the PBX runs a timer of its own on each leg."""
        due = max(0, int(self.options.seconds * self.options.calls / (self.options.se / 2)) - 1)
        for name, phone in self.phones.items():
            seen = phone.refreshes_received()
            print(f"{name}: {seen} refreshes in its log, {due} due")
            if seen < due:
                self.faults.append(f"{name} saw {seen} refreshes, {due} were due")


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--calls", type=int, default=1, help="calls in a row with the same phones")
    parser.add_argument("--hang", default="a", choices="ab")
    parser.add_argument("--transport", default="udp")
    parser.add_argument("--se", type=int, default=0)
    parser.add_argument("--min-se", type=int, default=4)
    parser.add_argument("--refresher", default="uas", choices=["uas", "uac"])
    parser.add_argument("--hold", action="store_true")
    options = parser.parse_args()
    faults = ["not run"]
    with command_line.work_folder(options, lambda: faults) as work:
        conversation = Conversation(options, work)
        faults = conversation.faults
        conversation.run()
    print("FAIL " + "; ".join(faults) if faults else "PASS")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
