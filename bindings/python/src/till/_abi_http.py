# SPDX-License-Identifier: MIT
"""The structures of till/http.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_str
from ._abi_store import till_log_function, till_log_record


class till_http_app(ctypes.Structure):
    """Opaque: a handle."""


class till_http_app_in(ctypes.Structure):
    struct_size: int
    flags: int
    mount: till_str
    auth_mount: till_str
    public_url: till_str
    list_style: int
    reserved0: int
    cors_origins: ctypes._Pointer[till_str]
    cors_origin_count: int
    body_max: int
    log: ctypes._FuncPointer
    log_userdata: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("mount", till_str),
        ("auth_mount", till_str), ("public_url", till_str), ("list_style", ctypes.c_int32),
        ("reserved0", ctypes.c_uint32), ("cors_origins", ctypes.POINTER(till_str)),
        ("cors_origin_count", ctypes.c_size_t), ("body_max", ctypes.c_uint64), ("log", till_log_function),
        ("log_userdata", ctypes.c_size_t),
    ]


class till_http_header(ctypes.Structure):
    name: till_str
    value: till_str
    _fields_ = [
        ("name", till_str), ("value", till_str),
    ]


class till_http_request(ctypes.Structure):
    struct_size: int
    flags: int
    method: till_str
    target: till_str
    headers: ctypes._Pointer[till_http_header]
    header_count: int
    body: till_str
    client_address: till_str
    request_id: till_str
    received_us: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("method", till_str),
        ("target", till_str), ("headers", ctypes.POINTER(till_http_header)),
        ("header_count", ctypes.c_size_t), ("body", till_str), ("client_address", till_str),
        ("request_id", till_str), ("received_us", ctypes.c_int64),
    ]


class till_http_response(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    status: int
    close: int
    headers: ctypes._Pointer[till_http_header]
    header_count: int
    body: till_str
    route: till_str
    user_id: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("status", ctypes.c_int32), ("close", ctypes.c_int32), ("headers", ctypes.POINTER(till_http_header)),
        ("header_count", ctypes.c_size_t), ("body", till_str), ("route", till_str),
        ("user_id", ctypes.c_int64),
    ]
