# SPDX-License-Identifier: MIT
"""The Python binding's ctypes layer, made from the description."""

import keyword
import textwrap

import ctype

FOLDER = "bindings/python/src/till/"
HEAD = '''# SPDX-License-Identifier: MIT
"""{doc}

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""
'''
SCALARS = {
    "int32_t": ("ctypes.c_int32", "int"),
    "uint32_t": ("ctypes.c_uint32", "int"),
    "int64_t": ("ctypes.c_int64", "int"),
    "uint64_t": ("ctypes.c_uint64", "int"),
    "size_t": ("ctypes.c_size_t", "int"),
    "uintptr_t": ("ctypes.c_size_t", "int"),
}


def python_name(field):
    return field + "_" if keyword.iskeyword(field) else field


class Layer:
    def __init__(self, abi):
        self.abi = abi
        self.aliases = {entry["name"]: entry["type"] for entry in abi["typedefs"]}
        self.callbacks = {entry["name"] for entry in abi["callbacks"]}
        self.structs = {entry["name"]: entry for entry in abi["structs"]}

    def types(self, text):
        """(ctypes expression, what mypy sees) of a C type; None for void."""
        kind = ctype.parse(text)
        base = self.aliases.get(kind.base, kind.base)
        if base == "char":
            if kind.array:
                return f"ctypes.c_char * {kind.array}", "bytes"
            if kind.pointers == 1:
                return "ctypes.c_char_p", "Optional[bytes]"
        elif base == "void":
            return ("None", "None") if kind.pointers == 0 else ("ctypes.c_void_p", "Optional[int]")
        elif base in self.callbacks and kind.pointers == 0:
            return base, "ctypes._FuncPointer"
        elif base in SCALARS and kind.array and kind.pointers == 0:
            return f"{SCALARS[base][0]} * {kind.array}", f"ctypes.Array[{SCALARS[base][0]}]"
        elif (base in SCALARS or base in self.structs) and kind.array == 0:
            expression, seen = SCALARS.get(base, (base, base))
            if kind.pointers and base in SCALARS:
                seen = expression
            for _ in range(kind.pointers):
                expression, seen = f"ctypes.POINTER({expression})", f"ctypes._Pointer[{seen}]"
            return expression, seen
        raise ValueError(f"the Python layer has no type for {text}")

    # ---- Structures ----------------------------------------------------------------------------

    def needs(self, struct):
        """Structs that must be defined before this one."""
        found = set()
        for field in struct.get("fields", []):
            base = ctype.parse(field["type"]).base
            if base in self.callbacks:
                (entry,) = [entry for entry in self.abi["callbacks"] if entry["name"] == base]
                found |= {ctype.parse(part).base for part in entry["parameters"]}
            found.add(base)
        return found & set(self.structs)

    def in_order(self, names):
        done = []

        def visit(name):
            if name not in done and name in names:
                for need in sorted(self.needs(self.structs[name])):
                    visit(need)
                done.append(name)

        for name in sorted(names):
            visit(name)
        return done

    def class_of(self, struct):
        if struct["role"] == "opaque":
            return f'class {struct["name"]}(ctypes.Structure):\n    """Opaque: a handle."""\n'
        if struct["name"] == "till_str":
            return TILL_STR
        fields = [(python_name(field["name"]), *self.types(field["type"])) for field in struct["fields"]]
        seen = "".join(f"    {name}: {kind}\n" for name, _, kind in fields)
        rows = packed([f'("{name}", {expression}),' for name, expression, _ in fields], 8)
        return f"class {struct['name']}(ctypes.Structure):\n{seen}    _fields_ = [\n{rows}    ]\n"

    def callback_of(self, entry):
        parts = [self.types(text)[0] for text in [entry["result"], *entry["parameters"]]]
        return f"{entry['name']} = ctypes.CFUNCTYPE({', '.join(parts)})\n"

    def headers_in_order(self, names):
        """Headers so that each comes after those whose structs it needs."""
        owner = {name: header for header, owned in names.items() for name in owned}
        done = []

        def visit(header, path):
            if header in path:
                raise ValueError(f"headers need each other: {', '.join(path)}")
            if header not in done:
                for name in names[header]:
                    used = self.needs(self.structs[name]) | self.callbacks_used(name) if name in self.structs else set()
                    for need in sorted({owner[other] for other in used} - {header}):
                        visit(need, (*path, header))
                done.append(header)

        for header in sorted(names):
            visit(header, ())
        return done

    def structures(self, header, names, imported):
        doc = f"The structures of till/{header}.h, as ctypes sees them."
        text = [HEAD.format(doc=doc), "\nfrom __future__ import annotations\n\nimport ctypes\n"]
        defined = self.in_order(names & set(self.structs))
        callbacks = [entry for entry in self.abi["callbacks"] if entry["name"] in names]
        used = {need for name in defined for need in self.needs(self.structs[name])} - set(defined)
        used |= {c for name in defined for c in self.callbacks_used(name)} - {entry["name"] for entry in callbacks}
        text.append("\n")
        for module, owned in imported:
            wanted = sorted(used & set(owned))
            if wanted:
                text.append(import_line(module, wanted))
        waiting = list(callbacks)
        for name in defined:
            for entry in [entry for entry in waiting if entry["name"] in self.callbacks_used(name)]:
                text.append("\n\n" + self.callback_of(entry))
                waiting.remove(entry)
            text.append("\n\n" + self.class_of(self.structs[name]))
        text += ["\n\n" + self.callback_of(entry) for entry in waiting]
        if any("Optional[" in part for part in text):
            text[1] += "from typing import Optional\n"
        return "".join(text).replace("\n\n\n\n", "\n\n\n")

    def callbacks_used(self, name):
        bases = {ctype.parse(field["type"]).base for field in self.structs[name].get("fields", [])}
        return bases & self.callbacks

    # ---- Constants and prototypes --------------------------------------------------------------

    def constants(self):
        groups = {}
        for entry in self.abi["constants"]:
            groups.setdefault((entry["header"], entry["group"]), []).append(entry)
        text = []
        for (header, group), entries in sorted(groups.items()):
            text.append(f"\n# {header}: {group}\n" if group else f"\n# {header}\n")
            for entry in sorted(entries, key=lambda e: (abs(e["value"]), e["name"])):
                text.append(f"{entry['name']}: Final = {entry['value']}\n")
        return "".join(text)

    def prototype(self, function):
        result = self.types(function["result"])[0]
        arguments = [self.types(parameter["type"])[0] for parameter in function["parameters"]]
        short = [a.replace("ctypes.POINTER(", "_P(").replace("ctypes.", "_c.") for a in (result, *arguments)]
        inside = ", ".join(short[1:]) + ("," if len(short) == 2 else "")
        return f'"{function["name"]}": ({short[0]}, ({inside})),'

    def prototypes(self):
        text = ["PROTOTYPES: Final[Dict[str, Dict[str, Tuple[Any, Tuple[Any, ...]]]]] = {\n"]
        for library in ("till", "till_http"):
            rows = [self.prototype(f) for f in self.abi["functions"] if f["library"] == library]
            text.append(f'    "{library}": {{\n' + "".join(wrapped(row, 8) for row in rows) + "    },\n")
        return "".join(text) + "}\n"

    def facade(self, modules):
        text = [HEAD.format(doc="The C ABI as ctypes sees it: constants, structures, callbacks and prototypes; nothing else.")]
        text.append(
            "\nfrom __future__ import annotations\n\nimport ctypes\nimport ctypes as _c\n"
            "from ctypes import POINTER as _P\nfrom typing import Any, Dict, Final, Tuple, Type\n\n"
        )
        for module, names in modules:
            text.append(import_line(module, [f"{name} as {name}" for name in sorted(names)]))
        text.append(f'\nABI_VERSION: Final = "{self.abi["version"]}"\n')
        text.append(self.constants())
        text.append("\n# Every structure with its size in bytes.\nSTRUCTURES: Final[Dict[str, Tuple[Type[ctypes.Structure], int]]] = {\n")
        rows = [f'"{s["name"]}": ({s["name"]}, {s["size"]}),' for s in self.abi["structs"] if s["role"] != "opaque"]
        text.append(packed(rows, 4) + "}\n")
        text.append("\n# Library -> function -> (restype, argtypes).\n" + self.prototypes() + BIND)
        return "".join(text)


