#!/usr/bin/env python3
"""Kills the PBX (SIGKILL) at random moments, while phones register, move, leave and call, and starts it again each time.

  kills.py --binary EDGEPBX [--kills 300] [--seed N] [--ports FIRST-LAST] [--out FOLDER]

After each start: who heard 200 to his last REGISTER is registered as he asked (or as he asked since, where the kill came before the
answer), one of them is called at once and rings, and every call record that was in the file is in it still.
"""
import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import ports  # noqa: E402
import status  # noqa: E402
from rawsip import PATIENCE, Dialog, Phone, random_hex  # noqa: E402

REALM = "pbx.test"
MOVERS = 6              # phones that register: two for each extension
CALLER, CALLEE = "1008", "1009"


class Dead(Exception):
    """The PBX was killed while a phone waited for it."""


class Box:
    """The PBX, its folder, and when it is dead."""

    def __init__(self, binary, folder, take, numbers, settings=""):
        self.binary, self.folder, self.dead, self.pid = binary, folder, threading.Event(), None
        self.port, media = take.take(2), take.take(60)
        self.server, self.config = f"127.0.0.1:{self.port}", os.path.join(folder, "edgepbx.toml")
        self.log = open(os.path.join(folder, "log"), "a+b")
        with open(self.config, "w") as file:
            file.write(f'[sip]\nlisten = ["udp://{self.server}"]\nrealm = "{REALM}"\n[media]\nports = "{media}-{media + 59}"\nmax_calls = 10\n{settings}'
                       + "".join(f'[[extension]]\nnumber = "{number}"\nsecret = "secret-of-{int(number) * 7}"\n' for number in numbers))

    def start(self):
        """Back when it answers OPTIONS."""
        command = [self.binary, "run", "--config", self.config]
        self.pid = os.posix_spawn(self.binary, command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, self.log.fileno(), fd) for fd in (1, 2)])
        self.dead.clear()
        with contextlib.closing(Phone(self.server, REALM, (CALLER, ""))) as probe:
            end = time.monotonic() + PATIENCE
            while not probe.options(0.15):
                assert time.monotonic() < end and os.waitpid(self.pid, os.WNOHANG) == (0, 0), "it does not come up"

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.dead.set()

    def status(self):
        return status.ask(os.path.join(self.folder, "edgepbx.sock"))

    def records(self):
        """Whole lines of the file of call records."""
        try:
            with open(os.path.join(self.folder, "calls.jsonl"), "rb") as file:
                return [line for line in file.read().split(b"\n")[:-1]]
        except FileNotFoundError:
            return []

    def errors(self):
        self.log.seek(0)
        return [line for line in self.log.read().decode().splitlines() if '"level":"error"' in line or '"level":"critical"' in line or not line.startswith("{")]


class Mover(Phone):
    """A phone that gives up when the PBX is dead, and whose contact changes each time that it moves."""

    def __init__(self, box, number):
        super().__init__(box.server, REALM, (number, f"secret-of-{int(number) * 7}"))
        self.box, self.place = box, 0
        self.acknowledged, self.asked = None, []    # contact URIs, None: not registered

    def receive(self, wanted, timeout=PATIENCE):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.box.dead.is_set():
                raise Dead
            message = super().receive(wanted, 0.05)
            if message:
                return message
        return None

    def uri(self, place):
        return f"sip:{self.number}@127.0.0.1:{self.port};place={place}"

    def contact(self):
        return f"Contact: <{self.uri(self.place)}>"

    def act(self, chance):
        """Registers, refreshes, moves or leaves, at random."""
        dialog = Dialog(random_hex(), f"{self.address};tag={random_hex(4)}", self.address, "sip:" + REALM)
        what, more = chance.choice(("refresh", "move", "move", "leave")), []
        if what == "move":
            more = [f"Contact: <{self.uri(self.place)}>;expires=0"]
            self.place += 1
        wanted = None if what == "leave" else self.uri(self.place)
        self.asked.append(wanted)
        extra = [*more, f"Expires: {0 if what == 'leave' else chance.choice((120, 3600))}"]
        reply = self.with_credentials("REGISTER", dialog, extra, "", lambda message: message.status >= 200)[2]
        if reply.status == 503 and reply.get("retry-after"):    # more changes than one account may make: it stays as it was, and waits as a phone does
            self.asked.pop()
            self.place -= what == "move"
            self.box.dead.wait(int(reply.get("retry-after")))
            return
        assert reply.status == 200, f"REGISTER got {reply}"
        self.acknowledged, self.asked = wanted, []

    def check(self, there):
        """What is registered for it after a start; from then on that is the truth."""
        mine = [contact for contact in there if f":{self.port};" in contact]
        allowed = [self.acknowledged, *self.asked]
        assert len(mine) <= 1, f"{self.number} has two contacts: {mine}"
        found = mine[0] if mine else None
        assert found in allowed, f"{self.number} is registered as {found}; acknowledged was {self.acknowledged}, asked since {self.asked}"
        self.acknowledged, self.asked = found, []
        if found:
            self.place = int(found.rpartition("=")[2])

    def drain(self):
        self.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while True:
                self.socket.recv(65536)


