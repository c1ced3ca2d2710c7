#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Describes the C ABI in one file: describe.py [--check]

Reads the public headers (not with patterns: with clang's syntax tree, and with its own answers to
sizeof, offsetof and every constant) and writes tests/abi/abi.json. What else is made from the ABI
(version scripts, the Python layer, static asserts, the API index) is made from that file by
generate.py. With --check nothing is written and a difference fails.
"""

import argparse
import difflib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "tests/abi/abi.json"
CLANG = "clang-14"

# Macros that spell declarations and stand for no value.
MARKUP = {"TILL_CALL", "TILL_API", "TILL_EXTERN_BEGIN", "TILL_EXTERN_END", "TILL_NULLABLE", "TILL_NOEXCEPT"}
# What _Generic answers: the type of a constant as C code sees it.
CONSTANT_TYPES = {1: "int32_t", 2: "uint32_t", 3: "int64_t", 4: "size_t"}
GENERIC = "_Generic(({0}), int: 1, unsigned: 2, long: 3, unsigned long: 4)"


class Unreadable(Exception):
    """A header holds something this description has no words for."""


def headers_of(include):
    return sorted(path.name for path in (Path(include) / "till").glob("*.h"))


def library_of(header):
    return "till_http" if header == "http.h" else "till"


def with_visible_marks(include, target):
    """Copies the headers with TILL_NULLABLE made into a qualifier that the syntax tree shows."""
    folder = Path(target) / "till"
    folder.mkdir()
    for name in headers_of(include):
        text = (Path(include) / "till" / name).read_text(encoding="utf-8")
        if name == "types.h":
            text, count = re.subn(r"^#define TILL_NULLABLE$", "#define TILL_NULLABLE _Nullable", text, flags=re.MULTILINE)
            if count != 1:
                raise Unreadable("types.h does not define TILL_NULLABLE as nothing, on a line alone")
        (folder / name).write_text(text, encoding="utf-8")
    return {name: (folder / name).read_text(encoding="utf-8") for name in headers_of(include)}


def clang(include, source, *arguments):
    run = subprocess.run(
        [CLANG, "-std=c11", "-w", "-x", "c", "-I", str(include), *arguments, "-"], input=source, capture_output=True, text=True
    )
    if run.returncode != 0:
        raise Unreadable(f"clang does not take the headers:\n{run.stderr}")
    return run.stdout


def everything(headers):
    return "".join(f"#include <till/{name}>\n" for name in headers)


# ---- The syntax tree ---------------------------------------------------------------------------


def place_declarations(tree):
    """Top-level declarations with the file and offset of each: the dump names a file only when it changes."""
    current = [""]

    def walk(node):
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            for key, value in list(node.items()):
                if key == "file" and isinstance(value, str):
                    current[0] = value
                elif key == "includedFrom":
                    continue
                else:
                    walk(value)
                if key == "loc":
                    node["at"] = current[0]

    walk(tree["inner"])
    return tree["inner"]


def start_of(node):
    begin = node["range"]["begin"]
    return begin.get("expansionLoc", begin)["offset"]


def comment_above(text, at):
    """The comment directly above a declaration, without its marks, as paragraphs on single lines."""
    line_start = text.rfind("\n", 0, at) + 1
    match = re.search(r"^/\*((?:(?!\*/).)*)\*/\n\Z", text[:line_start], re.MULTILINE | re.DOTALL)
    if match is None:
        return ""
    lines = [re.sub(r"^\s*\*? ?", "", line).rstrip() for line in match[1].split("\n")]
    paragraphs = "\n".join(lines).strip().split("\n\n")
    return "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def spelled(qual_type):
    """A type as the headers write it, without our mark."""
    return re.sub(r"\s*_Nullable\b\s*", "", qual_type)


def parameters_of(node):
    found = []
    for inner in node.get("inner", []):
        if inner["kind"] == "ParmVarDecl":
            kind = inner["type"]["qualType"]
            found.append({"name": inner["name"], "type": spelled(kind), "nullable": "_Nullable" in kind})
    return found


def function_of(node, header, text):
    if node.get("variadic"):
        raise Unreadable(f"{header}: {node['name']} takes variable arguments")
    return {
        "name": node["name"],
        "library": library_of(header),
        "header": header,
        "result": node["type"]["qualType"].split("(")[0].strip(),
        "parameters": parameters_of(node),
        "comment": comment_above(text, start_of(node)),
    }


def struct_of(node, header, text):
    fields = []
    for inner in node.get("inner", []):
        if inner["kind"] == "FieldDecl":
            if inner.get("isBitfield"):
                raise Unreadable(f"{header}: {node['name']}.{inner['name']} is a bit-field")
            fields.append({"name": inner["name"], "type": spelled(inner["type"]["qualType"])})
        elif inner["kind"] in ("RecordDecl", "IndirectFieldDecl"):
            raise Unreadable(f"{header}: {node['name']} nests a struct or union")
    return {"name": node["name"], "header": header, "fields": fields, "comment": comment_above(text, start_of(node))}


def typedef_of(node, header, text):
    """An alias of a number, a callback, or (None) the second name of a struct."""
    kind = node["type"]["qualType"]
    if kind.startswith("struct "):
        return None
    entry = {"name": node["name"], "header": header, "comment": comment_above(text, start_of(node))}
    callback = re.fullmatch(r"(.*?)\(\*\)\((.*)\)", kind)
    if callback is None:
        return {**entry, "type": kind}
    return {**entry, "result": callback[1].strip(), "parameters": [part.strip() for part in callback[2].split(",")]}


def declarations(include, texts):
    tree = json.loads(clang(include, everything(texts), "-fsyntax-only", "-Xclang", "-ast-dump=json"))
    functions, structs, typedefs, callbacks, named = [], {}, [], [], {}
    for node in place_declarations(tree):
        path = Path(node.get("at", ""))
        if path.parent != Path(include) / "till":
            continue
        header, text, kind = path.name, texts[path.name], node["kind"]
        if kind == "FunctionDecl":
            functions.append(function_of(node, header, text))
        elif kind == "RecordDecl" and node["tagUsed"] == "struct":
            if node.get("completeDefinition"):
                structs[node["name"]] = struct_of(node, header, text)
            named.setdefault(node["name"], header)
        elif kind == "TypedefDecl":
            entry = typedef_of(node, header, text)
            if entry is not None:
                (callbacks if "parameters" in entry else typedefs).append(entry)
        else:
            raise Unreadable(f"{header}: a {kind} ({node.get('name')}) has no place in this ABI")
    opaque = [
        {"name": name, "header": header, "role": "opaque"} for name, header in named.items() if name not in structs
    ]
    return functions, list(structs.values()), opaque, typedefs, callbacks


# ---- Numbers -----------------------------------------------------------------------------------


def macros(texts):
    """(name, body, header, signed constants' group) of every object-like macro that stands for a value."""
    for header, text in texts.items():
        group = ""
        joined = re.sub(r"\\\n", " ", text)
        bare = re.sub(r"/\*.*?\*/", " ", joined, flags=re.DOTALL)
        for line in bare.splitlines():
            alias = re.match(r"typedef int(?:32|64)_t (till_\w+);", line)
            if alias:
                group = alias[1]
            match = re.match(r"#define (\w+)(\(?)\s*(.*?)\s*$", line)
            if match is None or match[2] or match[1] in MARKUP or not match[3]:
                # A macro whose body is in parentheses looks like one with parameters only without a blank.
                continue
            if not match[1].startswith("TILL_"):
                raise Unreadable(f"{header}: the macro {match[1]} is not named TILL_…")
            yield match[1], match[3], header, group


def constants_and_initialisers(texts):
    constants, initialisers = [], {}
    for name, body, header, group in macros(texts):
        if body.startswith("{"):
            initialisers[name] = header
        elif re.fullmatch(r"\(?-?(?:0x[0-9a-fA-F]+|\d+)[uU]?\)?|[A-Z0-9_]+_(?:MAX|MIN)", body):
            constants.append({"name": name, "header": header, "group": group})
        else:
            raise Unreadable(f"{header}: what the macro {name} stands for is unclear: {body}")
    return constants, initialisers


def measure(include, texts, structs, constants):
    """Fills in sizes, offsets and values, as the compiler has them."""
    questions, answers = [], {}

    def ask(key, kind, expression):
        name = f"till_answer_{len(questions)}"
        answers[name] = key
        questions.append(f"{kind} {name} = {expression};")

    for struct in structs:
        ask((struct["name"], "size"), "unsigned long", f"sizeof({struct['name']})")
        ask((struct["name"], "align"), "unsigned long", f"_Alignof({struct['name']})")
        for field in struct["fields"]:
            place = f"{struct['name']}, {field['name']}"
            ask((struct["name"], field["name"], "offset"), "unsigned long", f"offsetof({place})")
            size = f"sizeof((({struct['name']} *)0)->{field['name']})"
            ask((struct["name"], field["name"], "size"), "unsigned long", size)
    for constant in constants:
        ask((constant["name"], "value"), "long", f"(long)({constant['name']})")
        ask((constant["name"], "type"), "int", GENERIC.format(constant["name"]))
    code = clang(include, everything(texts) + "\n".join(questions) + "\n", "-S", "-emit-llvm", "-o", "-")
    found = {}
    for name, value in re.findall(r"^@(till_answer_\d+) = .*?global i\d+ (-?\d+)", code, re.MULTILINE):
        found[answers[name]] = int(value)
    for struct in structs:
        struct["size"], struct["align"] = found[struct["name"], "size"], found[struct["name"], "align"]
        for field in struct["fields"]:
            field["offset"] = found[struct["name"], field["name"], "offset"]
            field["size"] = found[struct["name"], field["name"], "size"]
    for constant in constants:
        constant["type"] = CONSTANT_TYPES[found[constant["name"], "type"]]
        value = found[constant["name"], "value"]
        constant["value"] = value % 2**64 if constant["type"] == "size_t" else value
        if constant["type"] in ("uint32_t", "size_t"):
            # Bits belong to no typedef; their first word says what they are bits of.
            constant["group"] = "_".join(constant["name"].split("_")[:2])


def give_roles(structs, initialisers):
    for struct in structs:
        names = [field["name"] for field in struct["fields"]]
        struct["sized"] = names[:1] == ["struct_size"]
        struct["result"] = names[:3] == ["struct_size", "kind", "block_size"]
        if not struct["sized"]:
            struct["role"] = "leaf"
        else:
            struct["role"] = "in" if names[1:2] == ["flags"] else "out"
        macro = f"{struct['name'].upper()}_INIT"
        struct["init"] = macro if initialisers.pop(macro, None) else None
        if (struct["role"] == "in") != (struct["init"] is not None):
            raise Unreadable(f"{struct['name']}: an input has an _INIT macro, and nothing else has")
        end = 0
        for field in struct["fields"]:
            if field["offset"] != end:
                raise Unreadable(f"{struct['name']}: implicit padding before {field['name']}")
            end += field["size"]
        if end != struct["size"]:
            raise Unreadable(f"{struct['name']}: implicit padding at its end")
    if initialisers:
        raise Unreadable(f"{', '.join(initialisers)}: there is no such input")


def version(texts):
    return ".".join(re.search(rf"#define TILL_VERSION_{part} (\d+)", texts["store.h"])[1] for part in ("MAJOR", "MINOR"))


def give_since(entries, before, today):
    """A name keeps the version it came with; a new one gets today's."""
    known = {entry["name"]: entry["since"] for entry in before}
    for entry in entries:
        entry["since"] = known.get(entry["name"], today)


def describe(include, before):
    """The description of the headers below `include`; `before` is an older description, or {}."""
    with tempfile.TemporaryDirectory() as folder:
        texts = with_visible_marks(include, folder)
        functions, structs, opaque, typedefs, callbacks = declarations(folder, texts)
        constants, initialisers = constants_and_initialisers(texts)
        measure(folder, texts, structs, constants)
    give_roles(structs, initialisers)
    description = {
        "version": version(texts),
        "headers": list(texts),
        "functions": functions,
        "structs": structs + opaque,
        "constants": constants,
        "typedefs": typedefs,
        "callbacks": callbacks,
    }
    for part in ("functions", "structs", "constants", "typedefs", "callbacks"):
        description[part].sort(key=lambda entry: entry["name"])
        give_since(description[part], before.get(part, []), description["version"])
    return description


# ---- As text -----------------------------------------------------------------------------------

KEYS = (
    "name library header since role result sized init size align group type value offset nullable "
    "comment parameters fields"
).split()


def ordered(entry):
    return {key: entry[key] for key in sorted(entry, key=KEYS.index)}


def one_line(entry):
    return json.dumps(ordered(entry) if isinstance(entry, dict) else entry, ensure_ascii=False)


def as_text(description):
    """JSON that reads well as a difference: one line a constant, parameter and field."""
    parts = []
    for key, value in description.items():
        if not isinstance(value, list) or (value and isinstance(value[0], str)):
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
            continue
        entries = []
        for entry in map(ordered, value):
            lists = {name: inner for name, inner in entry.items() if isinstance(inner, list) and inner}
            lines = [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in entry.items() if k not in lists]
            for name, inner in lists.items():
                rows = ",\n    ".join(map(one_line, inner))
                lines.append(f"{json.dumps(name)}: [\n    {rows}]")
            if len(lines) <= 8 and not lists and "comment" not in entry:
                entries.append("  {" + ", ".join(lines) + "}")
            else:
                entries.append("  {" + ",\n   ".join(lines) + "}")
        parts.append(f" {json.dumps(key)}: [\n" + ",\n".join(entries) + "]")
    return "{\n" + ",\n".join(parts) + "}\n"


def difference(name, committed, fresh):
    return "".join(
        difflib.unified_diff(committed.splitlines(True), fresh.splitlines(True), f"{name} (committed)", f"{name} (made now)")
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail when the committed description is not this one")
    parser.add_argument("--include", default=ROOT / "include", type=Path, help="describe these headers instead")
    parser.add_argument("--output", default=COMMITTED, type=Path)
    arguments = parser.parse_args()
    committed = COMMITTED.read_text(encoding="utf-8") if COMMITTED.exists() else "{}"
    try:
        fresh = as_text(describe(arguments.include, json.loads(committed)))
    except Unreadable as problem:
        print(problem)
        return 1
    if not arguments.check:
        arguments.output.write_text(fresh, encoding="utf-8")
        return 0
    if fresh == committed:
        print("abi.json: as the headers")
        return 0
    print(difference("tests/abi/abi.json", committed, fresh), end="")
    print("The headers and their description differ: run tests/abi/describe.py, then tests/abi/generate.py.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
