# SPDX-License-Identifier: MIT
"""The structures of till/types.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes
from typing import Optional


class till_batch(ctypes.Structure):
    """Opaque: a handle."""


class _Data(ctypes.Union):
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


class till_call(ctypes.Structure):
    struct_size: int
    flags: int
    actor: int
    timeout_ms: int
    user_id: int
    token: till_str
    idempotency_key: till_str
    client_address: till_str
    client_agent: till_str
    client_locale: till_str
    trace_id: till_str
    batch: ctypes._Pointer[till_batch]
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("actor", ctypes.c_int32),
        ("timeout_ms", ctypes.c_uint32), ("user_id", ctypes.c_int64), ("token", till_str),
        ("idempotency_key", till_str), ("client_address", till_str), ("client_agent", till_str),
        ("client_locale", till_str), ("trace_id", till_str), ("batch", ctypes.POINTER(till_batch)),
    ]


class till_param(ctypes.Structure):
    name: till_str
    value: till_str
    _fields_ = [
        ("name", till_str), ("value", till_str),
    ]


class till_violation(ctypes.Structure):
    path: till_str
    code: till_str
    message: till_str
    params: ctypes._Pointer[till_param]
    param_count: int
    _fields_ = [
        ("path", till_str), ("code", till_str), ("message", till_str), ("params", ctypes.POINTER(till_param)),
        ("param_count", ctypes.c_size_t),
    ]


class till_error(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    status: int
    retryable: int
    retry_after_ms: int
    source_code: int
    code: till_str
    message: till_str
    violations: ctypes._Pointer[ctypes._Pointer[till_violation]]
    violation_count: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("status", ctypes.c_int32), ("retryable", ctypes.c_int32), ("retry_after_ms", ctypes.c_int64),
        ("source_code", ctypes.c_int64), ("code", till_str), ("message", till_str),
        ("violations", ctypes.POINTER(ctypes.POINTER(till_violation))), ("violation_count", ctypes.c_size_t),
    ]


class till_money(ctypes.Structure):
    minor: int
    currency: bytes
    exponent: int
    _fields_ = [
        ("minor", ctypes.c_int64), ("currency", ctypes.c_char * 4), ("exponent", ctypes.c_int32),
    ]


class till_store(ctypes.Structure):
    """Opaque: a handle."""
