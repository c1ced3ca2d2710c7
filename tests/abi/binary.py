#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the shared libraries against their promises.

binary.py exports LIBRARY...    symbols, versions, SONAME, what is needed, flags, the C library's floor
binary.py compare LIBRARY...    abidiff against the committed baseline
binary.py controls              that the comparison catches what it must: libraries broken on purpose
binary.py renew LIBRARY...      makes today the baseline, openly: it is a change to be committed
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from describe import COMMITTED, ROOT, describe
from compat import BASELINE
from generate import node_of, version_script

FOLDER = ROOT / "tests/abi"
RELEASE = "0.1"
# What each library may need: the C and C++ run time and, with the system's libraries, these.
RUN_TIME = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
SYSTEM = {
    "till": {"libsqlite3.so.0", "libsodium.so.23", "libutf8proc.so.2", "libcrypto.so.3"},
    "till_http": {"libtill.so.1", "libsimdjson.so.14"},
}
# Debian 12 has 2.36 and 3.4.30; a lower need is a wider reach, a higher one is a decision.
FLOORS = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 30), "CXXABI": (1, 3, 13)}


def run(*command, codes=(0,)):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if codes is not None and result.returncode not in codes:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{result.stdout}{result.stderr}")
    return result


def name_of(library):
    return re.match(r"lib(\w+)\.so", Path(library).name)[1]


# ---- Exports -----------------------------------------------------------------------------------


def wrong_symbols(abi, library):
    expected = {f["name"]: node_of(f["since"]) for f in abi["functions"] if f["library"] == name_of(library)}
    found = {}
    for line in run("nm", "-D", "--defined-only", library).stdout.splitlines():
        kind, symbol = line.split()[-2:]
        if kind == "A":
            continue  # a version node
        name, _, node = symbol.partition("@")
        found[name] = node.lstrip("@")
        if kind != "T":
            yield f"{name} is exported as {kind}: not a plain function"
    for name in sorted(set(expected) - set(found)):
        yield f"{name} is declared and not exported"
    for name in sorted(set(found) - set(expected)):
        yield f"{name} is exported and not declared"
    for name in sorted(set(found) & set(expected)):
        if found[name] != expected[name]:
            yield f"{name} is versioned {found[name]}, not {expected[name]}"


def wrong_dynamic(library, installed):
    text = run("readelf", "-dW", library).stdout
    entries = re.findall(r"\((\w+)\)\s+(.*)", text)
    sonames = re.findall(r"soname: \[(.*?)\]", text)
    if sonames != [f"lib{name_of(library)}.so.1"]:
        yield f"its SONAME is {sonames}"
    needed = set(re.findall(r"Shared library: \[(.*?)\]", text))
    for foreign in sorted(needed - RUN_TIME - SYSTEM[name_of(library)]):
        yield f"it needs {foreign}"
    flags = " ".join(value for tag, value in entries if tag in ("FLAGS", "FLAGS_1"))
    for flag in ("BIND_NOW", "NODELETE"):
        if flag not in flags.split():
            yield f"it lacks {flag}"
    if "TEXTREL" in text:
        yield "it has text relocations"
    if installed and re.search(r"\((RPATH|RUNPATH)\)", text):
        yield "it carries a path of the machine that built it"


def wrong_floor(library):
    symbols = run("readelf", "-W", "--dyn-syms", library).stdout
    for family, floor in FLOORS.items():
        for version in sorted(set(re.findall(rf"@{family}_([\d.]+)", symbols))):
            if tuple(map(int, version.split("."))) > floor:
                yield f"it needs {family}_{version}, above the floor {'.'.join(map(str, floor))}"


def wrong_exports(abi, library, installed):
    problems = [*wrong_symbols(abi, library), *wrong_dynamic(library, installed), *wrong_floor(library)]
    return [f"lib{name_of(library)}: {problem}" for problem in problems]


# ---- abidiff -----------------------------------------------------------------------------------


def appended(baseline, today):
    """Structs that carry their size and have the fields they had, and more after them."""
    before = {struct["name"]: struct for struct in baseline["structs"]}
    for struct in today["structs"]:
        old = before.get(struct["name"])
        if old is None or struct["role"] not in ("in", "out") or old["role"] != struct["role"]:
            continue
        count = len(old["fields"])
        if len(struct["fields"]) > count and struct["fields"][:count] == old["fields"]:
            yield struct["name"]


def suppressions(baseline, today):
    """Handles have no layout that a program knows; structs that carry their size may grow at the end.

    Only those that did are named: abidiff takes such a rule to excuse any change of the struct that
    inserts nothing, two swapped fields too. And `type_kind` is vital: without it a rule matches the
    typedef of the same name, which has no members, and silences every change of the struct behind it.
    """
    opaque = [struct["name"] for struct in today["structs"] if struct["role"] == "opaque"]
    text = f"[suppress_type]\n  type_kind = struct\n  name_regexp = ^({'|'.join(opaque)})$\n"
    grown = list(appended(baseline, today))
    if grown:
        text += f"\n[suppress_type]\n  type_kind = struct\n  name_regexp = ^({'|'.join(grown)})$\n"
        text += "  has_data_member_inserted_at = end\n"
    return text


