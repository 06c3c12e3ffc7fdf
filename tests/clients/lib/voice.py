"""The RTP side of a phone, and calls between two of them that stay up with voices both ways."""
import contextlib
import re
import select
import socket
import struct
import threading
import time

PAYLOAD = b"\xd5" * 160  # 20 ms of PCMU


class Voice:
    """The RTP side of one leg. `sound`: PCMU in whole packets, said from its beginning again and again. host: its own address."""

    def __init__(self, host="127.0.0.1"):
        self.sound = PAYLOAD
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.socket.setblocking(False)
        self.port, self.number, self.relay, self.heard = self.socket.getsockname()[1], 0, None, 0

    def talk_to(self, sdp):
        self.relay = ("127.0.0.1", int(re.search(rb"m=audio (\d+)", sdp).group(1)))

    def talk(self):
        at = 160 * self.number % len(self.sound)
        header = struct.pack(">BBHII", 0x80, 0, self.number & 0xffff, 160 * self.number & 0xffffffff, self.port)
        self.socket.sendto(header + self.sound[at:at + 160], self.relay)
        self.number += 1

    def listen(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                self.socket.recv(2048)
                self.heard += 1


def set_up(caller, callee, interval=1800):
    """-> the dialogs and voices of both sides of one call"""
    timer = ["Supported: timer", "Allow: INVITE, ACK, CANCEL, BYE, UPDATE", f"Session-Expires: {interval};refresher=uac"]
    here, there = Voice(caller.host), Voice(callee.host)
    out = caller.dial(callee.number, here.port, timer)
    invite = callee.expect_request("INVITE")
    there.talk_to(invite.body)
    back = callee.accept(invite, there.port, ["Supported: timer", "Require: timer", f"Session-Expires: {interval};refresher=uac"])
    reply = caller.expect_answer(out)
    assert reply.status == 200, reply
    here.talk_to(reply.body)
    caller.acknowledge(out)
    callee.expect_request("ACK")
    return out, back, here, there


def hang_up(caller, callee, out):
    caller.bye(out)
    callee.answer(callee.expect_request("BYE"), 200, "OK")
    assert caller.expect_final("BYE", out.cseq).status == 200


def converse(voices, seconds, linger=0.2):
    """Every voice says a packet each 20 ms; then it listens for a while."""
    start, turns = time.monotonic(), int(seconds * 50)
    for turn in range(turns):
        for voice in voices:
            voice.talk()
        for voice in voices:
            voice.listen()
        select.select([], [], [], max(0.0, start + (turn + 1) * 0.02 - time.monotonic()))
    select.select([], [], [], linger)
    for voice in voices:
        voice.listen()


class Conversation:
    """Voices that talk in the background until they are told to stop. -> how many packets were said, how many were heard"""

    def __init__(self, voices):
        self.voices, self.is_over = voices, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.is_over.is_set():
            converse(self.voices, 0.2, linger=0)
        converse(self.voices, 0)

    def stop(self):
        self.is_over.set()
        self.thread.join()
        return sum(voice.number for voice in self.voices), sum(voice.heard for voice in self.voices)
