# SPDX-License-Identifier: MIT
"""How a C function is called: outputs kept ready, one copy of the result, freed at once."""

import ctypes
import struct
from typing import Any, Generic, List, Optional, Tuple, TypeVar

from . import _errors
from ._decode import MEMORY, Reader
from ._library import lib, quick
from ._readers import error_at

T = TypeVar("T")
_free = quick.till_free
BLOCK_SIZE = struct.Struct("<Q").unpack_from


def failure(status: int, address: Optional[int]) -> _errors.TillError:
    """The exception of a failed call; its error block is freed."""
    if not address:
        return _errors.make(status, "the call failed without a reason.")
    error = error_at(address)
    _free(address)
    return error


class Function(Generic[T]):
    """A C function (…, out, err) whose result is a block that `read` reads.

    The two outputs of a call are a frame. Frames are made once and lent: while one call runs, and
    lets other threads and log handlers run, another takes another frame.
    """

    __slots__ = ("_function", "_out", "_err", "_read", "_frames")

    def __init__(self, name: str, read: Reader[T], library: Optional[ctypes.CDLL] = None) -> None:
        self._function = getattr(library or lib, name)
        self._out, self._err = self._function.argtypes[-2:]
        self._read = read
        self._frames: List[Tuple[Any, Any, Any, Any]] = []

    def _frame(self) -> Tuple[Any, Any, Any, Any]:
        out, err = self._out._type_(), self._err._type_()
        number = ctypes.c_void_p.from_buffer
        return ctypes.byref(out), ctypes.byref(err), number(out), number(err)

    def __call__(self, *inputs: Any) -> T:
        try:
            frame = self._frames.pop()
        except IndexError:
            frame = self._frame()
        out, err, out_address, err_address = frame
        status = self._function(*inputs, out, err)
        if status:
            raise failure(status, err_address.value)
        address = out_address.value
        self._frames.append(frame)
        (size,) = BLOCK_SIZE(MEMORY, address + 8)
        block = MEMORY[address : address + size]
        _free(address)
        return self._read(block, 0, address)


class Action:
    """A C function (…, err) that answers nothing but success."""

    __slots__ = ("_function", "_err")

    def __init__(self, name: str, library: Optional[ctypes.CDLL] = None) -> None:
        self._function = getattr(library or lib, name)
        self._err = self._function.argtypes[-1]

    def __call__(self, *inputs: Any) -> None:
        err = self._err._type_()
        status = self._function(*inputs, ctypes.byref(err))
        if status:
            raise failure(status, ctypes.cast(err, ctypes.c_void_p).value)


class Output(Generic[T]):
    """A C function (…, out, err) whose output is a number or a handle, not a block."""

    __slots__ = ("_function", "_out", "_err")

    def __init__(self, name: str, library: Optional[ctypes.CDLL] = None) -> None:
        self._function = getattr(library or lib, name)
        self._out, self._err = self._function.argtypes[-2:]

    def __call__(self, *inputs: Any) -> Any:
        out, err = self._out._type_(), self._err._type_()
        status = self._function(*inputs, ctypes.byref(out), ctypes.byref(err))
        if status:
            raise failure(status, ctypes.cast(err, ctypes.c_void_p).value)
        return out
