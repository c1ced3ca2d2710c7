# SPDX-License-Identifier: MIT
"""The structures of till/payment.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_money, till_str
from ._abi_order import till_order, till_order_place_in


class till_payment(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    id: int
    order_id: int
    user_id: int
    started_by: int
    version: int
    amount: till_money
    refunding_minor: int
    refunded_minor: int
    status: int
    method: int
    provider: till_str
    provider_reference: till_str
    created_us: int
    updated_us: int
    completed_us: int
    replayed: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("id", ctypes.c_int64), ("order_id", ctypes.c_int64), ("user_id", ctypes.c_int64),
        ("started_by", ctypes.c_int64), ("version", ctypes.c_int64), ("amount", till_money),
        ("refunding_minor", ctypes.c_int64), ("refunded_minor", ctypes.c_int64), ("status", ctypes.c_int32),
        ("method", ctypes.c_int32), ("provider", till_str), ("provider_reference", till_str),
        ("created_us", ctypes.c_int64), ("updated_us", ctypes.c_int64), ("completed_us", ctypes.c_int64),
        ("replayed", ctypes.c_int32), ("reserved0", ctypes.c_uint32),
    ]


class till_payment_act_in(ctypes.Structure):
    struct_size: int
    flags: int
    payment_id: int
    if_version: int
    provider_reference: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("payment_id", ctypes.c_int64),
        ("if_version", ctypes.c_int64), ("provider_reference", till_str),
    ]


class till_payment_page(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_payment]]
    count: int
    first: ctypes._Pointer[till_payment]
    row_stride: int
    next_cursor: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_payment))), ("count", ctypes.c_size_t),
        ("first", ctypes.POINTER(till_payment)), ("row_stride", ctypes.c_size_t), ("next_cursor", till_str),
    ]


class till_payment_query(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    order_id: int
    cursor: till_str
    status: int
    limit: int
    method: int
    reserved0: int
    from_us: int
    until_us: int
    provider_reference: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("order_id", ctypes.c_int64), ("cursor", till_str), ("status", ctypes.c_int32),
        ("limit", ctypes.c_uint32), ("method", ctypes.c_int32), ("reserved0", ctypes.c_uint32),
        ("from_us", ctypes.c_int64), ("until_us", ctypes.c_int64), ("provider_reference", till_str),
    ]


class till_payment_start_in(ctypes.Structure):
    struct_size: int
    flags: int
    order_id: int
    amount_minor: int
    currency: till_str
    method: int
    reserved0: int
    provider: till_str
    provider_reference: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("order_id", ctypes.c_int64),
        ("amount_minor", ctypes.c_int64), ("currency", till_str), ("method", ctypes.c_int32),
        ("reserved0", ctypes.c_uint32), ("provider", till_str), ("provider_reference", till_str),
    ]


class till_receipt(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    order: ctypes._Pointer[till_order]
    payment: ctypes._Pointer[till_payment]
    replayed: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("order", ctypes.POINTER(till_order)), ("payment", ctypes.POINTER(till_payment)),
        ("replayed", ctypes.c_int32), ("reserved0", ctypes.c_uint32),
    ]


class till_refund(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    id: int
    payment_id: int
    order_id: int
    created_by: int
    version: int
    amount: till_money
    status: int
    replayed: int
    reason: till_str
    provider_reference: till_str
    created_us: int
    updated_us: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("id", ctypes.c_int64), ("payment_id", ctypes.c_int64), ("order_id", ctypes.c_int64),
        ("created_by", ctypes.c_int64), ("version", ctypes.c_int64), ("amount", till_money),
        ("status", ctypes.c_int32), ("replayed", ctypes.c_int32), ("reason", till_str),
        ("provider_reference", till_str), ("created_us", ctypes.c_int64), ("updated_us", ctypes.c_int64),
    ]


class till_refund_act_in(ctypes.Structure):
    struct_size: int
    flags: int
    refund_id: int
    if_version: int
    provider_reference: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("refund_id", ctypes.c_int64),
        ("if_version", ctypes.c_int64), ("provider_reference", till_str),
    ]


class till_refund_page(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_refund]]
    count: int
    first: ctypes._Pointer[till_refund]
    row_stride: int
    next_cursor: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_refund))), ("count", ctypes.c_size_t),
        ("first", ctypes.POINTER(till_refund)), ("row_stride", ctypes.c_size_t), ("next_cursor", till_str),
    ]


class till_refund_query(ctypes.Structure):
    struct_size: int
    flags: int
    payment_id: int
    cursor: till_str
    limit: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("payment_id", ctypes.c_int64),
        ("cursor", till_str), ("limit", ctypes.c_uint32), ("reserved0", ctypes.c_uint32),
    ]


class till_refund_start_in(ctypes.Structure):
    struct_size: int
    flags: int
    payment_id: int
    amount_minor: int
    reason: till_str
    provider_reference: till_str
    if_version: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("payment_id", ctypes.c_int64),
        ("amount_minor", ctypes.c_int64), ("reason", till_str), ("provider_reference", till_str),
        ("if_version", ctypes.c_int64),
    ]


class till_sale_in(ctypes.Structure):
    struct_size: int
    flags: int
    order: ctypes._Pointer[till_order_place_in]
    method: int
    reserved0: int
    provider: till_str
    provider_reference: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32),
        ("order", ctypes.POINTER(till_order_place_in)), ("method", ctypes.c_int32),
        ("reserved0", ctypes.c_uint32), ("provider", till_str), ("provider_reference", till_str),
    ]
