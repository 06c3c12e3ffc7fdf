#!/usr/bin/env python3
"""The image on emulated boards, case by case: run.py FOLDER [--long] [--only NAME,...]

FOLDER is what tests/image.sh has made. One line a case; the last line is 'N passed, N failed', the exit code 0 when none failed.
"""
import argparse
import calendar
import concurrent.futures
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

import stick
from machine import Board, Failure
from net import Neighbour, TimeServer

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENTS = os.path.join(HERE, "..", "clients")


class World:
    """What the cases share: the folder, and ports that nobody else of this run has."""

    def __init__(self, folder, is_long):
        self.folder, self.is_long = folder, is_long
        self.next_port = 20000

    def file(self, name):
        return os.path.join(self.folder, name)

    def ports(self, count):
        self.next_port += count
        return self.next_port - count

    def board(self, **settings):
        return Board(self.file("edgepbx.img"), self.folder, **settings)

    def stick(self, update):
        """A stick with that update."""
        path = self.file(f"stick-{update}.img")
        return path if os.path.exists(path) else stick.make(path, {f"edgepbx-{update}.update": (self.file(f"{update}.update"),)})


def expect(condition, words):
    if not condition:
        raise Failure(words)


def call(world, board, accounts):
    """SIPp on this machine registers, calls and is called through the board."""
    first = world.ports(100)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, os.path.join(CLIENTS, "sipp_cases.py"), "--server", f"127.0.0.1:{board.sip}", "--domain", "edgepbx",
             "--caller", f"1001:{accounts['1001']}", "--callee", f"1002:{accounts['1002']}", "--only", "register,call",
             "--media-address", "10.0.2.2",    # as the emulator's network shows this machine to the board; what says 127.0.0.1 from elsewhere is refused
             "--ports", f"{first}-{first + 99}", "--out", folder], capture_output=True, text=True, timeout=120)
    expect(done.returncode == 0, f"SIPp: {done.stdout}{done.stderr}")


def first_start(world):
    """secrets are made, the data partition takes the whole card, a phone of this machine calls, nothing is written while idle"""
    with world.board(sip=world.ports(2)) as board:
        board.on()
        board.wait(r"data partition /dev/vda4: good")
        seconds = board.ready()
        accounts = board.accounts()
        grown = int(board.wait(r"data partition has (\d+) MB", anywhere=True).group(1))
        expect(grown > 300, f"the data partition has {grown} MB on a card of 512")
        call(world, board, accounts)
        idle(board, 60 if world.is_long else 10)
        return f"ready after {seconds:.1f} s"


