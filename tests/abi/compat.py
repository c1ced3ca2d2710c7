#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds today's description against the baseline: compat.py [--baseline FILE]

What a program was built against stays: functions with their types, structs as byte prefixes of
today's, constants with their numbers. Compiled programs carry constants and offsets inside them,
so no tool that reads libraries can see them change; this does.
"""

import argparse
import json
import sys
from pathlib import Path

from describe import COMMITTED, ROOT

BASELINE = ROOT / "tests/abi/abi-0.1.json"


def by_name(entries):
    return {entry["name"]: entry for entry in entries}


def changed_function(old, new):
    for key in ("library", "header", "result", "since"):
        if old[key] != new[key]:
            yield f"its {key} was {old[key]} and is {new[key]}"
    before, after = old["parameters"], new["parameters"]
    if [parameter["type"] for parameter in before] != [parameter["type"] for parameter in after]:
        yield "its parameters changed"
        return
    for was, now in zip(before, after):
        if was["nullable"] and not now["nullable"]:
            yield f"{was['name']} could be NULL and may not be any more"


def changed_struct(old, new):
    if old["role"] == "opaque":
        return
    # What grows at its end may need a stricter alignment then: the library copies inputs bytewise.
    for key in ("role", "init", "align") if old["role"] == "leaf" else ("role", "init"):
        if old[key] != new.get(key):
            yield f"its {key} was {old[key]} and is {new.get(key)}"
            return
    for at, was in enumerate(old["fields"]):
        now = new["fields"][at] if at < len(new["fields"]) else None
        if now != was:
            yield f"{was['name']} ({was['type']} at {was['offset']}) is not where it was, or not what it was"
            return
    if old["role"] == "leaf" and new["size"] != old["size"]:
        yield "a leaf is frozen: it is embedded by value, and it grew"


def changed_value(keys):
    def compare(old, new):
        for key in keys:
            if old[key] != new[key]:
                yield f"its {key} was {old[key]} and is {new[key]}"

    return compare


PARTS = {
    "functions": changed_function,
    "structs": changed_struct,
    "constants": changed_value(("value", "type", "since")),
    "typedefs": changed_value(("type",)),
    "callbacks": changed_value(("result", "parameters")),
}


def incompatible(baseline, today):
    """What would break a program built against the baseline, one a line."""
    problems = []
    for part, compare in PARTS.items():
        new = by_name(today[part])
        for name, old in by_name(baseline[part]).items():
            if name not in new:
                problems.append(f"{name} is gone")
            else:
                problems += [f"{name}: {problem}" for problem in compare(old, new[name])]
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--baseline", default=BASELINE, type=Path)
    arguments = parser.parse_args()
    baseline = json.loads(arguments.baseline.read_text(encoding="utf-8"))
    today = json.loads(COMMITTED.read_text(encoding="utf-8"))
    problems = incompatible(baseline, today)
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} changes break programs built against {arguments.baseline.name}.")
        print("Where no release has made that promise yet: tests/abi/binary.py renew, in a commit that says so.")
    else:
        print(f"{len(baseline['functions'])} functions, {len(baseline['structs'])} structs, {len(baseline['constants'])} constants: kept")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
