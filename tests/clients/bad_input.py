#!/usr/bin/env python3
"""Sends a PBX what no phone sends: random bytes, and SIP that was cut, spliced, repeated and flipped, as datagrams and as TCP streams,
and packets of nobody to its media ports. From time to time it asks with OPTIONS whether the PBX still lives.

  bad_input.py --server IP:PORT --domain D [--count 10000] [--seed 1] [--seconds 8] [--media FIRST-LAST]
Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import os
import random
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import options as command_line  # noqa: E402
from rawsip import Phone, random_hex  # noqa: E402

SDP = ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n"
       "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n")
NASTY = [b"", b"\0", b"\r\n", b"\r\n\r\n", b" " * 300, b"4294967296", b"-1", b"99999999999999999999", b"%s%n", b"<", b">", b'"', b";", b",",
         b"\xff\xfe", b"sip:", b"Content-Length: 1000000\r\n", b"Via: ", b";branch=", b";tag=", b"z9hG4bK", b"A" * 2000, b":::", b"[::1]"]


# each of these has ended a PBX once
ONCE_FATAL = [
    b"CANCEL sip:1002@127.0.0.1 SIP/2.0\r\nVia:\r\nVia: SIP/2.0/UDP 127.0.0.1:5999;rport;branch=z9hG4bK{id}\r\nFrom: <sip:a@b>;tag=1\r\n"
    b"To: <sip:c@d>\r\nCall-ID: {id}\r\nCSeq: 1 CANCEL\r\nContent-Length: 0\r\n\r\n",
]


def seeds(domain):
    """Well-formed messages of many kinds."""
    def message(start, cseq, extra=(), body=""):
        return "\r\n".join([
            start, "Via: SIP/2.0/UDP 127.0.0.1:5999;rport;branch=z9hG4bK{id}", "Max-Forwards: 70", f"From: \"A\" <sip:1001@{domain}>;tag={{id}}",
            f"To: <sip:1002@{domain}>", "Call-ID: {id}", f"CSeq: {cseq}", "Contact: <sip:1001@127.0.0.1:5999>", *extra,
            f"Content-Length: {len(body)}"]) + "\r\n\r\n" + body
    timer = ["Supported: timer, 100rel", "Session-Expires: 90;refresher=uac", "Min-SE: 90", "Allow: INVITE, ACK, BYE, UPDATE"]
    digest = (f'Authorization: Digest username="1001", realm="edgepbx", nonce="00", uri="sip:{domain}", response="00", algorithm=MD5, '
              'qop=auth, nc=00000001, cnonce="x"')
    requests = [message(f"{method} sip:1002@{domain} SIP/2.0", f"1 {method}")
                for method in ("OPTIONS", "BYE", "CANCEL", "ACK", "UPDATE", "PRACK", "INFO", "REFER", "SUBSCRIBE", "NOTIFY", "MESSAGE", "FOO")]
    typed = ["Content-Type: application/sdp"]
    return [*requests, message(f"INVITE sip:1002@{domain} SIP/2.0", "1 INVITE", timer + typed, SDP),
            message(f"INVITE sip:1002@{domain} SIP/2.0", "2 INVITE", [digest] + typed, SDP),
            message(f"REGISTER sip:{domain} SIP/2.0", "1 REGISTER", ["Expires: 60"]),
            message(f"REGISTER sip:{domain} SIP/2.0", "2 REGISTER", [digest, "Contact: *", "Expires: 0"]),
            message("SIP/2.0 200 OK", "1 INVITE", timer + typed, SDP), message("SIP/2.0 486 Busy Here", "1 INVITE")]


class Mutator:
    def __init__(self, rng, messages):
        self.rng, self.messages, self.fatal = rng, messages, list(ONCE_FATAL)

    def next(self):
        if self.fatal:
            return self.fatal.pop().replace(b"{id}", random_hex(6).encode())
        if self.rng.random() < 0.1:
            return self.rng.randbytes(self.rng.choice([0, 1, 3, 20, 200, 1400, 4000]))
        data = bytearray(self.rng.choice(self.messages).replace(b"{id}", random_hex(6).encode()))
        for _ in range(self.rng.randrange(1, 5)):
            self.rng.choice([self.flip, self.cut, self.insert, self.splice, self.repeat_line, self.drop_line, self.number])(data)
        return bytes(data[:8000])

    def spot(self, data):
        return self.rng.randrange(len(data)) if data else 0

    def flip(self, data):
        for _ in range(self.rng.randrange(1, 8)):
            if data:
                data[self.spot(data)] ^= 1 << self.rng.randrange(8)

    def cut(self, data):
        del data[self.spot(data):]

    def insert(self, data):
        spot = self.spot(data)
        data[spot:spot] = self.rng.choice(NASTY)

    def splice(self, data):
        other = self.rng.choice(self.messages)
        data[self.spot(data):] = other[self.rng.randrange(len(other)):]

    def lines(self, data):
        return bytes(data).split(b"\r\n")

    def repeat_line(self, data):
        lines = self.lines(data)
        spot = self.rng.randrange(len(lines))
        data[:] = b"\r\n".join(lines[:spot] + lines[spot:spot + 1] * self.rng.choice([2, 3, 200]) + lines[spot + 1:])

    def drop_line(self, data):
        lines = self.lines(data)
        del lines[self.rng.randrange(len(lines))]
        data[:] = b"\r\n".join(lines)

    def number(self, data):
        spots = [index for index, byte in enumerate(data) if 0x30 <= byte <= 0x39]
        if spots:
            spot = self.rng.choice(spots)
            data[spot:spot + 1] = self.rng.choice([b"0", b"00000000000", b"2147483648", b"18446744073709551616", b"-", b"9" * 40])


class Streams:
    """TCP connections that send a piece, are kept for a while or cut off at once."""

    def __init__(self, server, rng):
        self.server, self.rng, self.open = server, rng, []

    def send(self, data):
        try:
            connection = socket.create_connection(self.server, 3)
            connection.settimeout(3)
            for start in range(0, len(data), 700):
                connection.sendall(data[start:start + 700])
        except OSError:
            return     # refused or cut off by the PBX: its right
        self.open.append(connection)
        if self.rng.random() < 0.5 or len(self.open) > 40:
            self.open.pop(self.rng.randrange(len(self.open))).close()

    def close(self):
        for connection in self.open:
            connection.close()


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=8, help="over how long it is spread")
    parser.add_argument("--media", default="")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    known = [text.encode() for text in seeds(options.domain)]
    mutator, probe = Mutator(rng, known), Phone(options.server, options.domain, command_line.account(options.caller))
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    stranger.bind(("127.0.0.1", 0))
    stranger.setblocking(False)
    first, last = (int(port) for port in options.media.split("-")) if options.media else (0, -1)
    streams, start, silent = Streams(probe.server, rng), time.monotonic(), None
    for number in range(options.count):
        data = mutator.next()
        try:
            if rng.random() < 0.1:
                streams.send(data)
            elif last >= first and rng.random() < 0.2:
                stranger.sendto(b"\x80" + data[:400], ("127.0.0.1", rng.randint(first, last)))
            else:
                stranger.sendto(data, probe.server)
        except (BlockingIOError, ConnectionRefusedError):
            pass     # the receiver's queue is full, or nobody has that media port
        if number % 500 == 499 and not probe.options():
            silent = number
            break
        time.sleep(max(0.0, start + options.seconds * number / options.count - time.monotonic()))
    streams.close()
    if silent is None and not probe.options():
        silent = options.count
    print(f"{options.count} pieces in {time.monotonic() - start:.1f} s")
    print("PASS" if silent is None else f"FAIL no answer to OPTIONS after piece {silent}")
    return 0 if silent is None else 1


if __name__ == "__main__":
    sys.exit(main())
