#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tables that repeat what the headers say are held against them: names, numbers, retryable."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATUS = re.compile(r"^#define (TILL_(?:OK|E_\w+)) \(?(-?\d+)\)?", re.MULTILINE)
ROW = re.compile(r"^\| (-?\d+) \| #(\w+) \|", re.MULTILINE)


def compare(what, wanted, found):
    for each in sorted(set(wanted) - set(found)):
        yield f"{what} lacks {each}"
    for each in sorted(set(found) - set(wanted)):
        yield f"{what} has {each}, the headers do not"


def main():
    header = (ROOT / "include/till/types.h").read_text(encoding="utf-8")
    reference = (ROOT / "include/guide/reference.md").read_text(encoding="utf-8")
    statuses = [(name, number) for name, number in STATUS.findall(header)]
    rows = [(name, number) for number, name in ROW.findall(reference.split("<!-- statuses -->")[1])]
    headers = {path.name for path in (ROOT / "include/till").glob("*.h")} - {"till.h"}
    mapped = set(re.findall(r"^\| @ref \w+ \| (\w+\.h) \|", reference, re.MULTILINE))
    if len(statuses) < 20:
        return ["types.h: the statuses were not found"]
    problems = [*compare("reference.md: the table of statuses", statuses, rows), *compare("reference.md: the map", headers, mapped)]
    if rows != statuses:
        problems.append("reference.md: the statuses do not stand in the order of types.h")
    return problems


if __name__ == "__main__":
    found = main()
    print("\n".join(found) if found else "the tables say what the headers say")
    sys.exit(1 if found else 0)
