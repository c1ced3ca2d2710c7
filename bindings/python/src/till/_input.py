# SPDX-License-Identifier: MIT
"""From Python values to the C inputs. ctypes cuts numbers that are too large; nothing here does."""

import ctypes
import json
import math
import os
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Mapping, Optional, Tuple, Type, TypeVar, Union

from . import _abi

S = TypeVar("S", bound=ctypes.Structure)
Text = Union[str, bytes]
PathLike = Union[str, "os.PathLike[str]"]

_RANGES: Dict[Any, Tuple[int, int]] = {
    ctypes.c_int32: (-(2**31), 2**31 - 1),
    ctypes.c_uint32: (0, 2**32 - 1),
    ctypes.c_int64: (-(2**63), 2**63 - 1),
    ctypes.c_uint64: (0, 2**64 - 1),
}
_kinds: Dict[Any, Dict[str, Any]] = {}
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def encoded(text: Text) -> bytes:
    return text.encode() if isinstance(text, str) else bytes(text)


def put(target: Any, text: Optional[Text]) -> None:
    """Sets a till_str; the structure keeps the bytes. None leaves it absent."""
    if text is None:
        return
    if not isinstance(text, (str, bytes, bytearray)):
        raise TypeError(f"a text is a str, not {type(text).__name__}.")
    data = encoded(text)
    target.text = data
    target.len = len(data)


def build(kind: Type[S], /, **values: Any) -> S:
    """A C input with its size set. None leaves a field at its default."""
    kinds = _kinds.get(kind)
    if kinds is None:
        kinds = _kinds[kind] = {field[0]: field[1] for field in kind._fields_}
    made = kind(ctypes.sizeof(kind))
    for name, value in values.items():
        if value is None:
            continue
        if kinds[name] is _abi.till_str:
            put(getattr(made, name), value)
            continue
        limits = _RANGES.get(kinds[name])
        if limits is not None:
            value = integer(value, name, *limits)
        setattr(made, name, value)
    return made


def integer(value: Any, name: str, low: int, high: int) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{name} is an int, not {type(value).__name__}.")
    if not low <= value <= high:
        raise ValueError(f"{name} is from {low} to {high}, and this is {value}.")
    return int(value)


def identifier(value: Optional[int], name: str) -> int:
    """An id for the C side, where 0 stands for the actor himself: here that is None alone, so that
    an id that somebody forgot to set does not act on the wrong user."""
    if value is None:
        return 0
    if isinstance(value, bool):
        raise TypeError(f"{name} is an int, not bool.")
    return integer(value, name, 1, 2**63 - 1)


def required(value: int, name: str) -> int:
    if value is None:
        raise TypeError(f"{name} is needed.")
    return identifier(value, name)


def milliseconds(seconds: Optional[float], name: str = "timeout") -> Optional[int]:
    """Seconds as whole milliseconds, rounded up. None: the default."""
    if seconds is None:
        return None
    if not seconds > 0 or math.isinf(seconds):
        raise ValueError(f"{name} is seconds above 0, and this is {seconds}.")
    return integer(math.ceil(seconds * 1000), name, 1, 2**32 - 1)


def bound(at: Optional[datetime], name: str) -> int:
    """One end of a stretch of time, in microseconds; 0 is none."""
    return 0 if at is None else instant(at, name) or 1


def instant(at: datetime, name: str) -> int:
    """A time in microseconds since the epoch."""
    if not isinstance(at, datetime):
        raise TypeError(f"{name} is a datetime, not {type(at).__name__}.")
    if at.tzinfo is None:
        raise ValueError(f"{name} has no time zone.")
    return (at - _EPOCH) // timedelta(microseconds=1)


def either(wanted: Optional[bool], yes: int, no: int) -> int:
    """A condition that may be absent, as one of two flags or none."""
    if wanted is None:
        return 0
    return yes if wanted else no


def json_text(value: Union[Mapping[str, Any], str, None]) -> Optional[str]:
    """Metadata: a mapping is written as JSON, a text is taken as it is."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def path_text(path: PathLike) -> str:
    """A path as the library takes it, in UTF-8."""
    return os.fspath(path)


def pointer(kind: Any, value: Any) -> Any:
    """A typed pointer to a structure, for a field of another."""
    return ctypes.POINTER(kind)(value)
