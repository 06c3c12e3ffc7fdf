#!/usr/bin/env python3
"""Three times what a PBX can hold: INVITEs and REGISTERs in a ramp, most of them from SIPp with good credentials, the rest from strangers,
while one call is up and speaks.

  overload.py --server IP:PORT --domain D --caller N:P --callee N:P --ramp-caller N:P --ramp-callee N:P
              [--seconds 12] [--calls 180] [--registers 400] [--strangers 2000] [--pid PID --most 40]

--calls, --registers, --strangers: how many a second at the top of the ramp. --pid: the PBX's process, whose memory (PSS) may never be more
than --most megabytes.
What must hold: the call keeps every packet of its voices and every refresh; whoever is refused is refused with 503 and Retry-After, and some
are; 5 s later a new call goes through. Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import os
import re
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib"), os.path.join(HERE, "sipp")]
import build  # noqa: E402
import options as command_line  # noqa: E402
from ports import Ports  # noqa: E402
from rawsip import Dialog, Phone, new_branch, random_hex, two_phones  # noqa: E402
from sipp_cases import Sipp  # noqa: E402
from voice import Conversation, hang_up, set_up  # noqa: E402

INTERVAL = 1800


class Memory:
    """The greatest proportional set size of a process, in bytes, looked at ten times a second."""

    def __init__(self, pid):
        self.pid, self.peak, self.is_over = pid, 0, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        if pid:
            self.thread.start()

    def now(self):
        with open(f"/proc/{self.pid}/smaps_rollup") as file:
            return 1024 * int(re.search(r"^Pss: *(\d+)", file.read(), re.M).group(1))

    def run(self):
        while not self.is_over.wait(0.1):
            self.peak = max(self.peak, self.now())

    def stop(self):
        self.is_over.set()
        if self.pid:
            self.thread.join()


class Strangers:
    """INVITEs and REGISTERs without credentials, in turn, from one socket; their answers are counted by status."""

    def __init__(self, options, rate, seconds):
        self.phone, self.rate, self.seconds = Phone(options.server, options.domain, ("1001", "")), rate, seconds
        self.sent, self.statuses, self.bare = 0, {}, 0
        self.phone.socket.setblocking(False)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def text(self):
        phone, method = self.phone, ("INVITE", "REGISTER")[self.sent % 2]
        to = f"<sip:1002@{phone.domain}>" if method == "INVITE" else phone.address
        dialog = Dialog(random_hex(), f"{phone.address};tag={random_hex(4)}", to, f"sip:1002@{phone.domain}", cseq=1)
        return phone.request(method, dialog, body=phone.sdp(4000) if method == "INVITE" else "", branch=new_branch()).encode()

    def run(self):
        start = time.monotonic()
        while (elapsed := time.monotonic() - start) < self.seconds:
            wanted = self.rate * elapsed * elapsed / self.seconds / 2  # a ramp from nothing to the full rate
            while self.sent < wanted:
                self.phone.socket.sendto(self.text(), self.phone.server)
                self.sent += 1
            self.take()
            time.sleep(0.01)
        time.sleep(0.3)
        self.take()

    def take(self):
        while True:
            try:
                answer = self.phone.socket.recv(4096)
            except BlockingIOError:
                return
            status = int(answer[8:11])
            self.statuses[status] = self.statuses.get(status, 0) + 1
            self.bare += status == 503 and b"\r\nRetry-After: " not in answer


def refresh(phone, dialog):
    """An UPDATE as RFC 3261 repeats it. -> milliseconds to its 200"""
    dialog.cseq += 1
    text = phone.request("UPDATE", dialog, extra=["Supported: timer", f"Session-Expires: {INTERVAL};refresher=uac"])
    start, wait = time.monotonic(), 0.5
    for _ in range(7):
        phone.send(text)
        reply = phone.receive(lambda message: message.answers("UPDATE", dialog.cseq) and message.status >= 200, wait)
        if reply:
            assert reply.status == 200, f"a refresh got {reply}"
            return 1000 * (time.monotonic() - start)
        wait = min(2 * wait, 4)
    raise AssertionError("a refresh got no answer")


def statistics(sipp):
    """The last line of SIPp's statistics: name -> text"""
    lines = sipp.text("statistics.csv").splitlines()
    return dict(zip(lines[0].split(";"), lines[-1].split(";"))) if len(lines) > 1 else {}


def refusals(sipp):
    """How many 503 came, and how many without Retry-After."""
    answers = re.findall(r"^SIP/2\.0 503 .*?\r?\n\r?\n", sipp.text("messages.log"), re.M | re.S)
    return len(answers), sum("Retry-After:" not in answer for answer in answers)


