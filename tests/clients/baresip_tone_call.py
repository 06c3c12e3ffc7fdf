#!/usr/bin/env python3
"""Two headless baresip register, call and exchange tones: A plays 440 Hz, B 880 Hz, and each recording of what was received is checked.

  baresip_tone_call.py --server 127.0.0.1:5060 --domain D --caller 1001:PASSWORD --callee 1002:PASSWORD
     [--seconds 4] [--calls 1] [--hang a|b] [--transport udp|tcp] [--hold] [--dtmf 159#] [--codec pcmu|g722|opus]
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
from ports import Ports  # noqa: E402

TONES = {"a": 440, "b": 880}


class Conversation:
    def __init__(self, options, work):
        self.options, self.faults, ports = options, [], Ports(options.ports)
        self.phones = {}
        for name, account in (("a", options.caller), ("b", options.callee)):
            wav = os.path.join(work, f"{TONES[name]}.wav")
            _, rate, channels = Baresip.CODECS[options.codec]
            tone.make(wav, TONES[name], 60, rate, channels=channels)
            self.phones[name] = Baresip(work, name, command_line.account(account), options.server, options.domain, wav, ports.take(40),
                                        options.transport, "manual" if name == "a" else "auto", options.codec)

    def run(self):
        try:
            for phone in self.phones.values():
                phone.registered()
            for number in range(1, self.options.calls + 1):
                self.call(number)
        except (TimeoutError, RuntimeError) as error:
            self.faults.append(str(error))
        finally:
            for phone in self.phones.values():
                phone.stop()

    def call(self, number):
        a, b = self.phones["a"], self.phones["b"]
        had = {name: len(phone.recordings()) for name, phone in self.phones.items()}
        marks = {name: phone.mark() for name, phone in self.phones.items()}
        a.command("dial", f"sip:{b.number}@{self.options.domain}")
        event = a.wait("CALL_ESTABLISHED", "CALL_CLOSED", timeout=20, since=marks["a"])
        if event["type"] != "CALL_ESTABLISHED":
            raise RuntimeError(f"call {number} was not established: {event.get('param')}")
        b.wait("CALL_ESTABLISHED", timeout=10, since=marks["b"])
        print(f"call {number} established", flush=True)
        time.sleep(self.options.seconds / 2)
        if self.options.hold:
            a.command("hold")
            time.sleep(1)
            a.command("resume")
        if self.options.dtmf:
            self.dial_digits(a, b, marks["b"])
        time.sleep(self.options.seconds / 2)
        first, second = (a, b) if self.options.hang == "a" else (b, a)
        mark = second.mark()
        first.command("hangup")
        second.wait("CALL_CLOSED", timeout=10, since=mark)
        self.listen(number, had)

    def dial_digits(self, a, b, since):
        a.keys(self.options.dtmf)
        end = time.time() + 3
        wanted = self.options.dtmf.replace(",", "")
        while b.digits(since) != wanted and time.time() < end:
            time.sleep(0.05)
        if b.digits(since) != wanted:
            self.faults.append(f"DTMF {wanted!r} arrived as {b.digits(since)!r}")

    def listen(self, number, had):
        seconds = self.options.seconds
        for name, phone in self.phones.items():
            wanted, own = (TONES["b"], TONES["a"]) if name == "a" else (TONES["a"], TONES["b"])
            end = time.time() + 3
            while len(phone.packets_received()) < number and time.time() < end:     # printed when the call is cleared away
                time.sleep(0.05)
            results = [tone.analyse(file, [wanted, own]) for file in phone.recordings()[had[name]:]]
            active, good, wrong = (sum(part) for part in zip(*((a, t[wanted], t[own]) for a, t in results))) if results else (0, 0, 0)
            packets = (phone.packets_received() or [0])[-1]
            # after a resume baresip 1.0 plays on but no longer records: the rest is judged by its packets
            enough = seconds * (0.35 if self.options.hold else 0.6)
            fine = good >= enough and good >= 0.9 * active and wrong == 0 and packets >= seconds * 50 * 0.7
            print(f"call {number}: {name} heard {wanted} Hz for {good:.2f} s of {active:.2f} s with sound, {own} Hz for {wrong:.2f} s, "
                  f"{packets} packets: {'ok' if fine else 'NOT ok'}", flush=True)
            if not fine:
                self.faults.append(f"{name} did not hear {wanted} Hz alone in call {number}")


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--calls", type=int, default=1, help="calls in a row with the same phones")
    parser.add_argument("--hang", default="a", choices="ab")
    parser.add_argument("--transport", default="udp")
    parser.add_argument("--hold", action="store_true", help="A holds and resumes in the middle of the call")
    parser.add_argument("--dtmf", default=None, help="digits that A sends in the call, with commas for pauses; B must report them")
    parser.add_argument("--codec", default="pcmu", choices=Baresip.CODECS)
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
