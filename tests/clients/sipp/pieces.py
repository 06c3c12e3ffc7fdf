"""The pieces SIPp scenarios are put together from: one function an XML element, one class a side of the dialog.

Keys every scenario expects on SIPp's command line: -key me USER -key dst USER -key domain DOMAIN, and -au USER -ap PASSWORD for digest.
Branches are made from [pid] and [call_number], so that a scenario can repeat a request on purpose with the same branch.
"""
import re

ALLOW = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, REFER, NOTIFY"
OPTIONAL = 'optional="true"'
REPEAT = 'retrans="500"'
TIMER = "Supported: timer"


def sdp(direction="sendrecv", version=1):
    return f"""
v=0
o=- [pid] {version} IN IP4 [local_ip]
s=call
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 8 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a={direction}
"""


def session_expires(seconds, refresher=None):
    return f"Session-Expires: {seconds}" + (f";refresher={refresher}" if refresher else "")


def send(lines, body=None, attrs=""):
    lines = [line for line in lines if line]
    if body:
        text = "\n".join([*lines, "Content-Type: application/sdp", "Content-Length: [len]"]) + "\n" + body
    else:
        text = "\n".join([*lines, "Content-Length: 0"]) + "\n\n"
    return f"  <send{' ' + attrs if attrs else ''}>\n<![CDATA[\n\n{text}\n]]>\n  </send>\n"


def _recv(kind, what, attrs, actions):
    inner = f"    <action>{actions}</action>\n" if actions else ""
    return f'  <recv {kind}="{what}"{" " + attrs if attrs else ""}>\n{inner}  </recv>\n'


def response(code, attrs="", actions=""):
    return _recv("response", code, attrs, actions)


def provisional(*codes):
    return "".join(response(code, OPTIONAL) for code in codes)


def request(method, attrs="", actions=""):
    """SIPp looks only at the timeout of the first of a group of alternatives (optional ones, then the mandatory one)."""
    return _recv("request", method, attrs, actions)


def label(name):
    return f'  <label id="{name}"/>\n'


def jump(name):
    return f'  <nop next="{name}"/>\n'


def pause(milliseconds):
    return f'  <pause milliseconds="{int(milliseconds)}"/>\n'


def action(text):
    return f"  <nop><action>{text}</action></nop>\n"


def keep(header, regexp, variable, more=""):
    return f'<ereg regexp="{regexp}" search_in="hdr" header="{header}"{more} assign_to="{variable}"/>'


def check(header, regexp, variable):
    """Fails the call where the header of the received message does not match."""
    return keep(header, regexp, variable, ' check_it="true"')


def check_body(regexp, variable):
    return f'<ereg regexp="{regexp}" search_in="body" check_it="true" assign_to="{variable}"/>'


def at_least(variable, number, otherwise):
    """Goes to the label `otherwise` where the number in the variable is smaller."""
    return (f'  <nop test="{variable}_low" next="{otherwise}"><action><todouble assign_to="{variable}_number" variable="{variable}"/>'
            f'<test assign_to="{variable}_low" variable="{variable}_number" compare="less_than" value="{number}"/></action></nop>\n')


def scenario(name, *parts):
    body = "".join(parts)
    names = sorted(set(re.findall(r'assign_to="([a-z0-9_]+)"', body)))
    reference = f'  <Reference variables="{",".join(names)}"/>\n' if names else ""     # must come last
    return ('<?xml version="1.0" encoding="ISO-8859-1" ?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'
            f'<scenario name="{name}">\n{body}{reference}</scenario>\n')


CONTACT = "Contact: <sip:[me]@[local_ip]:[local_port];transport=[transport]>"
CHALLENGED = (response(401, 'auth="true" optional="true" next="auth"') + response(407, 'auth="true" optional="true" next="auth"'))


def via(branch):
    return f"Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch=z9hG4bK[pid]-[call_number]-{branch}"


