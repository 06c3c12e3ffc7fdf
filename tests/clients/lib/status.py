"""What `edgepbx status --json` says, asked at the socket itself."""
import contextlib
import json
import socket
import time

from rawsip import PATIENCE


def ask(path):
    """Phones are answered before anybody else: after a start the socket may come a little later."""
    end = time.monotonic() + PATIENCE
    while True:
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(path)
            break
        except (ConnectionRefusedError, FileNotFoundError):
            client.close()
            assert time.monotonic() < end, "it does not answer status"
            time.sleep(0.001)
    with contextlib.closing(client):
        client.settimeout(PATIENCE)
        client.sendall(b"status\n")
        parts = []
        while part := client.recv(65536):
            parts.append(part)
    return json.loads(b"".join(parts))
