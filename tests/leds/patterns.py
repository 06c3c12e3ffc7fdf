"""The patterns of the printed card, and how to find one on a line."""
import re

TICK = 0.1              # seconds a character of the card's pictures
AS_LONG = 1.6           # a run may be so many times too long or too short: an emulated machine on a busy one
MOMENT = 0.03           # or so many seconds
ENOUGH = 7              # runs of a picture that are looked at


def from_card(text):
    """-> {what it says: [(level, seconds), ...]}: the runs of each picture, the last of which is cut off."""
    patterns = {}
    for line in text.splitlines():
        row = re.match(r"\| `([█▌▐·]+)` *\| [^|]* \| [^|]* \| ([^|]*?) *\|", line)
        if row:
            halves = "".join({"█": "11", "▌": "10", "▐": "01", "·": "00"}[character] for character in row[1])
            patterns[row[2]] = [(int(run[0][0]), len(run[0]) * TICK / 2) for run in re.finditer(r"1+|0+", halves)]
    return patterns


def runs_of(edges, now):
    """Edges of a line, (seconds, level) -> [(level, seconds), ...], the last one still going on."""
    ends = [at for at, _ in edges[1:]] + [now]
    return [(level, end - at) for (at, level), end in zip(edges, ends)]


def is_like(run, wanted, is_last):
    (level, seconds), (wanted_level, wanted_seconds) = run, wanted
    if level != wanted_level:
        return False
    if is_last:     # the picture ends within this run
        return seconds >= wanted_seconds / AS_LONG - MOMENT
    return wanted_seconds / AS_LONG - MOMENT <= seconds <= wanted_seconds * AS_LONG + MOMENT


def shows(runs, pattern):
    """Whether the picture is somewhere in these runs, from the beginning of a cycle on."""
    if len(pattern) == 1:
        return bool(runs) and runs[-1][0] == pattern[0][0] and runs[-1][1] >= 3     # steady
    wanted = pattern[:ENOUGH]
    return any(all(is_like(run, one, i == len(wanted) - 1) for i, (run, one) in enumerate(zip(runs[start:], wanted)))
               for start in range(len(runs) - len(wanted) + 1))


def register(edges, data, clock, latch):
    """What a 74HC595 on these lines puts out in the end; the lowest bit is QA. Edges: (seconds, line, level)."""
    level, shifted, outputs = {}, 0, None
    for _, line, value in edges:
        rises = value == 1 and level.get(line, 0) == 0
        level[line] = value
        if rises and line == clock:
            shifted = (shifted << 1 | level.get(data, 0)) & 0xff
        if rises and line == latch:
            outputs = shifted
    return outputs
