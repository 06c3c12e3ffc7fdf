#!/usr/bin/env python3
"""The lamps for real, on an emulated board: EdgePbx in a Debian arm64 machine, its GPIO lines watched by QEMU, calls from this machine.

  emulated.py --kernel FILE --root FILE --card FILE [--dtb FILE] [--pi FILE] STORY...
Stories: lines (calls, timers, configuration, button), gone (the chip is taken away), reset (factory reset), class (the kernel's LED class),
pi (a Raspberry Pi 3 B with its own board.toml).
One line a check, `ok` or `FAIL`; the last line counts them.
"""
import argparse
import os
import re
import socket
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "clients", "lib"))
from guest import PATIENCE, Guest, Pi  # noqa: E402
from patterns import from_card, is_like, looking_alike, register, runs_of, shows  # noqa: E402
from rawsip import Phone  # noqa: E402

LINES = {"system": 0, "calls": 1, "timer": 2, "network": 4}     # as boards/*.toml have them
LINES_OF_PI = {"system": 17, "calls": 27, "timer": 22, "network": 23}   # as board/rpi3b/board.toml has them
DATA, CLOCK, LATCH = 5, 6, 7
ACTIVE_LOW = {"calls"}
ACCOUNTS = [("1001", "one-1001"), ("1002", "two-1002")]
INTERVAL = 36       # seconds: EdgePbx refreshes after half of it, and gives up after 24


ONCE = "a session was refreshed"


class Failed(Exception):
    pass


class Board:
    """An emulated board on which EdgePbx runs, and two phones."""

    def __init__(self, options, folder, board, tally):
        self.patterns, self.tally = from_card(open(options.card, encoding="utf-8").read()), tally
        self.lines, self.active_low, self.phones, self.calls, self.is_silent = LINES, ACTIVE_LOW, [], [], False
        if board == "pi":
            self.lines, self.active_low = LINES_OF_PI, ()
            self.guest = Pi(options.kernel, options.root, folder, options.pi, "rpi3b", LINES_OF_PI.values())
            return
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.guest = Guest(options.kernel, options.root, folder, port, options.dtb if board == "class" else None)
        self.phones = [Phone(f"127.0.0.1:{port}", "edgepbx", account) for account in ACCOUNTS]
        self.guest.run(f"cp /boards/{board}.toml /data/board.toml; cp /boards/edgepbx.toml /data/")     # what init waits for

    def close(self):
        for phone in self.phones:
            phone.close()
        self.guest.close()

    def check(self, name, *actions):
        began = time.monotonic()
        try:
            for action in actions:
                action()
        except (Failed, AssertionError) as fault:
            self.tally["failed"] += 1
            print(f"FAIL {name}: {fault}", flush=True)
        else:
            self.tally["passed"] += 1
            print(f"ok   {name} ({time.monotonic() - began:.0f} s)", flush=True)

    def pump(self, seconds):
        """What phones do while something is waited for: they answer what the box asks, unless they are silent."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.phones:
                time.sleep(0.05)
            for phone in self.phones:
                request = phone.receive(lambda message: message.method is not None, timeout=0.02)
                if request and request.method != "ACK" and not self.is_silent:
                    timer = ["Require: timer", f"Session-Expires: {INTERVAL};refresher=uac"] if request.method == "UPDATE" else []
                    phone.answer(request, 200, "OK", extra=timer)

    def until(self, is_so, what, patience=PATIENCE):
        end = time.monotonic() + patience
        while not is_so():
            if time.monotonic() > end:
                raise Failed(what())
            self.pump(0.1)

    def runs(self, led, since):
        """The runs of a lamp, lit or dark, from then on; the first one began before."""
        edges = [(at, level ^ (led in self.active_low)) for at, _, level in self.guest.edges_of(self.lines[led])]
        before = [(since, level) for at, level in edges if at < since][-1:]
        return runs_of(before + [edge for edge in edges if edge[0] >= since], time.time())

    def says(self, since=None, **leds):
        """An action: each of these lamps comes to show the picture that the card has for these words, or has shown it since then."""
        def wait(since=since):
            since = since or time.time()
            for led, words in leds.items():
                self.until(lambda: shows(self.runs(led, since), self.patterns[led][words]),
                           lambda: f"{led} does not say '{words}', but {[(level, round(s, 2)) for level, s in self.runs(led, since)[-12:]]}")
        return wait

    def all_say(self, words):
        return self.says(**{led: words for led in LINES})

    def bar_says(self, bits):
        return lambda: self.until(lambda: register(self.guest.edges_of(DATA, CLOCK, LATCH), DATA, CLOCK, LATCH) == bits,
                                  lambda: f"the bar is {register(self.guest.edges_of(DATA, CLOCK, LATCH), DATA, CLOCK, LATCH):08b}, not {bits:08b}")

    def logs(self, event, times=1):
        return lambda: self.until(lambda: self.count(event) == times, lambda: f"{self.count(event)} events {event}, not {times}")

    def count(self, event):
        return int(self.guest.run(f"grep -c '\"event\":\"{event}\"' /tmp/log").strip() or 0)

    def register(self):
        self.until(lambda: self.phones[0].options(timeout=3), lambda: "EdgePbx does not answer")
        for phone in self.phones:
            assert phone.register() == 200, f"{phone.number} cannot register"

    def call(self, refresher="uas"):
        """One more call. The caller's leg is refreshed by EdgePbx, or by nobody if the refresher is `uac`."""
        caller, callee = self.phones
        timer = ["Supported: timer", "Allow: INVITE, ACK, CANCEL, BYE, UPDATE"]
        out = caller.dial(callee.number, 40000, [*timer, f"Session-Expires: {INTERVAL};refresher={refresher}"])
        back = callee.accept(callee.expect_request("INVITE"), 40002, [*timer, "Require: timer", f"Session-Expires: {INTERVAL};refresher=uac"])
        assert caller.expect_answer(out).status == 200, "the call was not answered"
        caller.acknowledge(out)
        callee.expect_request("ACK")
        self.calls.append((out, back))

    def hang_up(self):
        (caller, callee), (out, _) = self.phones, self.calls.pop()
        caller.bye(out)
        callee.answer(callee.expect_request("BYE"), 200, "OK")
        assert caller.expect_final("BYE", out.cseq).status == 200, "the BYE was refused"

    def refresh(self):
        """The caller refreshes: the slow pulse winks."""
        caller, (out, _), since = self.phones[0], self.calls[-1], time.time()
        out.cseq += 1
        caller.send(caller.request("UPDATE", out, extra=["Supported: timer", f"Session-Expires: {INTERVAL};refresher=uac"]))
        assert caller.expect_final("UPDATE", out.cseq).status == 200, "the refresh was refused"
        self.until(lambda: any(is_like(run, (1, 0.2), False) for run in self.runs("timer", since)[1:-1]), lambda: f"no wink in {self.runs('timer', since)}")

    def winks(self):
        """The self-test may be over before a whole picture of it is seen: each lamp is lit for 0.8 s and winks."""
        since = time.time()
        for led in LINES:
            self.until(lambda: any(is_like(run, (1, 0.8), False) for run in self.runs(led, since)[1:-1]), lambda: f"{led} does not wink, but {self.runs(led, since)}")

    def press(self):
        self.guest.press(0.2)

    def silence(self):
        """From now on nobody answers. -> when that is."""
        self.is_silent = True
        return time.time()


