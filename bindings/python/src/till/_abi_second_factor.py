# SPDX-License-Identifier: MIT
"""The structures of till/second_factor.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_str


class till_login_second_in(ctypes.Structure):
    struct_size: int
    flags: int
    challenge: till_str
    code: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("challenge", till_str),
        ("code", till_str),
    ]


class till_recovery_codes(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    codes: ctypes._Pointer[till_str]
    code_count: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("codes", ctypes.POINTER(till_str)), ("code_count", ctypes.c_size_t),
    ]


class till_recovery_codes_renew_in(ctypes.Structure):
    struct_size: int
    flags: int
    password: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("password", till_str),
    ]


class till_second_factor(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    user_id: int
    enabled_us: int
    is_enabled: int
    is_pending: int
    is_required: int
    recovery_codes_left: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("user_id", ctypes.c_int64), ("enabled_us", ctypes.c_int64), ("is_enabled", ctypes.c_int32),
        ("is_pending", ctypes.c_int32), ("is_required", ctypes.c_int32),
        ("recovery_codes_left", ctypes.c_int32),
    ]


class till_second_factor_begin_in(ctypes.Structure):
    struct_size: int
    flags: int
    password: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("password", till_str),
    ]


class till_second_factor_remove_in(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    password: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("password", till_str),
    ]


class till_second_factor_setup(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    secret: till_str
    uri: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("secret", till_str), ("uri", till_str),
    ]
