#!/usr/bin/env python3
"""Memory of EdgePbx: after its start, with calls on which voices flow both ways, and when all of that is over.

  memory.py EDGEPBX [--calls 50] [--seconds 10]

Exit code 1: more memory when idle than the goal, packets lost, or something still held 75 s after the last call.
"""
import argparse
import contextlib
import sys
import time

from pbx import CALLEE, CALLER, Pbx, megabytes

from voice import converse, hang_up, set_up  # noqa: E402, I001 (the folder of the clients is on the path only now)

IDLE_GOAL = 25e6


def show(when, memory):
    print(f"  {when}: {megabytes(memory['resident'])} resident, of these {megabytes(memory['anonymous'])} its own (peak {megabytes(memory['peak'])})")


def measure(pbx, calls, seconds):
    time.sleep(3)
    idle = pbx.memory()
    show("idle, 3 s after the start", idle)
    with contextlib.closing(pbx.phone(CALLER)) as caller, contextlib.closing(pbx.phone(CALLEE)) as callee:
        assert callee.register() == 200
        dialogs = [set_up(caller, callee) for _ in range(calls)]
        voices = [voice for dialog in dialogs for voice in dialog[2:]]
        converse(voices, 1)  # the first packets are latched, pages are touched
        said, heard, used, start = sum(v.number for v in voices), sum(v.heard for v in voices), pbx.cpu(), time.monotonic()
        converse(voices, seconds)
        said, heard = sum(v.number for v in voices) - said, sum(v.heard for v in voices) - heard
        share = 100 * (pbx.cpu() - used) / (time.monotonic() - start)
        gauges = pbx.status()["gauges"]
        show(f"{calls} calls, each with voices both ways and two session timers", pbx.memory())
        print(f"  {said} packets in {seconds} s, {said - heard} lost, {share:.0f} % of one core; timers_session = {gauges['timers_session']}")
        for out, *_ in dialogs:
            hang_up(caller, callee, out)
    show("all calls ended", pbx.memory())
    held, took = pbx.wait_until_nothing_is_held()
    show(f"every gauge at its baseline, {took:.0f} s later" if not held else f"STILL HELD after {took:.0f} s: {held}", pbx.memory())
    print(f"  goal: below {megabytes(IDLE_GOAL)} when idle")
    return idle["resident"] < IDLE_GOAL and said == heard and not held


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edgepbx")
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    with Pbx(options.edgepbx) as pbx:
        return 0 if measure(pbx.start(), options.calls, options.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