class Caller:
    """The caller's messages of one dialog."""
    FROM = "From: <sip:[me]@[domain]>;tag=[pid]c[call_number]"
    TO = "To: <sip:[dst]@[domain]>"

    @classmethod
    def request(cls, method, cseq, extra=(), attrs="", body=None, to=None, branch=None):
        """A request outside a dialog, to the address dialled."""
        return send([f"{method} sip:[dst]@[domain] SIP/2.0", via(branch or f"i{cseq}"), "Max-Forwards: 70", cls.FROM, to or cls.TO,
                     "Call-ID: [call_id]", f"CSeq: {cseq} {method}", *extra], body, attrs)

    @classmethod
    def invite(cls, cseq, extra=(), body=True, auth=False, attrs=REPEAT):
        return cls.request("INVITE", cseq, [CONTACT, ALLOW, *extra, "[authentication]" if auth else ""], attrs, sdp() if body else None)

    @classmethod
    def ack_failure(cls, cseq):
        return cls.request("ACK", cseq, to="[last_To:]")

    @classmethod
    def in_dialog(cls, method, cseq, extra=(), body=None, attrs="", branch=None):
        branch = branch or method.lower() + str(cseq).strip("[]$")
        return send([f"{method} [next_url] SIP/2.0", via(branch), "[routes]", "Max-Forwards: 70", cls.FROM,
                     "To: <sip:[dst]@[domain]>[peer_tag_param]", "Call-ID: [call_id]", f"CSeq: {cseq} {method}", CONTACT, *extra],
                    body, attrs)

    @classmethod
    def ack(cls, body=None, cseq="[$invite_cseq]", branch="ack"):
        return cls.in_dialog("ACK", cseq, body=body, branch=branch)

    @classmethod
    def bye(cls, cseq=90):
        return cls.in_dialog("BYE", cseq, attrs=REPEAT) + response(200)

    @classmethod
    def open(cls, extra=(), body=True, ringing="", on_200="", ack=True, ack_body=None):
        """INVITE, with or without a challenge, up to the ACK. `ringing` is XML put where 1xx may come."""
        before_200 = provisional(100, 181) + (ringing or provisional(180, 183))

        def answered(cseq):
            return response(200, 'rrs="true" rtd="1" next="up"', f'<assignstr assign_to="invite_cseq" value="{cseq}"/>' + on_200)
        timed = REPEAT + ' start_rtd="1"'
        return (cls.invite(1, extra, body, attrs=timed) + CHALLENGED + before_200 + answered(1)
                + label("auth") + cls.ack_failure(1) + cls.invite(2, extra, body, True, timed) + before_200 + answered(2)
                + label("up") + (cls.ack(ack_body) if ack else ""))

    @classmethod
    def try_twice(cls, extra, rest, first_cseq=1):
        """INVITE, and once more with credentials if challenged; `rest(cseq)` follows either."""
        return (cls.invite(first_cseq, extra) + CHALLENGED + rest(first_cseq)
                + label("auth") + cls.ack_failure(first_cseq) + cls.invite(first_cseq + 1, extra, auth=True) + rest(first_cseq + 1))


class Callee:
    """The callee's messages of one dialog."""
    TAG = ";tag=[pid]s[call_number]"
    KEEP = (keep("From:", "[^ ].*", "caller") + keep("To:", "[^ ].*", "called") + keep("CSeq:", "[^ ].*", "invite_cseq_line")
            + keep("Via:", "SIP/2.0.*", "via1"))

    @classmethod
    def invite(cls, actions="", attrs=""):
        return request("INVITE", 'rrs="true"' + (" " + attrs if attrs else ""), cls.KEEP + actions)

    @classmethod
    def reply_invite(cls, code, reason, extra=(), body=None, attrs=REPEAT):
        """Reply to the first INVITE when other requests came after it."""
        return send([f"SIP/2.0 {code} {reason}", "Via: [$via1]", "From: [$caller]", "To: [$called]" + cls.TAG, "Call-ID: [call_id]",
                     "CSeq: [$invite_cseq_line]", CONTACT, ALLOW, *extra], body, attrs)

    @classmethod
    def reply(cls, code, reason, extra=(), body=None, attrs="", in_dialog=False):
        """Reply to the last request; in_dialog: the request already carries our tag."""
        return send([f"SIP/2.0 {code} {reason}", "[last_Via:]", "[last_Record-Route:]", "[last_From:]",
                     "[last_To:]" + ("" if in_dialog else cls.TAG), "[last_Call-ID:]", "[last_CSeq:]", CONTACT, ALLOW, *extra], body, attrs)

    @classmethod
    def ring_answer(cls, ring=300, extra=()):
        return (cls.reply(180, "Ringing") + pause(ring) + cls.reply(200, "OK", extra, sdp(), REPEAT) + request("ACK"))

    @classmethod
    def in_dialog(cls, method, cseq, extra=(), body=None, attrs=""):
        return send([f"{method} [next_url] SIP/2.0", via(f"s{method.lower()}{cseq}"), "[routes]", "Max-Forwards: 70",
                     "From: [$called]" + cls.TAG, "To: [$caller]", "Call-ID: [call_id]", f"CSeq: {cseq} {method}", CONTACT, *extra],
                    body, attrs)

    @classmethod
    def bye(cls, cseq=1900):
        return cls.in_dialog("BYE", cseq, attrs=REPEAT) + response(200)

    @classmethod
    def wait_bye(cls, timeout=None):
        """Also the caller's way to wait for BYE: a reply is made of what was received."""
        return request("BYE", f'timeout="{int(timeout)}"' if timeout else "") + cls.reply(200, "OK", in_dialog=True)
