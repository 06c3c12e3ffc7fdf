#!/usr/bin/env python3
"""Strangers who send what they like, beside phones that register and call: each story is bounded in time and number.

  strangers.py --server IP:PORT --domain D --caller N:P --callee N:P [--only NAME] [--list]

Answers are counted, never how fast they come. Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import os
import socket
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import options as command_line  # noqa: E402
from rawsip import PATIENCE, Dialog, Phone, new_branch, random_hex, two_phones  # noqa: E402

OPTIONS = ("OPTIONS sip:{domain} SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1:5999;rport;branch=z9hG4bK{id}\r\nMax-Forwards: 70\r\n"
           "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: {id}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
RESPONSE = ("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:5999;branch=z9hG4bK{id}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"
            "Call-ID: {id}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")


def address(options):
    name, _, port = options.server.rpartition(":")
    return name, int(port)


def text(form, options, transport="UDP"):
    return form.format(domain=options.domain, transport=transport, id=random_hex()).encode()


def call(caller, callee):
    """-> the final status that the caller gets; hangs up again"""
    callee.seen.clear()
    dialog = caller.dial(callee.number, 40000)
    if dialog.reply.status < 300:
        invite = callee.expect("INVITE", lambda message: message.method == "INVITE")
        callee.accept(invite, 40002)
        reply = caller.expect_answer(dialog)
    else:
        reply = dialog.reply
    if reply.status >= 300:
        caller.acknowledge_failure(dialog, dialog.branch, reply)
        return reply.status
    caller.acknowledge(dialog)
    for _ in range(8):  # datagrams may be lost, and the phone that hangs up is no subject here
        caller.bye(dialog)
        if caller.receive(lambda message: message.answers("BYE"), PATIENCE / 8):
            break
    bye = callee.receive(lambda message: message.method == "BYE", PATIENCE)
    if bye:
        callee.answer(bye, 200, "OK")
    return reply.status


class Sender:
    """A thread that sends what `one` gives, `at_once` at a time and so many a second, until it is stopped or the number is reached."""

    def __init__(self, sockets, server, one, rate, at_once, most):
        self.sockets, self.server, self.one, self.rate, self.at_once, self.most = sockets, server, one, rate, at_once, most
        self.sent, self.over = 0, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        began = time.monotonic()
        while not self.over.is_set() and self.sent < self.most:
            for _ in range(self.at_once):
                try:
                    self.sockets[self.sent % len(self.sockets)].sendto(self.one(), self.server)
                except (BlockingIOError, ConnectionRefusedError):
                    pass
                self.sent += 1
            time.sleep(max(0.0, began + self.sent / self.rate - time.monotonic()))

    def stop(self):
        self.over.set()
        self.thread.join()
        return self.sent


def udp(host):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind((host, 0))
    one.setblocking(False)
    return one


def bursts(options):
    """Bursts of datagrams that are no load make the box refuse nobody."""
    caller, callee = two_phones(options)
    for at_once, rate, one in ((64, 320, b"x"), (63, 320, b"\r\n"), (65, 640, b"x"), (128, 640, b"\0"), (640, 3000, b"x"), (64, 3000, text(OPTIONS, options))):
        sender = Sender([udp("127.0.9.1")], address(options), lambda: one, rate, at_once, 12000)
        stranger = Phone(options.server, options.domain, ("1001", caller.account[1]), host="127.0.9.2")
        stranger.account = caller.account
        for _ in range(3):
            statuses = [caller.register(), stranger.register(), call(caller, callee)]
            assert statuses == [200, 200, 200], f"{at_once} times {one[:8]} at once, {rate} a second: {statuses}"
            time.sleep(0.3)
        assert stranger.register(expires=0) == 200
        assert sender.stop() > 0
        time.sleep(0.5)


def flood(options):
    """20,000 datagrams a second from many addresses: registered phones call."""
    caller, callee = two_phones(options)
    assert caller.register() == 200
    sockets = [udp(f"127.{1 + i % 8}.{i // 8}.{1 + i % 200}") for i in range(200)]
    number = iter(range(10 ** 9))
    forms = [OPTIONS.format(domain=options.domain, transport="UDP", id="{}"), RESPONSE.format(id="{}"),
             OPTIONS.format(domain=options.domain, transport="UDP", id="{}").replace("OPTIONS", "REGISTER")]

    def one():
        i = next(number)
        return forms[i % 3].replace("{}", f"{i:x}").encode()
    sender = Sender(sockets, address(options), one, 20000, 200, 1_200_000)
    try:
        statuses = [call(caller, callee) for _ in range(20)]
        registered = caller.register(), callee.register()
    finally:
        sent = sender.stop()
    print(f"{sent} datagrams of strangers; calls {statuses}, registrations {registered}")
    assert statuses == [200] * 20, statuses
    assert registered == (200, 200), registered


def answers(options):
    """One address that asks 10,000 times gets few answers, none is long, and a registered phone gets each of its own."""
    caller, _ = two_phones(options)
    assert caller.register() == 200
    one = udp("127.0.9.3")
    request, answered = text(OPTIONS, options), []
    began = time.monotonic()
    for _ in range(10000):
        one.sendto(request, address(options))
        answered += drain(one)
    took = time.monotonic() - began
    time.sleep(1)
    answered += drain(one)
    print(f"{len(answered)} answers to 10000 OPTIONS in {took:.1f} s")
    assert 0 < len(answered) <= 70 + 10 * (took + 1), f"{len(answered)} answers"
    tags = b"Require: " + b"x," * 3000 + b"y\r\n"
    for form in (request, request.replace(b"Content-Length", tags + b"Content-Length"), request.replace(b"OPTIONS", b"INVITE"), request.replace(b"OPTIONS", b"MESSAGE")):
        other = udp(f"127.0.9.{10 + len(form) % 200}")
        other.setblocking(True)
        other.settimeout(PATIENCE)
        other.sendto(form, address(options))
        answer = other.recv(65535)
        assert len(answer) <= 4 * len(form) and len(answer) < 1300, f"{len(form)} bytes brought {len(answer)}"
    for _ in range(100):
        assert caller.options(), "a registered phone gets no answer"


def drain(one):
    found = []
    try:
        while True:
            found.append(one.recv(65535))
    except BlockingIOError:
        return found


class StreamPhone:
    """A phone over TCP that can register."""

    def __init__(self, options, account, host):
        self.phone = Phone(options.server, options.domain, account, host)
        self.stream = socket.create_connection(address(options), source_address=(host, 0))
        self.stream.settimeout(PATIENCE)
        self.phone.host, self.phone.port = self.stream.getsockname()
        self.phone.send = lambda data, to=None: self.stream.sendall((data if isinstance(data, bytes) else data.encode()).replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP"))
        self.phone.receive, self.buffer = self.receive, b""

    def receive(self, wanted, timeout=PATIENCE):
        from rawsip import Message
        while True:
            head, mark, rest = self.buffer.partition(b"\r\n\r\n")
            if mark:
                self.buffer = rest  # no answer that this story waits for has a body
                message = Message(head + mark, self.stream.getpeername())
                if wanted(message):
                    return message
                continue
            more = self.stream.recv(65535)
            assert more, "the box has closed the connection"
            self.buffer += more


def connections(options):
    """288 warm connections of strangers, one's own address among theirs, take no phone's connection."""
    caller, callee = command_line.account(options.caller), command_line.account(options.callee)
    phones = [StreamPhone(options, account, host) for account, host in ((caller, "127.0.0.1"), (callee, "127.0.0.1"), (callee, "127.0.9.1"))]
    for one in phones:
        assert one.phone.register() == 200
    strangers = []
    for round in range(2):
        for i in range(288):
            one = socket.create_connection(address(options), source_address=(("127.0.0.1", f"127.0.9.{1 + i % 9}")[i % 2], 0))
            one.sendall(b"\r\n\r\n" if round == 0 else text(OPTIONS, options, "TCP"))
            strangers.append(one)
    for one in phones:
        assert one.phone.register() == 200, "a phone was thrown out"
    for one in strangers:
        one.close()
    for one in phones:
        assert one.phone.register(expires=0) == 200


STORIES = {story.__name__: story for story in (bursts, flood, answers, connections)}


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--only", choices=STORIES)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        print("\n".join(STORIES))
        return 0
    return max(command_line.verdict(story, options) for name, story in STORIES.items() if options.only in (None, name))


if __name__ == "__main__":
    sys.exit(main())
