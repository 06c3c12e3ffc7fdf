"""An emulated arm64 machine whose GPIO lines are seen from outside: QEMU itself tells each change, with its time."""
import os
import re
import socket
import subprocess
import threading
import time

PATIENCE = 120   # seconds for what must come; no measure of anything: the machine may be busy with other things
MACHINE = ["-M", "virt,gic-version=2,acpi=off"]


def connect(path, process):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(path)
            return connection
        except OSError:
            assert process.poll() is None, "QEMU did not start"
            time.sleep(0.05)
    raise AssertionError("QEMU does not listen")


class Lines:
    """What is known of a machine's GPIO lines."""

    def __init__(self):
        self.edges, self._lock = [], threading.Lock()   # (seconds since 1970, line, level)

    def edges_of(self, *lines):
        with self._lock:
            return [edge for edge in self.edges if edge[1] in lines]

    def note(self, at, line, level):
        with self._lock:
            self.edges.append((at, line, level))


class Guest(Lines):
    """QEMU's `virt`: its GPIO chip tells each change."""

    def __init__(self, kernel, root, folder, dtb=None):
        super().__init__()
        console, monitor, pins = (os.path.join(folder, name) for name in ("console", "monitor", "pins"))
        self.process = subprocess.Popen(
            ["qemu-system-aarch64", *MACHINE, "-cpu", "cortex-a53", "-smp", "2", "-m", "256", "-accel", "tcg,thread=multi", "-display", "none",
             "-kernel", kernel, "-initrd", root, *(["-dtb", dtb] if dtb else []), "-append", "quiet panic=-1", "-no-reboot",
             "-chardev", f"socket,id=c,path={console},server=on,wait=off", "-serial", "chardev:c",
             "-monitor", f"unix:{monitor},server=on,wait=off", "-qtest", f"unix:{pins},server=on,wait=off", "-qtest-log", "/dev/null",
             "-netdev", f"user,id=n,hostfwd=udp:127.0.0.1:0-:5060", "-device", "virtio-net-pci,netdev=n,romfile=",
             "-trace", "pl061_set_output", "-msg", "timestamp=on"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.said = []      # what QEMU said besides
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self.console, self.monitor, self._pins = (connect(path, self.process) for path in (console, monitor, pins))
            self.port = int(self._asked("info usernet", rb"UDP\[HOST_FORWARD\] +\d+ +127\.0\.0\.1 +(\d+)"))     # the system has chosen it
            self._chip = "/machine/unattached/" + self._asked("info qom-tree /machine/unattached", rb"/(device\[\d+\]) \(pl061\)")
            self._end_of("the start")
        except BaseException:
            self.close()
            raise

    def _asked(self, command, pattern):
        self.monitor.settimeout(PATIENCE)
        self.monitor.sendall(command.encode() + b"\n")
        text = b""
        while not (found := re.search(pattern, text)):
            data = self.monitor.recv(65536)
            assert data, f"QEMU does not answer '{command}': {text}"
            text += data
        return found[1].decode()

    # 4711@1767355200.123456:pl061_set_output … setting output 0 to 1
    def _read(self):
        for text in self.process.stderr:
            found = re.search(r"@(\d+\.\d+):pl061_set_output .*output (\d+) to (\d)", text)
            if found:
                self.note(float(found[1]), int(found[2]), int(found[3]))
            else:
                self.said.append(text)

    def run(self, command):
        """A line for the shell on the console. -> what it printed."""
        self.console.sendall(command.encode() + b"\n")
        return self._end_of(f"'{command}'")

    def _end_of(self, what):
        self.console.settimeout(PATIENCE)
        text = b""
        while not (end := re.search(rb"(?s)^(.*?)=== (\d+)\r?\n", text)):
            try:
                data = self.console.recv(65536)
            except TimeoutError:
                raise AssertionError(f"{what} has no end: {text[-500:]}") from None
            assert data, f"the machine is gone: {text[-500:]} {self.said[-5:]}"
            text += data
        return end[1].decode("utf-8", "replace").replace("\r", "")

    def press(self, seconds):
        """Holds the button, line 3."""
        self._set_button(1)
        time.sleep(seconds)
        self._set_button(0)

    def _set_button(self, level):
        self._pins.sendall(f"set_irq_in {self._chip} unnamed-gpio-in 3 {level}\n".encode())
        self._pins.settimeout(PATIENCE)
        answer = self._pins.recv(100)
        assert answer.startswith(b"OK"), f"QEMU does not press the button: {answer}"

    def close(self):
        self.process.kill()
        self.process.wait()


class Pi(Lines):
    """QEMU's Raspberry Pi 3 B with Debian's kernel and device tree: its lines are read from the register of their levels, over and over."""

    LEVELS = 0x3f200034

    def __init__(self, kernel, root, folder, dtb, board, lines):
        super().__init__()
        self.lines, self._is_over, monitor = lines, False, os.path.join(folder, "monitor")
        self.process = subprocess.Popen(
            ["qemu-system-aarch64", "-M", "raspi3b", "-display", "none", "-serial", "null", "-kernel", kernel, "-initrd", root, "-dtb", dtb,
             "-append", f"quiet panic=-1 board={board}", "-no-reboot", "-monitor", f"unix:{monitor},server=on,wait=off"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.monitor = connect(monitor, self.process)
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()

    def _sample(self):
        levels, answer = {}, re.compile(rb"%08x: 0x([0-9a-f]{8})\r?\n" % self.LEVELS)
        while not self._is_over:
            self.monitor.sendall(b"xp /1wx 0x%x\n" % self.LEVELS)
            text = b""
            while not (found := answer.search(text)):
                data = self.monitor.recv(65536)
                if not data:
                    return
                text += data
            now, word = time.time(), int(found[1], 16)
            for line in self.lines:
                if levels.get(line) != word >> line & 1:
                    levels[line] = word >> line & 1
                    self.note(now, line, levels[line])
            time.sleep(0.005)

    def run(self, _):
        return "(a Raspberry Pi has no console here)"

    def close(self):
        self._is_over = True
        self.process.kill()
        self.process.wait()
        self._thread.join()
