#!/usr/bin/env python3
"""Short calls at a steady rate: are all of them taken, and is memory flat although each is remembered for half a minute?

  callrate.py EDGEPBX [--rate 200] [--minutes 10] [--memory auto] [--hold 400]

SIPp calls from 200 extensions, each at an address of its own, 200 others; each call is answered after 100 ms of ringing and is up for --hold
milliseconds. A line each minute (each 10 s below two minutes): calls that went well, that failed, what was sent again, memory, what is remembered.
Fails if a call fails or is refused, or if memory after the first minute (the first half, below two) grows by more than a tenth.
Last line PASS, or FAIL with the reason (exit code 1).
"""
import argparse
import os
import sys
import tempfile
import time

from pbx import REALM, Pbx, free_ports, megabytes

import build  # noqa: E402, I001 (the folder of the clients is on the path only now)
import options as command_line  # noqa: E402
from sipp_cases import Sipp  # noqa: E402

PHONES = 200
GROWTH = 1.1
RING = 100      # milliseconds
COLUMNS = {"good": "SuccessfulCall(C)", "failed": "FailedCall(C)", "repeated": "Retransmissions(C)"}


def account(number):
    return str(number), f"password-{7 * number}"  # a secret that has its number in it is refused


CALLERS, CALLEES = [account(2001 + index) for index in range(PHONES)], [account(4001 + index) for index in range(PHONES)]


def write_scenarios(folder, hold):
    """As the others, but each call has a line of a file: who calls, whom, his credentials, his address."""
    os.makedirs(folder, exist_ok=True)
    texts = build.build(hold=hold, ring=RING)
    for name in ("register", "uac_basic", "uas_basic"):
        text = texts[name]
        if name != "uas_basic":
            for key, field in (("[me]", "[field0]"), ("[dst]", "[field1]"), ("[authentication]", "[field2]")):
                text = text.replace(key, field)
        if name == "uac_basic":
            text = text.replace("[local_ip]", "[field3]")
        with open(os.path.join(folder, name + ".xml"), "w") as file:
            file.write(text)


def write_lines(path, phones, others):
    with open(path, "w") as file:
        file.write("SEQUENTIAL\n")
        for index, ((number, secret), (other, _)) in enumerate(zip(phones, others)):
            file.write(f"{number};{other};[authentication username={number} password={secret}];127.65.0.{1 + index}\n")
    return path


class Traffic:
    def __init__(self, pbx, work, options):
        self.settings = command_line.parser("").parse_args(["--server", pbx.server, "--domain", REALM])
        self.settings.transport = "u1"
        self.scenarios, self.work, self.options = os.path.join(work, "scenarios"), work, options
        write_scenarios(self.scenarios, options.hold)
        callers, callees = (write_lines(os.path.join(work, name), *pair) for name, pair in
                            (("callers.csv", (CALLERS, CALLEES)), ("callees.csv", (CALLEES, CALLERS))))
        ports = free_ports(24)
        login = self.sipp("login", "register", ports, "-inf", callees, "-r", 100, calls=PHONES)
        assert login.wait(60) == 0, login.why()
        self.callee = self.sipp("callee", "uas_basic", ports)
        assert self.callee.listening(ports), self.callee.why()
        self.settings.transport = "ui"
        calls = round(60 * options.minutes * options.rate)
        self.caller = self.sipp("caller", "uac_basic", ports + 12, "-inf", callers, "-ip_field", 3, "-auth_uri", REALM, "-max_socket", 2 * PHONES, "-r", options.rate, "-l", 10 * options.rate,
                                "-trace_stat", "-stf", self.statistics, "-fd", 1, calls=calls)

    @property
    def statistics(self):
        return os.path.join(self.work, "caller", "statistics.csv")

    def sipp(self, tag, scenario, port, *extra, calls=10 ** 8):
        return Sipp(self.settings, self.scenarios, self.work, tag, scenario, port, ("phone", ""), "phone", calls,
                    round(60 * self.options.minutes) + 120, ("-buff_size", 4 << 20, *extra), expires=86400, traces=False)

    def counted(self):
        lines = self.caller.text("statistics.csv").splitlines()
        if len(lines) < 2:
            return dict.fromkeys(COLUMNS, 0)
        row = dict(zip(lines[0].split(";"), lines[-1].split(";")))
        return {name: int(row[key]) for name, key in COLUMNS.items()}

    def stop(self):
        self.callee.process.terminate()
        self.callee.wait(5)


def say(pbx, traffic, start):
    """-> memory in bytes, and the counters"""
    status, calls = pbx.status(), traffic.counted()
    memory, remembered, counters = pbx.memory()["resident"], status["memory"], status["counters"]
    print(f"  {time.monotonic() - start:4.0f} s: {calls['good']} good, {calls['failed']} failed, {calls['repeated']} sent again; {status['gauges']['calls']} up; "
          f"memory {megabytes(memory)}; remembered {remembered['call_requests']} of {remembered['call_request_limit']} requests, "
          f"{remembered['message_bytes']} of {remembered['message_byte_limit']} bytes; collections {counters['collections_gen0']}/{counters['collections_gen1']}/"
          f"{counters['collections_gen2']}, {counters['collection_pause_microseconds'] / 1000:.0f} ms", flush=True)
    return memory, counters


def watch(pbx, traffic, options):
    pace = 60 if options.minutes >= 2 else 10
    start, samples = time.monotonic(), []
    while traffic.caller.process.poll() is None:
        time.sleep(min(pace, max(0.1, start + pace * (len(samples) + 1) - time.monotonic())))
        if traffic.caller.process.poll() is None:
            samples.append(say(pbx, traffic, start)[0])
    counters = say(pbx, traffic, start)[1]
    calls = traffic.counted()
    assert traffic.caller.process.returncode == 0 and calls["failed"] == 0, f"{calls['failed']} calls failed; {traffic.caller.why()}"
    assert counters["requests_refused_overload"] == 0, f"{counters['requests_refused_overload']} requests were refused"
    warm = samples[:-1] if options.minutes >= 2 else samples[len(samples) // 2:]
    assert len(warm) < 2 or max(warm[1:]) <= GROWTH * warm[0], f"memory grew from {megabytes(warm[0])} to {megabytes(max(warm[1:]))}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--memory", default='"auto"')
    parser.add_argument("--hold", type=int, default=400)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="edgepbx-callrate-") as work, \
            Pbx(os.path.abspath(options.binary), 1000, [*CALLERS, *CALLEES], f"[limits]\nmemory = {options.memory}\n") as pbx:
        pbx.start()
        try:
            traffic = Traffic(pbx, work, options)
            watch(pbx, traffic, options)
            traffic.stop()
        except AssertionError as failure:
            print(f"FAIL: {failure}")
            sys.exit(1)
    print("PASS")


if __name__ == "__main__":
    main()
