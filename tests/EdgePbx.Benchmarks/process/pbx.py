"""One EdgePBX of its own for a measurement: configured, started, asked, stopped. Everything is on 127.0.0.1."""
import contextlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENTS = os.path.normpath(os.path.join(HERE, "..", "..", "clients"))
sys.path[:0] = [CLIENTS, os.path.join(CLIENTS, "lib"), os.path.join(CLIENTS, "sipp")]
from ports import Ports  # noqa: E402
from rawsip import Phone  # noqa: E402

REALM = "edgepbx"
CALLER, CALLEE = ("1001", "first-secret"), ("1002", "second-secret")
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def free_ports(count):
    """The first of so many in a row, below those that the clients take."""
    while True:
        first = random.randrange(10000, 20000 - count, 2)
        with contextlib.suppress(RuntimeError):
            return Ports(f"{first}-{first + count - 1}").take(count)


class Pbx:
    def __init__(self, binary, max_calls=100, more=(), settings="", ports=None):
        """more: accounts besides the two; settings: whole tables of the configuration; ports: where to take them from"""
        take = ports.take if ports else free_ports
        self.binary, self.folder, self.process = binary, tempfile.mkdtemp(prefix="edgepbx-measure-"), None
        self.port, media = take(2), take(6 * max_calls)
        self.server, self.config = f"127.0.0.1:{self.port}", os.path.join(self.folder, "edgepbx.toml")
        self.media = (media, media + 6 * max_calls - 1)
        self.command = [binary, "run", "--config", self.config]
        accounts = "".join(f'\n[[extension]]\nnumber = "{number}"\nname = "Phone {number}"\nsecret = "{secret}"\nshare = "all"\n' for number, secret in (CALLER, CALLEE, *more))
        with open(self.config, "w") as file:
            file.write(f'[sip]\nlisten = ["udp://{self.server}", "tcp://{self.server}"]\nrealm = "{REALM}"\n'
                       f'[media]\nports = "{self.media[0]}-{self.media[1]}"\nmax_calls = {max_calls}\n{settings}\n{accounts}')

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self.process:
            self.process.terminate()
            self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        """Starts it and waits until it answers."""
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        with contextlib.closing(self.phone(CALLER)) as phone:
            end = time.monotonic() + 10
            while not phone.options(0.3):
                assert time.monotonic() < end and self.process.poll() is None, "it does not answer OPTIONS"
        return self

    def phone(self, account):
        return Phone(self.server, REALM, account)

    def status(self):
        answer = subprocess.run([self.binary, "status", "--config", self.config, "--json"], capture_output=True, check=True, timeout=10)
        return json.loads(answer.stdout)

    def held(self):
        """The gauges that are not back at their baseline, as text."""
        return ", ".join(f"{name} = {value}" for name, value in self.status()["gauges"].items() if value)

    def wait_until_nothing_is_held(self, limit=75):
        """RFC 3261 lets transactions linger for 64*T1. -> (what is still held, seconds that it took)"""
        start = time.monotonic()
        while (held := self.held()) and time.monotonic() - start < limit:
            time.sleep(1)
        return held, time.monotonic() - start

    def memory(self):
        """Bytes: resident in all, of these not shared with any file, and the greatest that it ever was."""
        with open(f"/proc/{self.process.pid}/status") as file:
            lines = dict(line.split(":", 1) for line in file)
        return {name: int(lines[key].split()[0]) * 1024 for name, key in (("resident", "VmRSS"), ("anonymous", "RssAnon"), ("peak", "VmHWM"))}

    def proportional(self):
        """Bytes: its proportional set size (PSS)."""
        with open(f"/proc/{self.process.pid}/smaps_rollup") as file:
            return 1024 * int(re.search(r"^Pss: *(\d+)", file.read(), re.M).group(1))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def cpu(self):
        """Seconds of CPU that all its threads have used."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def megabytes(count):
    return f"{count / 1e6:.1f} MB"
