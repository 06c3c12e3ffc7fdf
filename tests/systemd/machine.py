"""A Debian with systemd as its first process, in namespaces of this machine: systemd-nspawn boots it, nsenter(1) gives commands to it."""
import contextlib
import os
import shutil
import subprocess
import tempfile
import time

PATIENCE = 60   # seconds for what must come; no measure of anything
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "TERM": "dumb"}
FOLDER = "/root/edgepbx"    # where its administrator has put the binary and the files of board/debian


class Failure(Exception):
    """The test has failed, for this reason."""


def expect(condition, words):
    if not condition:
        raise Failure(words)


def until(what, found):
    """What `found` gives, as soon as that is something."""
    end = time.monotonic() + PATIENCE
    while not (value := found()):
        expect(time.monotonic() < end, f"{what}: not within {PATIENCE} s")
        time.sleep(0.1)
    return value


class Machine:
    """It shares the network of whoever boots it; its disk is `tree`, and what it writes goes when it is switched off."""

    def __init__(self, tree, files):
        self.tree, self.folder = tree, tempfile.mkdtemp(prefix="edgepbx-systemd-")
        for file in files:
            shutil.copy(file, self.folder)
        self.nspawn = self.leader = None

    def __enter__(self):
        self.console = open(os.path.join(self.folder, "console"), "wb")
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--volatile=overlay", "--capability=CAP_SYS_RESOURCE", "--machine=edgepbx",
             f"--bind={self.folder}:{FOLDER}", "--console=pipe", "--boot", f"--directory={self.tree}"],
            stdin=subprocess.DEVNULL, stdout=self.console, stderr=self.console)
        self.leader = until("the machine's first process", self.first_process)
        until("the machine is up", lambda: self.run("systemctl is-system-running").stdout.strip() in ("running", "degraded"))
        return self

    def __exit__(self, *failure):
        for _ in range(2):      # first a shutdown in order, then at once
            self.nspawn.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.nspawn.wait(2)
        if self.nspawn.poll() is None:
            self.nspawn.kill()
            self.nspawn.wait()
        self.console.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def first_process(self):
        expect(self.nspawn.poll() is None, f"systemd-nspawn has ended: {self.said()}")
        with open(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children") as file:
            children = file.read().split()
        # it is our child's child that becomes systemd
        for child in children:
            with contextlib.suppress(OSError), open(f"/proc/{child}/comm") as file:
                if file.read().strip() == "systemd":
                    return child
        return None

    def said(self):
        with open(os.path.join(self.folder, "console"), errors="replace") as file:
            return file.read()[-2000:]

    def run(self, line):
        """A line of shell in the machine, as root, where the files are."""
        return subprocess.run(
            ["nsenter", f"--target={self.leader}", "--all", f"--wdns={FOLDER}", "sh", "-c", line],
            env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)

    def do(self, line):
        """-> what it printed; it must work."""
        done = self.run(line)
        expect(done.returncode == 0, f"`{line}` ended with {done.returncode}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
        return done.stdout

    def shows(self, unit, name):
        """A property of a unit."""
        return self.do(f"systemctl show --value -p {name} {unit}").strip()

    def process(self, unit):
        """The main process of a unit, by the number that it has on this machine."""
        inside = self.shows(unit, "MainPID")
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/status") as file:
                    numbers = next((line.split()[1:] for line in file if line.startswith("NSpid:")), [])
                if len(numbers) == 2 and numbers[1] == inside and os.readlink(f"/proc/{pid}/ns/pid") == os.readlink(f"/proc/{self.leader}/ns/pid"):
                    return int(pid)
        raise Failure(f"{unit} has no process {inside}")
