#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The C samples of a Markdown file, as C.

    samples.py functions FILE OUT    every ```c block, in order: functions that a test includes
    samples.py program FILE OUT      the one block that is a program (has a main)

Lines keep their numbers by #line, so that a compiler's complaint points into the page.
"""

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"^```c\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAIN = re.compile(r"^int main\(", re.MULTILINE)


def blocks(path):
    """(first line, text) of each sample."""
    text = Path(path).read_text(encoding="utf-8")
    return [(text.count("\n", 0, match.start(1)) + 1, match[1]) for match in BLOCK.finditer(text)]


def as_c(path, chosen):
    return "".join(f'#line {line} "{path}"\n{text}\n' for line, text in chosen)


def main():
    what, page, out = sys.argv[1:]
    programs = [block for block in blocks(page) if MAIN.search(block[1])]
    functions = [block for block in blocks(page) if not MAIN.search(block[1])]
    if what == "program":
        if len(programs) != 1:
            sys.exit(f"{page}: {len(programs)} samples have a main, not 1")
        chosen = programs
    else:
        if not functions or programs:
            sys.exit(f"{page}: {len(functions)} samples are functions and {len(programs)} are programs")
        chosen = functions
    Path(out).write_text(as_c(page, chosen), encoding="utf-8")


if __name__ == "__main__":
    main()
