#!/usr/bin/env python3
"""Calls in a steady stream, by SIPp: caller -> EdgePbx -> callee, each with digest, ringing, answer and BYE.

  stream.py EDGEPBX [--rate 20] [--seconds 20] [--max-calls 100]

Exit code 1: a call failed, or something is still held 75 s after the last one.
"""
import argparse
import os
import sys
import tempfile
import time

from pbx import CALLEE, CALLER, REALM, Pbx, megabytes

import build  # noqa: E402, I001 (the folder of the clients is on the path only now)
import options as command_line  # noqa: E402
from sipp_cases import Case, Runner  # noqa: E402

HOLD, RING = 400, 100  # milliseconds


def run(pbx, rate, seconds, work):
    """-> None, or what went wrong"""
    scenarios = os.path.join(work, "scenarios")
    build.write(scenarios, hold=HOLD, ring=RING)
    settings = command_line.parser("").parse_args(["--server", pbx.server, "--domain", REALM, "--caller", ":".join(CALLER), "--callee", ":".join(CALLEE)])
    settings.transport, settings.keep_registered = "u1", True
    case = Case("stream", "basic", "uac_basic", "uas_basic", calls=rate * seconds, rate=rate, limit=seconds + 30)
    return Runner(settings, scenarios, work).run(case)


def measure(pbx, rate, seconds):
    before = pbx.memory()
    with tempfile.TemporaryDirectory(prefix="edgepbx-measure-") as work:
        used, start = pbx.cpu(), time.monotonic()
        fault = run(pbx, rate, seconds, work)
        used, took = pbx.cpu() - used, time.monotonic() - start
    calls, after, counters = rate * seconds, pbx.memory(), pbx.status()["counters"]
    held, lingered = pbx.wait_until_nothing_is_held()
    print(f"  {calls} calls, {rate} a second: {fault or 'all went well'} ({took:.0f} s with the start and the end of SIPp)")
    print(f"  {1000 * used / calls:.2f} s of CPU for 1000 calls; {counters['calls_established']} established, {counters['calls_released']} released,"
          f" {counters['invite_retransmissions_absorbed']} repeated INVITEs, {counters['calls_refused_table_full'] + counters['calls_refused_no_ports']} refused")
    print(f"  resident: {megabytes(before['resident'])} before, {megabytes(after['resident'])} after, peak {megabytes(after['peak'])}")
    print(f"  every gauge at its baseline, {lingered:.0f} s later" if not held else f"  STILL HELD after {lingered:.0f} s: {held}")
    return not fault and not held and counters["calls_released"] == counters["calls_set_up"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edgepbx")
    parser.add_argument("--rate", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--max-calls", type=int, default=100)
    options = parser.parse_args()
    with Pbx(options.edgepbx, options.max_calls) as pbx:
        return 0 if measure(pbx.start(), options.rate, options.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
