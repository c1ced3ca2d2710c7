# SPDX-License-Identifier: MIT
"""The shortest way to place an order of one line, which is what tills do all day.

It does what `Function` and `encode` do, unrolled: one packing of what differs from the last order, one call, one copy of
the answer. What this module adds to the C call is held below two microseconds by a benchmark.
"""

import ctypes
import struct
from decimal import Decimal
from time import monotonic
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple

from . import _abi
from ._call import BLOCK_SIZE, failure
from ._decode import MEMORY
from ._library import lib, quick
from ._money import Money, minor_of
from ._order_input import Line, encode_line, out_of_range
from ._readers import order as read_order
from ._records import Order, Unread

if TYPE_CHECKING:
    from ._core import Core

# In a frame: the order, its one pointer, its one line, and the texts, the currency's code first.
_ORDER_SIZE = ctypes.sizeof(_abi.till_order_place_in)
_LINE_SIZE = ctypes.sizeof(_abi.till_order_line_in)
_LINE_AT = _ORDER_SIZE + 8
_TEXT_AT = _LINE_AT + _LINE_SIZE
_ABSENT = _ORDER_SIZE - _abi.till_order_place_in.reference.offset
_HEAD = struct.Struct(f"<IIqQQQQ{_ABSENT}xQI")
_FORM = "<iiqqQQQQ"
_FORM_AT = _LINE_AT + 8  # The line's size and its reserved field come before.
assert _HEAD.size == _LINE_AT + 4 and _FORM_AT + struct.calcsize(_FORM) == _TEXT_AT

_FRAME_SIZE = 2048
_TEXTS_MAX = _FRAME_SIZE - _TEXT_AT
# A function of its own, without declared parameters: what it is given is made here and checked here,
# and conversions would double the price of the call.
_place: Any = lib["till_order_place"]
_place.restype = ctypes.c_int32
_free: Any = quick["till_free"]
_free.restype = None
_new = object.__new__
_set_unread = Unread.__dict__["_unread"].__set__


class _Frame:
    """Memory for one call: the input, and the two outputs. The input's head is written when it differs
    from the last order's.
    """

    __slots__ = ("memory", "name_at", "flags", "owner", "input", "results", "block", "out", "err")

    def __init__(self) -> None:
        self.memory = (ctypes.c_char * _FRAME_SIZE)()
        self.name_at = ctypes.addressof(self.memory) + _TEXT_AT + 3
        self.input = ctypes.byref(self.memory)
        self.results = (ctypes.c_uint64 * 2)()
        """Where the call puts the addresses of the order and of the error."""
        self.block = ctypes.c_void_p.from_buffer(self.results)
        """The first of them, as it is passed on to be freed."""
        self.out = ctypes.byref(self.results)
        self.err = ctypes.byref(self.results, ctypes.sizeof(ctypes.c_uint64))
        self.write_head(0, 0)

    def write_head(self, flags: int, owner: int) -> None:
        base = ctypes.addressof(self.memory)
        _HEAD.pack_into(
            self.memory, 0, _ORDER_SIZE, flags, owner, base + _TEXT_AT, 3, base + _ORDER_SIZE, 1,
            base + _LINE_AT, _LINE_SIZE,
        )  # fmt: skip
        self.flags = flags
        self.owner = owner


_frames: List[_Frame] = []
_packers: Dict[int, Callable[..., None]] = {}

_minors: Dict[Tuple[Decimal, int], int] = {}
"""Prices that were seen, by their currency's digits: a shop has few."""
_MINORS_MAX = 4096


def _remember(amount: Decimal, code: str, exponent: int) -> int:
    minor = minor_of(amount, code, exponent)
    if len(_minors) >= _MINORS_MAX:
        _minors.clear()
    _minors[(amount, exponent)] = minor
    return minor


def _packer(length: int) -> Callable[..., None]:
    """Writes a line and the texts, when they have so many bytes together."""
    made = _packers[length] = struct.Struct(f"{_FORM}{length}s").pack_into
    return made


def place_line(
    core: "Core", context: Any, line: Line, currency: Optional[str], flags: int, owner: int
) -> Optional[Order]:
    """Places an order of this line. None: its texts need more room than there is here.

    context  a reference to a till_call
    """
    if currency is not None:
        code, exponent, mark = core.currency(currency)
    elif monotonic() < core.default_until:
        code, exponent, mark = core.default
    else:
        code, exponent, mark = core.shop_currency()
    try:
        name, amount, quantity, kind, sku, included = line
        if type(amount) is Decimal:
            minor = _minors.get((amount, exponent))
            if minor is None:
                minor = _remember(amount, code, exponent)
        else:
            if currency is None and type(amount) is Money:
                code, exponent, mark = core.currency(amount.currency)
            minor = minor_of(amount, code, exponent)
        data = name.encode()
        length = len(data)
        if sku is None:
            texts = mark + data
            sku_length = 0
        else:
            texts = mark + data + sku.encode()
            sku_length = len(texts) - length - 3
    except (AttributeError, TypeError, ValueError):
        encode_line(0, line, code, exponent)  # Says what is wrong with it.
        raise
    size = len(texts)
    if size > _TEXTS_MAX:
        return None
    try:
        frame = _frames.pop()
    except IndexError:
        frame = _Frame()
    name_at = frame.name_at
    try:
        if flags != frame.flags or owner != frame.owner:
            frame.write_head(flags, owner)
        (_packers.get(size) or _packer(size))(
            frame.memory, _FORM_AT, kind, included, quantity, minor, name_at, length,
            0 if sku is None else name_at + length, sku_length, texts,
        )  # fmt: skip
    except struct.error as error:
        raise out_of_range(0, line[3], line[2], error) from None
    if _place(core.handle, context, frame.input, frame.out, frame.err):
        raise failure(_abi.TILL_E_INTERNAL, frame.results[1])
    address = frame.results[0]
    (size,) = BLOCK_SIZE(MEMORY, address + 8)
    block = MEMORY[address : address + size]
    _free(frame.block)
    _frames.append(frame)
    order = _new(Order)
    _set_unread(order, (read_order, block, address))
    return order
