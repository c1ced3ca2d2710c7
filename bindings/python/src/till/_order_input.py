# SPDX-License-Identifier: MIT
"""Orders on their way in: written with `struct` into lent memory, since ctypes structures made anew
for each line would cost more than the C call.
"""

import ctypes
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from . import _abi
from ._decode import layout
from ._enums import LineKind
from ._input import identifier, integer, json_text
from ._money import Amount, Money
from ._money import minor_of as amount_of
from ._slots import SLOTS

if TYPE_CHECKING:
    from ._core import Core

_PLACE = layout(_abi.till_order_place_in)
_LINE = layout(_abi.till_order_line_in)
_PLACE_SIZE, _LINE_SIZE = _PLACE.size, _LINE.size
_pack_place, _pack_line = _PLACE.pack_into, _LINE.pack_into
_POINTER = 8
_pack_pointer = struct.Struct("<Q").pack_into


class Line(NamedTuple):
    """A line of a new order.

    name      product name or label, 1-100 code points
    amount    an item's unit price (>= 0); other kinds: the signed amount
    quantity  an item's, 1-2147483647; other kinds: 1
    kind      ITEM, or DISCOUNT, SHIPPING, TAX, FEE, TIP, ROUNDING (system and staff)
    sku       optional, items only, at most 64 code points
    included  other kinds: already inside the prices, not added to the total
    """

    name: str
    amount: Amount
    quantity: int = 1
    kind: LineKind = LineKind.ITEM
    sku: Optional[str] = None
    included: bool = False


@dataclass(frozen=True, **SLOTS)
class NewOrder:
    """An order for `place_many`; the fields are the arguments of `place`."""

    lines: Sequence[Line]
    currency: Optional[str] = None
    user_id: Optional[int] = None
    walk_in: bool = False
    reference: Optional[str] = None
    series: Optional[str] = None
    contact_name: Optional[str] = None
    contact_email: Optional[str] = None
    metadata: Union[Mapping[str, Any], str, None] = None


class Arena:
    """Memory for inputs, at a known address, lent to one call at a time."""

    __slots__ = ("memory", "view", "address", "size", "place")

    def __init__(self, size: int) -> None:
        self.memory: Any = (ctypes.c_char * size)()
        self.view = memoryview(self.memory).cast("B")
        self.address = ctypes.addressof(self.memory)
        self.size = size
        self.place = ctypes.byref(_abi.till_order_place_in.from_buffer(self.memory))


_SIZE = 16384
_arenas: List[Arena] = []


def take(size: int) -> Arena:
    if size > _SIZE:
        return Arena(size)
    try:
        return _arenas.pop()
    except IndexError:
        return Arena(_SIZE)


def give_back(arena: Arena) -> None:
    if arena.size == _SIZE:
        _arenas.append(arena)


class Encoded(NamedTuple):
    """An order whose texts are bytes: what is left is to say where they lie."""

    size: int
    lines: List[Tuple[int, int, int, int, bytes, Optional[bytes]]]
    flags: int
    user_id: int
    texts: Tuple[Optional[bytes], ...]
    """currency, reference, series, contact name, contact e-mail, metadata; None is absent"""


def _bytes(text: Optional[str]) -> Optional[bytes]:
    return None if text is None else text.encode()


def encode_line(at: int, line: Line, code: str, exponent: int) -> Any:
    try:
        name, amount, quantity, kind, sku, included = line
        data = name.encode()
        mark = None if sku is None else sku.encode()
        minor = amount_of(amount, code, exponent)
    except AttributeError as error:
        raise TypeError(f"lines[{at}]: name and sku are texts: {error}.") from None
    except UnicodeError:
        raise
    except (TypeError, ValueError) as error:
        raise type(error)(f"lines[{at}]: {error}") from None
    return kind, 1 if included else 0, quantity, minor, data, mark


def _currency_named(order: NewOrder) -> Optional[str]:
    """The currency that the order says: its own field, or the first Money among its lines."""
    if order.currency is not None:
        return order.currency
    try:
        return next((line[1].currency for line in order.lines if type(line[1]) is Money), None)
    except (IndexError, TypeError):
        return None  # Encoding the lines says which of them is none.


def encode(order: NewOrder, core: "Core") -> Encoded:
    code, exponent, mark = core.currency(_currency_named(order))
    lines = [encode_line(at, line, code, exponent) for at, line in enumerate(order.lines)]
    texts = (
        mark,
        _bytes(order.reference),
        _bytes(order.series),
        _bytes(order.contact_name),
        _bytes(order.contact_email),
        _bytes(json_text(order.metadata)),
    )
    size = _PLACE_SIZE + (_LINE_SIZE + _POINTER) * len(lines)
    size += sum([len(line[4]) + len(line[5] or b"") for line in lines])
    size += sum([len(text) for text in texts if text])
    return Encoded(
        size + -size % _POINTER,
        lines,
        _abi.TILL_ORDER_WALK_IN if order.walk_in else 0,
        identifier(order.user_id, "user_id"),
        texts,
    )


def out_of_range(at: int, kind: Any, quantity: Any, error: struct.error) -> Exception:
    """Which number of a line `struct` could not write."""
    try:
        integer(quantity, f"lines[{at}].quantity", -(2**63), 2**63 - 1)
        integer(kind, f"lines[{at}].kind", -(2**31), 2**31 - 1)
    except (TypeError, ValueError) as better:
        return better
    return ValueError(f"lines[{at}]: {error}")


def write(order: Encoded, arena: Arena, at: int) -> None:
    """Writes an order with everything that it points to at this offset of the arena."""
    memory, base = arena.memory, arena.address
    count = len(order.lines)
    pointers = at + _PLACE_SIZE
    line_at = pointers + _POINTER * count
    text_start = line_at + _LINE_SIZE * count
    text_at = base + text_start
    parts: List[bytes] = []
    first_line = base + line_at
    for kind, included, quantity, minor, name, sku in order.lines:
        length = len(name)
        sku_at = text_at + length
        parts.append(name)
        if sku is None:
            _pack_line(
                memory, line_at, _LINE_SIZE, 0, kind, included, quantity, minor, text_at, length, 0, 0
            )
            text_at = sku_at
        else:
            _pack_line(
                memory, line_at, _LINE_SIZE, 0, kind, included, quantity, minor, text_at, length,
                sku_at, len(sku),
            )  # fmt: skip
            parts.append(sku)
            text_at = sku_at + len(sku)
        line_at += _LINE_SIZE
    if count == 1:
        _pack_pointer(memory, pointers, first_line)
    else:
        addresses = range(first_line, first_line + count * _LINE_SIZE, _LINE_SIZE)
        struct.pack_into(f"<{count}Q", memory, pointers, *addresses)
    where: List[int] = []
    for text in order.texts:
        if text is None:
            where += (0, 0)
        else:
            where += (text_at, len(text))
            text_at += len(text)
            parts.append(text)
    _pack_place(
        memory, at, _PLACE_SIZE, order.flags, order.user_id, where[0], where[1], base + pointers,
        count, *where[2:],
    )  # fmt: skip
    blob = b"".join(parts)
    arena.view[text_start : text_start + len(blob)] = blob
