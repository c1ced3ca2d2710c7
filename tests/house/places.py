# SPDX-License-Identifier: MIT
"""What may stand only in named places: catch, opening a file (invariant 9). ARCHITECTURE.md lists them."""

import re

from tree import code_only, functions_of, line_of, without_comments

CAUGHT_IN = ("src", "examples/server")
# Everything that opens, or makes base open, a file.
OPENING = re.compile(
    r"(?<![\w.>])(?:::|std::)?(?:open|openat|creat|fopen|freopen|fdopen|mkstemp|mkostemp)\s*\("
    r"|\bstd::(?:basic_)?[iof]?fstream\b|\bstd::filesystem::\w*(?:copy|resize)\w*\s*\("
    r"|\bsqlite3_open\w*\s*\(|\bSQLite::Database(?:\s+\w+)?\s*[({]|\bmake_unique<SQLite::Database>"
    r"|\bos::(?:read_head|copy_file|create_private_file|sync_file|LockFile::open)\s*\("
)

CLOCK = re.compile(r"\b(?:\w*Clock\b|clock_gettime|gettimeofday|\w+_clock\s*::\s*now|(?:std::)?time\s*\(\s*(?:0|NULL|nullptr)\s*\))")


def enclosing(text, functions, at):
    return next((function for function in functions if function.start <= at <= function.end), None)


def qualified(function):
    """`Writer::collect` of `void Writer::collect(Group& group)`."""
    match = re.search(rf"([\w:~]*){re.escape(function.name)}\s*\(", function.header.replace("~ ", "~"))
    return (match[1] if match else "") + function.name


def places(tree, marker):
    return {(file, function) for file, function, *_ in tree.table("ARCHITECTURE.md", marker)}


def find(tree, names, pattern, allowed, what):
    problems, used = [], set()
    for name in names:
        text = tree.read(name)
        bare = code_only(text)
        functions = functions_of(text)
        for match in pattern.finditer(bare):
            function = enclosing(bare, functions, match.start())
            where = qualified(function) if function else "(no function)"
            if (name, where) in allowed:
                used.add((name, where))
            elif what == "catch" and function and "~" in where:
                continue  # A destructor must not throw.
            else:
                problems.append(f"{name}:{line_of(bare, match.start())}: {what} in {where}, not a listed place")
    return problems + [
        f"ARCHITECTURE.md lists {file} {function} as a place of {what}; there is none"
        for file, function in sorted(allowed - used)
    ]


def check(tree):
    catches = find(tree, tree.sources(*CAUGHT_IN), re.compile(r"\bcatch\s*\("), places(tree, "catches"), "catch")
    opens = find(tree, tree.sources("src/sql"), OPENING, places(tree, "opens"), "open")
    externs = [
        f"{name}: extern \"C\" outside src/c_api, src/http and include"
        for name in tree.sources("src")
        if not name.startswith(("src/c_api/", "src/http/"))
        and re.search(r'\bextern\s+"C"', without_comments(tree.read(name)))
    ]
    clocks = [
        f"{name}:{line_of(bare, match.start())}: domain code is given the time; it does not ask for it"
        for name in tree.sources("src/domain")
        for bare in [code_only(tree.read(name))]
        for match in CLOCK.finditer(bare)
    ]  # Invariant 11.
    return catches + opens + externs + clocks
