# SPDX-License-Identifier: MIT
"""The structures of till/key.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_str


class till_key(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    id: int
    name: till_str
    scopes: till_str
    secret: till_str
    created_by: int
    created_us: int
    expires_us: int
    last_used_us: int
    revoked_us: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("id", ctypes.c_int64), ("name", till_str), ("scopes", till_str), ("secret", till_str),
        ("created_by", ctypes.c_int64), ("created_us", ctypes.c_int64), ("expires_us", ctypes.c_int64),
        ("last_used_us", ctypes.c_int64), ("revoked_us", ctypes.c_int64),
    ]


class till_key_create_in(ctypes.Structure):
    struct_size: int
    flags: int
    name: till_str
    scopes: till_str
    expires_us: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("name", till_str),
        ("scopes", till_str), ("expires_us", ctypes.c_int64),
    ]


class till_key_page(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_key]]
    count: int
    first: ctypes._Pointer[till_key]
    row_stride: int
    next_cursor: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_key))), ("count", ctypes.c_size_t),
        ("first", ctypes.POINTER(till_key)), ("row_stride", ctypes.c_size_t), ("next_cursor", till_str),
    ]


class till_key_query(ctypes.Structure):
    struct_size: int
    flags: int
    cursor: till_str
    limit: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("cursor", till_str),
        ("limit", ctypes.c_uint32), ("reserved0", ctypes.c_uint32),
    ]
