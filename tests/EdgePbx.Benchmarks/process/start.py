#!/usr/bin/env python3
"""How long EdgePbx takes from exec to its first answered OPTIONS, compared with the first line of the least AOT program, run in turn.
Twenty phones are registered, and each start brings them back.

  start.py EDGEPBX HELLO [--runs 21]
"""
import argparse
import contextlib
import os
import socket
import statistics
import sys
import time

from pbx import CALLEE, CALLER, REALM, Pbx

GOAL = 3
OFFICE = 10 * [CALLER, CALLEE]      # twenty phones


def spawn(command, stdout):
    return os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, stdout, 1)])


def milliseconds(since):
    return (time.perf_counter() - since) * 1e3


def hello(binary):
    """Until its line is there."""
    end, out = os.pipe()
    start = time.perf_counter()
    pid = spawn([binary], out)
    os.close(out)
    os.read(end, 100)
    took = milliseconds(start)
    os.waitpid(pid, 0)
    os.close(end)
    return took


def until_answered(pbx, null):
    """Asks every 0.1 ms: as long as nobody listens, the kernel refuses the datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        probe.connect(("127.0.0.1", pbx.port))
        port = probe.getsockname()[1]
        options = (f"OPTIONS sip:{REALM} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKprobe{port}\r\nMax-Forwards: 70\r\n"
                   f"From: <sip:{CALLER[0]}@{REALM}>;tag=1\r\nTo: <sip:{REALM}>\r\nCall-ID: probe{port}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
        start = time.perf_counter()
        pid = spawn(pbx.command, null)
        is_sent = False
        while milliseconds(start) < 10_000:
            try:
                if not is_sent:
                    probe.send(options.encode())
                    is_sent = True
                probe.settimeout(0.001)
                answer = probe.recv(4096)
                took = milliseconds(start)
                assert answer.startswith(b"SIP/2.0 200 "), answer
                return took, pid
            except ConnectionRefusedError:
                is_sent = False
                time.sleep(0.0001)
            except TimeoutError:
                pass
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    sys.exit("it does not answer OPTIONS")


def first_answer(pbx, null):
    took, pid = until_answered(pbx, null)
    os.kill(pid, 15)
    os.waitpid(pid, 0)
    return took


def register_phones(pbx, null):
    """What an office has: so many phones are registered, and each start finds them so."""
    _, pid = until_answered(pbx, null)
    with contextlib.ExitStack() as stack:
        for account in OFFICE:      # all at once, so that each has an address of its own
            assert stack.enter_context(contextlib.closing(pbx.phone(account))).register(3600) == 200, "a phone cannot register"
    os.kill(pid, 15)
    os.waitpid(pid, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edgepbx")
    parser.add_argument("hello")
    parser.add_argument("--runs", type=int, default=21)
    options = parser.parse_args()
    lines, answers = [], []
    with Pbx(options.edgepbx) as pbx, open(os.devnull, "w") as null:
        register_phones(pbx, null.fileno())
        for _ in range(2 + options.runs):
            lines.append(hello(options.hello))
            answers.append(first_answer(pbx, null.fileno()))
    for name, times in (("hello, world: exec to its line", lines[2:]), ("edgepbx run: exec to the first answered OPTIONS", answers[2:])):
        print(f"  {name}: median {statistics.median(times):.2f} ms, least {min(times):.2f} ms, greatest {max(times):.2f} ms, {options.runs} runs")
    ratio = statistics.median(answers[2:]) / statistics.median(lines[2:])
    print(f"  ratio of the medians: {ratio:.2f}, of the least: {min(answers[2:]) / min(lines[2:]):.2f} (goal: below {GOAL})")


if __name__ == "__main__":
    main()