def missing_types(abi, library, xml):
    """Structs that the debug information does not show: without it every comparison would pass."""
    sections = run("readelf", "-SW", library).stdout
    if ".debug_info" not in sections:
        return ["it has no debug information at all"]
    used = " ".join(
        parameter["type"] for f in abi["functions"] if f["library"] == name_of(library) for parameter in f["parameters"]
    )
    known = set(re.findall(r"class-decl name='(\w+)' size-in-bits", xml))
    wanted = {s["name"] for s in abi["structs"] if s["role"] in ("in", "out") and s["name"] in set(re.findall(r"\w+", used))}
    return [f"{name} is not in its debug information" for name in sorted(wanted - known)]


def write_xml(library, path, include=ROOT / "include"):
    """The ABI as the debug information has it, without what no public header defines: 170 kB, not 5 MB."""
    run("abidw", "--exported-interfaces-only", "--headers-dir", Path(include) / "till", "--drop-private-types",
        "--no-show-locs", "--no-comp-dir-path", "--no-corpus-path", "--no-elf-needed", "--out-file", path, library)


def compare(baseline, today, before, now):
    """abidiff's code and report on two XML files: 0 when every program built against the first still runs.

    Any other code counts: a field inserted in the middle sets the bit that says "changed" (4) and not
    the one that says "incompatible" (8).
    """
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
        file.write(suppressions(baseline, today))
        file.flush()
        # Without --headers-dir: given to abidiff with a baseline in XML it hides changes (libabigail 2.2).
        result = run("abidiff", "--no-added-syms", "--suppr", file.name, before, now, codes=None)
    return result.returncode, result.stdout + result.stderr


def baseline_xml(library):
    return FOLDER / f"lib{name_of(library)}-{RELEASE}.xml"


def wrong_binary(abi, library):
    with tempfile.TemporaryDirectory() as folder:
        now = Path(folder) / "now.xml"
        write_xml(library, now)
        problems = missing_types(abi, library, now.read_text(encoding="utf-8"))
        if problems:
            return [f"lib{name_of(library)}: {problem}" for problem in problems]
        baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
        code, report = compare(baseline, abi, baseline_xml(library), now)
    return [f"abidiff {baseline_xml(library).name} lib{name_of(library)}: {code}\n{report}"] if code else []


def renew(abi, library):
    write_xml(library, baseline_xml(library))
    BASELINE.write_text(COMMITTED.read_text(encoding="utf-8"), encoding="utf-8")
    return missing_types(abi, library, baseline_xml(library).read_text(encoding="utf-8"))


# ---- Positive controls -------------------------------------------------------------------------


def stub_library(include, folder, name, without=()):
    """A library with the ABI of these headers and nothing in it; it is what abidiff sees of ours."""
    abi = describe(include, {})
    abi["functions"] = [f for f in abi["functions"] if f["name"] not in without]
    lines = [f"#include <till/{header}>\n" for header in abi["headers"]]
    lines += [f"struct {s['name']} {{ int64_t private_part; }};\n" for s in abi["structs"] if s["role"] == "opaque"]
    for function in abi["functions"]:
        types = [f"{p['type']} {p['name']}" for p in function["parameters"]]
        lines.append(f"{function['result']} {function['name']}({', '.join(types) or 'void'}) {{")
        lines.append("}\n" if function["result"] == "void" else f" return ({function['result']})0; }}\n")
    for library in ("till", "till_http"):
        for function in abi["functions"]:
            function["library"] = "till"
    source, script, output = (Path(folder) / f"{name}.{end}" for end in ("c", "map", "so"))
    source.write_text("".join(lines), encoding="utf-8")
    script.write_text(version_script(abi, "till"), encoding="utf-8")
    run("gcc", "-w", "-g", "-shared", "-fPIC", f"-Wl,--version-script={script}", "-Wl,-soname,libtill.so.1",
        "-I", include, "-o", output, source)
    return output


