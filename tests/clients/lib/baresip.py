"""Headless baresip, driven through its ctrl_tcp module."""
import glob
import json
import os
import queue
import re
import socket
import subprocess
import threading
import time


def _plain(text):
    return re.sub(r"\x1b?\[[0-9;]*m", "", text or "")


class Baresip:
    """One baresip with its own folder, ports, tone (a WAV file of the codec's rate and channels) and recorder.

    account: (number, password); ports: 40 of its own. Signals are JSON events: REGISTER_OK, CALL_ESTABLISHED, CALL_CLOSED, CALL_DTMF_START.
    """
    CODECS = {"pcmu": ("g711", 8000, 1), "g722": ("g722", 16000, 1), "opus": ("opus", 48000, 2)}    # module, rate, channels
    MODULES = ["module_app ctrl_tcp.so", "module aubridge.so", "module aufile.so", "module sndfile.so", "module cons.so",
               "module_tmp account.so", "module_app menu.so", "module_tmp uuid.so"]

    def __init__(self, folder, name, account, server, domain, source, first_port, transport="udp", answer="auto", codec="pcmu"):
        self.name, self.folder, self.number = name, os.path.join(folder, name), account[0]
        self.control_port, self.key_port = first_port + 2, first_port + 3
        self.events, self.replies, self.changed = [], queue.Queue(), threading.Condition()
        recordings = os.path.join(self.folder, "recordings")
        os.makedirs(recordings, exist_ok=True)
        modules = (glob.glob("/usr/lib/baresip/modules") + glob.glob("/usr/lib/*/baresip/modules"))[0]
        self.write("config", [
            f"sip_listen 127.0.0.1:{first_port}", "net_interface 127.0.0.1", "call_local_timeout 120", "poll_method epoll",
            f"audio_source aufile,{source}", f"audio_player aubridge,{name}", "audio_alert aubridge,alert", "audio_level no",
            "ausrc_format s16", "auplay_format s16", "auenc_format s16", "audec_format s16", "audio_buffer 20-160", "jitter_buffer_delay 1-5",
            f"rtp_ports {first_port + 10}-{first_port + 39}", "rtcp_mux no", "rtp_stats yes",
            f"ctrl_tcp_listen 127.0.0.1:{self.control_port}", f"cons_listen 127.0.0.1:{self.key_port}",
            f"snd_path {recordings}", f"module_path {modules}", f"module {self.CODECS[codec][0]}.so",
            *self.MODULES])
        self.write("accounts", [
            f'<sip:{self.number}@{domain};transport={transport}>;auth_user={self.number};auth_pass={account[1]};'
            f'outbound="sip:{server};transport={transport}";regint=60;answermode={answer}'])
        self.write("contacts", [])
        self.log = open(os.path.join(self.folder, "log.txt"), "wb")
        self.process = subprocess.Popen(["baresip", "-f", self.folder, "-s"], stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=subprocess.STDOUT, cwd=self.folder, env={**os.environ, "HOME": self.folder})
        self._connect()

    def write(self, name, lines):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write("\n".join(lines) + "\n")

    def _connect(self):
        end = time.time() + 15
        while True:
            try:
                self.control = socket.create_connection(("127.0.0.1", self.control_port), 2)
                break
            except OSError:
                if time.time() > end or self.process.poll() is not None:
                    raise RuntimeError(f"baresip {self.name} did not start: {self.log_text()[-800:]}") from None
                time.sleep(0.05)
        self.control.settimeout(None)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        buffer = b""
        while True:
            try:
                data = self.control.recv(65536)
            except OSError:
                return
            if not data:
                return
            buffer += data
            while b":" in buffer:     # netstrings: LENGTH:JSON,
                head, _, rest = buffer.partition(b":")
                if len(rest) < int(head) + 1:
                    break
                message, buffer = json.loads(rest[:int(head)].decode("utf-8", "replace")), rest[int(head) + 1:]
                if message.get("event"):
                    with self.changed:
                        self.events.append(message)
                        self.changed.notify_all()
                else:
                    self.replies.put(message)

    def command(self, command, parameters="", timeout=5):
        body = json.dumps({"command": command, "params": parameters, "token": "t"}).encode()
        self.control.sendall(b"%d:%s," % (len(body), body))
        try:
            return self.replies.get(timeout=timeout)
        except queue.Empty:
            return {"ok": False, "data": "no reply"}

    def mark(self):
        return len(self.events)

    def wait(self, *kinds, timeout=15, since=0):
        """The first event of these kinds after a mark."""
        end = time.time() + timeout
        with self.changed:
            while True:
                for event in self.events[since:]:
                    if event["type"] in kinds:
                        return event
                if time.time() > end:
                    seen = [event["type"] for event in self.events[since:]]
                    raise TimeoutError(f"{self.name}: no {' or '.join(kinds)} within {timeout} s; saw {seen}")
                self.changed.wait(max(0.01, end - time.time()))

    def registered(self, timeout=15):
        """The first REGISTER_OK may come before ctrl_tcp is connected: ask."""
        end = time.time() + timeout
        while time.time() < end:
            info = _plain(self.command("reginfo").get("data", ""))
            if re.search(rf"{re.escape(self.number)}@.*\bOK\b", info):
                return
            time.sleep(0.1)
        failures = [event.get("param") for event in self.events if event["type"] == "REGISTER_FAIL"]
        raise TimeoutError(f"{self.name}: not registered: {failures}")

    def keys(self, text, gap=0.25):
        """Types as a person at the console would: digits in a call go out as RFC 4733 events. A comma is a pause."""
        with socket.create_connection(("127.0.0.1", self.key_port), 2) as console:
            for key in text:
                if key == ",":
                    console.sendall(b"\x04")
                    time.sleep(2.5)
                    continue
                console.sendall(key.encode())
                time.sleep(gap)
            console.sendall(b"\x04")     # the key is released
            time.sleep(gap)

    def digits(self, since):
        return "".join(str(event.get("param")) for event in self.events[since:] if event["type"] == "CALL_DTMF_START")

    def recordings(self):
        """What was received, one file a call, oldest first."""
        return sorted(glob.glob(os.path.join(self.folder, "recordings", "*-dec.wav")), key=os.path.getmtime)

    def log_text(self):
        with open(os.path.join(self.folder, "log.txt"), errors="replace") as file:
            return file.read()

    def packets_received(self):
        """RTP packets of each finished call, from its closing statistics."""
        return [int(count) for count in re.findall(r"packets:\s+\d+\s+(\d+)", _plain(self.log_text()))]

    def stop(self):
        if self.process.poll() is None:
            try:
                self.command("quit", timeout=1)
                self.process.wait(3)
            except (OSError, subprocess.TimeoutExpired):
                self.process.kill()
                self.process.wait()
        self.log.close()
