# SPDX-License-Identifier: MIT
"""One case of the package suite: suite.py CASE --build BUILD --work FOLDER.

`installed` and `embedded` make what the other cases use: BUILD installed into a prefix that was moved
since, and a project with a self-contained till inside, likewise installed.
"""

import argparse
import sys
from pathlib import Path

import debian
import embed
import installed
from case import Failed

CASES = {
    function.__name__: function
    for module in (installed, embed, debian)
    for function in vars(module).values()
    if callable(function) and getattr(function, "is_case", False)
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("case", choices=sorted(CASES))
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    try:
        skipped = CASES[arguments.case](arguments.build, arguments.work)
    except Failed as failed:
        print(failed)
        return 1
    if skipped:
        print(f"skipped: {skipped}")
        return 77
    print(f"{arguments.case}: as it should be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
