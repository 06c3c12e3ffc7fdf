"""An emulated board on which EdgePbx runs, and two phones: what stories do with it and wait for."""
import re
import time

from guest import PATIENCE, Guest, Pi
from patterns import STEADY, from_card, is_like, register, runs_of, shows
from rawsip import Phone

LINES = {"system": 0, "calls": 1, "timer": 2, "network": 4}     # as boards/lines.toml and boards/named.toml have them
COLOURS = {"red": 0, "green": 1, "blue": 2}                     # as boards/rgb.toml has them
RED_ONLY = 4
LINES_OF_PI = {"system": 17, "calls": 27, "timer": 22, "network": 23}   # as board/rpi3b/board.toml has them
DATA, CLOCK, LATCH = 5, 6, 7
ACCOUNTS = [("1001", "secret-of-one"), ("1002", "secret-of-two")]
INTERVAL = 60       # seconds: EdgePbx refreshes after half of it, is worried 4 s later, and gives up after 40


class Failed(Exception):
    pass


class Board:
    """`tell` takes (story, whether it passed, words) of each check."""

    def __init__(self, options, folder, story, tell):
        self.story, self.tell = story, tell
        self.patterns, self.colours = from_card(open(options.card, encoding="utf-8").read())
        self.pictures = {words: runs for rows in self.patterns.values() for words, runs in rows.items()}
        self.lines, self.active_low, self.phones, self.calls, self.is_silent = LINES, {"calls"}, [], [], False
        if story == "pi":
            self.lines, self.active_low = LINES_OF_PI, ()
            self.guest = Pi(options.kernel, options.root, folder, options.pi, "rpi3b", LINES_OF_PI.values())
            return
        self.guest = Guest(options.kernel, options.root, folder, options.dtb if story == "named" else None)
        self.phones = [Phone(f"127.0.0.1:{self.guest.port}", "edgepbx", account, media_host="10.0.2.2") for account in ACCOUNTS]    # as the emulator shows this machine

    def begin(self, board, config="cat /boards/edgepbx.toml"):
        """EdgePbx starts, again and again, on the board of that name and with what the command prints."""
        self.guest.run(f"cp /boards/{board}.toml /data/board.toml; ({config}) >/tmp/new; mv /tmp/new /data/edgepbx.toml")

    def start_again(self, config):
        """It ends in order and comes back with what the command prints."""
        ended = int(self.guest.run("wc -l </tmp/exits"))
        self.guest.run(f"({config}) >/data/edgepbx.toml; kill -TERM $(pidof edgepbx)")
        self.prints("wc -l </tmp/exits", f"^{ended + 1}$")()

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
            self.tell(self.story, False, f"{name}: {fault}")
        else:
            self.tell(self.story, True, f"{name} ({time.monotonic() - began:.0f} s)")

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

    # --- lamps

    def runs(self, led, since):
        """The runs of a lamp, lit or dark, from then on; the first one began before."""
        return self.runs_of_line(self.lines[led], since, led in self.active_low)

    def runs_of_line(self, line, since, is_active_low=False):
        edges = [(at, level ^ is_active_low) for at, _, level in self.guest.edges_of(line)]
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
        return self.says(**{led: words for led in self.lines})

    def shines(self, words, since=None):
        """An action: the LED of three colours shows the picture of these words in the colour that the card gives it, all the while in no
        other; the red LED shows it too if that is red, else it stays dark."""
        colour, picture = self.colours[words], self.pictures[words]
        lit = [COLOURS[colour], RED_ONLY] if colour == "red" else [COLOURS[colour]]
        dark = [line for line in (*COLOURS.values(), RED_ONLY) if line not in lit]

        def wait(since=since):
            began = since or time.time()

            def is_so():
                alone = max([began, *(self.last_lit(line) for line in dark)])
                return all(shows(self.runs_of_line(line, alone), picture) for line in lit)

            self.until(is_so, lambda: f"'{words}' is not to be seen in {colour}, but "
                       f"{[(line, [(level, round(s, 2)) for level, s in self.runs_of_line(line, began)[-12:]]) for line in (*COLOURS.values(), RED_ONLY)]}")
        return wait

    def last_lit(self, line):
        """When it became dark; now, if it is lit; 0, if it never was."""
        edges = self.guest.edges_of(line)
        if edges and edges[-1][2]:
            return time.time()
        return edges[-1][0] if len(edges) > 1 else 0

    def are_dark(self):
        """An action: every lamp becomes dark and stays so."""
        for led in self.lines:
            self.until(lambda: shows(self.runs(led, 0), [(0, STEADY)]), lambda: f"{led} is not dark: {self.runs(led, 0)[-5:]}")

    def bar_says(self, bits):
        return lambda: self.until(lambda: register(self.guest.edges_of(DATA, CLOCK, LATCH), DATA, CLOCK, LATCH) == bits,
                                  lambda: f"the bar is {register(self.guest.edges_of(DATA, CLOCK, LATCH), DATA, CLOCK, LATCH):08b}, not {bits:08b}")

    def winks(self):
        """The self-test may be over before a whole picture of it is seen: each lamp is lit for 0.8 s and winks."""
        since = time.time()
        for led in self.lines:
            self.until(lambda: any(is_like(run, (1, 0.8), False) for run in self.runs(led, since)[1:-1]), lambda: f"{led} does not wink, but {self.runs(led, since)}")

    # --- the button and the console

    def press(self):
        self.guest.press(0.2)

    def logs(self, event, times=1):
        """An action: the log comes to have that event so many times."""
        return lambda: self.until(lambda: self.count(event) == times, lambda: f"{self.count(event)} events {event}, not {times}")

    def count(self, event):
        return int(self.guest.run(f"grep -c '\"event\":\"{event}\"' /tmp/log").strip() or 0)

    def runs_command(self, command):
        return lambda: self.guest.run(command)

    def prints(self, command, pattern):
        """An action: the command comes to print that."""
        def wait():
            seen = ""

            def is_so():
                nonlocal seen
                seen = self.guest.run(command).strip()
                return re.search(pattern, seen, re.M)

            self.until(is_so, lambda: f"'{command}' prints '{seen}', not '{pattern}'")
        return wait

    # --- phones

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
        assert self.calls, "there is no call"
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

    def silence(self):
        """From now on nobody answers. -> when that is."""
        self.is_silent = True
        return time.time()
