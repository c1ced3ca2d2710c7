# SPDX-License-Identifier: MIT
"""The structures of till/user.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_str


class till_image(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    name: till_str
    media_type: till_str
    data: till_str
    created_us: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("name", till_str), ("media_type", till_str), ("data", till_str), ("created_us", ctypes.c_int64),
    ]


class till_password_change_in(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    old_password: till_str
    new_password: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("old_password", till_str), ("new_password", till_str),
    ]


class till_password_reset_in(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    token: till_str
    new_password: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("token", till_str), ("new_password", till_str),
    ]


class till_user(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    id: int
    version: int
    username: till_str
    email: till_str
    first_name: till_str
    last_name: till_str
    phone_no: till_str
    address: till_str
    locale: till_str
    image_name: till_str
    created_us: int
    last_login_us: int
    deleted_us: int
    is_active: int
    is_staff: int
    is_superuser: int
    email_verified: int
    has_password: int
    replayed: int
    new_email: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("id", ctypes.c_int64), ("version", ctypes.c_int64), ("username", till_str), ("email", till_str),
        ("first_name", till_str), ("last_name", till_str), ("phone_no", till_str), ("address", till_str),
        ("locale", till_str), ("image_name", till_str), ("created_us", ctypes.c_int64),
        ("last_login_us", ctypes.c_int64), ("deleted_us", ctypes.c_int64), ("is_active", ctypes.c_int32),
        ("is_staff", ctypes.c_int32), ("is_superuser", ctypes.c_int32), ("email_verified", ctypes.c_int32),
        ("has_password", ctypes.c_int32), ("replayed", ctypes.c_int32), ("new_email", till_str),
    ]


class till_user_create_in(ctypes.Structure):
    struct_size: int
    flags: int
    username: till_str
    email: till_str
    password: till_str
    password_hash: till_str
    first_name: till_str
    last_name: till_str
    phone_no: till_str
    address: till_str
    locale: till_str
    is_staff: int
    is_superuser: int
    is_inactive: int
    email_verified: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("username", till_str),
        ("email", till_str), ("password", till_str), ("password_hash", till_str), ("first_name", till_str),
        ("last_name", till_str), ("phone_no", till_str), ("address", till_str), ("locale", till_str),
        ("is_staff", ctypes.c_int32), ("is_superuser", ctypes.c_int32), ("is_inactive", ctypes.c_int32),
        ("email_verified", ctypes.c_int32),
    ]


class till_user_delete_in(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    if_version: int
    password: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("if_version", ctypes.c_int64), ("password", till_str),
    ]


class till_user_find_in(ctypes.Structure):
    struct_size: int
    flags: int
    username: till_str
    email: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("username", till_str),
        ("email", till_str),
    ]


class till_user_image_set_in(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    data: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("data", till_str),
    ]


class till_user_page(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    items: ctypes._Pointer[ctypes._Pointer[till_user]]
    count: int
    first: ctypes._Pointer[till_user]
    row_stride: int
    next_cursor: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("items", ctypes.POINTER(ctypes.POINTER(till_user))), ("count", ctypes.c_size_t),
        ("first", ctypes.POINTER(till_user)), ("row_stride", ctypes.c_size_t), ("next_cursor", till_str),
    ]


class till_user_query(ctypes.Structure):
    struct_size: int
    flags: int
    username_prefix: till_str
    email_prefix: till_str
    cursor: till_str
    limit: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("username_prefix", till_str),
        ("email_prefix", till_str), ("cursor", till_str), ("limit", ctypes.c_uint32),
        ("reserved0", ctypes.c_uint32),
    ]


class till_user_update_in(ctypes.Structure):
    struct_size: int
    flags: int
    user_id: int
    if_version: int
    mask: int
    username: till_str
    email: till_str
    first_name: till_str
    last_name: till_str
    phone_no: till_str
    address: till_str
    locale: till_str
    is_active: int
    is_staff: int
    is_superuser: int
    email_verified: int
    password: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("user_id", ctypes.c_int64),
        ("if_version", ctypes.c_int64), ("mask", ctypes.c_uint64), ("username", till_str),
        ("email", till_str), ("first_name", till_str), ("last_name", till_str), ("phone_no", till_str),
        ("address", till_str), ("locale", till_str), ("is_active", ctypes.c_int32),
        ("is_staff", ctypes.c_int32), ("is_superuser", ctypes.c_int32), ("email_verified", ctypes.c_int32),
        ("password", till_str),
    ]