class Story:
    def __init__(self, box, chance):
        self.box, self.chance = box, chance
        self.movers = [Mover(box, str(1001 + index // 2)) for index in range(MOVERS)]
        self.caller, self.callee = Mover(box, CALLER), Mover(box, CALLEE)
        self.failures, self.acknowledged, self.called, self.rang = [], 0, 0, 0

    def phones(self):
        return [*self.movers, self.caller, self.callee]

    def until_dead(self, act):
        try:
            while not self.box.dead.is_set():
                act()
        except Dead:
            pass
        except OSError as failure:      # the datagram that told of the closed port
            self.failures += [] if self.box.dead.wait(1) else [repr(failure)]
        except AssertionError as failure:
            self.failures.append(str(failure))

    def register(self, phone):
        chance = random.Random(self.chance.random())

        def act():
            phone.act(chance)
            self.acknowledged += 1
            time.sleep(chance.uniform(0, 0.01))     # others want the processor too
        return act

    def call(self):
        """A whole call: it is up, it ends, and its record is written."""
        out = self.caller.dial(CALLEE, 40000)
        invite = self.callee.expect_request("INVITE")
        self.callee.accept(invite, 40002)
        assert self.caller.expect_answer(out).status == 200, "the call was not answered"
        self.caller.acknowledge(out)
        self.callee.expect_request("ACK")
        self.caller.bye(out)
        self.callee.answer(self.callee.expect_request("BYE"), 200, "OK")
        self.caller.expect_final("BYE", out.cseq)
        self.called += 1

    def ring_at_once(self):
        """One phone that is registered is called. Nothing but the start has happened since the kill."""
        registered = [phone for phone in self.movers if phone.acknowledged]
        if not registered:
            return
        phone = self.chance.choice(registered)
        out = self.caller.dial(phone.number, 40000)
        busy = set()
        for one in [other for other in registered if other.number == phone.number]:
            invite = one.expect_request("INVITE")
            assert invite.start.split()[1] == one.acknowledged, f"{invite.start} came to {one.acknowledged}"
            one.answer(invite, 486, "Busy Here", "b")
            busy.add(one)
        refused = self.caller.expect_answer(out)
        assert refused.status == 486, f"the caller saw {refused}"
        self.caller.acknowledge_failure(out, out.branch, refused)
        self.rang += len(busy)

    def live_and_die(self):
        """One life of the PBX, which is up, with a kill at its end."""
        threads = [threading.Thread(target=self.until_dead, args=(self.register(phone),)) for phone in self.movers]
        threads.append(threading.Thread(target=self.until_dead, args=(self.call,)))
        for thread in threads:
            thread.start()
        time.sleep(self.chance.uniform(0, 0.12))
        self.box.kill()
        for thread in threads:
            thread.join()
        assert not self.failures, self.failures[0]

    def come_back(self):
        written = self.box.records()
        self.box.start()
        there = [one["contact"] for one in self.box.status()["registrations"]]
        for phone in self.phones():
            phone.drain()
            phone.check(there)
        assert self.callee.acknowledged, "the callee is not registered any more"
        now = self.box.records()
        assert now[:len(written)] == written, f"{len(written)} call records were there, {len(now)} are"
        self.ring_at_once()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 31))
    parser.add_argument("--out", default=None, help="folder of the PBX, kept")
    ports.add_option(parser)
    options = parser.parse_args()
    folder = options.out or tempfile.mkdtemp(prefix="edgepbx-kills-")
    box = Box(os.path.abspath(options.binary), folder, ports.Ports(options.ports),
              [str(1001 + index) for index in range(MOVERS // 2)] + [CALLER, CALLEE])
    story, done, start = Story(box, random.Random(options.seed)), 0, time.monotonic()
    try:
        box.start()
        story.callee.place = 1
        assert story.callee.register() == 200, "the callee cannot register"
        story.callee.acknowledged = story.callee.uri(1)
        for done in range(1, options.kills + 1):
            story.live_and_die()
            story.come_back()
        errors = box.errors()
        assert not errors, f"in its log: {errors[0]}"
        box.kill()
    except AssertionError as failure:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            box.kill()
        sys.exit(f"FAIL after {done} kills (seed {options.seed}): {failure}; logs in {folder}")
    print(f"{done} kills in {time.monotonic() - start:.0f} s: {story.acknowledged} registrations acknowledged, {story.called} calls with {len(box.records())} records,"
          f" {story.rang} phones rang right after a start; nothing was lost (seed {options.seed})")
    if not options.out:
        shutil.rmtree(folder, ignore_errors=True)
    print("PASS")


if __name__ == "__main__":
    main()
