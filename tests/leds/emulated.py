#!/usr/bin/env python3
"""The lamps for real, on emulated boards: EdgePbx in a Debian arm64 machine, its GPIO lines watched by QEMU, calls from this machine.

  emulated.py --kernel FILE --root FILE --card FILE [--dtb FILE] [--pi FILE] [--lanes N] STORY...
Stories: rgb (an LED of three colours, a red one, the bar, and what keeps EdgePbx from serving), lines (calls, timers, configuration, button),
named (the kernel's LED class; drivers that are taken away), reset (factory reset), pi (a Raspberry Pi 3 B with its own board.toml).
They wait most of the time, so several go on at once. One line a check, `ok` or `FAIL`; the last line counts them.
"""
import argparse
import os
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "clients", "lib"))
from board import Board  # noqa: E402
from stories import STORIES  # noqa: E402


class Tally:
    def __init__(self):
        self.passed = self.failed = 0
        self._lock = threading.Lock()

    def tell(self, story, is_passed, words):
        with self._lock:
            self.passed += is_passed
            self.failed += not is_passed
            print(f"{'ok  ' if is_passed else 'FAIL'} {story}: {words}", flush=True)


def told(options, story, tally):
    """One story from its start to its end, whatever comes."""
    failed = []

    def tell(story, is_passed, words):
        failed.extend([] if is_passed else [words])
        tally.tell(story, is_passed, words)

    with tempfile.TemporaryDirectory() as folder:
        board = None
        try:
            board = Board(options, folder, story, tell)
            STORIES[story](board)
            if failed:
                print(board.guest.run("tail -n 20 /tmp/log; cat /tmp/errors /tmp/exits"), flush=True)
        except Exception as fault:      # of the machine: the others go on
            tell(story, False, f"it broke off: {fault!r}")
        finally:
            if board:
                board.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("kernel", "root", "card"):
        parser.add_argument(f"--{option}", required=True)
    parser.add_argument("--dtb", help="of the virt machine, with lamps that have names")
    parser.add_argument("--pi", help="the device tree of the Raspberry Pi")
    parser.add_argument("--lanes", type=int, default=3, help="so many stories at once")
    parser.add_argument("stories", nargs="+", choices=STORIES)
    options = parser.parse_args()
    tally = Tally()
    with ThreadPoolExecutor(options.lanes) as lanes:
        for story in options.stories:
            lanes.submit(told, options, story, tally)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
