#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The kinds of events, in three places: what the core appends, what event.h lists, what the desk can name.

A kind that is only appended is one nobody knows of; one that is only listed never happens.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The access table's actions and the throttles' scopes are written alike and are no kinds.
OTHERS = {"access.cpp", "throttle.cpp"}


def listed(header):
    """Of event.h's table: `order.shipped .delivered` are two."""
    kinds = set()
    table = header.split("Kinds, and the members of their data.")[1].split("Outbox:")[0]
    for line in table.splitlines():
        first = re.match(r" \*   ([a-z_]+)\.[a-z_]+", line)
        if first:
            words = re.match(r" \*   [a-z_]+((?:\s?\.[a-z_]+)+)(?:\s|:|$)", line)[1]
            kinds |= {f"{first[1]}.{word}" for word in re.findall(r"\.([a-z_]+)", words)}
    return kinds


def appended(sources, nouns):
    literal = re.compile(r'"((?:%s)\.[a-z_]+)"' % "|".join(sorted(nouns)))
    return {kind for text in sources for kind in literal.findall(text)}


def named(script):
    return set(re.findall(r'"([a-z_]+\.[a-z_]+)": "', script.split("const titles = {")[1].split("};")[0]))


def differences(header, sources, script):
    known = listed(header)
    nouns = {kind.split(".")[0] for kind in known}
    found = []
    for what, others in (("the core appends", appended(sources, nouns)), ("the desk names", named(script))):
        found += [f"{kind}: {what} it, event.h does not list it" for kind in sorted(others - known)]
        found += [f"{kind}: event.h lists it, but not so: {what} it" for kind in sorted(known - others)]
    return found


def self_test():
    header = " * Kinds, and the members of their data.\n *   a.b  c d\n *   e.f .g\n *           x\n *   h_i.j: words\n * Outbox:"
    assert listed(header) == {"a.b", "e.f", "e.g", "h_i.j"}, listed(header)
    script = 'const titles = {\n  "a.b": "A", "e.f": "E",\n};'
    found = differences(header, ['append("a.b"); "e.f" "e.g" "e.z"; "q.r"'], script)
    assert found == ["e.z: the core appends it, event.h does not list it",
                     "h_i.j: event.h lists it, but not so: the core appends it",
                     "e.g: event.h lists it, but not so: the desk names it",
                     "h_i.j: event.h lists it, but not so: the desk names it"], found


def main():
    self_test()
    sources = [path.read_text(encoding="utf-8") for folder in ("src/core", "src/domain")
               for path in sorted((ROOT / folder).glob("*.?pp")) if path.name not in OTHERS]
    found = differences((ROOT / "include/till/event.h").read_text(encoding="utf-8"), sources,
                        (ROOT / "src/http/admin/format.js").read_text(encoding="utf-8"))
    print("\n".join(found) or "as one")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
