#!/usr/bin/env python3
"""start_time.py FOLDER RUNS: seconds from power-on to "ready" of FOLDER/edgepbx.img and of the same card with FOLDER/empty.slot, in turns."""
import statistics
import sys

from machine import Board

def main():
    folder, runs = sys.argv[1], int(sys.argv[2])
    times = {"edgepbx": [], "empty": []}
    boards = {name: Board(f"{folder}/edgepbx.img", folder) for name in times}
    boards["empty"].put_into_slot_a(f"{folder}/empty.slot")
    for turn in range(runs + 1):          # the first start of a card makes its configuration and is not counted
        for name, board in boards.items():
            board.on()
            seconds = board.ready()
            board.cut()
            if turn:
                times[name].append(seconds)
    for board in boards.values():
        board.__exit__()
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    print(f"power-on to ready, medians of {runs}: empty init {medians['empty']:.1f} s, EdgePbx {medians['edgepbx']:.1f} s, "
          f"ratio {medians['edgepbx'] / medians['empty']:.2f}")


main()
