"""linphonec (Debian package linphone-cli), driven through its standard input and read through its log."""
import os
import re
import subprocess
import time

SETTINGS = """[sip]
sip_port={udp}
sip_tcp_port={tcp}
sip_tls_port=0
bind_address=127.0.0.1
guess_hostname=0
media_encryption=none
default_proxy=0
delayed_timeout=10
inc_timeout=60
in_call_timeout=0
{timers}
[rtp]
audio_rtp_port={rtp}
[net]
bind_address=127.0.0.1
[video]
enabled=0
[proxy_0]
reg_proxy=<sip:{server};transport={transport}>
reg_route=<sip:{server};transport={transport}>
reg_identity=<sip:{number}@{domain}>
reg_sendregister=1
reg_expires=60
publish=0
[auth_info_0]
username={number}
passwd={password}
domain={domain}
"""

TIMERS = """supported=timer, replaces, outbound
session_expires_enabled=1
session_expires_value={interval}
session_expires_refresher={refresher}
session_expires_min_value={minimum}
"""


class Linphone:
    """One linphonec with its own folder and four ports. timers: None or (interval, minimum, "uas" or "uac")."""

    def __init__(self, folder, name, account, server, domain, source, first_port, transport="udp", timers=None):
        self.name, self.folder, (number, password) = name, os.path.join(folder, name), account
        os.makedirs(os.path.join(self.folder, ".local/share/linphone"), exist_ok=True)     # it does not start without
        text = TIMERS.format(interval=timers[0], minimum=timers[1], refresher=1 if timers[2] == "uas" else 2) if timers else ""
        settings = os.path.join(self.folder, "linphonerc")
        with open(settings, "w") as file:
            file.write(SETTINGS.format(udp=first_port if transport == "udp" else 0, tcp=first_port if transport == "tcp" else 0, timers=text,
                                       rtp=first_port + 2, server=server, transport=transport, number=number, domain=domain,
                                       password=password))
        self.screen = open(os.path.join(self.folder, "screen.txt"), "wb")
        self.process = subprocess.Popen(
            ["linphonec", "-c", settings, "-d", "6", "-l", os.path.join(self.folder, "sip.log")], stdin=subprocess.PIPE,
            stdout=self.screen, stderr=subprocess.STDOUT, cwd=self.folder,
            env={**os.environ, "HOME": self.folder, "TERM": "dumb", "XDG_DATA_HOME": self.folder, "XDG_CONFIG_HOME": self.folder})
        self.type("soundcard use files")
        self.type("play " + source)

    def type(self, line):
        self.process.stdin.write((line + "\n").encode())
        self.process.stdin.flush()
        time.sleep(0.15)     # it loses a line that comes on the heels of another

    def record(self, name):
        self.recording = os.path.join(self.folder, name)
        self.type("record " + self.recording)

    def log_text(self):
        try:
            with open(os.path.join(self.folder, "sip.log"), errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def mark(self):
        return len(self.log_text())

    def wait(self, regexp, timeout=15, since=0):
        """The console is quiet about states, the log is not."""
        end = time.time() + timeout
        while not re.search(regexp, self.log_text()[since:]):
            if time.time() > end:
                raise TimeoutError(f"{self.name}: no {regexp!r} in its log within {timeout} s")
            time.sleep(0.1)

    def registered(self):
        self.wait(r"to \[LinphoneRegistrationOk\]|Register refresher \[200\]")

    def refreshes_received(self):
        """Requests inside a dialog that carry Session-Expires."""
        line = r"(?:[^\r\n]+\r?\n)*?"
        return len(re.findall(rf"^(?:UPDATE|INVITE) [^\r\n]*\r?\n{line}To:[^\r\n]*tag=[^\r\n]*\r?\n{line}Session-Expires", self.log_text(),
                              re.M))

    def stop(self):
        try:
            self.type("quit")
            self.process.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()
        self.screen.close()
