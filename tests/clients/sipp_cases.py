#!/usr/bin/env python3
"""Runs SIPp against a PBX on this machine, case by case: SIPp as caller -> PBX -> SIPp as callee.

  sipp_cases.py --server 127.0.0.1:5060 --domain D --caller 1001:PASSWORD --callee 1002:PASSWORD
                [--only NAME,..] [--group basic,fail,media,repeat,timer] [--se 90] [--transport u1|t1] [--list]

--se: the session interval of the timer cases. RFC 4028 allows none under 90 s; a PBX in laboratory mode makes 10 s possible.
One line a case, last line 'N passed, N failed', exit code 0 when none failed. The group 'server' is run by name only: its cases need a PBX
that is full, that is stopped during the call, or that rings for a short time.
"""
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib"), os.path.join(HERE, "sipp")]
import build  # noqa: E402
import options as command_line  # noqa: E402
from ports import Ports  # noqa: E402


class Case:
    """One case: the scenarios of both sides, how many calls, and what else must hold."""

    def __init__(self, name, group, caller, callee=None, calls=1, rate=1, one_at_a_time=False, limit=30, password=None, dial=None,
                 one_invite=False, repeated_200=0):
        self.name, self.group = name, group
        self.rounds = list(zip(caller, callee)) if isinstance(caller, list) else [(caller, callee)]
        self.calls, self.rate, self.one_at_a_time, self.limit = calls, rate, one_at_a_time, limit
        self.password, self.dial, self.one_invite, self.repeated_200 = password, dial, one_invite, repeated_200


CASES = [
    Case("register", "basic", "register"),
    Case("register_wrong_password", "basic", "register_wrong_password", password="nope"),
    Case("options", "basic", "options"),
    Case("bye_unknown", "basic", "bye_unknown"),
    Case("call", "basic", "uac_basic", "uas_basic"),
    Case("callee_bye", "basic", "uac_wait_bye", "uas_bye"),
    Case("three_calls_in_a_row", "basic", "uac_basic", "uas_basic", calls=3, one_at_a_time=True),
    Case("two_calls_callee_bye", "basic", "uac_wait_bye", "uas_bye", calls=2, one_at_a_time=True),
    Case("twenty_calls", "basic", "uac_basic", "uas_basic", calls=20, rate=10),
    Case("long_ringing", "basic", "uac_basic", "uas_answer_late"),
    Case("busy", "fail", "uac_expect_busy", "uas_busy"),
    Case("decline", "fail", "uac_expect_decline", "uas_decline"),
    Case("unavailable", "fail", "uac_expect_unavailable", "uas_unavailable"),
    Case("not_acceptable", "fail", "uac_expect_488", "uas_notacceptable"),
    # RFC 3261 8.2.2.1 and 21.4.18 tell an unknown number (404) from a known one that is not logged in (480)
    Case("unknown_number", "fail", "uac_expect_unknown", dial="nobody"),
    Case("not_registered", "fail", "uac_expect_unavailable"),
    Case("cancel", "fail", "uac_cancel", "uas_noanswer"),
    Case("cancel_twice_then_call", "fail", ["uac_cancel", "uac_cancel", "uac_basic"], ["uas_noanswer", "uas_noanswer", "uas_basic"]),
    Case("hold_resume", "media", "uac_hold", "uas_hold"),
    Case("late_offer", "media", "uac_late_offer", "uas_late_offer"),
    Case("early_media", "media", "uac_early_media", "uas_early_media"),
    Case("prack", "media", "uac_prack", "uas_prack"),
    Case("prack_required", "media", "uac_prack_required", "uas_prack"),
    Case("repeated_invite", "repeat", "uac_repeated_invite", "uas_basic", one_invite=True),
    Case("slow_ack", "repeat", "uac_slow_ack", "uas_basic", repeated_200=2),
    Case("no_ack", "repeat", "uac_no_ack", "uas_basic", limit=60),
    Case("timer_nobody_supports", "timer", "uac_timer_unsupported", "uas_timer_unsupported"),
    Case("timer_a_refreshes_update", "timer", "uac_timer_refresher_update", "uas_timer_unsupported"),
    Case("timer_a_refreshes_reinvite", "timer", "uac_timer_refresher_reinvite", "uas_timer_unsupported"),
    Case("timer_server_refreshes_a", "timer", "uac_timer_refreshed", "uas_timer_unsupported"),
    Case("timer_server_refreshes_b", "timer", "uac_timer_unsupported", "uas_timer_refreshed"),
    Case("timer_b_refreshes_update", "timer", "uac_timer_unsupported", "uas_timer_refresher_update"),
    Case("timer_b_refreshes_reinvite", "timer", "uac_timer_unsupported", "uas_timer_refresher_reinvite"),
    Case("timer_both_legs", "timer", "uac_timer_refresher_update", "uas_timer_refreshed"),
    Case("timer_a_silent", "timer", "uac_timer_silent", "uas_timer_unsupported"),
    Case("timer_b_silent", "timer", "uac_timer_unsupported", "uas_timer_silent"),
    Case("timer_a_too_small", "timer", "uac_timer_too_small", "uas_timer_unsupported"),
    Case("timer_a_small_unsupported", "timer", "uac_timer_small_unsupported", "uas_timer_unsupported"),
    Case("timer_b_422", "timer", "uac_basic", "uas_timer_422"),
    Case("timer_a_answers_481", "timer", "uac_refresh_481", "uas_timer_unsupported"),
    Case("timer_b_answers_481", "timer", "uac_timer_unsupported", "uas_refresh_481"),
    Case("timer_a_answers_408", "timer", "uac_refresh_408", "uas_timer_unsupported"),
    Case("timer_b_answers_408", "timer", "uac_timer_unsupported", "uas_refresh_408"),
    Case("timer_a_answers_500", "timer", "uac_refresh_500", "uas_timer_unsupported"),
    Case("timer_b_answers_500", "timer", "uac_timer_unsupported", "uas_refresh_500"),
    Case("no_answer", "server", "uac_expect_noanswer", "uas_noanswer", limit=200),
    Case("ended_by_server", "server", "uac_wait_bye", "uas_basic", limit=70),
    Case("stopped_while_ringing", "server", "uac_expect_stopped", "uas_noanswer", limit=70),
    Case("refused_as_full", "server", "uac_expect_full"),
]