def ramp(options, work, ports):
    """SIPp's ramps. -> the callers, the registering phones, and the callee"""
    scenarios = os.path.join(work, "scenarios")
    build.write(scenarios, hold=400, ring=100)
    caller, callee = command_line.account(options.ramp_caller), command_line.account(options.ramp_callee)
    base = ports.take(18)

    def start(tag, scenario, port, account, dial, *extra):
        return Sipp(options, scenarios, work, tag, scenario, port, account, dial, 10 ** 6, options.seconds + 60,
                    ["-trace_stat", "-stf", os.path.join(work, tag, "statistics.csv"), "-fd", 1, *extra])
    login = start("login", "register", base, callee, callee[0], "-m", 1)
    assert login.wait(20) == 0, login.why()
    answering = start("answering", "uas_basic", base, callee, caller[0])
    assert answering.listening(base), answering.why()

    def rising(most):
        step = max(1, round(most / options.seconds))
        return ["-r", step, "-rate_increase", step, "-rate_interval", 1, "-rate_max", most, "-no_rate_quit", "-l", 100000]
    return (start("calling", "uac_ramp", base + 6, caller, callee[0], *rising(options.calls)),
            start("registering", "register_ramp", base + 12, caller, caller[0], *rising(options.registers)), answering)


def run(options, work):
    ports = Ports(options.ports)
    caller, callee = two_phones(options)
    memory = Memory(options.pid)
    out, _, *voices = set_up(caller, callee, INTERVAL)
    talk = Conversation(voices)
    calling, registering, answering = ramp(options, work, ports)
    strangers = Strangers(options, options.strangers, options.seconds)
    took, end = [], time.monotonic() + options.seconds
    while time.monotonic() < end:
        took.append(refresh(caller, out))
        time.sleep(0.5)
    strangers.thread.join()
    for side in (calling, registering):
        side.process.send_signal(10)  # SIGUSR1: SIPp ends its calls and itself
    ended = time.monotonic()
    said, heard = talk.stop()
    for side in (calling, registering):
        side.wait(40)
    answering.process.send_signal(10)
    answering.wait(5)
    memory.stop()

    report = {side.tag: statistics(side) for side in (calling, registering)}
    refused, bare = (sum(count) for count in zip(refusals(calling), refusals(registering)))
    for tag, figures in report.items():
        print(f"{tag}: {figures.get('TotalCallCreated')} begun, {figures.get('SuccessfulCall(C)')} as they should, {figures.get('FailedCall(C)')} failed, "
              f"{figures.get('Retransmissions(C)')} repeated; {refusals(calling if tag == 'calling' else registering)[0]} times 503")
    print(f"strangers: {strangers.sent} sent, answers {dict(sorted(strangers.statuses.items()))}")
    print(f"the call: {said} packets said, {said - heard} lost; {len(took)} refreshes, at most {max(took):.0f} ms")
    if options.pid:
        print(f"memory: at most {memory.peak / 1e6:.1f} MB PSS, now {memory.now() / 1e6:.1f} MB")
    assert refused + strangers.statuses.get(503, 0) > 0, "nobody was refused: this was no overload"
    assert bare + strangers.bare == 0, f"{bare + strangers.bare} times 503 without Retry-After"
    assert said == heard, f"{said - heard} of {said} packets of the call that is up were lost"
    assert not options.pid or memory.peak < 1e6 * options.most, f"{memory.peak / 1e6:.1f} MB"

    time.sleep(max(0.0, ended + 5 - time.monotonic()))
    hang_up(caller, callee, out)
    callee.seen.clear()
    assert callee.register() == 200, "5 s after the ramp no phone can register"
    again, *_ = set_up(caller, callee, INTERVAL)
    hang_up(caller, callee, again)


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--ramp-caller", default="1003:secret")
    parser.add_argument("--ramp-callee", default="1004:secret")
    parser.add_argument("--seconds", type=int, default=12)
    parser.add_argument("--calls", type=int, default=180)
    parser.add_argument("--registers", type=int, default=400)
    parser.add_argument("--strangers", type=int, default=2000)
    parser.add_argument("--pid", type=int, default=0)
    parser.add_argument("--most", type=float, default=40, help="megabytes")
    options = parser.parse_args()
    options.transport = "u1"
    fault = None
    with command_line.work_folder(options, lambda: fault) as work:
        try:
            run(options, work)
        except AssertionError as failure:
            fault = failure
    print(f"FAIL {fault}" if fault else "PASS")
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main())
