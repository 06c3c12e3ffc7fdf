#!/usr/bin/env python3
"""Freezes each thread of the PBX in turn, as a deadlock would, and sees the watchdog start it anew.

  freeze.py --binary EDGEPBX [--only NAME] [--ports FIRST-LAST]

This script is what systemd would be: it starts the PBX with NOTIFY_SOCKET and WATCHDOG_USEC, kills it with SIGABRT when it was not fed in
time, and starts it again. A thread is frozen with ptrace(2), from outside: the PBX knows nothing of it.
"""
import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import ports  # noqa: E402
import threads  # noqa: E402
from rawsip import PATIENCE, Phone  # noqa: E402

# The main thread goes by the program's name. The runtime's own threads are not among them: nothing of the service passes through them.
THREADS = ["edgepbx", "signalling", "relay", "store", "records", "recorder", "leds", "status", "log", "watchdog"]
PERIOD = 2.0                                    # WatchdogSec


class Supervisor:
    """systemd, as far as a watchdog needs it."""

    def __init__(self, binary, folder, take):
        self.binary, self.folder, self.process = binary, folder, None
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(os.path.join(folder, "notify"))
        self.port, media = take.take(2), take.take(12)
        self.config, self.log = os.path.join(folder, "edgepbx.toml"), os.path.join(folder, "log")
        with open(os.path.join(folder, "board.toml"), "w") as file:     # lamps that are not there have a thread all the same
            file.write('chip = "no-such-chip"\n[[led]]\nshows = ["system", "calls", "timer", "network"]\nline = 1\n')
        with open(self.config, "w") as file:
            file.write(f'[sip]\nlisten = ["udp://127.0.0.1:{self.port}"]\n[media]\nports = "{media}-{media + 11}"\nmax_calls = 2\n[recording]\nrecord = "always"\n'
                       '[[extension]]\nnumber = "1001"\nsecret = "a-secret-word"\n')

    def start(self):
        environment = {**os.environ, "NOTIFY_SOCKET": os.path.join(self.folder, "notify"), "WATCHDOG_USEC": str(int(PERIOD * 1e6))}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.binary, "run", "--config", self.config], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        self.wait_for(b"READY=1")

    def wait_for(self, message, timeout=PATIENCE):
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            with contextlib.suppress(TimeoutError):
                if self.socket.recv(4096) == message:
                    return
        raise AssertionError(f"no {message.decode()} within {timeout} s")

    def wait_until_it_starves(self):
        """Back when it was not fed for the whole period."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.socket.settimeout(PERIOD)
            try:
                self.socket.recv(4096)
            except TimeoutError:
                return
        raise AssertionError("it is fed all the same")

    def kill(self):
        """As systemd does: SIGABRT, and SIGKILL when that is not enough."""
        self.process.send_signal(signal.SIGABRT)
        end = time.monotonic() + 5
        while self.process_lives():
            if time.monotonic() > end:
                self.process.kill()
            time.sleep(0.01)

    def process_lives(self):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG | threads.WALL)   # a thread that is traced is waited for too
        with open(f"/proc/{self.process.pid}/stat") if os.path.exists(f"/proc/{self.process.pid}") else contextlib.nullcontext() as file:
            return file is not None and file.read().rpartition(")")[2].split()[0] not in "ZX"

    def events(self, name):
        with open(self.log) as file:
            return [json.loads(line) for line in file if f'"event":"{name}"' in line]


def story(binary, name, take):
    folder = tempfile.mkdtemp(prefix="edgepbx-freeze-")
    pbx = Supervisor(binary, folder, take)
    try:
        pbx.start()
        for _ in range(3):
            pbx.wait_for(b"WATCHDOG=1")
        threads.freeze(threads.find(pbx.process.pid, name))
        pbx.wait_until_it_starves()
        if name not in ("log", "watchdog"):     # these can't say it
            silent = [event["silent"] for event in pbx.events("watchdog_starves")]
            assert any((name if name != "edgepbx" else "main") in one for one in silent), f"the log names {silent}"
        pbx.kill()
        pbx.start()
        with contextlib.closing(Phone(f"127.0.0.1:{pbx.port}", "edgepbx", ("1001", ""))) as phone:
            assert phone.options(), "it does not answer after the restart"
        pbx.wait_for(b"WATCHDOG=1")
        pbx.process.terminate()
        pbx.wait_for(b"STOPPING=1")
        assert pbx.process.wait(PATIENCE) == 0, "it does not end in order"
    except AssertionError as failure:
        return f"{name}: {failure}; logs in {folder}"
    finally:
        if pbx.process and pbx.process.poll() is None:
            pbx.process.kill()
    shutil.rmtree(folder, ignore_errors=True)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", default="", help="this thread only")
    ports.add_option(parser)
    options = parser.parse_args()
    if options.only:
        failure = story(os.path.abspath(options.binary), options.only, ports.Ports(options.ports))
        print(f"FAIL {failure}" if failure else f"PASS {options.only}")
        sys.exit(1 if failure else 0)
    first = int(options.ports.split("-")[0]) if options.ports else random.randrange(20000, 28000, 10)
    # each thread has a PBX, and a supervisor, of its own: they wait most of the time
    runs = [subprocess.Popen([sys.executable, __file__, "--binary", options.binary, "--only", name, "--ports", f"{first + 20 * i}-{first + 20 * i + 19}"])
            for i, name in enumerate(THREADS)]
    sys.exit(1 if any([run.wait() for run in runs]) else 0)


if __name__ == "__main__":
    main()