def idle(board, seconds):
    """No write for so long, within three times so long."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        before = board.card.writes
        time.sleep(seconds)
        if board.card.writes == before:
            return
    raise Failure(f"the card is written while nothing happens: {board.card.writes - before} times in {seconds} s")


def hard_resets(world):
    """power cuts at random moments from the first start on, each losing what was not asked to be kept"""
    resets, chance, shown, lost = (20 if world.is_long else 2), random.Random(), None, 0
    with world.board(sip=world.ports(2)) as board:
        for _ in range(resets):
            board.on()
            cut_somewhere(board, chance)
            if not shown and "they are not shown again" in board.text():
                shown = board.accounts()
            lost += board.cut(chance)
        board.on()
        board.ready()
        call(world, board, shown or board.accounts())
        return f"{resets} resets, {lost} writes lost or torn"


def cut_somewhere(board, chance):
    """At some write of the start, or some time after any of its lines."""
    if chance.random() < 0.5:
        board.card.on_limit = board.kill
        board.card.limit = chance.randrange(1, 60)
        try:
            board.ready()
        except Failure:
            return
    else:
        board.wait(chance.choice([r"Starting kernel", r"EdgePbx [0-9.]+: version", r"data partition", r"network eth0", r": ready"]))
    time.sleep(chance.uniform(0, 2))


# What is said of each, and what ends its trial: the kernel, the verdict after three self-tests, the watchdog.
BROKEN = [
    ("no-init", ["Kernel panic"]),
    ("no-ports", ["NOT READY: .*self-test"] * 3 + ["going back to the version before"]),
    ("no-loopback", ["NOT READY: .*self-test"]),
]


def update(world):
    """a signed update on a stick is written, tried, confirmed; a broken one is tried once and gives way"""
    with world.board(stick=world.stick("good")) as board:
        board.on()
        board.ready()
        board.wait(r"slot B is written and checked")
        board.wait(r"EdgePbx: slot B, version 0\.1\.1")
        board.wait(r"ready \(.* slot B\)")
        board.wait(r"no update: .*is what runs already")
        board.cut()
        board.on()
        board.wait(r"EdgePbx: slot B, version 0\.1\.1")
        board.ready()
        board.cut()
        for broken, signs in BROKEN[:None if world.is_long else 1]:
            board.stick = world.stick(broken)
            board.on()
            board.ready()
            board.wait(r"slot A is written and checked")
            board.wait(rf"EdgePbx: slot A, version 0\.1\.2")
            for sign in signs:
                board.wait(sign)
            if broken == "no-loopback":
                board.wait_for_bite()
            board.wait(r"EdgePbx: slot B, version 0\.1\.1")
            board.ready()
            board.wait(r"no update: .*has failed its trial")
            board.cut()


def rescue(world):
    """a version that never gets ready, or crashes again and again, takes an update from a stick all the same"""
    for broken, sign in [("never-ready", r"NOT READY: .*self-test"), ("crashes", r"the exchange has crashed \(70\)")]:
        with world.board(stick=world.stick("good")) as board:
            board.put_into_slot_a(world.file(f"{broken}.slot"))
            board.on()
            board.wait(r"EdgePbx: slot A, version 0\.1\.0")
            board.wait(sign)
            board.wait(r"slot B is written and checked")
            board.wait(r"EdgePbx: slot B, version 0\.1\.1")
            board.wait(r"ready \(.* slot B\)")


def update_cuts(world):
    """power cuts during an update: at a write of it the old version stays, after it the new one is tried, during the trial the old one returns"""
    chance, writes = random.Random(), 0
    for moment in ["written", "trial"] + ["write"] * (10 if world.is_long else 1):
        with world.board(stick=world.stick("good")) as board:
            board.on()
            board.wait(r"the stick has")
            before = board.card.writes
            if moment == "write":
                # the kernel does not always make as many of it: whoever comes too late cuts the trial
                board.card.on_limit = board.kill
                board.card.limit = before + chance.randrange(1, writes + 1)
                board.wait_for_end(r"EdgePbx: slot B, version 0\.1\.1")
            else:
                board.wait(r"slot B is written and checked")
                writes = board.card.writes - before
            if moment == "trial":
                board.wait(r"EdgePbx: slot B, version 0\.1\.1")
            board.cut(chance)
            board.stick = None
            board.on()
            slot = board.wait(r"EdgePbx: slot ([AB]), version").group(1)
            expect(slot == {"written": "B", "trial": "A"}.get(moment, slot), f"a cut after '{moment}' starts slot {slot}")
            board.wait(rf"ready \(.* slot {slot}\)")


def time_and_name(world):
    """a machine without a clock takes the time from the network and keeps it, and is found as edgepbx.local; network.txt is read as people write it"""
    wire = world.ports(4)
    server, neighbour = TimeServer(ahead=400 * 86400), Neighbour(wire, wire + 1)
    try:
        with world.board(sip=world.ports(2), wire=(wire, wire + 1)) as board:
            board.write_network("# changed by hand\r\nntp=10.0.2.2\r\nrouter=$(reboot)\r\naddress=10.0.2.30\r\n")
            board.on()
            board.wait(r"this line is not taken: router=\$\(reboot\)\n")
            board.wait(r"this line is not taken: address=10\.0\.2\.30\n")
            board.wait(r"network eth0, address 10\.0\.2\.15\n")
            board.ready()
            address = neighbour.resolve("edgepbx.local", 60)
            expect(address == "10.0.2.15", f"edgepbx.local is {address}")
            said = board.wait(r"the clock is set: (\S+ \S+) UTC", anywhere=True).group(1)
            off = calendar.timegm(time.strptime(said, "%Y-%m-%d %H:%M:%S")) - server.now()
            expect(abs(off) < 30, f"the clock is {off:.0f} s off")
            board.wait(r"the time is kept on the card", anywhere=True)
            call(world, board, board.accounts())
            board.cut()
            record = json.loads(board.data_file("/edgepbx/calls.jsonl").splitlines()[-1])
            expect(record["clock_synchronised"] and record["end"].startswith(said[:7]), f"the record says {record['end']}")
            server.close()
            board.write_network("  address = 10.0.2.30/24 \t# of the reception\r\nrouter =10.0.2.2")
            board.on()
            began = board.wait(r"it is (\S+ \S+) UTC or later").group(1)
            behind = server.now() - calendar.timegm(time.strptime(began, "%Y-%m-%d %H:%M:%S"))
            expect(-30 < behind < 600, f"the next start is {behind:.0f} s behind")
            said = board.wait(r"EdgePbx [0-9.]+: (network.*)").group(1)
            expect(said == "network eth0, address 10.0.2.30", f"it says '{said}'")
    finally:
        server.close()
        neighbour.close()


def configuration(world):
    """by a USB stick who has the box's code gets a backup and changes the configuration, which is in force at once; others, mistakes, and who has a stick that can't be read or written, are told so"""
    with world.board(sip=world.ports(2)) as board:
        board.on()
        board.ready()
        accounts, code = board.accounts(), board.stick_code()

        def bring(name, files, sentence):
            path = stick.make(world.file(f"stick-{name}.img"), files)
            board.plug(path)
            board.wait(sentence + r".*edgepbx-answer.txt on it says more")
            board.unplug()
            expect(re.search(sentence, stick.read(path, "edgepbx-answer.txt")), f"the answer is {stick.read(path, 'edgepbx-answer.txt')}")
            return path

        stranger = bring("stranger", {"edgepbx.code": "a-code-of-another-box", "edgepbx.toml": "", "edgepbx.want-backup": ""}, "is not the code of this box")
        expect(stick.names(stranger) == ["edgepbx-answer.txt", "edgepbx.code", "edgepbx.toml", "edgepbx.want-backup"], f"it has {stick.names(stranger)}")
        asked = bring("asked", {"edgepbx.code": code, "edgepbx.want-backup": ""}, "has the backup that it asked for")
        expect("edgepbx.backup" in stick.names(asked), "there is no backup")
        present = stick.read(asked, "edgepbx-present.toml")
        expect(all(secret in present for secret in accounts.values()), "it is not the configuration of this box")

        board.plug(stranger, protected=True)
        said = board.wait(r"the stick can't be written, so nothing was done.*").group()
        expect("says more" not in said, f"there is an answer of another time, and it says '{said}'")
        board.unplug()

        board.plug(stick.make(world.file("stick-foreign.img"), {}, readable=False))
        board.wait(r"the stick can't be read: it must be FAT")
        board.unplug()

        wrong = bring("wrong", {"edgepbx.code": code, "edgepbx.toml": present + "surprise = 1\n"}, "has mistakes, 1 in all; nothing was changed")
        place = f"edgepbx.toml:{present.count(chr(10)) + 1}:1: extension"
        expect(place in stick.read(wrong, "edgepbx-answer.txt"), f"no {place} in {stick.read(wrong, 'edgepbx-answer.txt')}")
        call(world, board, accounts)

        changed = present.replace(accounts["1002"], "another-secret") + '\n[[extension]]\nnumber = "1004"\nname = "Kitchen"\nsecret = "secret-of-the-kitchen"\n'
        right = bring("right", {"edgepbx.code": code, "edgepbx.toml": changed}, "the configuration of the stick is in force")
        answer = stick.read(right, "edgepbx-answer.txt")
        expect("extension 1002 gets another secret" in answer and "1004 is added" in answer and "secret-of" not in answer, f"the answer is {answer}")
        expect("edgepbx.toml" not in stick.names(right), "it would be asked for again")
        call(world, board, {**accounts, "1002": "another-secret"})
        count = board.text().count("it must be FAT")
        expect(count == 1, f"of the one stick that can't be read it is said {count} times")
        board.cut()
        expect(board.data_file("/edgepbx/edgepbx.toml") == changed and board.data_file("/edgepbx/edgepbx.toml.former") == present, "it is not kept on the card")


def watchdog(world):
    """an exchange that is killed comes back in time; one that freezes or is never started gets the machine reset; the relay has its priority"""
    with world.board() as board:
        board.put_into_slot_a(world.file("watched.slot"))
        board.on()
        board.wait(r"watchdog: i6300ESB timer, 15 s")
        board.wait(r"story: 1 process without capabilities; relay: priority and policy 10 1\n")
        board.wait(r"the exchange has crashed \(137\)")
        board.wait(r"story: it came back, and 17 s later nobody has bitten")
        board.wait(r"story: the exchange freezes")
        board.wait_for_bite()
        board.wait(r"story: an orderly restart")
        board.wait(r"does not end and is killed")
        board.wait(r"nobody starts the exchange")
        board.wait_for_bite()
        board.wait(r"story: the kernel dies")
        if world.is_long:
            board.wait(r"Kernel panic")
            board.wait_for_bite()
            board.wait(r"story: the exchange crashes")
            board.wait(r"for the fifth time")
            board.wait(r"story: there is no configuration")
            board.wait(r"story: the end")


def torn_state(world):
    """either copy of the slot state, or both, may be garbage"""
    for places in [(4,), (8,), (4, 8)]:
        with world.board() as board:
            with open(board.image, "r+b") as image:
                for place in places:
                    image.seek(place << 20)
                    image.write(os.urandom(512))
            board.on()
            board.wait(r"EdgePbx: slot A, version")
            board.wait(r"Starting kernel")


def broken_data(world):
    """a data partition that is garbage is made anew; a card that can't be read leaves memory; an address that nobody can have gives way to DHCP"""
    with world.board() as board:
        with open(board.image, "r+b") as image:
            image.seek(172 << 20)
            image.write(os.urandom(4 << 20))
        board.write_network("address=10.0.2.300/24\n")
        board.on()
        board.wait(r"data partition /dev/vda4: new")
        board.wait(r"the address 10\.0\.2\.300/24 can't be used")
        board.wait(r"network eth0, address 10\.0\.2\.15\n")
        board.ready()
        board.accounts()
        board.cut()
        board.on()
        board.card.broken_from = 172 << 20
        board.wait(r"data partition /dev/vda4: memory")
        board.ready()
        board.accounts()


