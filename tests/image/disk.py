"""A card for an emulated board that loses, at a power cut, what a real one may lose.

An NBD server on a Unix socket in front of an image file. What the board writes stays in memory until it asks for it to be kept
(flush, FUA). A cut keeps a random part of the rest, in any order, down to a torn sector.
"""
import os
import random
import socket
import struct
import threading

SECTOR = 512
FLAGS = 1 << 0 | 1 << 2 | 1 << 3          # has flags, takes FLUSH, takes FUA
READ, WRITE, DISCONNECT, FLUSH = 0, 1, 2, 3
FUA = 1 << 0
EIO = 5


class Card:
    """path: the image, changed in place; socket_path: where QEMU connects (nbd:unix:...)."""

    def __init__(self, path, socket_path):
        self.path, self.socket_path = path, socket_path
        self.lock = threading.Lock()
        self.unsynced = []                # (offset, bytes) in the order of arrival
        self.writes = 0                   # requests so far
        self.flushes = 0
        self.limit = None                 # after so many more writes on_limit is called, once
        self.on_limit = None
        self.power = True
        self.broken_from = None           # from this byte on nothing can be read or written
        self.file = open(path, "r+b", buffering=0)
        self.size = os.path.getsize(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(socket_path)
        self.listener.listen(4)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, chance=random):
        """The power fails. What was kept is in the image afterwards."""
        with self.lock:
            self.power = False
            for offset, data in chance.sample(self.unsynced, len(self.unsynced)):
                kept = chance.choice([0, len(data), chance.randrange(len(data))])
                self._keep(offset, data[:kept])
                torn = -kept % SECTOR
                if 0 < torn <= len(data) - kept:
                    self._keep(offset + kept, b"\xff" * torn)
            lost, self.unsynced = len(self.unsynced), []
        return lost

    def close(self):
        """An orderly end: all is kept."""
        with self.lock:
            if self.power:
                self._sync()
            self.power = False
        self.listener.close()
        os.unlink(self.socket_path)
        self.file.close()

    def _keep(self, offset, data):
        os.pwrite(self.file.fileno(), data, offset)

    def _sync(self):
        for offset, data in self.unsynced:
            self._keep(offset, data)
        self.unsynced = []
        self.flushes += 1

    def _read(self, offset, length):
        data = bytearray(os.pread(self.file.fileno(), length, offset))
        data += bytes(length - len(data))
        for at, written in self.unsynced:
            start, end = max(at, offset), min(at + len(written), offset + length)
            if start < end:
                data[start - offset:end - offset] = written[start - at:end - at]
        return bytes(data)

    def _accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            self._greet(client)
            while self._answer(client):
                pass
        except (OSError, EOFError):
            pass
        finally:
            client.close()

    def _greet(self, client):
        """Newstyle negotiation: whatever the client asks for is this card."""
        client.sendall(b"NBDMAGICIHAVEOPT" + struct.pack(">H", 1 << 0 | 1 << 1))
        take(client, 4)
        while True:
            _, option, length = struct.unpack(">8sII", take(client, 16))
            take(client, length)
            if option == 1:               # EXPORT_NAME: no reply but the card itself
                client.sendall(struct.pack(">QH", self.size, FLAGS))
                return
            if option == 7:               # GO
                info = struct.pack(">HQH", 0, self.size, FLAGS)
                reply(client, option, 3, info)
                reply(client, option, 1, b"")
                return
            reply(client, option, 1 << 31 | 1, b"")

    def _answer(self, client):
        _, flags, kind, handle, offset, length = struct.unpack(">IHHQQI", take(client, 28))
        data = take(client, length) if kind == WRITE else b""
        if kind == DISCONNECT:
            return False
        result, error, call = b"", 0, None
        with self.lock:
            if not self.power:
                raise EOFError
            if self.broken_from is not None and offset + length > self.broken_from:
                error = EIO
            elif kind == READ:
                result = self._read(offset, length)
            elif kind == WRITE:
                self.unsynced.append((offset, data))
                self.writes += 1
                if self.limit is not None and self.writes >= self.limit:
                    call, self.limit = self.on_limit, None
            if kind == FLUSH or flags & FUA:
                self._sync()
        if call:
            call()
        client.sendall(struct.pack(">IIQ", 0x67446698, error, handle) + result)
        return True


def take(client, count):
    data = b""
    while len(data) < count:
        more = client.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def reply(client, option, kind, data):
    client.sendall(struct.pack(">QIII", 0x3e889045565a9, option, kind, len(data)) + data)
