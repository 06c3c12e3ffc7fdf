#!/usr/bin/env python3
"""Somebody guesses at the caller's secret from an address of his own, by REGISTER or INVITE, while the callee registers as ever; or one phone
wants all calls that the box has, while another one calls.

  guesses.py --server IP:PORT --domain D --what REGISTER|INVITE|greedy [--count 600] [--judged 10]
Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import options as command_line  # noqa: E402
from rawsip import Dialog, Phone, credentials, random_hex  # noqa: E402

GUESSER = "127.0.0.66"


def guess(options):
    account, honest = command_line.account(options.caller), Phone(options.server, options.domain, command_line.account(options.callee))
    guesser = Phone(options.server, options.domain, (account[0], "wrong"), GUESSER)
    target = "sip:" + options.domain if options.what == "REGISTER" else f"sip:{honest.number}@{options.domain}"

    def ask(extra=()):
        dialog = Dialog(random_hex(), f"{guesser.address};tag={random_hex(4)}", guesser.address, target, cseq=1)
        guesser.send(guesser.request(options.what, dialog, extra=extra))
        return dialog.call_id
    challenged = ask()
    challenge = guesser.expect("challenge", lambda message: message.status == 401 and message.get("call-id") == challenged)
    for number in range(options.count):
        guesser.account = (account[0], f"wrong-{number}")
        ask([f"Authorization: {credentials(challenge.all('www-authenticate'), guesser.account, options.what, target)}"])
        if number % 100 == 0:
            assert honest.register() == 200, "an honest phone is refused"
        time.sleep(0.03)   # 5 at once, then one in 2 s: the tenth comes well before the end
    guesser.receive(lambda message: False, 2)
    judged = sum(message.status == 401 for message in guesser.seen) - 1
    assert 0 < judged <= options.judged, f"{judged} of {options.count} guesses were judged"
    mine = Phone(options.server, options.domain, account)
    assert mine.register() == 200, "the owner of the number is refused elsewhere"


def want_all(options):
    greedy, honest = (Phone(options.server, options.domain, command_line.account(text), host)
                      for text, host in ((options.caller, GUESSER), (options.callee, "127.0.0.1")))
    assert greedy.register() == 200 and honest.register() == 200
    calls = []
    for _ in range(options.count):
        dialog = greedy.dial(honest.number, 40000)
        if dialog.reply.status < 200:
            calls.append(dialog)
        else:
            assert dialog.reply.status == 503 and dialog.reply.get("retry-after") and "share" in dialog.reply.get("warning"), dialog.reply.headers
            greedy.acknowledge_failure(dialog, dialog.branch, dialog.reply)
    assert 0 < len(calls) < options.count, f"{len(calls)} of {options.count} calls were taken"
    dialog = honest.dial(greedy.number, 41000)
    answered = greedy.accept(greedy.expect("call", lambda message: message.method == "INVITE" and message.get("call-id") not in
                                           [call.call_id for call in calls]), 40100)
    reply = honest.expect_answer(dialog)
    assert reply.status == 200, f"an honest call got {reply.status}"
    honest.acknowledge(dialog)
    greedy.expect_request("ACK")
    honest.bye(dialog)
    assert answered and honest.expect_final("BYE").status == 200
    greedy.answer(greedy.expect_request("BYE"), 200, "OK")
    ringing = {}
    while len(ringing) < len(calls):
        ringing.update({message.get("call-id"): message for message in honest.seen if message.method == "INVITE"})
        if len(ringing) < len(calls):
            honest.expect_request("INVITE")
    for call_id, invite in ringing.items():
        honest.answer(invite, 180, "Ringing", "t" + call_id[:6])
    for call in calls:
        greedy.send(greedy.request("CANCEL", Dialog(call.call_id, call.local, call.remote, call.target, cseq=call.invite_cseq), branch=call.branch))
        refusal = greedy.expect("487", lambda message: message.answers("INVITE") and message.status == 487 and message.get("call-id") == call.call_id)
        greedy.acknowledge_failure(call, call.branch, refusal)
    ended = set()
    while len(ended) < len(calls):
        cancel = honest.expect_request("CANCEL")
        ended.add(cancel.get("call-id"))
        tag = "t" + cancel.get("call-id")[:6]
        honest.answer(cancel, 200, "OK", tag)
        honest.answer(ringing[cancel.get("call-id")], 487, "Request Terminated", tag)


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--what", choices=["REGISTER", "INVITE", "greedy"], required=True)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--judged", type=int, default=10)
    options = parser.parse_args()
    return command_line.verdict(want_all if options.what == "greedy" else guess, options)


if __name__ == "__main__":
    sys.exit(main())
