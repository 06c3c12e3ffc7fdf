"""Ports of 127.0.0.1 for the clients of one run: a script that is given a range shares with nobody, one that is not looks for a free block."""
import random
import socket


def add_option(parser):
    parser.add_argument("--ports", default="", help="FIRST-LAST: take ports from here only")


class Ports:
    def __init__(self, text=""):
        if text:
            self.next, self.last = (int(number) for number in text.split("-"))
        else:
            self.next, self.last = random.randrange(20000, 28000, 10), 31999

    def take(self, count=1):
        """The first of `count` consecutive ports, an even one, free for UDP and TCP."""
        while True:
            first = self.next + self.next % 2
            if first + count - 1 > self.last:
                raise RuntimeError(f"no {count} ports are left before {self.last}")
            self.next = first + count
            if all(free(port) for port in range(first, first + count)):
                return first


def free(port):
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind == socket.SOCK_STREAM))
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