def keys(world):
    """a secret key gets into no image, not even beside the public one; nor does one of another kind"""
    both = world.file("both.pem")
    with open(both, "w") as out:
        for name in ("update.pub", "update.key"):
            with open(world.file(os.path.join("keys", name))) as key:
                out.write(key.read())
    root = world.file("refused.cpio")
    other = world.file("other.pem")
    secret = subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True).stdout
    subprocess.run(["openssl", "rsa", "-pubout", "-out", other], input=secret, check=True, capture_output=True)
    for key in (both, other, world.file("keys/update.key"), world.file("release")):
        done = subprocess.run([os.path.join(HERE, "..", "..", "board", "make-root.sh"), "no-tree", "no-binary", "no-release", key, root],
                              capture_output=True, text=True)
        expect(done.returncode == 1 and f"{key} does not hold a public key" in done.stderr and not os.path.exists(root),
               f"{key} ends with {done.returncode}: {done.stderr}")


def raspi3b(world):
    """a Pi 3 with its own U-Boot, kernel and device tree"""
    with world.board(kind="raspi3b") as board:
        board.on()
        board.wait(r"on Raspberry Pi 3 Model B")
        board.wait(r"data partition /dev/mmcblk0p4: good")
        seconds = board.ready()
        return f"ready after {seconds:.1f} s"


SHORT = [update, configuration, first_start, hard_resets, raspi3b, time_and_name, watchdog, broken_data, torn_state, keys]
LONG = [*SHORT, update_cuts, rescue]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--long", action="store_true", help="more of each, and the cases that take long")
    parser.add_argument("--only", default="", help="names of cases")
    options = parser.parse_args()
    world = World(options.folder, options.long)
    cases = [case for case in LONG if case.__name__ in options.only.split(",")] if options.only else LONG if options.long else SHORT
    passed = failed = 0

    def run(case):
        start = time.monotonic()
        try:
            words = case(world)
            return case, None, words, time.monotonic() - start
        except (Failure, subprocess.SubprocessError, OSError) as failure:
            return case, failure, None, time.monotonic() - start

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for case, failure, words, seconds in pool.map(run, cases):
            name = f"{case.__name__.replace('_', ' ')}: {case.__doc__}"
            if failure is None:
                passed += 1
                print(f"ok   {name}{f' ({words})' if words else ''} ({seconds:.0f} s)", flush=True)
            else:
                failed += 1
                print(f"FAIL {name}\n     {failure}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
