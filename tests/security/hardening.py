#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Row CF-2: hardening.py [--optimised] FILE...

Each program and library is position-independent, has its relocations read-only and bound at the
start, no executable stack, stack protectors and, in an optimised program, fortified calls.
"""

import re
import subprocess
import sys


def read(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


def complaints(path, is_optimised):
    parts = read("readelf", "-hldW", path)
    symbols = read("nm", "-D", "--undefined-only", path)
    if not re.search(r"Type:\s+DYN", parts):
        yield "is not position-independent"
    if "GNU_RELRO" not in parts or not re.search(r"BIND_NOW|Flags:.*\bNOW\b", parts):
        yield "has relocations that stay writable"
    stack = re.search(r"GNU_STACK(?:\s+0x[0-9a-f]+){5}\s+([RWE]+)", parts)
    if not stack or "E" in stack.group(1):
        yield "may run code from its stack"
    if "__stack_chk_fail" not in symbols:
        yield "has no stack protectors"
    # Of the libraries' few calls the compiler proves the lengths itself; the server's leave some to check.
    is_program = ".so" not in path
    if is_optimised and is_program and not re.search(r"\b__\w+_chk\b", symbols.replace("__stack_chk_fail", "")):
        yield "has no fortified calls"


def main():
    is_optimised = "--optimised" in sys.argv
    problems = 0
    for path in (each for each in sys.argv[1:] if not each.startswith("--")):
        for complaint in complaints(path, is_optimised):
            print(f"{path} {complaint}")
            problems += 1
    print("kept" if problems == 0 else f"{problems} broken")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
