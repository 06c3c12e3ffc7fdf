#!/usr/bin/env python3
"""A long day of EdgePbx in a short time: SIPp keeps calls up, others come and go, messages get lost; what the process holds must stay flat.

  soak.py EDGEPBX [--minutes 30] [--up 50] [--rate 10] [--lost 2] [--csv FILE] [--ports FIRST-LAST]

--up: calls that last a minute and a half, with session timers and refreshes on both legs. --rate: calls a second of half a second each.
--lost: per cent of the messages that SIPp throws away, both ways. A sample each 10 s (each 5 s below 10 minutes).
The first 25 s of each minute asked for, 5 minutes at most, are warm-up. Then the median of the last third of what is left must not lie above
that of its first third by more than the allowance; threads must not change at all; memory must stay below 40 MB; and after the last call every
gauge must come back to its baseline. Below 10 minutes the collector of garbage has not found its pace, and memory is allowed more.
Last line PASS, or FAIL with the reason (exit code 1).
"""
import argparse
import contextlib
import csv
import os
import signal
import statistics
import sys
import tempfile
import time

from pbx import CALLEE, CALLER, REALM, Pbx

import build  # noqa: E402, I001 (the folder of the clients is on the path only now)
import options as command_line  # noqa: E402
import timers  # noqa: E402
from ports import Ports  # noqa: E402
from sipp_cases import Sipp  # noqa: E402

INTERVAL = 90  # seconds: the least session interval that is allowed outside of a laboratory
LONG_CALLER, LONG_CALLEE = ("1003", "third-secret"), ("1004", "fourth-secret")
GOAL = 40_000_000  # bytes of memory (PSS)
# Growth is looked for in the memory that is its own: of the binary's pages the PSS has a larger share when another process that runs it ends.
ALLOWED = {"anon": 3_000_000, "descriptors": 24, "threads": 0, "transactions": 400, "timers": 400, "buffers": 400}


class Traffic:
    """Four SIPp processes: callers and callees of the long calls and of the short ones."""

    def __init__(self, pbx, work, options, ports):
        self.settings, self.work, self.options, self.sides = self.options_of(pbx), work, options, []
        self.scenarios = os.path.join(work, "scenarios")
        build.write(self.scenarios, se=INTERVAL, hold=400, ring=100)
        for name, text in timers.build(INTERVAL, 100, refreshes=2).items():
            with open(os.path.join(self.scenarios, name + ".xml"), "w") as file:
                file.write(text)
        base = ports.take(48)
        self.callee("long", "uas_timer_unsupported", base, LONG_CALLER, LONG_CALLEE)
        self.callee("short", "uas_basic", base + 12, CALLER, CALLEE)
        # the long calls begin one after the other, so that they don't end and refresh all at once
        self.caller("long", "uac_timer_refresher_update", base + 24, LONG_CALLER, LONG_CALLEE, "-r", 3, "-l", options.up)
        self.caller("short", "uac_basic", base + 36, CALLER, CALLEE, "-r", options.rate, "-l", 100)

    @staticmethod
    def options_of(pbx):
        settings = command_line.parser("").parse_args(["--server", pbx.server, "--domain", REALM])
        settings.transport = "u1"
        return settings

    def start(self, tag, scenario, port, account, dial, *extra, calls=10 ** 7, seconds=None):
        return Sipp(self.settings, self.scenarios, self.work, tag, scenario, port, account, dial, calls,
                    seconds or 60 * self.options.minutes + 600, extra, expires=86400, traces=False)

    def callee(self, kind, scenario, port, caller, callee):
        login = self.start(f"{kind}-login", "register", port, callee, callee[0], calls=1, seconds=20)
        assert login.wait(25) == 0, f"{kind}: the callee cannot register"
        side = self.start(f"{kind}-callee", scenario, port, callee, caller[0], "-lost", self.options.lost)
        assert side.listening(port), f"{kind}: no callee"
        self.sides.append(side)

    def caller(self, kind, scenario, port, caller, callee, *pace):
        statistics_file = os.path.join(self.work, f"{kind}-caller", "statistics.csv")
        self.sides.append(self.start(f"{kind}-caller", scenario, port, caller, callee[0], *pace, "-lost", self.options.lost,
                                     "-trace_stat", "-stf", statistics_file, "-fd", 10))

    def dead(self):
        return [side.tag for side in self.sides if side.process.poll() is not None]

    def stop(self):
        """No new calls, then BYE to those that are up: SIPp does so at the second SIGUSR1. -> what the callers say of their calls"""
        callees, callers = self.sides[:2], self.sides[2:]
        for _ in range(2):
            for side in callers:
                with contextlib.suppress(ProcessLookupError):
                    side.process.send_signal(signal.SIGUSR1)
            time.sleep(3)
        for side in callers:
            side.wait(10)
        time.sleep(3)  # the last BYEs are on their way to the callees
        for side in callees:
            side.process.terminate()
            side.wait(5)
        return {side.tag: self.counted(side) for side in callers}

    @staticmethod
    def counted(side):
        lines = side.text("statistics.csv").splitlines()
        row = dict(zip(lines[0].split(";"), lines[-1].split(";")))
        return {name: int(row[key]) for name, key in (("begun", "TotalCallCreated"), ("good", "SuccessfulCall(C)"), ("failed", "FailedCall(C)"),
                                                      ("repeated", "Retransmissions(C)"))}


