# SPDX-License-Identifier: MIT
"""The C ABI's list: declared, named in the version scripts, exported, documented, tested (invariant 15)."""

import re
import subprocess

from tree import blank, line_of, without_comments

NODE = "TILL_1.0"
HTTP_HEADER = "include/till/http.h"
MAPS = {"till": "src/till.map", "till_http": "src/http/till_http.map"}
DECLARATION = re.compile(r"^TILL_API\s[^;(]*?\b(till_\w+)\s*\(", re.MULTILINE)


def declared(tree):
    """function -> (header, its place in the text)."""
    functions = {}
    for name in tree.sources("include/till"):
        text = without_comments(tree.read(name))
        directives = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: blank(m[0]), text, flags=re.MULTILINE)
        for match in DECLARATION.finditer(directives):
            functions[match[1]] = (name, match.start())
    return functions


def library_of(header):
    return "till_http" if header == HTTP_HEADER else "till"


def functions_of_library(tree, library):
    return sorted(name for name, (header, _) in declared(tree).items() if library_of(header) == library)


def listed(script):
    """Function -> its version node, as a version script has them."""
    found = {}
    for node, body in re.findall(r"^(TILL_[\d.]+) \{(.*?)^\}", script, re.MULTILINE | re.DOTALL):
        found.update({name: node for name in re.findall(r"\b(till_\w+);", body)})
    return found


def untested(tree):
    """Functions that no test calls."""
    tests = [name for name in tree.files if name.startswith("tests/") and name.endswith((".c", ".cpp", ".hpp", ".h"))]
    called = set()
    for name in tests:
        # A call, or the function handed to what calls it.
        called.update(re.findall(r"\b(till_\w+)\s*[(,)]", without_comments(tree.read(name))))
    return [f"{header}: no test calls {name}" for name, (header, _) in declared(tree).items() if name not in called]


def stale_maps(tree):
    """Version scripts that do not list what the headers declare. tests/abi writes them; this reads the headers anew."""
    problems = []
    for library, path in MAPS.items():
        functions = set(functions_of_library(tree, library))
        if functions and not tree.exists(path):
            problems.append(f"{path} is missing: tests/abi/describe.py, then tests/abi/generate.py")
        elif functions and set(listed(tree.read(path))) != functions:
            problems.append(f"{path} differs from the headers: tests/abi/describe.py, then tests/abi/generate.py")
    return problems


def exported(library_path):
    """Names that a shared library defines for others, without the version node itself."""
    output = subprocess.run(
        ["nm", "-D", "--defined-only", str(library_path)], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split() for line in output.splitlines()]
    return {row[-1].split("@")[0] for row in rows if row[-2] != "A"}, {
        row[-1].split("@")[-1] for row in rows if "@" in row[-1]
    }


def wrong_exports(tree, libraries):
    """`libraries`: library -> path of the shared library."""
    problems = []
    for library, path in libraries.items():
        expected = set(functions_of_library(tree, library))
        found, nodes = exported(path)
        problems += [f"lib{library}: {name} is declared and not exported" for name in sorted(expected - found)]
        problems += [f"lib{library}: {name} is exported and not declared" for name in sorted(found - expected)]
        if nodes != {NODE}:
            problems.append(f"lib{library}: versioned {sorted(nodes)}, not {NODE}")
    return problems