TILL_STR = '''class _Data(ctypes.Union):
    data: Optional[int]
    text: Optional[bytes]
    _fields_ = [("data", ctypes.c_void_p), ("text", ctypes.c_char_p)]


class till_str(ctypes.Structure):
    """Give it bytes as `text` (kept alive with the struct); read `ctypes.string_at(s.data, s.len)`,
    since reading `text` stops at the first NUL."""

    data: Optional[int]
    text: Optional[bytes]
    len: int
    _anonymous_ = ("_data",)
    _fields_ = [("_data", _Data), ("len", ctypes.c_size_t)]
'''

BIND = '''

def bind(library: ctypes.CDLL, name: str) -> None:
    """Gives every function of "till" or "till_http" its types. AttributeError: the library lacks one."""
    for function, (restype, argtypes) in PROTOTYPES[name].items():
        bound = getattr(library, function)
        bound.restype, bound.argtypes = restype, argtypes
'''


def import_line(module, names):
    line = f"from ._abi_{module} import {', '.join(names)}\n"
    if len(line) <= 110:
        return line
    return f"from ._abi_{module} import (\n{packed([f'{name},' for name in names], 4)})\n"


def packed(items, indent):
    """Items side by side, in lines of at most 110 columns."""
    return wrapped(" ".join(item.replace(" ", "\0") for item in items), indent).replace("\0", " ")


def wrapped(text, indent):
    pad = " " * indent
    return textwrap.fill(
        text, 110, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
    ) + "\n"


def make(abi):
    """path -> text."""
    layer = Layer(abi)
    names = {}
    for entry in abi["structs"] + abi["callbacks"]:
        names.setdefault(entry["header"], []).append(entry["name"])
    modules = [(header.removesuffix(".h"), names[header]) for header in layer.headers_in_order(names)]
    files = {FOLDER + "_abi.py": layer.facade(modules)}
    for at, (module, owned) in enumerate(modules):
        files[f"{FOLDER}_abi_{module}.py"] = layer.structures(module, set(owned), modules[:at])
    return files
