# SPDX-License-Identifier: MIT
"""The package against the description of the ABI: nothing unbound, nothing of another shape."""

import ast
import ctypes
import json
import keyword
import os
import subprocess
import sys
from pathlib import Path

import pytest

import till
from till import _abi, _enums, _errors, _library

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "bindings/python/src/till"
ABI = json.loads((ROOT / "tests/abi/abi.json").read_text(encoding="utf-8"))
NAMES = [function["name"] for function in ABI["functions"]]


def names_used_in_the_package():
    """Every text and attribute of the hand-written modules that is a C function's name."""
    used = set()
    for path in PACKAGE.rglob("*.py"):
        if path.name.startswith("_abi") or path.name == "_library.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
    return used & set(NAMES)


# Replies to what the package has in its own words: names are in the enumerations, a reference is
# held by the one object that releases it.
SPOKEN_OTHERWISE = {
    "till_build_info": "till.build_info()",
    "till_version": "till.library_version()",
    "till_status_name": "till.Status",
    "till_order_state_name": "till.OrderState",
    "till_line_kind_name": "till.LineKind",
    "till_measure_name": "till.Measure",
    "till_price_source_name": "till.PriceSource",
    "till_payment_state_name": "till.PaymentState",
    "till_payment_method_name": "till.PaymentMethod",
    "till_refund_state_name": "till.RefundState",
    "till_store_retain": "one reference a store, shared by its views",
    "till_http_handle_batch": "a WSGI server hands over one request a thread",
    "till_http_count_refusal": "a WSGI server keeps count of what it refuses itself",
    "till_http_plan": "a WSGI server has chosen the thread already",
}


@pytest.mark.parametrize("name", NAMES)
def test_every_function_is_reachable(name):
    assert name in names_used_in_the_package() or name in SPOKEN_OTHERWISE


def test_no_excuse_is_stale():
    assert not set(SPOKEN_OTHERWISE) - set(NAMES)
    assert not set(SPOKEN_OTHERWISE) & names_used_in_the_package()


@pytest.mark.parametrize("name", NAMES)
def test_every_function_has_its_types(name):
    libraries = {"till": _library.lib, "till_http": _library.http()}
    described = next(one for one in ABI["functions"] if one["name"] == name)
    function = getattr(libraries[described["library"]], name)
    assert function.argtypes is not None
    assert len(function.argtypes) == len(described["parameters"])
    assert (function.restype is None) == (described["result"] == "void")


def test_structures_have_the_described_layout():
    for struct in ABI["structs"]:
        if not struct.get("fields"):
            continue
        kind = getattr(_abi, struct["name"])
        assert ctypes.sizeof(kind) == struct["size"], struct["name"]
        for field in struct["fields"]:
            name = field["name"] + ("_" if keyword.iskeyword(field["name"]) else "")
            assert getattr(kind, name).offset == field["offset"], (struct["name"], field["name"])


ENUMERATIONS = {
    "till_order_state": _enums.OrderState,
    "till_line_kind": _enums.LineKind,
    "till_price_source": _enums.PriceSource,
    "till_payment_state": _enums.PaymentState,
    "till_payment_method": _enums.PaymentMethod,
    "till_refund_state": _enums.RefundState,
    "till_setting_type": _enums.SettingType,
    "till_actor_kind": _enums.ActorKind,
    "till_status": _enums.Status,
    "till_fault": _enums.Fault,
}


@pytest.mark.parametrize("group", sorted(ENUMERATIONS))
def test_enumerations_are_complete(group):
    described = {one["value"] for one in ABI["constants"] if one.get("group") == group}
    assert {int(member) for member in ENUMERATIONS[group]} == described


@pytest.mark.parametrize(
    "kind, function",
    [
        (_enums.OrderState, "till_order_state_name"),
        (_enums.LineKind, "till_line_kind_name"),
        (_enums.PriceSource, "till_price_source_name"),
        (_enums.PaymentState, "till_payment_state_name"),
        (_enums.PaymentMethod, "till_payment_method_name"),
        (_enums.RefundState, "till_refund_state_name"),
    ],
)
def test_names_are_the_librarys(kind, function):
    for member in kind:
        assert getattr(_library.quick, function)(member).decode() == member.name.lower()
    assert getattr(_library.quick, function)(4711) == b"unknown"


def test_unknown_numbers_become_members():
    assert till.OrderState(77).name == "UNKNOWN_77"
    assert till.OrderState(77) is till.OrderState(77)
    assert till.OrderState(77) == 77
    with pytest.raises(ValueError):
        till.OrderState("pending")


def test_every_status_has_its_exception():
    for status in _enums.Status:
        if status is not _enums.Status.OK:
            assert _errors.BY_STATUS[status].__doc__
        assert _library.quick.till_status_name(status).decode() in ("TILL_OK", f"TILL_E_{status.name}")


def test_a_newer_status_is_a_plain_error():
    error = _errors.make(-4711, "What is this?", retryable=True)
    assert type(error) is till.TillError
    assert error.status == -4711 and error.status.name == "UNKNOWN_MINUS_4711"


def test_versions_that_do_not_fit_are_named():
    assert _library.refusal("p", _library.lib.till_version()) is None
    for other, advice in ((0, "update the library"), (2_000_000, "update this package")):
        message = _library.refusal("/p/libtill.so.1", other)
        assert "0.1.0" in message and _library.version_text(other) in message and advice in message


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def test_a_missing_library_is_said():
    done = run("import till", TILL_LIBRARY="/nowhere/libtill.so.1")
    assert done.returncode != 0 and "/nowhere/libtill.so.1 does not exist" in done.stderr
    assert "TILL_LIBRARY" in done.stderr


def test_the_variable_may_name_the_file_or_its_directory():
    directory = os.path.dirname(_library.PATH)
    code = "import till, till._library as l; print(till.library_version()); l.http()"
    for value in (directory, os.path.join(directory, "libtill.so.1")):
        done = run(code, TILL_LIBRARY=value)
        assert done.stdout == "0.1.0\n", done.stderr


def test_another_library_is_refused():
    libc = "/lib/x86_64-linux-gnu/libm.so.6"
    if not os.path.exists(libc):
        libc = next(str(path) for path in Path("/lib").rglob("libm.so.6"))
    done = run("import till", TILL_LIBRARY=libc)
    assert done.returncode != 0 and "LibraryError" in done.stderr


def test_import_starts_nothing():
    code = "import threading, logging, till; print(threading.active_count(), logging.getLogger('till').handlers)"
    assert run(code).stdout == "1 []\n"
