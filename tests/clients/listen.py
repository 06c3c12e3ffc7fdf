#!/usr/bin/env python3
"""Opens a recording of a call with sox, or opusdec if it is Opus, and measures the tone in each of its channels.

  listen.py FILE [--left 440] [--right 880] [--least 3]     FREQUENCY in Hz; of a file with one channel that is --left; --least: seconds of it at least
Last line PASS (exit code 0) or FAIL with the reason (1).
"""
import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
import tone  # noqa: E402


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{' '.join(command)}: {result.stderr.strip()}"
    return result.stdout.strip()


def channel(file, number, folder):
    """-> a WAV file with one channel"""
    wav = os.path.join(folder, f"{number}.wav")
    if file.endswith(".opus"):
        run("opusdec", "--quiet", "--rate", "8000", file, wav)
    else:
        run("sox", file, wav, "remix", str(number))
    return wav


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--left", type=int)
    parser.add_argument("--right", type=int)
    parser.add_argument("--least", type=float, default=3)
    options = parser.parse_args()
    wanted = [frequency for frequency in (options.left, options.right) if frequency]
    try:
        with tempfile.TemporaryDirectory() as folder:
            for number, frequency in enumerate(wanted, 1):
                active, tones = tone.analyse(channel(options.file, number, folder), [440, 880])
                other = sum(seconds for one, seconds in tones.items() if one != frequency)
                print(f"channel {number}: {frequency} Hz for {tones[frequency]:.2f} s of {active:.2f} s with sound, others for {other:.2f} s")
                assert tones[frequency] >= options.least, f"channel {number} has too little of its tone"
                assert tones[frequency] >= 0.9 * active and other == 0, f"channel {number} has something else in it"
    except (AssertionError, ValueError) as fault:
        print(f"FAIL {os.path.basename(options.file)}: {fault}")
        return 1
    print("PASS")
    return 0


if __name__ == "__main__":
    sys.exit(main())
