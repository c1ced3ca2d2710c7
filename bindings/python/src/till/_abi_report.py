# SPDX-License-Identifier: MIT
"""The structures of till/report.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_money, till_str


class till_report_row(ctypes.Structure):
    struct_size: int
    measure: int
    bucket: int
    count: int
    amount: till_money
    label: till_str
    exceeds: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("measure", ctypes.c_int32), ("bucket", ctypes.c_int64),
        ("count", ctypes.c_int64), ("amount", till_money), ("label", till_str), ("exceeds", ctypes.c_int32),
        ("reserved0", ctypes.c_uint32),
    ]


class till_report_page(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_report_row]]
    count: int
    first: ctypes._Pointer[till_report_row]
    row_stride: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_report_row))), ("count", ctypes.c_size_t),
        ("first", ctypes.POINTER(till_report_row)), ("row_stride", ctypes.c_size_t),
    ]


class till_report_totals_in(ctypes.Structure):
    struct_size: int
    flags: int
    bounds: ctypes._Pointer[ctypes.c_int64]
    bound_count: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32),
        ("bounds", ctypes.POINTER(ctypes.c_int64)), ("bound_count", ctypes.c_size_t),
    ]


class till_standing(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_report_row]]
    count: int
    first: ctypes._Pointer[till_report_row]
    row_stride: int
    unverified_orders: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_report_row))), ("count", ctypes.c_size_t),
        ("first", ctypes.POINTER(till_report_row)), ("row_stride", ctypes.c_size_t),
        ("unverified_orders", ctypes.c_int64),
    ]
