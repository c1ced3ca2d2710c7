# SPDX-License-Identifier: MIT
"""The include rule: the table in ARCHITECTURE.md, held against every #include."""

import re
from pathlib import PurePosixPath

from tree import line_of, without_comments

GUARDED = ("src", "include", "examples", "bindings")

# What the table's third column calls a library, and the headers that are its.
LIBRARIES = {
    "sqlite": r"SQLiteCpp/|sqlite3",
    "openssl": r"openssl/",
    "sodium": r"sodium",
    "utf8proc": r"utf8proc",
    "boost": r"boost/",
    "curl": r"curl/",
}
C_STANDARD = {
    "assert", "ctype", "errno", "float", "inttypes", "limits", "locale", "math", "signal", "stdarg", "stdbool",
    "stddef", "stdint", "stdio", "stdlib", "string", "time",
}  # fmt: skip
# In C++ these are <cstddef> and so on; the POSIX ones among them are the platform's.
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|"[^"\n]+")', re.MULTILINE)


def library_of(header):
    """The table's word for a header in angle brackets; None for the language's own."""
    for library, pattern in LIBRARIES.items():
        if re.match(pattern, header):
            return library
    if not header.endswith((".h", ".hpp")):
        return None
    if header.endswith(".h") and header[:-2] in C_STANDARD:
        return None
    if "/" not in header or re.match(r"(sys|netinet|net|arpa|linux)/", header):
        return "posix"
    return header.split("/")[0]


def rows_of(tree):
    rules = {}
    for folder, project, outside in tree.table("ARCHITECTURE.md", "includes"):
        rules[folder] = (set(project.split()) - {"—"}, set(outside.split()) - {"—"})
    return rules


def folder_of(path, rules):
    """The row that speaks for a file: the longest folder that holds it."""
    parents = [str(parent) for parent in PurePosixPath(path).parents]
    return next((parent for parent in parents if parent in rules), None)


def resolve(tree, name, header):
    """Where a project header lives, or None."""
    candidates = [f"src/{header}", f"include/{header}", str(PurePosixPath(name).parent / header)]
    found = next((path for path in candidates if tree.exists(path)), None)
    if found is None:
        # Made by the build: its folder's list names it.
        build_list = str(PurePosixPath(candidates[0]).parent / "CMakeLists.txt")
        if tree.exists(build_list) and PurePosixPath(header).name in tree.read(build_list):
            return candidates[0]
    return found


def check(tree):
    problems = []
    rules = rows_of(tree)
    for name in tree.sources(*GUARDED):
        folder = folder_of(name, rules)
        if folder is None:
            problems.append(f"{name}: no row of the include table speaks for this folder")
            continue
        project, outside = rules[folder]
        text = without_comments(tree.read(name))
        for match in INCLUDE.finditer(text):
            header = match[1][1:-1]
            at = f"{name}:{line_of(text, match.start())}"
            if match[1].startswith('"') or header.startswith("till/"):
                target = resolve(tree, name, header)
                if target is None:
                    problems.append(f"{at}: {header} is no file of this repository")
                    continue
                other = folder_of(target, rules)
                if other != folder and other not in project:
                    problems.append(f"{at}: {folder} may not include {header} ({other})")
            else:
                library = library_of(header)
                if library is not None and library not in outside:
                    problems.append(f"{at}: {folder} may not include <{header}> ({library})")
    return problems
