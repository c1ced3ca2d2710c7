# SPDX-License-Identifier: MIT
"""How files read: length, licence line, marks, words, characters."""

import ast
import re

from tree import functions_of

FILE_LINES_MAX = 600
FILE_LINES_AIM = 400
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100
CODE = (".c", ".h", ".cpp", ".hpp", ".py", ".sh", ".cmake", ".js", ".mjs", ".css", ".html")
# Data that is measured by other means.
LONG_BY_NATURE = (".jsonl", ".sha256", ".map")

MARKS = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
# Bytes for a machine: a fuzz target's inputs end where they end.
INPUTS = "tests/fuzz/corpus/"
# The repository speaks of till alone: not of the machine it was written on, nor of who wrote it.
FOREIGN = re.compile(
    r"/wo" r"rk/|/ro" r"ot/|\bissue\s*#?\d|\bsess" r"ion\s+\d|\bhel" r"per\s+session|\bsub" r"agent|\bLL" r"M\b"
    r"|\bClau" r"de\b|\bCo-authored-by\b|\bdesign\s+page\b|\bdesign\.md\b|\bstyle\.md\b|\bc-abi\.md\b",
    re.IGNORECASE,
)


def is_text(tree, name):
    head = (tree.root / name).read_bytes()[:8192]
    return b"\0" not in head


def too_long(name, kind, length):
    return f"{name}: {kind} of {length} lines, the limit is {FUNCTION_LINES_MAX}"


def function_lengths(tree, name, text):
    if name.endswith((".c", ".h", ".cpp", ".hpp")):
        for function in functions_of(text):
            if function.length <= FUNCTION_LINES_MAX:
                continue
            # A test longer than a screen opens with its goal and method.
            body = text[function.start + 1 : function.end].lstrip()
            if function.name == "TEST_CASE" and body.startswith("//"):
                continue
            yield too_long(f"{name}:{function.first_line}", function.name, function.length)
    elif name.endswith(".py"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or node.lineno) - node.lineno
                if length > FUNCTION_LINES_MAX:
                    yield too_long(f"{name}:{node.lineno}", node.name, length)


def check(tree, report=print):
    problems = []
    for name in tree.files:
        if name.startswith(INPUTS) or not is_text(tree, name):
            continue
        try:
            text = tree.read(name)
        except UnicodeDecodeError:
            problems.append(f"{name}: not UTF-8")
            continue
        if name.endswith(CODE):
            lines = text.count("\n")
            if lines > FILE_LINES_MAX:
                problems.append(f"{name}: {lines} lines, the limit is {FILE_LINES_MAX}")
            elif lines > FILE_LINES_AIM:
                report(f"note: {name} has {lines} lines; 100 to {FILE_LINES_AIM} read best")
            if "SPDX-License-Identifier: MIT" not in "\n".join(text.splitlines()[:2]):
                problems.append(f"{name}: its first lines name no licence (SPDX-License-Identifier: MIT)")
            problems += function_lengths(tree, name, text)
        if name.endswith(LONG_BY_NATURE):
            continue
        if name.endswith(CODE) and re.search(r"[ \t]+$|\r$", text, re.MULTILINE):
            problems.append(f"{name}: white space at a line's end")
        if text and not text.endswith("\n"):
            problems.append(f"{name}: no line end at its end")
        for number, line in enumerate(text.splitlines(), 1):
            # clang-format does not hold the C headers; it holds the others. Tables of pages need room.
            if name.startswith("include/") and name.endswith((".h", ".hpp")) and len(line) > COLUMNS_MAX:
                problems.append(f"{name}:{number}: {len(line)} columns, the limit is {COLUMNS_MAX}")
            for pattern, what in ((MARKS, "a mark for later"), (FOREIGN, "not about till")):
                match = pattern.search(line)
                if match:
                    problems.append(f"{name}:{number}: {what}: {match[0]}")
    return problems
