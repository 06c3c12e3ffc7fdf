#!/usr/bin/env python3
"""Twenty phones that refresh again and again, and nothing is written to the medium; a call writes its record and nothing else.

  idle.py --server IP:PORT --domain D --caller N:P --callee N:P --folder FOLDER-OF-THE-PBX
"""
import contextlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import options as command_line  # noqa: E402
import status  # noqa: E402
from rawsip import Phone  # noqa: E402

PHONES_OF_EACH, REFRESHES = 10, 30     # fewer than 1024 REGISTERs within half a minute, which is where overload begins


def written(options):
    """Bytes and syncs by cause."""
    writes = status.ask(os.path.join(options.folder, "status.sock"))["writes"]
    return {cause: (one["bytes"], one["syncs"]) for cause, one in writes.items()}


def files(options):
    return sorted((entry.name, entry.stat().st_size, entry.stat().st_mtime_ns) for entry in os.scandir(options.folder) if entry.is_file())


def call(caller, callee):
    out = caller.dial(callee.number, 40000)
    invite = callee.expect_request("INVITE")
    callee.answer(invite, 603, "Decline", "d")
    refused = caller.expect_answer(out)
    caller.acknowledge_failure(out, out.branch, refused)


def main():
    parser = command_line.parser(__doc__)
    parser.add_argument("--folder", required=True)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        phones = [stack.enter_context(contextlib.closing(Phone(options.server, options.domain, command_line.account(account))))
                  for account in (options.caller, options.callee) for _ in range(PHONES_OF_EACH)]
        for phone in phones:
            assert phone.register(120) == 200, "a phone cannot register"
        before, there = written(options), files(options)
        assert before["registrations"][1] >= 1, f"nobody wrote the registrations: {before}"
        for _ in range(REFRESHES):
            for phone in phones:
                assert phone.register(120) == 200, "a phone cannot refresh"
        assert written(options) == before, f"idle phones made it write: {before} became {written(options)}"
        assert files(options) == there, f"idle phones changed a file: {there} became {files(options)}"

        for phone in phones[1:]:
            assert phone.register(0) == 200, "a phone cannot leave"
        before = written(options)
        call(phones[-1], phones[0])
        phones[-1].options()
        after = written(options)
        assert {cause for cause in after if after[cause] != before[cause]} <= {"call_records"}, f"a call changed {before} to {after}"
        phones[0].register(0)
    print(f"PASS {len(phones)} phones, {len(phones) * REFRESHES} refreshes: 0 bytes; {before['registrations'][0]} bytes for {2 * len(phones)} changes")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as failure:
        sys.exit(f"FAIL {failure}")
