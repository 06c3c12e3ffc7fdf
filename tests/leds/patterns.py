"""The patterns of the printed card, and how to find one on a line."""
import re

TICK = 0.1              # seconds a character of the card's pictures
AS_LONG = 1.35          # a run may be so many times too long or too short: an emulated machine on a busy one
MOMENT = 0.012          # and so many seconds
STEADY = 3              # seconds without a change
LOOK = 2.5              # seconds that are looked at, or one cycle if that is longer
ENOUGH = 4              # cycles, if so many fit


def from_card(text):
    """-> {lamp: {what it says: [(level, seconds), ...]}}: the runs of each picture, the last of which is cut off; and {what it says: colour}.
    All lamps say what is under `all`."""
    patterns, colours, lamp = {}, {}, None
    for line in text.splitlines():
        title = re.match(r"## (?:LED “(\w+)”|All )", line)
        if title:
            lamp = title[1] or "all"
        row = re.match(r"\| `([█▌▐·]+)` *\| [^|]* \| ([^|]*?) *\| ([^|]*?) *\|", line)
        if row:
            halves = "".join({"█": "11", "▌": "10", "▐": "01", "·": "00"}[character] for character in row[1])
            runs = [(int(run[0][0]), len(run[0]) * TICK / 2) for run in re.finditer(r"1+|0+", halves)]
            patterns.setdefault(lamp, {})[row[3]] = runs
            colours[row[3]] = row[2]
    return {lamp: {**rows, **patterns["all"]} for lamp, rows in patterns.items()}, colours


def runs_of(edges, now):
    """Edges of a line, (seconds, level) -> [(level, seconds), ...], the last one still going on."""
    ends = [at for at, _ in edges[1:]] + [now]
    return [(level, end - at) for (at, level), end in zip(edges, ends)]


def cycle_of(pattern):
    """How many runs repeat; None: the picture is shorter than its cycle."""
    whole = pattern[:-1]
    return next((count for count in range(2, len(pattern), 2)
                 if all(run == whole[i % count] for i, run in enumerate(whole)) and pattern[-1][1] <= pattern[(len(pattern) - 1) % count][1] + TICK), None)


def wanted_runs(pattern):
    """What is looked for: the pause before a cycle, then one or more cycles."""
    count = cycle_of(pattern)
    if count is None:
        return [(0, pattern[-1][1]), *pattern]
    cycle = pattern[:count]
    times = min(max(1, int(LOOK / sum(seconds for _, seconds in cycle))), ENOUGH)
    return [cycle[-1], *(cycle * times)]


def is_like(run, wanted, is_end):
    """An end may last longer: something else was shown before, or it still goes on."""
    (level, seconds), (wanted_level, wanted_seconds) = run, wanted
    least, most = wanted_seconds / AS_LONG - MOMENT, wanted_seconds * AS_LONG + MOMENT
    return level == wanted_level and least <= seconds and (is_end or seconds <= most)


def shows(runs, pattern):
    """Whether the picture is somewhere in these runs, (level, seconds), of which the last one goes on."""
    if len(pattern) == 1:
        return bool(runs) and runs[-1][0] == pattern[0][0] and runs[-1][1] >= STEADY
    wanted = wanted_runs(pattern)
    last = len(wanted) - 1
    return any(all(is_like(runs[start + i], one, i == 0 or (i == last and start + i == len(runs) - 1) or (i == last and cycle_of(pattern) is None))
                   for i, one in enumerate(wanted))
               for start in range(len(runs) - last))


def looking_alike(patterns):
    """What `shows` does not find in itself, or finds in another picture of the same lamp."""
    found = []
    for words, pattern in patterns.items():
        count = cycle_of(pattern)
        runs = [(pattern[0][0], STEADY)] if len(pattern) == 1 else [(0, 2.0), *pattern, (0, 2.0)] if count is None else (pattern[:count] * 40)[:120]
        found += [(words, other) for other in patterns if shows(runs, patterns[other]) != (other == words)]
    return found


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