def lines(board):
    board.check("the pictures of each lamp can be told apart",
                lambda: none_of([pair for led in LINES for pair in looking_alike({words: one for words, one in board.patterns[led].items() if words != ONCE})]))
    board.check("a board without phones: the network lamp says so", board.says(network="no phone is registered"))
    board.check("ready, no call, no session timer", board.says(system="ready", calls="no call", timer="no session timer is armed"), board.bar_says(0))
    board.check("phones register: what is left to say is that the clock is not set", board.register, board.says(network="the clock is not set"))
    board.check("one call", board.call, board.says(calls="one call", timer="session timers run, all is well"), board.bar_says(0b111))
    board.check("two calls", board.call, board.says(calls="two calls"), board.bar_says(0b111111))
    board.check("as many as there may be", board.call, board.says(calls="as many calls as there may be"), board.bar_says(0b11111111))
    board.check("two of them hang up", board.hang_up, board.hang_up, board.says(calls="one call"))
    board.check("a refresh is a wink", board.refresh)
    began = board.silence()
    board.check("a configuration that is wrong is refused",
                lambda: board.guest.run("cp /data/edgepbx.toml /tmp/good; echo surprise = 1 >>/data/edgepbx.toml; kill -HUP $(pidof edgepbx)"),
                board.says(system="the changed configuration is wrong"))
    board.check("phones fell silent: the refresh is late", board.says(since=began, timer="a session refresh is late"))
    board.check("and the call is ended by expiry", board.says(timer="a call was ended by expiry", calls="no call"))
    board.check("put right again, the button pressed: self-test on all lamps, and all is well",
                lambda: board.guest.run("cp /tmp/good /data/edgepbx.toml; kill -HUP $(pidof edgepbx)"), board.press,
                board.winks, board.all_say("self-test passed"), board.logs("self_test_passed"), board.says(system="ready"))
    board.check("the button held: a warning, and nothing when it is let go",
                lambda: hold(board, 5.5), board.logs("factory_reset", 0))
    board.check("no lamp has failed", board.logs("led_driver_failed", 0))


