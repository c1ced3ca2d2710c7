#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes from tests/abi/abi.json what follows from it: generate.py [--check]

Committed: the version scripts, the Python binding's ctypes layer, the API index. With --check
nothing is written and a difference fails. Made at build time, into a file of the build: generate.py
layout FILE (static asserts of every size and offset), generate.py link FILE (every function).
"""

import argparse
import json
import re
import sys
import textwrap
from pathlib import Path

import python_layer
from describe import COMMITTED, ROOT, difference

MAPS = {"till": "src/till.map", "till_http": "src/http/till_http.map"}
INDEX = "include/guide/api-index.md"


def node_of(since):
    """The version node of a function: what came before 1.0 came with the first stable list."""
    return "TILL_1.0" if since.split(".")[0] == "0" else f"TILL_{since}"


def version_script(abi, library):
    nodes = {}
    for function in abi["functions"]:
        if function["library"] == library:
            nodes.setdefault(node_of(function["since"]), []).append(function["name"])
    text = (
        "# SPDX-License-Identifier: MIT\n"
        "# Exactly what the library exports. Made by tests/abi/generate.py from tests/abi/abi.json.\n"
    )
    previous = ""
    for node in sorted(nodes, key=lambda name: [int(part) for part in name[5:].split(".")]):
        lines = "".join(f"    {name};\n" for name in sorted(nodes[node]))
        local = "" if previous else "  local:\n    *;\n"
        text += f"{node} {{\n  global:\n{lines}{local}}}{previous};\n"
        previous = f" {node}"
    return text


def first_sentence(comment):
    # Its paragraphs are lines; @param and @retval come after the first.
    flat = " ".join(comment.split("\n")[0].split(" @")[0].replace("#TILL_", "TILL_").split())
    match = re.match(r'.*?(?<!e\.g)[.:](?= [A-Z"\'(`]|$)', flat)
    return (match[0] if match else flat).rstrip(":.") + "."


def index(abi):
    lines = [
        "# API index",
        "",
        f"Every function of the C ABI, by header: {len(abi['functions'])} in all. The header's comment is the contract;",
        "this page finds it. Made by `tests/abi/generate.py` from `tests/abi/abi.json`.",
        "",
    ]
    for header in abi["headers"]:
        functions = [function for function in abi["functions"] if function["header"] == header]
        if not functions:
            continue
        library = functions[0]["library"]
        note = "" if library == "till" else f" (lib{library})"
        lines += [f"## till/{header}{note}", ""]
        for function in functions:
            text = f"- [`{function['name']}`](../till/{header}) ({function['since']}): {first_sentence(function['comment'])}"
            lines += textwrap.wrap(text, 100, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        lines.append("")
    lines += ["## Constants", ""]
    groups = {}
    for entry in sorted(abi["constants"], key=lambda e: (abs(e["value"]), e["name"])):
        groups.setdefault((entry["header"], entry["group"]), []).append(f"`{entry['name']}` {entry['value']}")
    for (header, group), entries in sorted(groups.items()):
        text = f"- till/{header}{f', {group}' if group else ''}: {', '.join(entries)}"
        lines += textwrap.wrap(text, 100, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def committed_files(abi):
    return {
        **{path: version_script(abi, library) for library, path in MAPS.items()},
        **python_layer.make(abi),
        INDEX: index(abi),
    }


# ---- Made at build time ------------------------------------------------------------------------


def includes(abi):
    return "".join(f"#include <till/{header}>\n" for header in abi["headers"])


def layout(abi):
    lines = [
        "/* Made by tests/abi/generate.py: every size, offset and constant as tests/abi/abi.json has it. */\n",
        includes(abi),
        "#if defined(__cplusplus)\n#define HOLDS static_assert\n#else\n#define HOLDS _Static_assert\n#endif\n",
    ]
    for struct in abi["structs"]:
        if struct["role"] == "opaque":
            continue
        name = struct["name"]
        lines.append(f'HOLDS(sizeof({name}) == {struct["size"]}, "{name} is {struct["size"]} bytes");\n')
        for field in struct["fields"]:
            place = f"{name}.{field['name']}"
            lines.append(f'HOLDS(offsetof({name}, {field["name"]}) == {field["offset"]}, "{place} is at {field["offset"]}");\n')
            lines.append(f'HOLDS(TILL_SIZEOF_FIELD({name}, {field["name"]}) == {field["size"]}, "{place}: {field["size"]} bytes");\n')
    for entry in abi["constants"]:
        value = {"int64_t": f"INT64_C({entry['value']})", "size_t": f"UINT64_C({entry['value']})"}.get(
            entry["type"], f"{entry['value']}" + ("u" if entry["type"] == "uint32_t" else "")
        )
        value = "INT64_MIN" if entry["value"] == -(2**63) else value
        lines.append(f'HOLDS({entry["name"]} == {value}, "{entry["name"]} is {entry["value"]}");\n')
    lines.append("extern int till_layout_holds;\nint till_layout_holds = 1;\n")
    return "".join(lines)


def pointer_to(function):
    """A declaration of `at` as a pointer to this function, with every type as described."""
    parameters = ", ".join(parameter["type"] for parameter in function["parameters"]) or "void"
    return f"{function['result']} (TILL_CALL *at)({parameters}) = &{function['name']};"


def link(abi):
    """A C program that needs every function, each with the described prototype."""
    lines = ["/* Made by tests/abi/generate.py: every function, with its type, as tests/abi/abi.json has it. */\n"]
    lines += ["#include <stdio.h>\n", includes(abi), "\nint main(void) {\n    int missing = 0;\n"]
    for function in abi["functions"]:
        lines.append(f"    {{\n        {pointer_to(function)}\n        missing += at == NULL;\n    }}\n")
    count = len(abi["functions"])
    lines.append(f'    printf("%d functions, %d missing\\n", {count}, missing);\n    return missing;\n}}\n')
    return "".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("layout", "link"))
    parser.add_argument("output", nargs="?", type=Path)
    parser.add_argument("--check", action="store_true", help="fail when a committed file is not what would be made")
    arguments = parser.parse_args()
    abi = json.loads(COMMITTED.read_text(encoding="utf-8"))
    if arguments.what:
        arguments.output.write_text({"layout": layout, "link": link}[arguments.what](abi), encoding="utf-8")
        return 0
    stale = 0
    for name, text in committed_files(abi).items():
        path = ROOT / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if arguments.check and text != before:
            print(difference(name, before, text), end="")
            stale += 1
        elif not arguments.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"{stale} files are not what tests/abi/abi.json says: run tests/abi/generate.py.")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
