#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The house rules as tests: check.py RULE [--root DIR] [--library NAME=PATH]...

Prints what breaks a rule, one a line, and fails when there is any.
"""

import argparse
import sys
from pathlib import Path

import abi
import comments
import formatting
import headers
import includes
import layout
import places
import text
from tree import Tree

RULES = {
    "includes": includes.check,
    "layout": layout.check,
    "cited": layout.cited,
    "readme": layout.readme_commands,
    "places": places.check,
    "text": text.check,
    "headers": headers.check,
    "formatting": formatting.check,
    "documented": comments.check,
    "tested": abi.untested,
    "exports": abi.stale_maps,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rule", choices=sorted(RULES))
    parser.add_argument("--root", default=Path(__file__).resolve().parents[2])
    parser.add_argument("--library", action="append", default=[], metavar="NAME=PATH")
    arguments = parser.parse_args()
    tree = Tree(arguments.root)
    problems = RULES[arguments.rule](tree)
    if arguments.library:
        problems += abi.wrong_exports(tree, dict(item.split("=", 1) for item in arguments.library))
    for problem in problems:
        print(problem)
    print(f"{arguments.rule}: {len(problems)} broken" if problems else f"{arguments.rule}: kept")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
