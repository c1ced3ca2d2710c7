# SPDX-License-Identifier: MIT
"""The structures of till/setting.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_param, till_str


class till_currency(ctypes.Structure):
    struct_size: int
    exponent: int
    code: bytes
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("exponent", ctypes.c_int32), ("code", ctypes.c_char * 4),
        ("reserved0", ctypes.c_uint32),
    ]


class till_currency_add_in(ctypes.Structure):
    struct_size: int
    flags: int
    code: till_str
    exponent: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("code", till_str),
        ("exponent", ctypes.c_int32), ("reserved0", ctypes.c_uint32),
    ]


class till_currency_page(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_currency]]
    count: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_currency))), ("count", ctypes.c_size_t),
    ]


class till_setting(ctypes.Structure):
    struct_size: int
    type: int
    name: till_str
    value: till_str
    default_value: till_str
    choices: till_str
    description: till_str
    min: int
    max: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("type", ctypes.c_int32), ("name", till_str), ("value", till_str),
        ("default_value", till_str), ("choices", till_str), ("description", till_str),
        ("min", ctypes.c_int64), ("max", ctypes.c_int64),
    ]


class till_setting_page(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_setting]]
    count: int
    version: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_setting))), ("count", ctypes.c_size_t),
        ("version", ctypes.c_int64),
    ]


class till_setting_update_in(ctypes.Structure):
    struct_size: int
    flags: int
    values: ctypes._Pointer[till_param]
    count: int
    if_version: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("values", ctypes.POINTER(till_param)),
        ("count", ctypes.c_size_t), ("if_version", ctypes.c_int64),
    ]
