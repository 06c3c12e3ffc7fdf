#!/usr/bin/env python3
"""Calls of an office while one attacker of each kind is at work: no packet of a call may be lost, and every honest call and registration is answered.

  attacked.py EDGEPBX [--minutes 30] [--calls 50] [--only KIND,KIND]

--calls pairs of phones talk all the time, each with an address of its own, and refresh their session each 45 s. Each second another phone registers
anew, and each two seconds two more phones call each other and hang up. The attackers (tests/clients/lib/attackers.py) have addresses of their own, two
stolen accounts, and the names of a call that is up. When they have stopped every gauge must come back to its baseline.
Last line PASS, or FAIL with the reason (exit code 1).
"""
import argparse
import select
import sys
import threading
import time

from pbx import REALM, Pbx, megabytes

from attackers import KINDS, Attackers, Target  # noqa: E402, I001 (the folder of the clients is on the path only now)
from rawsip import Phone  # noqa: E402
from voice import hang_up, set_up  # noqa: E402

INTERVAL = 1800
STOLEN, SECOND = ("1003", "stolen-secret"), ("1004", "another-stolen-one")


class Talk:
    """One thread that lets every voice say a packet each 20 ms, absolutely paced, and hears what comes."""

    def __init__(self, voices):
        self.voices, self.is_over = voices, threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        start, turn = time.monotonic(), 0
        while not self.is_over.is_set():
            for voice in self.voices:
                voice.talk()
            for voice in self.voices:
                voice.listen()
            turn += 1
            select.select([], [], [], max(0.0, start + turn * 0.02 - time.monotonic()))

    def stop(self):
        """-> (said, heard)"""
        self.is_over.set()
        self.thread.join()
        time.sleep(0.5)
        for voice in self.voices:
            voice.listen()
        return sum(voice.number for voice in self.voices), sum(voice.heard for voice in self.voices)


class Office:
    """Honest phones: pairs whose calls stay up, one pair that calls again and again, and what they saw."""

    def __init__(self, pbx, pairs):
        def phone(account, last):
            return Phone(pbx.server, REALM, account, f"127.0.1.{last}")
        self.pairs, self.turn, self.answered, self.faults = [], 0, 0, []
        for i in range(pairs):
            caller, callee = phone(accounts(i)[0], 2 * i + 1), phone(accounts(i)[1], 2 * i + 2)
            assert caller.register() == 200 and callee.register() == 200, "a phone can't register before anything has begun"
            out, _, *voices = set_up(caller, callee, INTERVAL)
            self.pairs.append((caller, callee, out, voices))
        self.short = phone(("1001", "first-secret"), 201), phone(("1002", "second-secret"), 202)
        assert all(one.register() == 200 for one in self.short), "a phone can't register before anything has begun"
        self.talk = Talk([voice for pair in self.pairs for voice in pair[3]])

    def second(self):
        """What happens within one second."""
        self.turn += 1
        for caller, callee, out, _ in self.pairs[self.turn % 45::45]:
            self.honest("refresh", lambda caller=caller, out=out: self.refresh(caller, out))
            caller.seen.clear()
            callee.seen.clear()
        for _, callee, *_ in self.pairs:
            self.answer_refreshes(callee)
        caller, callee, *_ = self.pairs[self.turn % len(self.pairs)]
        self.honest("registration", lambda: self.registered((caller, callee)[self.turn // len(self.pairs) % 2]))
        if self.turn % 2:
            self.honest("call", self.call)

    def honest(self, what, deed):
        try:
            deed()
            self.answered += 1
        except AssertionError as fault:
            self.faults.append(f"{what} {self.turn}: {fault or 'refused'}"[:200])

    @staticmethod
    def registered(phone):
        status = phone.register()
        assert status == 200, f"got {status}"

    @staticmethod
    def refresh(phone, dialog):
        dialog.cseq += 1
        phone.send(phone.request("UPDATE", dialog, extra=["Supported: timer", f"Session-Expires: {INTERVAL};refresher=uac"]))
        reply = phone.expect_final("UPDATE", dialog.cseq)
        assert reply.status == 200, reply

    @staticmethod
    def answer_refreshes(phone):
        while request := phone.receive(lambda message: message.method == "UPDATE", 0.0001):
            phone.answer(request, 200, "OK", extra=["Supported: timer", "Require: timer", f"Session-Expires: {INTERVAL};refresher=uac"])

    def call(self):
        caller, callee = self.short
        out, _, *voices = set_up(caller, callee, INTERVAL)
        hang_up(caller, callee, out)
        for voice in voices:
            voice.socket.close()
        for one in self.short:
            one.seen.clear()

    def end(self):
        said, heard = self.talk.stop()
        for caller, callee, out, _ in self.pairs:
            self.honest("end of a call", lambda caller=caller, callee=callee, out=out: hang_up(caller, callee, out))
        return said, heard


def accounts(pair):
    return [(f"{2000 + 2 * pair + side}", f"secret-of-a-phone-{pair}-{side}-x") for side in (0, 1)]


def run(options):
    more = [account for pair in range(options.calls) for account in accounts(pair)]
    kinds = [kind for kind in KINDS if not options.only or kind.__name__ in options.only.split(",")]
    with Pbx(options.edgepbx, max_calls=3 * options.calls, more=[STOLEN, SECOND, *more]) as pbx:
        pbx.start()
        office = Office(pbx, options.calls)
        target = Target(pbx.server, REALM, STOLEN, SECOND, pbx.media)
        target.dialog = office.pairs[0][2]
        attackers = Attackers(target, kinds)
        before, end, most, memory = time.monotonic(), time.monotonic() + 60 * options.minutes, 0, [pbx.memory()["anonymous"]]
        while time.monotonic() < end:
            turn = time.monotonic()
            office.second()
            if office.turn % 15 == 0:
                memory.append(pbx.memory()["anonymous"])
            most = max(most, time.monotonic() - turn)
            time.sleep(max(0.0, turn + 1 - time.monotonic()))
        told = attackers.stop()
        said, heard = office.end()
        took = time.monotonic() - before
        print(f"  {took:.0f} s: {said} packets said, {said - heard} lost; {office.answered} refreshes, registrations and calls as they should be, "
              f"{len(office.faults)} not; slowest second {most:.1f} s")
        for name, (sent, harm, why) in told.items():
            print(f"  {name}: {sent} sent, {harm} times harm {why}")
        print(f"  memory of its own: {megabytes(memory[0])} at first, at most {megabytes(max(memory))}, {megabytes(memory[-1])} at last; "
              f"{100 * pbx.cpu() / took:.0f} % of a core")
        held, waited = pbx.wait_until_nothing_is_held(200)
        counters = pbx.status()["counters"]
        print(f"  {waited:.0f} s after the end: {held or 'every gauge at its baseline'}")
    faults = [f"{said - heard} packets lost"] if said != heard else []
    faults += office.faults[:5] + ([f"and {len(office.faults) - 5} more"] if len(office.faults) > 5 else [])
    faults += [f"still held: {held}"] if held else []
    faults += [f"{name}: {why}" if why else f"{name} did harm {harm} times" for name, (sent, harm, why) in told.items() if harm or why]
    faults += [f"{name} = {counters[name]}" for name in ("cleanups_overdue", "calls_faulted", "calls_unclean") if counters[name]]
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edgepbx")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--only", default="", help="names of attackers")
    try:
        faults = run(parser.parse_args())
    except AssertionError as fault:
        faults = [str(fault)]
    print(f"FAIL {'; '.join(faults)}" if faults else "PASS")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
