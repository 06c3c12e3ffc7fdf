"""A router between a phone and the PBX, for SIP over UDP: the PBX sees its outer address, and it can forget or move."""
import select
import socket
import threading


class Nat:
    """inner: where the phone sends to, instead of to the server. forget() takes another outer port, or another outer address."""

    def __init__(self, server, outer):
        host, _, port = server.rpartition(":")
        self.server, self.phone = (host, int(port)), None
        self.inside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.inside.bind(("127.0.0.1", 0))
        self.outside = self._open(outer)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @staticmethod
    def _open(address):
        outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        outside.bind((address, 0))
        return outside

    @property
    def inner(self):
        return "127.0.0.1:%d" % self.inside.getsockname()[1]

    def forget(self, outer):
        """What still comes to the former outer port is lost."""
        former, self.outside = self.outside, self._open(outer)
        former.close()

    def stop(self):
        self.stopped.set()
        self.thread.join(2)
        self.inside.close()
        self.outside.close()

    def _run(self):
        while not self.stopped.is_set():
            outside = self.outside
            try:
                ready, _, _ = select.select([self.inside, outside], [], [], 0.05)
                if self.inside in ready:
                    data, self.phone = self.inside.recvfrom(65536)
                    self.outside.sendto(data, self.server)
                if outside in ready:
                    data = outside.recv(65536)
                    if self.phone:
                        self.inside.sendto(data, self.phone)
            except (OSError, ValueError):
                continue    # it has just forgotten
