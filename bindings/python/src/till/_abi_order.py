# SPDX-License-Identifier: MIT
"""The structures of till/order.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_error, till_money, till_str


class till_order_line(ctypes.Structure):
    struct_size: int
    kind: int
    included: int
    price_source: int
    quantity: int
    unit_price_minor: int
    amount_minor: int
    name: till_str
    sku: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_int32), ("included", ctypes.c_int32),
        ("price_source", ctypes.c_int32), ("quantity", ctypes.c_int64), ("unit_price_minor", ctypes.c_int64),
        ("amount_minor", ctypes.c_int64), ("name", till_str), ("sku", till_str),
    ]


class till_order(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    id: int
    user_id: int
    placed_by: int
    version: int
    total: till_money
    status: int
    price_verified: int
    created_us: int
    updated_us: int
    number: int
    series: till_str
    reference: till_str
    contact_name: till_str
    contact_email: till_str
    metadata: till_str
    lines: ctypes._Pointer[ctypes._Pointer[till_order_line]]
    line_count: int
    replayed: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("id", ctypes.c_int64), ("user_id", ctypes.c_int64), ("placed_by", ctypes.c_int64),
        ("version", ctypes.c_int64), ("total", till_money), ("status", ctypes.c_int32),
        ("price_verified", ctypes.c_int32), ("created_us", ctypes.c_int64), ("updated_us", ctypes.c_int64),
        ("number", ctypes.c_int64), ("series", till_str), ("reference", till_str), ("contact_name", till_str),
        ("contact_email", till_str), ("metadata", till_str),
        ("lines", ctypes.POINTER(ctypes.POINTER(till_order_line))), ("line_count", ctypes.c_size_t),
        ("replayed", ctypes.c_int32), ("reserved0", ctypes.c_uint32),
    ]


class till_order_act_in(ctypes.Structure):
    struct_size: int
    flags: int
    order_id: int
    if_version: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("order_id", ctypes.c_int64),
        ("if_version", ctypes.c_int64),
    ]


class till_order_batch(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_order]]
    errors: ctypes._Pointer[ctypes._Pointer[till_error]]
    count: int
    failed_count: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_order))),
        ("errors", ctypes.POINTER(ctypes.POINTER(till_error))), ("count", ctypes.c_size_t),
        ("failed_count", ctypes.c_size_t),
    ]


class till_order_find_in(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    reference: till_str
    series: till_str
    number: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("reference", till_str), ("series", till_str), ("number", ctypes.c_int64),
    ]


class till_order_line_in(ctypes.Structure):
    struct_size: int
    flags: int
    kind: int
    included: int
    quantity: int
    amount_minor: int
    name: till_str
    sku: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("kind", ctypes.c_int32),
        ("included", ctypes.c_int32), ("quantity", ctypes.c_int64), ("amount_minor", ctypes.c_int64),
        ("name", till_str), ("sku", till_str),
    ]


class till_order_page(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_order]]
    count: int
    first: ctypes._Pointer[till_order]
    row_stride: int
    next_cursor: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_order))), ("count", ctypes.c_size_t),
        ("first", ctypes.POINTER(till_order)), ("row_stride", ctypes.c_size_t), ("next_cursor", till_str),
    ]


class till_order_place_in(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    currency: till_str
    lines: ctypes._Pointer[ctypes._Pointer[till_order_line_in]]
    line_count: int
    reference: till_str
    series: till_str
    contact_name: till_str
    contact_email: till_str
    metadata: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("currency", till_str), ("lines", ctypes.POINTER(ctypes.POINTER(till_order_line_in))),
        ("line_count", ctypes.c_size_t), ("reference", till_str), ("series", till_str),
        ("contact_name", till_str), ("contact_email", till_str), ("metadata", till_str),
    ]


class till_order_query(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    cursor: till_str
    status: int
    limit: int
    from_us: int
    until_us: int
    reference: till_str
    series: till_str
    number: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("cursor", till_str), ("status", ctypes.c_int32), ("limit", ctypes.c_uint32),
        ("from_us", ctypes.c_int64), ("until_us", ctypes.c_int64), ("reference", till_str),
        ("series", till_str), ("number", ctypes.c_int64),
    ]