def sample(pbx, start):
    gauges = pbx.status()["gauges"]
    return {"seconds": round(time.monotonic() - start), "pss": pbx.proportional(), "rss": pbx.memory()["resident"],
            "anon": pbx.memory()["anonymous"],
            "descriptors": pbx.descriptors(), "threads": pbx.threads(), "calls": gauges["calls"], "legs": gauges["legs"],
            "dialogs": gauges["dialogs"], "transactions": gauges["client_transactions"] + gauges["server_transactions"],
            "timers": gauges["timers_session"] + gauges["timers_ring"] + gauges["timers_transaction"],
            "relay_paths": gauges["relay_paths"], "buffers": gauges["packet_buffers_rented"], "cpu": round(pbx.cpu(), 2)}


def watch(pbx, traffic, options):
    """-> all samples"""
    start, pace, samples = time.monotonic(), 10 if options.minutes >= 10 else 5, []
    out = open(options.csv, "w", newline="") if options.csv else contextlib.nullcontext()
    with out as file:
        writer = None
        while time.monotonic() - start < 60 * options.minutes:
            time.sleep(pace)
            assert not traffic.dead(), f"SIPp has ended: {traffic.dead()}"
            samples.append(sample(pbx, start))
            if file:
                writer = writer or csv.DictWriter(file, samples[0].keys())
                if len(samples) == 1:
                    writer.writeheader()
                writer.writerow(samples[-1])
                file.flush()
    return samples


def slope(samples, name):
    """The least squares line, in units an hour."""
    seconds, values = [one["seconds"] for one in samples], [one[name] for one in samples]
    return 3600 * statistics.linear_regression(seconds, values).slope


def judge(samples, minutes):
    """Prints how each figure went. -> what is not flat"""
    warm = [one for one in samples if one["seconds"] > min(300, 25 * minutes)]
    third, faults = len(warm) // 3, []
    print(f"  {len(samples)} samples, {len(warm)} of them after the warm-up")
    for name in [name for name in warm[0] if name not in ("seconds", "cpu")]:
        values = [one[name] for one in warm]
        first, last = statistics.median(values[:third]), statistics.median(values[-third:])
        unit = (lambda value: f"{value / 1e6:.1f} MB") if name in ("pss", "rss", "anon") else (lambda value: f"{value:.0f}")
        print(f"  {name}: {unit(min(values))} to {unit(max(values))}; median of the first third {unit(first)}, of the last {unit(last)}, "
              f"{unit(slope(warm, name))} an hour")
        allowed = ALLOWED.get(name, float("inf")) * (1 if minutes >= 10 or name != "anon" else 3)
        if last - first > allowed or (name == "threads" and min(values) != max(values)) or (name == "pss" and max(values) > GOAL):
            faults.append(f"{name} grew from {unit(first)} to {unit(last)}")
    share = 100 * (warm[-1]["cpu"] - warm[0]["cpu"]) / (warm[-1]["seconds"] - warm[0]["seconds"])
    print(f"  {share:.1f} % of one core")
    return faults


def run(options):
    settings = f"[session_timer]\ninterval = {INTERVAL}\n"
    ports = Ports(options.ports)
    with Pbx(options.edgepbx, max_calls=150, more=(LONG_CALLER, LONG_CALLEE), settings=settings, ports=ports if options.ports else None) as pbx, \
            tempfile.TemporaryDirectory(prefix="edgepbx-soak-") as work:
        pbx.start()
        idle = sample(pbx, time.monotonic())
        traffic = Traffic(pbx, work, options, ports)
        try:
            samples = watch(pbx, traffic, options)
        finally:
            told = traffic.stop()
        for tag, counts in told.items():
            print(f"  {tag}: " + ", ".join(f"{value} {name}" for name, value in counts.items()))
        faults = judge(samples, options.minutes)
        held, took = pbx.wait_until_nothing_is_held(200)  # a call whose BYE was lost at the end goes on until its session expires
        counters, end = pbx.status()["counters"], sample(pbx, time.monotonic())
        print(f"  {counters['calls_set_up']} calls set up, {counters['calls_released']} released, {counters['sessions_refreshed']} refreshes, "
              f"{counters['sessions_expired']} expired, {counters['invite_retransmissions_absorbed']} repeated INVITEs")
        print(f"  {took:.0f} s after the end: {end['pss'] / 1e6:.1f} MB PSS, {end['descriptors']} descriptors ({idle['descriptors']} before), "
              f"{end['threads']} threads; " + (f"STILL HELD: {held}" if held else "every gauge at its baseline"))
    faults += [f"still held: {held}"] if held else []
    faults += ["descriptors were not all given back"] if end["descriptors"] > idle["descriptors"] else []
    faults += [f"{name} = {counters[name]}" for name in ("cleanups_overdue", "calls_faulted", "requests_refused_overload") if counters[name]]
    faults += ["calls are missing"] if counters["calls_set_up"] != counters["calls_released"] else []
    faults += [f"{tag}: too many calls failed" for tag, counts in told.items() if counts["failed"] > options.up + counts["begun"] // 20]
    wanted = 0.8 * options.rate * 60 * options.minutes
    faults += ["SIPp made too few calls"] if told["short-caller"]["begun"] < wanted else []
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edgepbx")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--up", type=int, default=50)
    parser.add_argument("--rate", type=int, default=10)
    parser.add_argument("--lost", type=int, default=2, help="per cent")
    parser.add_argument("--csv", default="")
    parser.add_argument("--ports", default="", help="FIRST-LAST: take ports from here only, a thousand of them")
    try:
        faults = run(parser.parse_args())
    except AssertionError as fault:
        faults = [str(fault)]
    print(f"FAIL {'; '.join(faults)}" if faults else "PASS")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
