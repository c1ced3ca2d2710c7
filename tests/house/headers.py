# SPDX-License-Identifier: MIT
"""Every public header compiles alone, in every language it promises, with every compiler there is.

Without warnings or padding, also with the macros that Qt and Windows headers are known for.
"""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

STRICT = ["-fsyntax-only", "-pedantic-errors", "-Wall", "-Wextra", "-Werror"]
C = ["c99", "c11"]
CPP = ["c++11", "c++17", "c++20"]
CPP_ONLY = ["c++17", "c++20"]  # till.hpp
HOSTILE = """
#define emit
#define signals public
#define slots
#define foreach for
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define ERROR 0
#define DELETE (0x00010000L)
"""


def compilers():
    """(command, language, extra flags). GCC must be there; Clang joins when it is."""
    found = []
    for names, language in (("gcc",), "c"), (("g++",), "c++"), (("clang-14", "clang"), "c"), (("clang++-14", "clang++"), "c++"):
        command = next((name for name in names if shutil.which(name)), None)
        if command is None and names[0] in ("gcc", "g++"):
            raise LookupError(f"{names[0]} is not installed")
        if command is not None:
            # Clang lays out only what is used, so its -Wpadded would say nothing here.
            found.append((command, language, [] if "clang" in command else ["-Wpadded"]))
    return found


def cases(tree):
    for header in tree.sources("include/till"):
        for command, language, extra in compilers():
            if header.endswith(".hpp"):
                standards = CPP_ONLY if language == "c++" else []
            else:
                standards = C if language == "c" else CPP
            for standard in standards:
                for hostile in (False, True):
                    yield header, command, language, standard, extra, hostile


def compile_alone(tree, case):
    header, command, language, standard, extra, hostile = case
    line = f"#include <{header[len('include/'):]}>\n"
    source = (HOSTILE if hostile else "") + line + line + "extern int till_house_not_empty;\n"
    arguments = [command, "-x", language, f"-std={standard}", *STRICT, *extra, "-I", str(tree.root / "include"), "-"]
    run = subprocess.run(arguments, input=source, capture_output=True, text=True)
    if run.returncode == 0:
        return None
    macros = " with hostile macros" if hostile else ""
    return f"{header}: {command} -std={standard}{macros} says\n{run.stderr[:1500]}"


def check(tree):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [problem for problem in pool.map(lambda case: compile_alone(tree, case), list(cases(tree))) if problem]
