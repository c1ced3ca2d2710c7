# SPDX-License-Identifier: MIT
"""Finds, checks and loads libtill.

The library is the one inside this package, by its full path, or the one that TILL_LIBRARY names
(a file, or a directory that holds both libraries); never what the system happens to find. It is
loaded twice as an object of Python, once as a file: `lib` lets other threads run during a call,
`quick` does not, for calls that never wait (the hand-over would cost more than they do).
"""

import ctypes
import os
import threading
from typing import Any, Dict, Optional

from . import _abi

NAMES = {"till": "libtill.so.1", "till_http": "libtill_http.so.1"}
VARIABLES = {"till": "TILL_LIBRARY", "till_http": "TILL_HTTP_LIBRARY"}

# What neither waits nor calls back.
QUICK = (
    "till_free",
    "till_version",
    "till_build_info",
    "till_status_name",
    "till_order_state_name",
    "till_line_kind_name",
    "till_price_source_name",
    "till_payment_state_name",
    "till_payment_method_name",
    "till_refund_state_name",
    "till_store_retain",
)


class LibraryError(ImportError):
    """libtill is missing, or is not the one that this package was made for."""


def path_of(name: str) -> str:
    """Where "till" or "till_http" is: by its variable, by TILL_LIBRARY's directory, in here."""
    for variable in dict.fromkeys((VARIABLES[name], "TILL_LIBRARY")):
        override = os.environ.get(variable)
        if not override:
            continue
        if os.path.isdir(override):
            return os.path.join(override, NAMES[name])
        if variable == VARIABLES[name]:
            return override
        return os.path.join(os.path.dirname(override), NAMES[name])
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), NAMES[name])


def version_text(packed: int) -> str:
    return f"{packed // 1000000}.{packed // 1000 % 1000}.{packed % 1000}"


def refusal(path: str, library: int) -> Optional[str]:
    """Why a library of that packed version does not serve this package; None: it does.

    Structures and functions are only ever appended, so a newer library of the same major version
    serves; an older one lacks what this package calls. Before 1.0 every minor version may differ.
    """
    major, minor, patch = _abi.TILL_VERSION_MAJOR, _abi.TILL_VERSION_MINOR, _abi.TILL_VERSION_PATCH
    mine = major * 1000000 + minor * 1000 + patch
    same_line = library // 1000000 == major and (major > 0 or library // 1000 % 1000 == minor)
    if same_line and library >= mine:
        return None
    advice = "update the library" if library < mine else "update this package"
    return (
        f"{path} is libtill {version_text(library)}, and this package was made for "
        f"{version_text(mine)}: {advice}, or let TILL_LIBRARY name another file."
    )


def _load(name: str) -> str:
    path = path_of(name)
    if not os.path.exists(path):
        raise LibraryError(
            f"{path} does not exist. A wheel of this package carries it; in a source tree let "
            f"{VARIABLES[name]} name the file, or TILL_LIBRARY the directory of both libraries."
        )
    return path


def _open(name: str) -> "tuple[str, ctypes.CDLL]":
    path = _load(name)
    try:
        library = ctypes.CDLL(path, mode=ctypes.RTLD_LOCAL)
    except OSError as error:
        raise LibraryError(f"{path} cannot be loaded: {error}") from error
    return path, library


def _bind(library: ctypes.CDLL, name: str, path: str) -> None:
    try:
        _abi.bind(library, name)
    except AttributeError as error:
        raise LibraryError(f"{path} is older than this package: {error}") from error


def _check_structures() -> None:
    for name, (structure, size) in _abi.STRUCTURES.items():
        if ctypes.sizeof(structure) != size:
            raise LibraryError(
                f"{name} has {ctypes.sizeof(structure)} bytes in this Python and {size} in libtill: "
                "till runs on 64-bit Linux."
            )


def _check_error_block(path: str) -> None:
    """Asks the library for an error block: its head says how large its structures are."""
    error = ctypes.POINTER(_abi.till_error)()
    store = ctypes.POINTER(_abi.till_store)()
    refused = _abi.till_store_open_in(ctypes.sizeof(_abi.till_store_open_in))
    lib.till_store_open(ctypes.byref(refused), ctypes.byref(store), ctypes.byref(error))
    theirs = error.contents.struct_size
    lib.till_free(error)
    mine = _abi.STRUCTURES["till_error"][1]
    if theirs < mine:
        raise LibraryError(
            f"{path} is libtill {version_text(lib.till_version())} with a till_error of {theirs} "
            f"bytes, and this package ({_abi.ABI_VERSION}) reads {mine}: update the library."
        )


PATH, lib = _open("till")
_bind(lib, "till", PATH)
_complaint = refusal(PATH, lib.till_version())
if _complaint is not None:
    raise LibraryError(_complaint)
quick = ctypes.PyDLL(PATH, mode=ctypes.RTLD_LOCAL)
for _name in QUICK:
    _restype, _argtypes = _abi.PROTOTYPES["till"][_name]
    _function = getattr(quick, _name)
    _function.restype, _function.argtypes = _restype, _argtypes
_check_structures()
_check_error_block(PATH)

_http: Dict[str, Any] = {}
_http_lock = threading.Lock()


def http() -> ctypes.CDLL:
    """libtill_http, loaded when first asked for."""
    with _http_lock:
        if "lib" not in _http:
            path, library = _open("till_http")
            _bind(library, "till_http", path)
            _http["lib"] = library
        loaded: ctypes.CDLL = _http["lib"]
        return loaded


def build_info() -> str:
    """The library with its parts: "0.1.0 (sqlite 3.40.1, …)"."""
    text: bytes = quick.till_build_info()
    return text.decode()


def version() -> str:
    """The version of the loaded library: "0.1.0"."""
    return version_text(quick.till_version())
