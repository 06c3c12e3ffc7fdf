#!/usr/bin/env python3
"""A medium that stands still for as long as whoever started this wants: the thread that writes to it is frozen from outside.

  slow_medium.py --pid PROCESS [--thread recorder] --out FOLDER
A file `frozen` in the folder says that it stands still, a file `go-on` there ends that; so does the end of the process.
Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import options as command_line  # noqa: E402
import threads  # noqa: E402


def story(options):
    task = threads.find(options.pid, options.thread)
    threads.freeze(task)
    open(os.path.join(options.out, "frozen"), "w").close()
    end = time.monotonic() + 200
    while not os.path.exists(os.path.join(options.out, "go-on")):
        if threads.has_ended(task):
            return
        assert time.monotonic() < end, "nobody said when to go on"
        time.sleep(0.05)
    threads.thaw(task)


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--thread", default="recorder")
    return command_line.verdict(story, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
