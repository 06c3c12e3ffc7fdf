#!/usr/bin/env python3
"""The power comes back in a large office: all its phones register at once, each from an address of its own.

  comeback.py --binary EDGEPBX [--phones 1000] [--memory 16] [--ports FIRST-LAST]

--memory: the budget, in MiB; the default is the least that there is. A PBX with that many accounts takes their registrations, is killed (SIGKILL), started again, and asked for all of them anew in the same moment,
as phones do: REGISTER, challenge, REGISTER with credentials; what is not answered is repeated (RFC 3261 17.1.2.1). Nobody may be refused. Then
it is killed once more, right after the last 200: each of them must be in the journal. How long it took is said, and is no reason to fail.
Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import argparse
import collections
import os
import resource
import selectors
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import ports  # noqa: E402
from kills import REALM, Box  # noqa: E402
from rawsip import Dialog, Message, Phone, credentials, new_branch, random_hex  # noqa: E402

T1, T2, GIVE_UP = 0.5, 4, 32    # seconds (RFC 3261 17.1.2.2)
FIRST = 1001


class Office(Box):
    def __init__(self, binary, folder, take, phones, memory):
        super().__init__(binary, folder, take, [str(FIRST + index) for index in range(phones)], f"[limits]\nmemory = {memory}\n")

    def there(self):
        return {one["extension"] for one in self.status()["registrations"]}


class Waking(Phone):
    """A phone that registers without anybody who waits for it."""

    def __init__(self, box, index):
        number = str(FIRST + index)
        super().__init__(box.server, REALM, (number, f"secret-of-{7 * (FIRST + index)}"), f"127.64.{index // 250}.{1 + index % 250}")
        self.socket.setblocking(False)
        self.statuses, self.sent = collections.Counter(), 0

    def wake(self, now):
        self.dialog = Dialog(random_hex(), f"{self.address};tag={random_hex(4)}", self.address, "sip:" + REALM)
        self.is_back, self.since = False, now
        self.ask(now)

    def ask(self, now, *more):
        self.dialog.cseq += 1
        contact = f"Contact: <sip:{self.number}@{self.host}:{self.port}>"
        self.asked = self.request("REGISTER", self.dialog, extra=[contact, "Expires: 3600", *more], branch=new_branch())
        self.wait, self.due, self.begun = T1, now + T1, now
        self.put()

    def put(self):
        self.sent += 1
        self.send(self.asked)

    def repeat(self, now):
        assert now - self.begun < GIVE_UP, f"{self.number} heard nothing for {GIVE_UP} s"
        self.wait = min(2 * self.wait, T2)
        self.due = now + self.wait
        self.put()

    def take(self, now):
        try:
            message = Message(*self.socket.recvfrom(65535))
        except (BlockingIOError, ConnectionRefusedError):
            return
        if self.is_back or not message.answers("REGISTER", self.dialog.cseq) or message.status < 200:
            return
        self.statuses[message.status] += 1
        if message.status == 401 and self.dialog.cseq == 1:
            self.ask(now, "Authorization: " + credentials(message.all("www-authenticate"), self.account, "REGISTER", self.dialog.target))
        elif message.status == 200:
            self.is_back, self.due = True, float("inf")
        else:
            raise AssertionError(f"{self.number} was refused: {message}")


def wake_all(phones):
    """-> seconds until the last was back"""
    watch, start = selectors.DefaultSelector(), time.monotonic()
    for phone in phones:
        watch.register(phone.socket, selectors.EVENT_READ, phone)
        phone.wake(time.monotonic())
    while not all(phone.is_back for phone in phones):
        for key, _ in watch.select(0.05):
            key.data.take(time.monotonic())
        now = time.monotonic()
        for phone in phones:
            if phone.due <= now:
                phone.repeat(now)
    watch.close()
    return time.monotonic() - start


def run(options, folder):
    box = Office(options.binary, folder, ports.Ports(options.ports), options.phones, options.memory)
    phones = [Waking(box, index) for index in range(options.phones)]
    everybody = {phone.number for phone in phones}
    box.start()
    try:
        first = wake_all(phones)
        box.kill()
        box.start()
        assert box.there() == everybody, f"of {len(everybody)} registrations {len(box.there())} are there after a restart"
        for phone in phones:
            phone.statuses.clear()
            phone.sent = 0
        again = wake_all(phones)
        counters = box.status()["counters"]
        statuses = sum((phone.statuses for phone in phones), collections.Counter())
        print(f"  {options.phones} phones: back after {again:.1f} s (the first time {first:.1f}), {sum(phone.sent for phone in phones)} requests sent, "
              f"answers {dict(statuses)}, refused for overload {counters['requests_refused_overload']}")
        assert counters["requests_refused_overload"] == 0, "phones were refused"
        assert set(statuses) == {200, 401} and statuses[200] == options.phones, f"answers: {dict(statuses)}"
        box.kill()
        box.start()
        assert box.there() == everybody, f"of {len(everybody)} registrations {len(box.there())} are there after a restart"
    finally:
        box.kill()
    assert not box.errors(), f"the log has {box.errors()[0]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--phones", type=int, default=1000)
    parser.add_argument("--memory", type=int, default=16)
    ports.add_option(parser)
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, options.phones + 256), most))
    folder = tempfile.mkdtemp(prefix="edgepbx-comeback-")
    try:
        run(options, folder)
    except (AssertionError, OSError) as failure:
        print(f"FAIL: {failure}")
        sys.exit(1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("PASS")


if __name__ == "__main__":
    main()