class Sipp:
    """One SIPp process and its logs."""

    def __init__(self, options, scenarios, work, tag, scenario, first_port, account, dial, calls, timeout, extra=(), expires=600, traces=True):
        self.tag, self.folder = tag, os.path.join(work, tag)
        os.makedirs(self.folder, exist_ok=True)
        user, password = account
        target = options.domain if scenario.startswith(("register", "options")) else f"{dial}@{options.domain}"
        keys = {"me": user, "dst": dial, "domain": options.domain, "expires": expires}
        command = ["sipp", options.server, "-sf", os.path.join(scenarios, scenario + ".xml"), "-i", "127.0.0.1", "-p", first_port,
                   "-mi", "127.0.0.1", "-mp", first_port + 2, "-cp", first_port + 5, "-t", options.transport, "-m", calls,
                   *(word for key, value in keys.items() for word in ("-key", key, value)),
                   "-au", user, "-ap", password, "-auth_uri", target, "-cid_str", f"%u-%p-{tag}@%s",
                   # deadcall_wait: else it lingers for half a minute after the last call
                   "-timeout", f"{timeout}s", "-timeout_error", "-recv_timeout", timeout * 1000, "-nostdin", "-deadcall_wait", 0,
                   *(["-trace_msg", "-message_file", self.path("messages.log"), "-trace_err", "-error_file", self.path("errors.log")] if traces else []),
                   *extra]
        with open(self.path("screen.txt"), "wb") as screen:
            self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=screen,
                                            stderr=subprocess.STDOUT, cwd=self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def text(self, name):
        try:
            with open(self.path(name), errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def wait(self, timeout):
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait()
        return self.process.returncode

    def listening(self, port, timeout=20):
        """Whether SIPp has bound its port: asked of the kernel, since SIPp says nothing."""
        end = time.time() + timeout
        wanted = f"0100007F:{port:04X}"
        while time.time() < end and self.process.poll() is None:
            with open("/proc/net/udp") as udp, open("/proc/net/tcp") as tcp:
                if wanted in udp.read() or wanted in tcp.read():
                    return True
            time.sleep(0.02)
        return False

    def why(self):
        text = self.text("errors.log") or self.text("screen.txt")[-600:]
        telling = [line.strip() for line in text.splitlines() if "Overload warning" not in line
                   and re.search(r"Aborting|Unexpected|Failed|error|did not|timeout|cannot|unable", line, re.I)]
        return f"{self.tag} ended with {self.process.returncode}: {(telling or text.strip().splitlines()[-1:] or [''])[0][:400]}"


class Runner:
    def __init__(self, options, scenarios, work):
        self.options, self.scenarios, self.work = options, scenarios, work
        self.caller, self.callee = command_line.account(options.caller), command_line.account(options.callee)
        self.ports = Ports(options.ports)

    def start(self, tag, scenario, port, account, dial, calls=1, timeout=30, extra=(), expires=600):
        return Sipp(self.options, self.scenarios, self.work, tag, scenario, port, account, dial, calls, timeout, extra, expires)

    def registered(self, tag, port, account, expires):
        return self.start(tag, "register", port, account, account[0], expires=expires)

    def run(self, case):
        """None when all went well, else the reason."""
        for number, (caller, callee) in enumerate(case.rounds, 1):
            tag = case.name + (f".{number}" if len(case.rounds) > 1 else "")
            why = self.round(case, tag, caller, callee)
            if why:
                return why
        return None

    def round(self, case, tag, caller, callee):
        base = self.ports.take(12)
        if not callee:
            return self.calls(case, tag, caller, None, base)
        login = self.registered(tag + "-register", base, self.callee, 600)
        if login.wait(30) != 0:
            return login.why()
        try:
            return self.calls(case, tag, caller, callee, base)
        finally:
            # a contact that stays would make the next call ring in vain
            if not self.options.keep_registered:
                self.registered(tag + "-unregister", base, self.callee, 0).wait(30)

    def calls(self, case, tag, caller, callee, base):
        limit = max(case.limit, 25 + int(self.options.se * 4.5)) if case.group == "timer" else case.limit
        sides = []
        if callee:
            sides.append(self.start(tag + "-callee", callee, base, self.callee, self.caller[0], case.calls, limit + 5))
            if not sides[0].listening(base):
                return sides[0].why()
        pace = ["-r", case.rate, "-l", 1 if case.one_at_a_time else 50]
        account = (self.caller[0], case.password or self.caller[1])
        sides.append(self.start(tag + "-caller", caller, base + 6, account, case.dial or self.callee[0], case.calls, limit, pace))
        end = time.time() + limit + 20
        bad = [side.why() for side in sides if side.wait(max(1, end - time.time())) != 0]
        if caller == "register":
            self.registered(tag + "-unregister", base + 6, self.caller, 0).wait(30)
        return " | ".join(bad) or self.check(case, sides)

    @staticmethod
    def check(case, sides):
        if case.one_invite:
            seen = set(re.findall(r"received[^\n]*\n\nINVITE .*?\nCall-ID: *([^\r\n]+)", sides[0].text("messages.log"), re.S | re.I))
            if len(seen) != 1:
                return f"the callee saw {len(seen)} calls"
        if case.repeated_200:
            replies = re.findall(r"received[^\n]*\n\nSIP/2.0 200 (?:(?!\n\n).)*?CSeq: *\d+ INVITE", sides[-1].text("messages.log"), re.S | re.I)
            if len(replies) < case.repeated_200:
                return f"the 200 came {len(replies)} times before the ACK"
        return None


def say(scenarios, address):
    """SIPp binds what it says as [media_ip]; this address is not its own, so the scenarios say it."""
    for name in os.listdir(scenarios):
        path = os.path.join(scenarios, name)
        with open(path) as file:
            text = file.read().replace("[media_ip]", address)
        with open(path, "w") as file:
            file.write(text)


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--se", type=int, default=90)
    parser.add_argument("--hold", type=int, default=1500, help="how long a call is up, in milliseconds")
    parser.add_argument("--transport", default="u1")
    parser.add_argument("--media-address", default="", help="what the descriptions say, where the PBX sees this machine at another address than 127.0.0.1")
    parser.add_argument("--only", default="")
    parser.add_argument("--group", default="basic,fail,media,repeat,timer")
    parser.add_argument("--keep-registered", action="store_true", help="for a PBX that is gone at the end of the call")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    names, groups = options.only.split(","), options.group.split(",")
    cases = [case for case in CASES if (case.name in names if options.only else case.group in groups)]
    if options.list:
        print("\n".join(case.name for case in cases))
        return 0
    failed = 0
    with command_line.work_folder(options, lambda: failed or not cases) as work:
        scenarios = os.path.join(work, "scenarios")
        build.write(scenarios, se=options.se, hold=options.hold)
        if options.media_address:
            say(scenarios, options.media_address)
        runner = Runner(options, scenarios, work)
        for case in cases:
            start = time.time()
            why = runner.run(case)
            failed += why is not None
            print("%-4s %-28s %5.1fs %s" % ("FAIL" if why else "ok", case.name, time.time() - start, why or ""), flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