def changed(include, folder, name, header, before, after):
    """A copy of the headers, without comments, with one text replaced."""
    target = Path(folder) / name
    (target / "till").mkdir(parents=True)
    for path in (Path(include) / "till").glob("*.h"):
        bare = re.sub(r"[ \t]*/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        (target / "till" / path.name).write_text(bare, encoding="utf-8")
    path = target / "till" / header
    text = path.read_text(encoding="utf-8")
    if text.count(before) != 1:
        raise LookupError(f"{name}: {header} does not say once: {before}")
    path.write_text(text.replace(before, after), encoding="utf-8")
    return target


# name, header, what stands there, what is put there, whether abidiff must catch it.
CONTROLS = (
    ("field inserted", "order.h", "    int64_t order_id;\n    int64_t if_version;",
     "    int64_t order_id;\n    int64_t inserted;\n    int64_t if_version;", True),
    ("field retyped", "order.h", "    int64_t if_version;\n} till_order_act_in",
     "    uint64_t if_version;\n} till_order_act_in", True),
    ("field removed", "order.h", "    till_str series;\n    till_str reference;\n    till_str contact_name;",
     "    till_str series;\n    till_str contact_name;", True),
    ("fields swapped", "order.h", "    int64_t order_id;\n    int64_t if_version;",
     "    int64_t if_version;\n    int64_t order_id;", True),
    ("leaf grown", "types.h", "    int32_t exponent;\n} till_money;",
     "    int32_t exponent;\n    int64_t more;\n} till_money;", True),
    ("parameter retyped", "order.h", "const till_call *TILL_NULLABLE call, int64_t order_id,",
     "const till_call *TILL_NULLABLE call, int32_t order_id,", True),
    ("parameter added", "order.h", "const till_call *TILL_NULLABLE call, int64_t order_id,",
     "const till_call *TILL_NULLABLE call, int64_t order_id, int32_t more,", True),
    ("result retyped", "store.h", "TILL_API int32_t TILL_CALL till_version(void);",
     "TILL_API int64_t TILL_CALL till_version(void);", True),
    ("field appended to an input", "order.h", "    int64_t if_version;\n} till_order_act_in",
     "    int64_t if_version;\n    int64_t appended;\n} till_order_act_in", False),
    ("field appended to a result", "order.h", "    till_bool replayed;\n    uint32_t reserved0;\n} till_order;",
     "    till_bool replayed;\n    uint32_t reserved0;\n    int64_t appended;\n} till_order;", False),
    ("function added", "store.h", "TILL_API int32_t TILL_CALL till_version(void);",
     "TILL_API int32_t TILL_CALL till_version(void);\nTILL_API int32_t TILL_CALL till_added(void);", False),
)


def failed_export_controls(abi):
    """A library that was linked without care: what the C++ compiler adds, no flags, a path."""
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder) / "a.cpp", Path(folder) / "libtill.so.1"
        source.write_text(
            "inline int &counter() { static int value; return value; }\n"
            'extern "C" int till_version() { return ++counter(); }\n'
            'extern "C" int sqlite3_foreign() { return 1; }\n'
        )
        run("g++", "-shared", "-fPIC", "-Wl,-rpath,/somewhere", "-o", library, source)
        found = "\n".join(wrong_exports(abi, library, installed=True))
    for words in (
        "_ZZ7countervE5value is exported as u", "_Z7counterv is exported as W", "sqlite3_foreign is exported and not declared",
        "till_free is declared and not exported", "till_version is versioned , not TILL_1.0", "its SONAME is []",
        "it lacks BIND_NOW", "it lacks NODELETE", "a path of the machine",
    ):
        print(f"exports: {words}")
        if words not in found:
            yield f"exports: nothing says: {words}\n{found}"


def failed_controls(abi):
    include = ROOT / "include"
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "baseline.xml"
        write_xml(stub_library(include, folder, "baseline"), xml)
        now = Path(folder) / "now.xml"

        def expect(name, headers, caught, without=()):
            library = stub_library(headers, folder, name.replace(" ", "_") + "_library", without)
            write_xml(library, now, headers)
            code, report = compare(abi, describe(headers, {}), xml, now)
            print(f"{name}: abidiff says {code}")
            if (code != 0) != caught:
                yield f"{name}: abidiff {'does not catch' if caught else 'objects to'} it ({code})\n{report}"

        yield from expect("nothing changed", include, False)
        yield from expect("function removed", include, True, without=("till_order_get",))
        for name, header, before, after, caught in CONTROLS:
            # The INIT macros' lists are longer or shorter then; only the layout counts here.
            yield from expect(name, changed(include, folder, name.replace(" ", "_"), header, before, after), caught)
        stripped = stub_library(changed(include, folder, "stripped", *CONTROLS[0][1:4]), folder, "stripped_library")
        run("strip", "--strip-debug", stripped)
        abi_of_one = {**abi, "functions": [f for f in abi["functions"] if f["library"] == "till"]}
        renamed = stripped.rename(stripped.parent / "libtill.so.1")
        if not missing_types(abi_of_one, renamed, ""):
            yield "a stripped library is compared as if it had types"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("exports", "compare", "controls", "renew"))
    parser.add_argument("library", nargs="*")
    parser.add_argument("--installed", action="store_true", help="exports: as it is installed, without a path of its own")
    arguments = parser.parse_args()
    abi = json.loads(COMMITTED.read_text(encoding="utf-8"))
    problems = []
    if arguments.command == "controls":
        problems += [*failed_export_controls(abi), *failed_controls(abi)]
    elif not arguments.library:
        parser.error("name the libraries")
    for library in arguments.library:
        if arguments.command == "exports":
            problems += wrong_exports(abi, library, arguments.installed)
        elif arguments.command == "compare":
            problems += wrong_binary(abi, library)
        elif arguments.command == "renew":
            problems += renew(abi, library)
    for problem in problems:
        print(problem)
    print(f"{arguments.command}: {len(problems)} broken" if problems else f"{arguments.command}: kept")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
