"""A phone that is a UDP socket and SIP text: for what SIPp cannot do (repeats of the very same bytes, broken messages, chosen identifiers)."""
import hashlib
import os
import re
import socket
import time

from options import account

COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type", "k": "supported",
           "x": "session-expires"}

PATIENCE = 20   # seconds for what must come; no measure of anything: the machine may be busy with other things


def random_hex(length=8):
    return os.urandom(length).hex()


def new_branch():
    return "z9hG4bK" + random_hex()


class Message:
    def __init__(self, data, source):
        self.source = source
        head, _, self.body = data.partition(b"\r\n\r\n")
        self.start, *lines = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "replace")).split("\r\n")
        self.headers = []
        for line in lines:
            name, _, value = line.partition(":")
            self.headers.append((COMPACT.get(name.strip().lower(), name.strip().lower()), value.strip()))
        status = re.match(r"SIP/2\.0 (\d{3})", self.start)
        self.status = int(status.group(1)) if status else None
        self.method = None if status else self.start.split(" ")[0]

    def all(self, name):
        return [value for header, value in self.headers if header == name]

    def get(self, name):
        return (self.all(name) or [""])[0]

    def answers(self, method, cseq=None):
        return self.status is not None and self.get("cseq").split()[-1:] == [method] and (cseq is None or int(self.get("cseq").split()[0]) == cseq)

    def __repr__(self):
        return f"<{self.start}>"


def credentials(challenges, account, method, uri):
    """The value of Authorization for the topmost challenge whose algorithm is known (RFC 8760 section 2.4)."""
    for challenge in challenges:
        pairs = re.findall(r'(\w+)\s*=\s*("[^"]*"|[^,\s]+)', challenge.partition(" ")[2])
        given = {name.lower(): value.strip('"') for name, value in pairs}
        algorithm = given.get("algorithm", "MD5")
        if algorithm.upper() in ("MD5", "SHA-256"):
            break
    else:
        raise AssertionError(f"no known algorithm in {challenges}")

    def digest(*parts):
        return hashlib.new("md5" if algorithm.upper() == "MD5" else "sha256", ":".join(parts).encode()).hexdigest()
    secret, request = digest(account[0], given["realm"], account[1]), digest(method, uri)
    text = f'Digest username="{account[0]}", realm="{given["realm"]}", nonce="{given["nonce"]}", uri="{uri}", algorithm={algorithm}'
    if "opaque" in given:
        text += f', opaque="{given["opaque"]}"'
    if "auth" not in given.get("qop", "").split(","):
        return text + f', response="{digest(secret, given["nonce"], request)}"'
    client = random_hex()
    answer = digest(secret, given["nonce"], "00000001", client, "auth", request)
    return text + f', qop=auth, nc=00000001, cnonce="{client}", response="{answer}"'


class Dialog:
    """One side of a dialog, or of one to be."""

    def __init__(self, call_id, local, remote, target, routes=(), cseq=0):
        self.call_id, self.local, self.remote, self.target, self.routes, self.cseq = call_id, local, remote, target, list(routes), cseq


def address_of(value):
    match = re.search(r"<([^>]+)>", value)
    return match.group(1) if match else value


