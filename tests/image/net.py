"""The network of an emulated board: a time server, and a neighbour who asks for its name."""
import select
import socket
import struct
import threading
import time

NTP_EPOCH = 2208988800
GROUP, GROUP_MAC = "224.0.0.251", bytes.fromhex("01005e0000fb")


class TimeServer:
    """SNTP (RFC 5905) on 127.0.0.1:123, which a board sees as 10.0.2.2; the time is that of this machine and `ahead` seconds."""

    def __init__(self, ahead):
        self.ahead, self.asked = ahead, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 123))
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.socket.close()

    def now(self):
        return time.time() + self.ahead

    def _stamp(self):
        now = self.now() + NTP_EPOCH
        return struct.pack(">II", int(now) & 0xffffffff, int(now % 1 * 2**32))

    def _serve(self):
        while True:
            try:
                request, client = self.socket.recvfrom(512)
            except OSError:
                return
            self.asked += 1
            head = struct.pack(">BBbbII4s", 0x24, 1, 6, -20, 0, 0, b"TEST")
            self.socket.sendto(head + self._stamp() + request[40:48] + self._stamp() + self._stamp(), client)


class Neighbour:
    """Another machine on the board's wire: every frame comes by here (QEMU's -netdev socket,udp=)."""

    def __init__(self, here, board):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", here))
        self.board = ("127.0.0.1", board)

    def close(self):
        self.socket.close()

    def resolve(self, name, patience):
        """The address that somebody answers with (RFC 6762), or None."""
        end = time.monotonic() + patience
        encoded = b"".join(bytes([len(part)]) + part for part in name.encode().split(b".")) + b"\0"
        query = struct.pack(">6H", 0, 0, 1, 0, 0, 0) + encoded + struct.pack(">HH", 1, 1)
        while time.monotonic() < end:
            self.socket.sendto(frame("10.0.2.77", query), self.board)
            again = time.monotonic() + 1
            while time.monotonic() < again:
                if not select.select([self.socket], [], [], 0.2)[0]:
                    continue
                data = self.socket.recv(2048)
                # IPv4, UDP from port 5353, a response with our name and an A record (cache-flush bit or not)
                if data[12:14] != b"\x08\x00" or data[23] != 17 or data[34:36] != struct.pack(">H", 5353) or not data[44] & 0x80:
                    continue
                for kind in (b"\x00\x01\x80\x01", b"\x00\x01\x00\x01"):
                    at = data.find(encoded + kind, 42)
                    if at >= 0:
                        return socket.inet_ntoa(data[at + len(encoded) + 10:at + len(encoded) + 14])
        return None


def frame(source, payload):
    """An Ethernet frame with an mDNS datagram to everybody."""
    udp = struct.pack(">HHHH", 5353, 5353, 8 + len(payload), 0) + payload
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 255, 17, 0, socket.inet_aton(source), socket.inet_aton(GROUP))
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xffff) + (total >> 16)
    total = (total & 0xffff) + (total >> 16)
    head = head[:10] + struct.pack(">H", ~total & 0xffff) + head[12:]
    return GROUP_MAC + bytes.fromhex("525400000077") + b"\x08\x00" + head + udp
