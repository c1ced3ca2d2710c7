# SPDX-License-Identifier: MIT
"""The structures of till/store.h, as ctypes sees them.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes

from ._abi_types import till_str
from ._abi_testing import till_testing_in


class till_backup_in(ctypes.Structure):
    struct_size: int
    flags: int
    path: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("path", till_str),
    ]


class till_log_record(ctypes.Structure):
    struct_size: int
    level: int
    at_us: int
    category: till_str
    message: till_str
    trace_id: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("level", ctypes.c_int32), ("at_us", ctypes.c_int64),
        ("category", till_str), ("message", till_str), ("trace_id", till_str),
    ]


class till_maintain_in(ctypes.Structure):
    struct_size: int
    flags: int
    budget_ms: int
    reserved0: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("budget_ms", ctypes.c_uint32),
        ("reserved0", ctypes.c_uint32),
    ]


class till_report(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    sound: int
    reserved0: int
    bytes: int
    swept: int
    text: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("sound", ctypes.c_int32), ("reserved0", ctypes.c_uint32), ("bytes", ctypes.c_int64),
        ("swept", ctypes.c_int64), ("text", till_str),
    ]


class till_restore_in(ctypes.Structure):
    struct_size: int
    flags: int
    from_: till_str
    to: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("from_", till_str), ("to", till_str),
    ]


class till_store_info(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    store_id: till_str
    epoch: int
    schema_version: int
    testing: int
    created_us: int
    path: till_str
    commits: int
    writes: int
    readers: int
    last_event: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("store_id", till_str), ("epoch", ctypes.c_int64), ("schema_version", ctypes.c_int32),
        ("testing", ctypes.c_int32), ("created_us", ctypes.c_int64), ("path", till_str),
        ("commits", ctypes.c_int64), ("writes", ctypes.c_int64), ("readers", ctypes.c_int64),
        ("last_event", ctypes.c_int64),
    ]


class till_store_metrics(ctypes.Structure):
    struct_size: int
    kind: int
    block_size: int
    commits: int
    writes: int
    checkpoints: int
    readers: int
    commit_us: int
    commit_us_bounds: ctypes.Array[ctypes.c_int64]
    commit_us_counts: ctypes.Array[ctypes.c_int64]
    group_writes: int
    group_bounds: ctypes.Array[ctypes.c_int64]
    group_counts: ctypes.Array[ctypes.c_int64]
    hashes: int
    hashes_refused: int
    hashes_running: int
    hashes_waiting: int
    sessions: int
    outbox: int
    outbox_oldest_us: int
    file_bytes: int
    log_bytes: int
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("kind", ctypes.c_uint32), ("block_size", ctypes.c_uint64),
        ("commits", ctypes.c_int64), ("writes", ctypes.c_int64), ("checkpoints", ctypes.c_int64),
        ("readers", ctypes.c_int64), ("commit_us", ctypes.c_int64), ("commit_us_bounds", ctypes.c_int64 * 12),
        ("commit_us_counts", ctypes.c_int64 * 13), ("group_writes", ctypes.c_int64),
        ("group_bounds", ctypes.c_int64 * 8), ("group_counts", ctypes.c_int64 * 9),
        ("hashes", ctypes.c_int64), ("hashes_refused", ctypes.c_int64), ("hashes_running", ctypes.c_int64),
        ("hashes_waiting", ctypes.c_int64), ("sessions", ctypes.c_int64), ("outbox", ctypes.c_int64),
        ("outbox_oldest_us", ctypes.c_int64), ("file_bytes", ctypes.c_int64), ("log_bytes", ctypes.c_int64),
    ]


till_log_function = ctypes.CFUNCTYPE(None, ctypes.c_size_t, ctypes.POINTER(till_log_record))


class till_store_open_in(ctypes.Structure):
    struct_size: int
    flags: int
    path: till_str
    api_version: int
    hashing_max: int
    cache_kib: int
    mmap_mib: int
    log: ctypes._FuncPointer
    log_userdata: int
    log_level: int
    reserved0: int
    testing: ctypes._Pointer[till_testing_in]
    secret_key: till_str
    _fields_ = [
        ("struct_size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("path", till_str),
        ("api_version", ctypes.c_uint32), ("hashing_max", ctypes.c_uint32), ("cache_kib", ctypes.c_uint32),
        ("mmap_mib", ctypes.c_uint32), ("log", till_log_function), ("log_userdata", ctypes.c_size_t),
        ("log_level", ctypes.c_int32), ("reserved0", ctypes.c_uint32),
        ("testing", ctypes.POINTER(till_testing_in)), ("secret_key", till_str),
    ]
