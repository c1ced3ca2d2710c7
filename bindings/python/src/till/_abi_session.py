# SPDX-License-Identifier: MIT
"""The structures of till/session.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_str
from ._abi_user import till_user


class till_login_in(ctypes.Structure):
    struct_size: int
    flags: int
    username: till_str
    password: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("username", till_str),
        ("password", till_str),
    ]


class till_register_in(ctypes.Structure):
    struct_size: int
    flags: int
    username: till_str
    email: till_str
    password: till_str
    first_name: till_str
    last_name: till_str
    locale: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("username", till_str),
        ("email", till_str), ("password", till_str), ("first_name", till_str), ("last_name", till_str),
        ("locale", till_str),
    ]


class till_session(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    id: int
    user_id: int
    created_us: int
    last_used_us: int
    idle_expires_us: int
    expires_us: int
    client_address: till_str
    client_agent: till_str
    is_current: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("id", ctypes.c_int64), ("user_id", ctypes.c_int64), ("created_us", ctypes.c_int64),
        ("last_used_us", ctypes.c_int64), ("idle_expires_us", ctypes.c_int64), ("expires_us", ctypes.c_int64),
        ("client_address", till_str), ("client_agent", till_str), ("is_current", ctypes.c_int32),
        ("reserved0", ctypes.c_uint32),
    ]


class till_session_end_in(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    session_id: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("session_id", ctypes.c_int64),
    ]


class till_session_page(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_session]]
    count: int
    first: ctypes._Pointer[till_session]
    row_stride: int
    next_cursor: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_session))), ("count", ctypes.c_size_t),
        ("first", ctypes.POINTER(till_session)), ("row_stride", ctypes.c_size_t), ("next_cursor", till_str),
    ]


class till_session_query(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    cursor: till_str
    limit: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("cursor", till_str), ("limit", ctypes.c_uint32), ("reserved0", ctypes.c_uint32),
    ]


class till_signing_key(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    kid: till_str
    created_us: int
    previous_kid: till_str
    previous_expires_us: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("kid", till_str), ("created_us", ctypes.c_int64), ("previous_kid", till_str),
        ("previous_expires_us", ctypes.c_int64),
    ]


class till_tokens(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    session_id: int
    access: till_str
    refresh: till_str
    access_expires_us: int
    refresh_expires_us: int
    user: ctypes._Pointer[till_user]
    challenge: till_str
    challenge_expires_us: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("session_id", ctypes.c_int64), ("access", till_str), ("refresh", till_str),
        ("access_expires_us", ctypes.c_int64), ("refresh_expires_us", ctypes.c_int64),
        ("user", ctypes.POINTER(till_user)), ("challenge", till_str),
        ("challenge_expires_us", ctypes.c_int64),
    ]
