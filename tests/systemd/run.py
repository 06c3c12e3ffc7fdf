#!/usr/bin/env python3
"""The service under a real systemd, case by case: run.py TREE BINARY [--only NAME,...]

TREE is what tests/systemd.sh has made. The machine is installed by the commands of board/debian/README.md, word for word; the cases follow each
other on it. One line a case; the last line is 'N passed, N failed', the exit code 0 when none failed.
"""
import argparse
import contextlib
import glob
import json
import os
import re
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
DEBIAN = os.path.join(ROOT, "board", "debian")
sys.path[:0] = [os.path.join(HERE, "..", "clients", "lib")]
from machine import Failure, Machine, expect, until  # noqa: E402
from rawsip import Phone  # noqa: E402

UNIT, CONFIG, STATE = "edgepbx", "/etc/edgepbx/edgepbx.toml", "/var/lib/edgepbx"
MOST_EXPOSED = 20   # tenths, of what systemd-analyze security calls the exposure: 0 to 100
WATCHDOG = 3        # seconds, instead of the unit's 20


def commands(number):
    """The lines of a block of the README, without what sudo would need a terminal for."""
    with open(os.path.join(DEBIAN, "README.md")) as file:
        block = re.findall(r"^```\n(.*?)^```", file.read(), re.M | re.S)[number]
    return block.splitlines()


class Office:
    """The machine, and two phones that are registered once and for all."""

    def __init__(self, machine):
        self.machine, self.phones, self.printed = machine, {}, ""

    def status(self):
        return json.loads(self.machine.do(f"edgepbx status --json --config {CONFIG}"))

    def log(self, event):
        lines = self.machine.do(f"journalctl --namespace edgepbx -u {UNIT} -o cat --no-pager").splitlines()
        return [json.loads(line) for line in lines if f'"event":"{event}"' in line]

    def register(self):
        accounts = re.findall(r"^ +\w+ +\S+:5060 +(\d+) +(\w+)$", self.printed, re.M)
        expect(len(accounts) == 3, f"the accounts were not shown: {self.printed}")
        for number, secret in accounts[:2]:
            self.phones[number] = Phone("127.0.0.1:5060", "edgepbx", (number, secret))
            expect(self.phones[number].register(3600) == 200, f"{number} cannot register")

    @contextlib.contextmanager
    def call(self):
        """1001 calls 1002, who answers; they hang up when the block ends."""
        caller, callee = self.phones["1001"], self.phones["1002"]
        dialog = caller.dial("1002", 30000)
        side = callee.accept(callee.expect_request("INVITE"), 30002)
        expect(caller.expect_answer(dialog).status == 200, "the call is not answered")
        caller.acknowledge(dialog)
        callee.expect_request("ACK")
        yield dialog
        caller.bye(dialog)
        callee.answer(callee.expect_request("BYE"), 200, "OK")
        caller.expect_final("BYE")
        del side


def install(office):
    """the commands of the README install it; it says itself that it is ready; its log stays in memory"""
    machine = office.machine
    for line in commands(0):
        if "journalctl" not in line:
            done = machine.run(line)
            expect(done.returncode == 0, f"`{line}` ended with {done.returncode}: {done.stdout}{done.stderr}")
            office.printed += done.stdout + done.stderr
    expect(machine.shows(UNIT, "Type") == "notify" and machine.shows(UNIT, "ActiveState") == "active", f"it is {machine.shows(UNIT, 'ActiveState')}")
    expect(machine.shows(UNIT, "WatchdogUSec") == "20s", "it has no watchdog")
    expect([url for url in office.log("listening")], "its log has no `listening`")
    machine.do("ls /run/log/journal/*.edgepbx/*.journal && ! ls /var/log/journal/*.edgepbx/*.journal")
    expect(machine.do(f"stat -c '%U %G %a' {CONFIG}").strip() == "root edgepbx 640", "the configuration is not root's, for the service to read")
    owners = machine.do(f"stat -c '%U %a %n' {STATE} {STATE}/* /run/edgepbx/edgepbx.sock").splitlines()
    wrong = [line for line in owners if not re.match(r"edgepbx (600|700) ", line)]
    expect(not wrong, f"others may look: {wrong}")
    office.register()


def unit(office):
    """systemd finds nothing wrong with the unit, and its sandbox is tight"""
    said = office.machine.run("systemd-analyze verify /etc/systemd/system/edgepbx.service")
    expect(said.returncode == 0 and not (said.stdout + said.stderr).strip(), f"systemd-analyze verify: {said.stdout}{said.stderr}")
    done = office.machine.run(f"systemd-analyze security --offline=yes --no-pager --threshold={MOST_EXPOSED} /etc/systemd/system/edgepbx.service")
    exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    expect(done.returncode == 0 and exposure, f"the unit is more exposed than {MOST_EXPOSED / 10}: {done.stdout[-2000:]}{done.stderr}")
    return f"exposure {exposure.group(1)}"


