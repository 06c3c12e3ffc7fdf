"""An emulated board that starts from an image, watched through its serial line."""
import os
import random
import re
import shutil
import subprocess
import tempfile
import time

from disk import Card
from qmp import Emulator

PATIENCE = 120
UBOOT_VIRT = "/usr/lib/u-boot/qemu_arm64/u-boot.bin"


class Failure(Exception):
    """What was waited for did not come, or is not so."""


class Board:
    """A card, and the machine that is switched on and off with it.

    kind: virt or raspi3b; tools: a folder with emulator.env, u-boot.bin and rpi3.dtb; sip: the port of this machine that leads to
    the board's 5060; stick: an image of a USB stick; wire: two ports, where each frame of its network goes and comes from.
    """

    def __init__(self, image, tools, kind="virt", sip=None, stick=None, wire=None, size="512M"):
        self.kind, self.tools, self.sip, self.stick, self.wire = kind, tools, sip, stick, wire
        self.folder = tempfile.mkdtemp(prefix="edgepbx-board-")
        self.image = os.path.join(self.folder, "card.img")
        subprocess.run(["cp", "--sparse=always", image, self.image], check=True)
        if size:
            os.truncate(self.image, int(size[:-1]) << 20)
        self.starts = 0
        self.qemu = self.card = self.emulator = None
        self.started_at = 0.0
        self.bites = 0                    # of the watchdog, that are expected since it was switched on

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            self.cut()
        except Failure:
            if kind is None:              # else the first failure is the one to tell
                raise
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    # -- power

    def on(self):
        self.starts += 1
        self.console = os.path.join(self.folder, f"console-{self.starts}")
        self.mark = self.bites = 0
        self.card = Card(self.image, os.path.join(self.folder, f"card-{self.starts}"))
        drive = f"nbd:unix:{self.card.socket_path}"
        command = self._virt(drive) if self.kind == "virt" else self._raspi3b(drive)
        self.started_at = time.monotonic()
        with open(os.path.join(self.folder, "qemu.log"), "ab") as log:
            self.qemu = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.emulator = Emulator(self._control(), PATIENCE)

    def cut(self, chance=random):
        """Pulls the plug, in the middle of whatever is being written. The watchdog must not have bitten unless that was wanted."""
        lost = bites = 0
        if self.card:
            lost = self.card.cut(chance)
        if self.qemu:
            self.qemu.kill()
            self.qemu.wait()
        if self.card:
            self.card.close()
        if self.emulator:
            bites = self.emulator.count("WATCHDOG")
            self.emulator.close()
        self.qemu = self.card = self.emulator = None
        if bites > self.bites:
            raise Failure(f"the watchdog has reset the machine {bites} times")
        return lost

    def wait_for_bite(self):
        """The watchdog resets the machine, as the emulator says."""
        self.bites += 1
        end = time.monotonic() + PATIENCE
        while self.emulator.count("WATCHDOG") < self.bites:
            if time.monotonic() > end:
                raise Failure("the watchdog does not bite")
            time.sleep(0.05)

    def wait_for_end(self, too_late):
        """Of the emulator, after kill(); or until the console shows too_late."""
        try:
            self.wait(too_late)
        except Failure:
            if self.qemu.poll() is None:
                raise

    def data_file(self, name):
        """A file of the data partition, which is at 172 MiB; the machine is off."""
        partition = os.path.join(self.folder, "data")
        subprocess.run(["dd", f"if={self.image}", f"of={partition}", "bs=1M", "skip=172", "conv=sparse", "status=none"], check=True)
        subprocess.run(["e2fsck", "-fy", partition], check=False, capture_output=True)
        return subprocess.run(["debugfs", "-R", f"cat {name}", partition], check=True, capture_output=True, text=True).stdout

    def kill(self):
        """The machine stands still at once; cut() is to follow."""
        self.qemu.kill()

    def plug(self, path, protected=False):
        """Puts a USB stick in, which the machine can write unless it is protected."""
        self.emulator.do("blockdev-add", **{"node-name": "plugged", "driver": "raw", "read-only": protected,
                                            "file": {"driver": "file", "filename": path}})
        self.emulator.do("device_add", driver="usb-storage", bus="usb.0", drive="plugged", id="stick")

    def unplug(self):
        """Pulls it out."""
        gone = self.emulator.count("DEVICE_DELETED")
        self.emulator.do("device_del", id="stick")
        end = time.monotonic() + PATIENCE
        while self.emulator.count("DEVICE_DELETED") == gone:
            if time.monotonic() > end:
                raise Failure("the emulator keeps the stick")
            time.sleep(0.02)
        self.emulator.do("blockdev-del", **{"node-name": "plugged"})

    def _control(self):
        return os.path.join(self.folder, f"qmp-{self.starts}")

    def _net(self):
        user = "user,id=u" + (f",hostfwd=udp:127.0.0.1:{self.sip}-:5060" if self.sip else "")
        wire = ["-netdev", f"socket,id=w,udp=127.0.0.1:{self.wire[0]},localaddr=127.0.0.1:{self.wire[1]}",
                "-netdev", "hubport,id=hw,hubid=0,netdev=w"] if self.wire else []
        return ["-netdev", user, "-netdev", "hubport,id=hu,hubid=0,netdev=u", *wire, "-netdev", "hubport,id=n,hubid=0"]

    def _qmp(self):
        return ["-qmp", f"unix:{self._control()},server=on,wait=off"]

    def put_into_slot_a(self, content):
        """In place of what the image has there, at 44 MiB; the machine is off."""
        with open(self.image, "r+b") as image, open(content, "rb") as slot:
            image.seek(44 << 20)
            image.write(slot.read())

    def write_network(self, text):
        """network.txt of the boot partition, which is at 12 MiB."""
        subprocess.run(["mcopy", "-o", "-i", f"{self.image}@@12M", "-", "::network.txt"], input=text.encode(), check=True)

    def _virt(self, drive):
        flash = os.path.join(self.folder, "flash")
        if not os.path.exists(flash):
            shutil.copy(os.path.join(self.tools, "emulator.env"), flash)
            os.truncate(flash, 64 << 20)
        stick = ["-drive", f"file={self.stick},if=none,id=s,format=raw,readonly=on", "-device", "usb-storage,drive=s"] if self.stick else []
        return ["qemu-system-aarch64", "-M", "virt,gic-version=2,acpi=off", "-cpu", "cortex-a53", "-smp", "2", "-m", "512",
                "-accel", "tcg,thread=multi", "-display", "none", "-monitor", "none", "-serial", f"file:{self.console}",
                "-bios", UBOOT_VIRT, "-drive", f"if=pflash,index=1,format=raw,file={flash}",
                "-drive", f"file={drive},if=none,id=d,format=raw,cache=writeback", "-device", "virtio-blk-pci,drive=d",
                *self._net(), "-device", "virtio-net-pci,netdev=n,romfile=", "-device", "i6300esb", *self._qmp(),
                "-device", "qemu-xhci,id=usb", *stick]

    def _raspi3b(self, drive):
        return ["qemu-system-aarch64", "-M", "raspi3b", "-display", "none", "-monitor", "none",
                "-kernel", os.path.join(self.tools, "u-boot.bin"), "-dtb", os.path.join(self.tools, "rpi3.dtb"),
                "-drive", f"file={drive},if=sd,format=raw,cache=writeback", "-serial", "null", "-serial", f"file:{self.console}", *self._qmp()]

    # -- what it says

    def text(self):
        try:
            with open(self.console, "rb") as file:
                return file.read().decode("utf-8", "replace").replace("\r", "")
        except OSError:
            return ""

    def wait(self, pattern, patience=PATIENCE, anywhere=False):
        """The first match after the one before. A machine that ends, or is silent for too long, is a failure."""
        end = time.monotonic() + patience
        while True:
            match = re.compile(pattern).search(self.text(), 0 if anywhere else self.mark)
            if match:
                self.mark = max(self.mark, match.end())
                return match
            if time.monotonic() > end or (self.qemu and self.qemu.poll() is not None):
                tail = "\n".join(self.text().split("\n")[-15:])
                raise Failure(f"no '{pattern}' on the console; it ends with:\n{tail}")
            time.sleep(0.05)

    def ready(self):
        """Seconds from power-on."""
        self.wait(r"EdgePbx [0-9.]+: ready")
        return time.monotonic() - self.started_at

    def accounts(self):
        """Number -> password, as shown at the first start."""
        found = dict(re.findall(r"^  \w+ +[0-9.]+:5060 +(\d+) +([a-z2-9]{16})$", self.text(), re.M))
        if len(found) != 3:
            raise Failure(f"the console shows {len(found)} accounts, not 3")
        return found

    def stick_code(self):
        """As shown at the first start."""
        return self.wait(r"USB stick may change all this: (\S+)", anywhere=True).group(1)
