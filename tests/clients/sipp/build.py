#!/usr/bin/env python3
"""Writes the SIPp scenarios into a folder:   build.py DIR [--se SECONDS] [--hold MILLISECONDS] [--ring MILLISECONDS]

SIPp ends with 0 when all calls of a scenario went as its name attribute says, else with 1.
"""
import argparse
import os

import calls
import timers


def build(se=90, hold=1500, ring=300):
    return {**calls.build(hold, ring), **timers.build(se, ring)}


def write(folder, **settings):
    os.makedirs(folder, exist_ok=True)
    for name, text in build(**settings).items():
        with open(os.path.join(folder, name + ".xml"), "w") as file:
            file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--se", type=int, default=90)
    parser.add_argument("--hold", type=int, default=1500)
    parser.add_argument("--ring", type=int, default=300)
    options = parser.parse_args()
    write(options.folder, se=options.se, hold=options.hold, ring=options.ring)


if __name__ == "__main__":
    main()