def calls(office):
    """two calls; packets go by io_uring; the relay thread goes before others, as far as this machine lets systemd grant it"""
    for _ in range(2):
        with office.call():
            expect(len(office.status()["calls"]) == 1, "the call is not there")
    pid = office.machine.process(UNIT)
    kinds = [os.readlink(file) for file in glob.glob(f"/proc/{pid}/fd/*") if os.path.islink(file)]
    expect("anon_inode:[io_uring]" in kinds, "the sandbox keeps io_uring away")
    threads = {open(f"{task}/comm").read().strip(): int(os.path.basename(task)) for task in glob.glob(f"/proc/{pid}/task/*")}
    with open(f"/proc/{pid}/limits") as file:
        granted = int(re.search(r"^Max realtime priority +(\d+)", file.read(), re.M).group(1))
    policy = os.sched_getscheduler(threads["relay"]) & ~os.SCHED_RESET_ON_FORK
    priority = os.sched_getparam(threads["relay"]).sched_priority
    with open("/proc/self/status") as file:
        may_grant = int(re.search(r"^CapBnd:\s*(\w+)", file.read(), re.M).group(1), 16) >> 24 & 1     # CAP_SYS_RESOURCE
    if not may_grant:
        return f"priority not tried: this machine grants nobody any (the unit has {granted})"
    expect((granted, policy, priority) == (10, os.SCHED_FIFO, 10), f"the relay thread has policy {policy}, priority {priority} of {granted}")
    return "priority FIFO 10"


def reload(office):
    """`systemctl reload` reads the configuration anew; the call that is up stays, the next one is recorded"""
    machine = office.machine
    with office.call():
        machine.do(f"sed -i 's/^#record = \"never\"/record = \"always\"/' {CONFIG} && systemctl reload {UNIT}")
        until("config_reloaded", lambda: office.log("config_reloaded"))
        expect(len(office.status()["calls"]) == 1, "the call is gone")
    with office.call():
        until("a recording", lambda: machine.run(f"ls {STATE}/recordings/*.part.wav").returncode == 0)
    until("the recording's line", lambda: '"kind":"recording"' in machine.do(f"cat {STATE}/calls.jsonl"))
    expect(machine.do(f"grep -c '\"clean\":true' {STATE}/calls.jsonl").strip() == "4", "not four clean calls")


def watchdog(office):
    """a process that stands still is started anew by systemd's watchdog; phones are registered still and ring at once"""
    machine, before = office.machine, int(office.machine.shows(UNIT, "NRestarts"))
    machine.do(f"mkdir -p /run/systemd/system/{UNIT}.service.d && printf '[Service]\\nWatchdogSec={WATCHDOG}\\n' >/run/systemd/system/{UNIT}.service.d/test.conf"
               f" && systemctl daemon-reload && systemctl restart {UNIT}")
    expect(machine.shows(UNIT, "WatchdogUSec") == f"{WATCHDOG}s", "the shorter period is not in force")
    time.sleep(2 * WATCHDOG)
    expect(int(machine.shows(UNIT, "NRestarts")) == before, "the watchdog bites although it is well")
    os.kill(machine.process(UNIT), signal.SIGSTOP)
    until("a new start", lambda: int(machine.shows(UNIT, "NRestarts")) == before + 1 and machine.shows(UNIT, "ActiveState") == "active")
    expect("watchdog" in machine.do(f"journalctl -u {UNIT} --no-pager -o cat").lower(), "systemd does not say that it was the watchdog")
    expect(len(office.status()["registrations"]) == 2, "the phones are not registered any more")
    with office.call():
        pass


def backup(office):
    """the README's backup while it runs, its dry run, and the restore: what was changed since is as it was, and belongs to the service"""
    machine = office.machine
    lines = commands(1)
    backup_line = next(line for line in lines if " backup " in line)
    for line in lines:
        machine.do(line)
        if line == backup_line:
            machine.do(f"cp {CONFIG} /root/as-it-was && sed -i 's/^realm = .*/realm = \"other\"/' {CONFIG}")
        if " stop " in line:
            expect(machine.shows(UNIT, "ActiveState") == "inactive", "it was not stopped")
            expect(machine.shows(UNIT, "Result") == "success", f"it did not stop in time and in order: {machine.shows(UNIT, 'Result')}")
        if "--dry-run" in line:
            machine.do(f"! cmp -s {CONFIG} /root/as-it-was")
    machine.do(f"cmp {CONFIG} /root/as-it-was")
    expect(machine.shows(UNIT, "ActiveState") == "active", "it was not started again")
    owners = machine.do(f"find {STATE} ! -user edgepbx").split()
    expect(not owners, f"not the service's any more: {owners}")
    others = machine.do("find /etc/edgepbx ! -user root -o ! -group edgepbx -o -perm /027").split()
    expect(not others, f"not root's, for the service to read, any more: {others}")
    with office.call():
        pass
    machine.do(f"systemctl stop {UNIT}")
    expect(machine.shows(UNIT, "Result") == "success", f"it did not stop in time and in order: {machine.shows(UNIT, 'Result')}")


CASES = [install, unit, calls, reload, watchdog, backup]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree")
    parser.add_argument("binary")
    parser.add_argument("--only", default="", help="these cases alone, after `install`")
    options = parser.parse_args()
    wanted = [case for case in CASES if not options.only or case is install or case.__name__ in options.only.split(",")]
    failed = 0
    with Machine(options.tree, [options.binary, *glob.glob(os.path.join(DEBIAN, "*.service")), *glob.glob(os.path.join(DEBIAN, "*.conf"))]) as machine:
        office = Office(machine)
        for case in wanted:
            start = time.monotonic()
            try:
                words = case(office)
                print(f"ok   {case.__name__}: {case.__doc__}{f'; {words}' if words else ''} ({time.monotonic() - start:.0f} s)", flush=True)
            except (Failure, AssertionError) as failure:
                failed += 1
                print(f"FAIL {case.__name__}: {failure}", flush=True)
                if case is install:
                    failed = len(wanted)
                    break
        if failed:
            print(machine.run("journalctl --no-pager -o cat -n 40; journalctl --namespace edgepbx --no-pager -o cat -n 40").stdout)
    print(f"{len(wanted) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
