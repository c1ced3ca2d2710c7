#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Headers as an older or a newer release might have them: doctor.py (older | newer) TARGET

Made from today's: in the older ones every struct that may grow lacks its last fields, in the newer
ones it has one more. TARGET becomes an include directory. `doctor.py first-sizes FILE` writes what
libtill says about its inputs once it has grown out of the older headers, and `http-first-sizes` what
libtill_http does.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import ctype
from describe import COMMITTED, ROOT, library_of

EXTRA = {"name": "newer_field", "type": "uint64_t", "size": 8}


def declaration(field):
    kind = ctype.parse(field["type"])
    if kind.array:
        return f"    {kind.base} {field['name']}[{kind.array}];\n"
    return f"    {field['type']} {field['name']};\n"


def initialiser(field, struct):
    if field["name"] == "struct_size":
        return f"sizeof({struct['name']})"
    kind = ctype.parse(field["type"])
    if kind.base == "till_str" and not kind.pointers:
        return "{ NULL, 0 }"
    return "NULL" if kind.pointers or kind.base == "till_log_function" else "0"


def with_fields(text, struct, fields):
    """A header's text with this struct's fields, and its INIT macro in step."""
    name = struct["name"]
    body = "".join(declaration(field) for field in fields)
    pattern = rf"(typedef )?struct {name} \{{.*?\n\}}( {name})?;"
    text, count = re.subn(pattern, lambda m: f"{m[1] or ''}struct {name} {{\n{body}}}{m[2] or ''};", text, flags=re.DOTALL)
    if count != 1:
        raise LookupError(f"{struct['header']} does not define {name} once")
    if struct["init"]:
        values = ", ".join(initialiser(field, struct) for field in fields)
        pattern = rf"#define {struct['init']} \\\n(?:[^\n]*\\\n)*[^\n]*"
        text, count = re.subn(pattern, lambda m: f"#define {struct['init']} {{ {values} }}", text)
        if count != 1:
            raise LookupError(f"{struct['header']} does not define {struct['init']} once")
    return text


def older_fields(struct):
    """Without the last field and whatever only pads it; with its head and one field at least."""
    fields = list(struct["fields"])
    least = 4 if struct["result"] else 3
    while len(fields) > least:
        end = fields.pop()["offset"]
        if end % struct["align"] == 0:
            return fields
    return struct["fields"]


def growable(abi):
    return [struct for struct in abi["structs"] if struct["role"] in ("in", "out")]


def write(abi, target, fields_of):
    folder = Path(target) / "till"
    folder.mkdir(parents=True, exist_ok=True)
    for header in abi["headers"]:
        text = (ROOT / "include/till" / header).read_text(encoding="utf-8")
        for struct in growable(abi):
            if struct["header"] == header:
                text = with_fields(text, struct, fields_of(struct))
        (folder / header).write_text(text, encoding="utf-8")


def older(abi, target):
    write(abi, target, older_fields)


def newer(abi, target):
    write(abi, target, lambda struct: [*struct["fields"], EXTRA])


def first_sizes(abi, target, library, room, header):
    space = f"till::{room}"
    lines = [
        "// Made by tests/abi/doctor.py: the library's inputs as if they had grown since their first version.\n"
        f'#pragma once\n\n#include "{room}/{header}"\n\n'
    ]
    lines += [f"#include <till/{name}>\n" for name in abi["headers"] if library_of(name) == library]
    lines.append(f"\nnamespace {space} {{\n")
    for struct in growable(abi):
        if struct["role"] == "in" and library_of(struct["header"]) == library:
            last = older_fields(struct)[-1]
            size = last["offset"] + last["size"]
            lines.append(f"template <>\ninline constexpr std::uint32_t first_size<{struct['name']}> = {size};\n")
    lines.append(f"}}  // namespace {space}\n")
    Path(target).write_text("".join(lines), encoding="utf-8")


def core_first_sizes(abi, target):
    first_sizes(abi, target, "till", "c_api", "input.hpp")


def http_first_sizes(abi, target):
    first_sizes(abi, target, "till_http", "http", "sized_input.hpp")


def main():
    kinds = {"older": older, "newer": newer, "first-sizes": core_first_sizes, "http-first-sizes": http_first_sizes}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=sorted(kinds))
    parser.add_argument("target")
    arguments = parser.parse_args()
    kinds[arguments.kind](json.loads(COMMITTED.read_text(encoding="utf-8")), arguments.target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