class Phone:
    """account: (number, password); host: its own address; media_host: what its descriptions say instead, where the server sees it elsewhere."""

    def __init__(self, server, domain, account, host="127.0.0.1", media_host=""):
        name, _, port = server.rpartition(":")
        self.server, self.domain, self.account, self.number = (name, int(port)), domain, account, account[0]
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.host, self.port = self.socket.getsockname()
        self.media_host = media_host or self.host
        self.address, self.seen = f"<sip:{self.number}@{domain}>", []

    def close(self):
        self.socket.close()

    def send(self, data, to=None):
        self.socket.sendto(data if isinstance(data, bytes) else data.encode(), to or self.server)

    def receive(self, wanted, timeout=PATIENCE):
        """The next message that is wanted, else None; all are noted in `seen`."""
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                data, source = self.socket.recvfrom(65535)
            except (TimeoutError, ConnectionRefusedError):
                continue
            if not data.strip(b"\r\n\0 "):
                continue
            message = Message(data, source)
            self.seen.append(message)
            if wanted(message):
                return message
        return None

    def expect(self, what, wanted, timeout=PATIENCE):
        message = self.receive(wanted, timeout)
        assert message, f"{self.number}: no {what} within {timeout} s; saw {self.seen[-6:]}"
        return message

    def expect_request(self, method, timeout=PATIENCE):
        return self.expect(method, lambda message: message.method == method, timeout)

    def expect_final(self, method, cseq=None, timeout=PATIENCE):
        return self.expect(f"final response to {method}", lambda message: message.answers(method, cseq) and message.status >= 200, timeout)

    def text(self, start, headers, body=""):
        kind = ["Content-Type: application/sdp"] if body else []
        return "\r\n".join([start, *headers, *kind, f"Content-Length: {len(body.encode())}"]) + "\r\n\r\n" + body

    def contact(self):
        return f"Contact: <sip:{self.number}@{self.host}:{self.port}>"

    def request(self, method, dialog, cseq=None, extra=(), body="", branch=None):
        return self.text(f"{method} {dialog.target} SIP/2.0", [
            f"Via: SIP/2.0/UDP {self.host}:{self.port};rport;branch={branch or new_branch()}", "Max-Forwards: 70",
            *(f"Route: {route}" for route in dialog.routes), f"From: {dialog.local}", f"To: {dialog.remote}", f"Call-ID: {dialog.call_id}",
            f"CSeq: {dialog.cseq if cseq is None else cseq} {method}", self.contact(), *extra], body)

    def response(self, request, code, reason, tag="", extra=(), body=""):
        to = request.get("to")
        return self.text(f"SIP/2.0 {code} {reason}", [
            *(f"Via: {via}" for via in request.all("via")), *(f"Record-Route: {route}" for route in request.all("record-route")),
            f"From: {request.get('from')}", f"To: {to}" + (f";tag={tag}" if tag and ";tag=" not in to else ""),
            f"Call-ID: {request.get('call-id')}", f"CSeq: {request.get('cseq')}", self.contact(), *extra], body)

    def answer(self, request, code, reason, tag="", extra=(), body=""):
        text = self.response(request, code, reason, tag, extra, body)
        self.send(text, request.source)
        return text

    def sdp(self, port, version=1):
        return (f"v=0\r\no=- 1 {version} IN IP4 {self.media_host}\r\ns=raw\r\nc=IN IP4 {self.media_host}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\n"
                "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n")

    def with_credentials(self, method, dialog, extra, body, wanted, patience=PATIENCE):
        """Sends a request, once more with credentials where it is challenged. -> (its text, its branch, first response that is wanted)"""
        authorization = []
        while True:
            dialog.cseq += 1
            branch = new_branch()
            text = self.request(method, dialog, extra=[*extra, *authorization], body=body, branch=branch)
            self.send(text)
            reply = self.expect(f"response to {method}", lambda message: message.answers(method, dialog.cseq)
                                and message.get("call-id") == dialog.call_id and (message.status in (401, 407) or wanted(message)), patience)
            if reply.status not in (401, 407) or authorization:
                return text, branch, reply
            if method == "INVITE":
                self.acknowledge_failure(dialog, branch, reply)
            name = "Authorization" if reply.status == 401 else "Proxy-Authorization"
            challenges = reply.all("www-authenticate") + reply.all("proxy-authenticate")
            authorization = [f"{name}: {credentials(challenges, self.account, method, dialog.target)}"]

    def acknowledge_failure(self, dialog, branch, reply):
        self.send(self.request("ACK", Dialog(dialog.call_id, dialog.local, reply.get("to"), dialog.target, cseq=dialog.cseq), branch=branch))

    def register(self, expires=300):
        dialog = Dialog(random_hex(), f"{self.address};tag={random_hex(4)}", self.address, "sip:" + self.domain)
        return self.with_credentials("REGISTER", dialog, [f"Expires: {expires}"], "", lambda message: message.status >= 200)[2].status

    def options(self, timeout=3 * PATIENCE):
        """Whether the server answers OPTIONS (RFC 3261 11.2); asks three times, as datagrams may be lost."""
        dialog = Dialog(random_hex(), f"{self.address};tag={random_hex(4)}", f"<sip:{self.domain}>", "sip:" + self.domain, cseq=1)
        text = self.request("OPTIONS", dialog)
        for _ in range(3):
            self.send(text)
            reply = self.receive(lambda message: message.answers("OPTIONS") and message.get("call-id") == dialog.call_id, timeout / 3)
            if reply:
                return reply.status == 200
        return False

    def dial(self, number, media_port, extra=(), call_id=None, tag=None, first_cseq=1):
        """Sends INVITE until it is taken up or refused. -> Dialog with `invite` (its text), `branch` and `reply` (first response)."""
        dialog = Dialog(call_id or random_hex(), f"{self.address};tag={tag or random_hex(4)}", f"<sip:{number}@{self.domain}>",
                        f"sip:{number}@{self.domain}", cseq=first_cseq - 1)
        dialog.invite, dialog.branch, dialog.reply = self.with_credentials("INVITE", dialog, extra, self.sdp(media_port), lambda message: True)
        dialog.invite_cseq = dialog.cseq
        return dialog

    def expect_answer(self, dialog, timeout=PATIENCE):
        """The final response to the INVITE; a 2xx makes the dialog."""
        reply = self.expect_final("INVITE", dialog.invite_cseq, timeout)
        if reply.status < 300:
            dialog.remote, dialog.target = reply.get("to"), address_of(reply.get("contact"))
            dialog.routes = list(reversed(reply.all("record-route")))
        return reply

    def acknowledge(self, dialog):
        self.send(self.request("ACK", dialog, cseq=dialog.invite_cseq))

    def accept(self, invite, media_port, extra=()):
        """Rings and answers. -> Dialog with `ok`, the text of the 200."""
        tag = random_hex(4)
        self.answer(invite, 180, "Ringing", tag)
        ok = self.answer(invite, 200, "OK", tag, extra, self.sdp(media_port))
        dialog = Dialog(invite.get("call-id"), f"{invite.get('to')};tag={tag}", invite.get("from"), address_of(invite.get("contact")),
                        invite.all("record-route"), 100)
        dialog.ok, dialog.invite = ok, invite
        return dialog

    def bye(self, dialog):
        dialog.cseq += 1
        text = self.request("BYE", dialog)
        self.send(text)
        return text


def two_phones(options):
    """-> the caller and the callee of the command line; the callee can be called"""
    caller, callee = (Phone(options.server, options.domain, account(text)) for text in (options.caller, options.callee))
    assert callee.register() == 200, "the callee cannot register"
    return caller, callee
