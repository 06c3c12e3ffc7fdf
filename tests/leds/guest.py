"""An emulated arm64 machine whose GPIO lines are seen from outside: QEMU itself tells each change, with its time."""
import os
import re
import socket
import subprocess
import threading
import time

PATIENCE = 120   # seconds for what must come; no measure of anything: the machine may be busy with other things
MACHINE = ["-M", "virt,gic-version=2,acpi=off"]


class Guest:
    def __init__(self, kernel, root, folder, port, dtb=None):
        self.folder, self.edges, self._lock = folder, [], threading.Lock()   # edges: (seconds, line, level)
        console, monitor = os.path.join(folder, "console"), os.path.join(folder, "monitor")
        self.process = subprocess.Popen(
            ["qemu-system-aarch64", *MACHINE, "-cpu", "cortex-a53", "-smp", "2", "-m", "256", "-accel", "tcg,thread=multi", "-display", "none",
             "-kernel", kernel, "-initrd", root, *(["-dtb", dtb] if dtb else []), "-append", "quiet panic=-1", "-no-reboot",
             "-chardev", f"socket,id=c,path={console},server=on,wait=off", "-serial", "chardev:c",
             "-monitor", f"unix:{monitor},server=on,wait=off",
             "-netdev", f"user,id=n,hostfwd=udp:127.0.0.1:{port}-:5060", "-device", "virtio-net-pci,netdev=n,romfile=",
             "-trace", "pl061_set_output", "-msg", "timestamp=on"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.said = []      # what QEMU said besides
        threading.Thread(target=self._read, daemon=True).start()
        self.console, self.monitor = self._connect(console), self._connect(monitor)
        self._end_of("the start")

    def _connect(self, path):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                connection = socket.socket(socket.AF_UNIX)
                connection.connect(path)
                return connection
            except OSError:
                assert self.process.poll() is None, "QEMU did not start"
                time.sleep(0.05)
        raise AssertionError("QEMU does not listen")

    # 4711@1767355200.123456:pl061_set_output … setting output 0 to 1
    def _read(self):
        for text in self.process.stderr:
            found = re.search(r"@(\d+\.\d+):pl061_set_output .*output (\d+) to (\d)", text)
            if found:
                with self._lock:
                    self.edges.append((float(found[1]), int(found[2]), int(found[3])))
            else:
                self.said.append(text)

    def edges_of(self, *lines):
        """(seconds since 1970, line, level), of these lines."""
        with self._lock:
            return [edge for edge in self.edges if edge[1] in lines]

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
        """Holds the button of `-M virt` (its power button, line 3): each request holds it down for 50 ms more."""
        end = time.monotonic() + seconds
        while True:
            self.monitor.sendall(b"system_powerdown\n")
            if time.monotonic() >= end:
                break
            time.sleep(0.01)

    def close(self):
        self.process.kill()
        self.process.wait()
