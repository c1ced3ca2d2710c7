# SPDX-License-Identifier: MIT
"""The structures of till/event.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_str


class till_event(ctypes.Structure):
    struct_size: int
    kind_reserved: int
    sequence: int
    at_us: int
    actor: int
    reserved0: int
    actor_id: int
    kind: till_str
    subject_id: int
    order_id: int
    trace_id: till_str
    data: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind_reserved", ctypes.c_uint32), ("sequence", ctypes.c_int64),
        ("at_us", ctypes.c_int64), ("actor", ctypes.c_int32), ("reserved0", ctypes.c_uint32),
        ("actor_id", ctypes.c_int64), ("kind", till_str), ("subject_id", ctypes.c_int64),
        ("order_id", ctypes.c_int64), ("trace_id", till_str), ("data", till_str),
    ]


class till_event_page(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_event]]
    count: int
    first: ctypes._Pointer[till_event]
    row_stride: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_event))), ("count", ctypes.c_size_t),
        ("first", ctypes.POINTER(till_event)), ("row_stride", ctypes.c_size_t),
    ]


class till_event_query(ctypes.Structure):
    struct_size: int
    flags: int
    after: int
    order_id: int
    subject_id: int
    limit: int
    reserved0: int
    actor_id: int
    actor: int
    reserved1: int
    kind: till_str
    from_us: int
    until_us: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("after", ctypes.c_int64),
        ("order_id", ctypes.c_int64), ("subject_id", ctypes.c_int64), ("limit", ctypes.c_uint32),
        ("reserved0", ctypes.c_uint32), ("actor_id", ctypes.c_int64), ("actor", ctypes.c_int32),
        ("reserved1", ctypes.c_uint32), ("kind", till_str), ("from_us", ctypes.c_int64),
        ("until_us", ctypes.c_int64),
    ]


class till_message(ctypes.Structure):
    struct_size: int
    kind_reserved: int
    id: int
    kind: till_str
    lease: till_str
    user_id: int
    order_id: int
    to: till_str
    username: till_str
    locale: till_str
    link: till_str
    token: till_str
    shop_name: till_str
    created_us: int
    expires_us: int
    attempts: int
    recovery_codes_left: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind_reserved", ctypes.c_uint32), ("id", ctypes.c_int64),
        ("kind", till_str), ("lease", till_str), ("user_id", ctypes.c_int64), ("order_id", ctypes.c_int64),
        ("to", till_str), ("username", till_str), ("locale", till_str), ("link", till_str),
        ("token", till_str), ("shop_name", till_str), ("created_us", ctypes.c_int64),
        ("expires_us", ctypes.c_int64), ("attempts", ctypes.c_int64), ("recovery_codes_left", ctypes.c_int64),
    ]


class till_message_page(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_message]]
    count: int
    first: ctypes._Pointer[till_message]
    row_stride: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_message))), ("count", ctypes.c_size_t),
        ("first", ctypes.POINTER(till_message)), ("row_stride", ctypes.c_size_t),
    ]


class till_outbox_claim_in(ctypes.Structure):
    struct_size: int
    flags: int
    limit: int
    lease_ms: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("limit", ctypes.c_uint32),
        ("lease_ms", ctypes.c_uint32),
    ]


class till_outbox_settle_in(ctypes.Structure):
    struct_size: int
    flags: int
    id: int
    lease: till_str
    retry_after_ms: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("id", ctypes.c_int64),
        ("lease", till_str), ("retry_after_ms", ctypes.c_uint32), ("reserved0", ctypes.c_uint32),
    ]
