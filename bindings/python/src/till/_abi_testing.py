# SPDX-License-Identifier: MIT
"""The structures of till/testing.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_str


class till_testing_fault_in(ctypes.Structure):
    struct_size: int
    flags: int
    fault: int
    persistent: int
    countdown: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("fault", ctypes.c_int32),
        ("persistent", ctypes.c_int32), ("countdown", ctypes.c_int64),
    ]


class till_testing_in(ctypes.Structure):
    struct_size: int
    flags: int
    seed: int
    now_us: int
    real_hashing: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("seed", ctypes.c_uint64),
        ("now_us", ctypes.c_int64), ("real_hashing", ctypes.c_int32), ("reserved0", ctypes.c_uint32),
    ]


class till_testing_token(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    token: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("token", till_str),
    ]
