# SPDX-License-Identifier: MIT
"""Reads result blocks: one copy of the block, then plain Python without ctypes.

A result is one block of memory, and its pointers point into it. `reader(Order, till_order)` makes a
function that reads one structure of such a copy into one frozen dataclass. It is written out as
source, as dataclasses are, because a loop over fields would cost more than the C call that it
reports; what each annotation becomes is in `_expression`.
"""

import ctypes
import dataclasses
import enum
import struct
import sys
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Dict, List, Optional, Tuple, Type, TypeVar, Union, get_args, get_origin
from typing import get_type_hints

from . import _abi
from ._money import Money

T = TypeVar("T")
Reader = Callable[[Any, int, int], T]
"""(block, offset of the structure in it, address of the block) -> value"""

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)

# The process's memory as one array of bytes: a slice of it is the copy of a block.
MEMORY: Any = (ctypes.c_char * sys.maxsize).from_address(0)

_FORMATS = {
    ctypes.c_uint32: "I",
    ctypes.c_int32: "i",
    ctypes.c_uint64: "Q",
    ctypes.c_int64: "q",
    ctypes.c_size_t: "Q",
}


def time_of(us: int) -> datetime:
    """Microseconds since the epoch, exact."""
    return EPOCH + timedelta(0, 0, us)


def us_of(time: datetime) -> int:
    """The reverse. A time without a zone is refused: nobody knows when it is."""
    if time.tzinfo is None:
        raise ValueError("a time needs a zone: say datetime.now(timezone.utc).")
    return (time - EPOCH) // MICROSECOND


def _flat(structure: Any, prefix: str = "") -> List[Tuple[str, str]]:
    """(name, format) of every value of a structure; a text is two, its address and its length."""
    flat: List[Tuple[str, str]] = []
    for name, kind, *_ in structure._fields_:
        name = prefix + name
        if kind is _abi.till_str:
            flat += [(name, "Q"), (name + "_len", "Q")]
        elif kind is _abi.till_money:
            flat += [(name + "_minor", "q"), (name + "_currency", "4s"), (name + "_exponent", "i")]
        elif kind in _FORMATS:
            flat.append((name, _FORMATS[kind]))
        elif kind is ctypes.c_char * 4:
            flat.append((name, "4s"))
        else:
            flat.append((name, "Q"))  # a pointer
    return flat


def layout(structure: Any) -> struct.Struct:
    """A structure's values, in order. It has no implicit padding, which this asserts."""
    compiled = struct.Struct("<" + "".join(form for _, form in _flat(structure)))
    assert compiled.size == ctypes.sizeof(structure), structure.__name__
    return compiled


def _c_name(name: str) -> str:
    """created_at is created_us, metadata_json is metadata."""
    if name == "at" or name.endswith("_at"):
        return name[:-2] + "at_us" if name == "at" else name[:-3] + "_us"
    return name[:-5] if name.endswith("_json") else name


def _text(name: str, decode: str = ".decode()") -> str:
    return f"block[{name}-base:{name}-base+{name}_len]{decode}"


def _expression(name: str, kind: Any, given: Dict[str, Any]) -> str:
    """The source that makes a field of that annotation from the C values of that name."""
    optional = get_origin(kind) is Union
    if optional:
        kind = next(one for one in get_args(kind) if one is not type(None))
    if kind is str:
        if name == "code" and "code_len" not in given["names"]:
            return "code[:3].decode()"
        return f"{_text(name)} if {name} else None" if optional else _text(name)
    if kind is bytes:
        return _text(name, "")
    if kind is datetime:
        made = f"time_of({name})"
        return f"{made} if {name} != NEVER else None" if optional else made
    if kind is bool:
        return f"{name} != 0"
    if kind is int:
        return f"{name} or None" if optional else name
    if kind is Money:
        return f"money({name}_minor, {name}_currency, {name}_exponent)"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        given[kind.__name__] = kind
        given["of_" + kind.__name__] = kind._value2member_map_
        return f"of_{kind.__name__}.get({name}) or {kind.__name__}({name})"
    given["read_" + kind.__name__] = given["nested"][kind]
    made = f"read_{kind.__name__}(block, {name}-base, base)"
    return f"{made} if {name} else None" if optional else made


def maker(record: Type[T], names: List[str]) -> Callable[..., T]:
    """Makes records of a frozen dataclass from their values in order, at a sixth of the price.

    A frozen dataclass sets each field through object.__setattr__. This fills an instance of a class
    of the same shape that is not frozen, and then gives it its real class.
    """
    slots = record.__dict__.get("__slots__")
    space: Dict[str, Any] = {} if slots is None else {"__slots__": slots}
    shape = type(record.__name__, record.__bases__, space)
    lines = [f"def make({', '.join(names)}):", "    made = new(shape)"]
    lines += [f"    made.{name} = {name}" for name in names]
    lines += ["    made.__class__ = record", "    return made"]
    given: Dict[str, Any] = {"new": object.__new__, "shape": shape, "record": record}
    exec("\n".join(lines), given)  # From this module's own words and the records' field names.
    made: Callable[..., T] = given["make"]
    return made


make_money = maker(Money, ["minor", "currency", "exponent"])


class _Codes(Dict[bytes, str]):
    """Each currency's code is decoded once."""

    def __missing__(self, code: bytes) -> str:
        text = self[code] = code[:3].decode()
        return text


currency_code = _Codes().__getitem__


def money(minor: int, code: bytes, exponent: int) -> Money:
    """Money from the values of a till_money."""
    return make_money(minor, currency_code(code), exponent)


def reader(
    record: Type[T],
    structure: Any,
    nested: Optional[Dict[Any, Any]] = None,
) -> Reader[T]:
    """A function that reads a structure into a frozen dataclass of the same field names.

    nested  readers of the records that this one holds
    """
    names = [name for name, _ in _flat(structure)]
    given: Dict[str, Any] = {
        "names": names,
        "nested": nested or {},
        "time_of": time_of,
        "money": money,
        "NEVER": _abi.TILL_TIME_NONE,
        "unpack": layout(structure).unpack_from,
    }
    hints = get_type_hints(record)
    fields = [field.name for field in dataclasses.fields(record)]
    given["make"] = maker(record, fields)
    values = [_expression(_c_name(name), hints[name], given) for name in fields]
    source = (
        "def read(block, at, base):\n"
        f"    {', '.join(names)}, = unpack(block, at)\n"
        f"    return make({', '.join(values)})\n"
    )
    exec(source, given)  # As above.
    made: Reader[T] = given["read"]
    return made
