"""What the emulator itself says and does (QEMU's machine protocol), beside what the machine says on its serial line."""
import json
import socket
import threading
import time


class Emulator:
    """path: where QEMU listens (-qmp unix:...)."""

    def __init__(self, path, patience):
        self.events, self.answers = [], []
        self.changed = threading.Condition()
        self.patience = patience
        self.socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + patience
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
        threading.Thread(target=self._listen, daemon=True).start()
        self.do("qmp_capabilities")

    def do(self, command, **arguments):
        """Its answer."""
        with self.changed:
            self.answers.clear()
            self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
            if not self.changed.wait_for(lambda: self.answers, self.patience):
                raise OSError(f"the emulator does not answer to {command}")
            answer = self.answers.pop()
        if "error" in answer:
            raise OSError(f"the emulator refuses {command}: {answer['error']['desc']}")
        return answer["return"]

    def count(self, event):
        """How often it happened so far."""
        with self.changed:
            return self.events.count(event)

    def close(self):
        self.socket.close()

    def _listen(self):
        try:
            with self.socket.makefile() as lines:
                for line in lines:
                    said = json.loads(line)
                    with self.changed:
                        if "event" in said:
                            self.events.append(said["event"])
                        elif "return" in said or "error" in said:
                            self.answers.append(said)
                        self.changed.notify_all()
        except (OSError, ValueError):
            return                        # switched off
