# SPDX-License-Identifier: MIT
"""Every public header compiles alone and twice, in every language it promises, with every compiler there is.

Without warnings or padding, also with the macros that Qt and Windows headers are known for.
"""

import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

STRICT = ["-fsyntax-only", "-pedantic-errors", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wundef", "-Werror"]
C = ["c99", "c11", "c17"]
CPP = ["c++11", "c++14", "c++17", "c++20"]
CPP_ONLY = ["c++17", "c++20"]  # till.hpp and its parts
# They hold inline code, which users compile with their warnings, and some without exceptions.
INLINE = ["-Wsign-conversion", "-Wold-style-cast", "-Wshadow", "-Wnon-virtual-dtor"]
NO_EXCEPTIONS = ["-fno-exceptions", "-fno-rtti"]
# What Qt and windows.h define, in the ways that hurt.
HOSTILE = """
#define emit
#define signals public
#define slots
#define foreach for
#define forever for (;;)
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define ERROR 0
#define DELETE (0x00010000L)
#define IN
#define OUT
#define OPTIONAL
#define CALLBACK
#define interface struct
#define small char
#define near
#define far
#define hyper int64_t
#define TRUE 1
#define FALSE 0
#define BOOL int
#define VOID void
#define STRICT 1
#define IGNORE 0
#define NO_ERROR 0L
#define GetObject GetObjectA
#define CreateFile CreateFileA
#define DeleteFile DeleteFileA
"""
# Every input's defaults as an initialiser: a list that is too short, or in another order, warns.
INIT = re.compile(r"^#define (TILL_\w+)_INIT\b", re.MULTILINE)


def compilers():
    """(command, language, extra flags). GCC must be there; Clang joins when it is."""
    found = []
    for names, language in (("gcc",), "c"), (("g++",), "c++"), (("clang-14", "clang"), "c"), (("clang++-14", "clang++"), "c++"):
        command = next((name for name in names if shutil.which(name)), None)
        if command is None and names[0] in ("gcc", "g++"):
            raise LookupError(f"{names[0]} is not installed")
        if command is not None:
            # Clang lays out only what is used; with an object of each input it does.
            found.append((command, language, ["-Wpadded"]))
    if shutil.which("tcc"):
        found.append(("tcc", "c", []))
    return found


def cases(tree):
    for header in tree.sources("include/till"):
        for command, language, extra in compilers():
            if header.endswith(".hpp"):
                if language == "c++":
                    yield from cpp_cases(header, command)
                continue
            standards = C if language == "c" else CPP
            if command == "tcc":
                standards = C[:1]
            for standard in standards:
                for hostile in (False, True):
                    yield header, command, language, standard, extra, hostile


def cpp_cases(header, command):
    """No type of these crosses the ABI, so padding is their own business. What users include is compiled in every
    way; a part of it, whose code is compiled with that, only has to include what it needs."""
    if header.count("/") > 2:
        yield header, command, "c++", CPP_ONLY[0], INLINE, False
        return
    for standard in CPP_ONLY:
        for flags in INLINE, INLINE + NO_EXCEPTIONS:
            for hostile in (False, True):
                yield header, command, "c++", standard, flags, hostile


def compile_alone(tree, case):
    header, command, language, standard, extra, hostile = case
    line = f"#include <{header[len('include/'):]}>\n"
    source = (HOSTILE if hostile else "") + line + line + "extern int till_house_not_empty;\n"
    if header.endswith(".h") and not hostile:
        for name in sorted(INIT.findall(tree.read(header))):
            kind = name.lower()
            source += f"extern {kind} {kind}_made;\n{kind} {kind}_made = {name}_INIT;\n"
    include = ["-I", str(tree.root / "include")]
    arguments = [command, "-x", language, f"-std={standard}", *STRICT, *extra, *include, "-"]
    with tempfile.TemporaryDirectory() as scratch:
        if command == "tcc":  # a third reader of C, with few warnings of its own
            # Never to /dev/null: tcc removes its output first, and for root that works.
            arguments = [command, "-Wall", "-Werror", *include, "-c", "-o", scratch + "/object", "-"]
        run = subprocess.run(arguments, input=source, capture_output=True, text=True)
    if run.returncode == 0:
        return None
    macros = " with hostile macros" if hostile else ""
    return f"{header}: {command} -std={standard}{macros} says\n{run.stderr[:1500]}"


def check(tree):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [problem for problem in pool.map(lambda case: compile_alone(tree, case), list(cases(tree))) if problem]
