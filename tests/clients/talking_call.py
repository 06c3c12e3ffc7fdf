#!/usr/bin/env python3
"""One call between two phones of our own that talk in tones, A 440 Hz and B 880 Hz, for as long as whoever started this wants.

  talking_call.py --server IP:PORT --domain D --caller N:P --callee N:P --out FOLDER
A file `hang-up` in the folder ends the call with BYE; a file `give-up` ends the phones without a word, as when the PBX is gone.
Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import options as command_line  # noqa: E402
import tone  # noqa: E402
from rawsip import two_phones  # noqa: E402
from voice import Conversation, hang_up, set_up  # noqa: E402


def speak(voice, frequency, folder):
    """The voice says one second of its tone again and again."""
    file = os.path.join(folder, f"{frequency}.ulaw")
    tone.ulaw(file, frequency, 1)
    with open(file, "rb") as sound:
        voice.sound = sound.read()


def wait_for_word(folder):
    end = time.time() + 200
    while time.time() < end:
        for word in ("hang-up", "give-up"):
            if os.path.exists(os.path.join(folder, word)):
                return word
        time.sleep(0.05)
    raise AssertionError("nobody said when to end")


def story(options):
    caller, callee = two_phones(options)
    out, _, here, there = set_up(caller, callee)
    speak(here, 440, options.out)
    speak(there, 880, options.out)
    talk = Conversation([here, there])
    word = wait_for_word(options.out)
    if word == "hang-up":
        hang_up(caller, callee, out)
    talk.stop()


def main():
    return command_line.verdict(story, command_line.parser(__doc__).parse_args())


if __name__ == "__main__":
    sys.exit(main())