def hold(board, seconds):
    since = time.time()
    board.guest.press(seconds)
    for led in LINES:
        assert shows(board.runs(led, since), board.patterns[led]["factory reset is near"]), f"{led} does not warn: {board.runs(led, since)[-20:]}"


def gone(board):
    board.check("one call", board.register, board.call, board.says(calls="one call"))
    board.check("the chip is taken away: logged once for lamps and once for the button",
                lambda: board.guest.run("echo 9030000.pl061 >/sys/bus/amba/drivers/pl061_gpio/unbind"), board.logs("led_driver_failed", 2))
    board.check("the call goes on, is refreshed, and another one can be made",
                board.logs("session_refreshed", 2), board.call, board.hang_up, board.logs("led_driver_failed", 2))
    board.check("the chip is back, and the lamps with it",
                lambda: board.guest.run("echo 9030000.pl061 >/sys/bus/amba/drivers/pl061_gpio/bind"), board.logs("led_driver_resumed", 2), board.says(calls="one call"))
    board.check("so is the button", board.press, board.logs("self_test_passed"))
    board.check("the call ends as any other", board.hang_up, board.logs("cleanup_verified", 2), board.says(calls="no call"))


def reset(board):
    board.check("phones are registered", board.register, board.says(network="the clock is not set"))
    board.check("the button held for ten seconds: factory reset", lambda: board.guest.press(11), board.logs("factory_reset"))
    board.check("EdgePbx has ended with 5 and runs again with a new configuration, without phones",
                board.says(system="ready", network="no phone is registered"), lambda: expect(board, "cat /tmp/exits", "^5$"),
                lambda: expect(board, "grep -c '^secret' /data/edgepbx.toml; grep -c one-1001 /data/edgepbx.toml", r"^3\s0$"))
    board.check("what was there before is put aside", lambda: expect(board, "ls /data/factory-reset-* | grep -cxE 'calls.jsonl|edgepbx.toml'", "^2$"),
                lambda: expect(board, "grep -c one-1001 /data/factory-reset-*/edgepbx.toml", "^1$"))


def by_name(board):
    board.check("lamps of the LED class: the kernel blinks", board.says(system="ready"),
                lambda: expect(board, "cat /sys/class/leds/pbx:green:system/delay_on /sys/class/leds/pbx:green:system/delay_off", r"^100\s3900$"))
    board.check("one call, on a lamp that is active low", board.register, board.call, board.says(calls="one call", timer="session timers run, all is well"))
    board.check("two calls, which we blink", board.call, board.says(calls="two calls"))
    board.check("the driver is taken away: logged once, the calls go on",
                lambda: board.guest.run("echo pbx-leds >/sys/bus/platform/drivers/leds-gpio/unbind"), board.logs("led_driver_failed"), board.hang_up, board.hang_up)
    board.check("the driver is back, and the lamps with it", lambda: board.guest.run("echo pbx-leds >/sys/bus/platform/drivers/leds-gpio/bind"),
                board.logs("led_driver_resumed"), board.says(calls="no call"))


def none_of(found):
    assert not found, found


def pi(board):
    board.check("a Raspberry Pi 3 B without a network: the lines of its board.toml say so",
                board.says(system="ready", network="no link", calls="no call", timer="no session timer is armed"))


def expect(board, command, pattern):
    text = board.guest.run(command).strip()
    assert re.search(pattern, text, re.M), f"'{command}' prints '{text}', not '{pattern}'"


STORIES = {"lines": lines, "gone": gone, "reset": reset, "class": by_name, "pi": pi}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("kernel", "root", "card"):
        parser.add_argument(f"--{option}", required=True)
    parser.add_argument("--dtb", help="of the virt machine, with lamps that have names")
    parser.add_argument("--pi", help="the device tree of the Raspberry Pi")
    parser.add_argument("stories", nargs="+", choices=STORIES)
    options = parser.parse_args()
    tally = {"passed": 0, "failed": 0}
    for name in options.stories:
        with tempfile.TemporaryDirectory() as folder:
            failed = tally["failed"]
            board = Board(options, folder, name if name in ("class", "pi") else "lines", tally)
            try:
                STORIES[name](board)
            finally:
                if tally["failed"] > failed:
                    print(board.guest.run("tail -n 20 /tmp/log; cat /tmp/errors"))
                board.close()
    print(f"{tally['passed']} passed, {tally['failed']} failed")
    return 1 if tally["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
