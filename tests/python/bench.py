# SPDX-License-Identifier: MIT
"""What Python adds to the C calls. A table, not a test: it fails when it cannot run.

bench.py C_SIDE   the shared library of c_side.c
"""

import ctypes
import statistics
import sys
import threading
import time
from decimal import Decimal

import till
import till.testing
from till import _abi, _library, _place
from till._order_input import NewOrder, encode, take, write
from till._view import orders

LINE = [till.Line("Espresso", Decimal("2.50"), 2)]
THREADS, ORDERS_EACH, PAIRS = 16, 100, 5


def row(what, value, goal):
    print(f"  {what:<52} {value:>12} {goal:>12}")


def per_call(call, times, repeats=15):
    """Nanoseconds a call, the best of some repetitions: what others take is not ours."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(times):
            call()
        best = min(best, time.perf_counter() - start)
    return best / times * 1e9


def place_overhead(store, c_side):
    """Python's share of a place: with a C side that takes no time."""
    view = store.system
    view.place(LINE)
    order, error = ctypes.POINTER(_abi.till_order)(), ctypes.POINTER(_abi.till_error)()
    found = _library.lib.till_order_get(
        store._core.handle, view._context, 1, ctypes.byref(order), ctypes.byref(error)
    )
    assert found == 0
    c_side.canned_answer.argtypes = [ctypes.c_void_p]
    c_side.canned_answer(ctypes.cast(order, ctypes.c_void_p))
    kept = _place._place, _place._free
    _place._place, _place._free = c_side.canned_place, ctypes.PyDLL(c_side._name).canned_free
    try:
        plain = per_call(lambda: view.place(LINE), 5000)
        keyed = per_call(lambda: view.place(LINE, idempotency_key="till-3-000001"), 5000)
    finally:
        _place._place, _place._free = kept
    _library.quick.till_free(order)
    row("place, beyond the C call", f"{plain / 1000:.2f} us", "<= 2 us")
    row("place with an idempotency key, beyond the C call", f"{keyed / 1000:.2f} us", "")


def python_seconds(view):
    def work():
        for _ in range(ORDERS_EACH):
            view.place(LINE)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def sixteen_threads(store, c_side):
    """Durable places by 16 threads, Python's and C's in turn on one store."""
    encoded = encode(NewOrder(LINE), store._core)
    arena = take(encoded.size)
    write(encoded, arena, 0)
    run = c_side.seconds_of_threads
    run.restype = ctypes.c_double
    address = lambda function: ctypes.cast(function, ctypes.c_void_p)
    ratios, rates = [], []
    for _ in range(PAIRS):
        python = python_seconds(store.system)
        c = run(
            address(_library.lib.till_order_place), address(_library.lib.till_free), store._core.handle,
            store.system._context, ctypes.c_void_p(arena.address), THREADS, ORDERS_EACH,
        )  # fmt: skip
        assert c > 0, "a call failed"
        ratios.append(c / python)
        rates.append(THREADS * ORDERS_EACH / python)
    row(f"durable place, {THREADS} threads, / C", f"{statistics.median(ratios):.2f}", ">= 0.75")
    row(f"durable place, {THREADS} threads", f"{statistics.median(rates):,.0f} /s", "")


def page_of_200(store):
    store.system.place_many([NewOrder(LINE)] * 200).all()
    calls = []
    listed = orders._list._function
    orders._list._function = lambda *arguments: (calls.append(1), listed(*arguments))[1]
    page = store.system.orders(page_size=200).page()
    orders._list._function = listed
    assert len(page) == 200
    whole = per_call(lambda: store.system.orders(page_size=200).page(), 5, 7)
    row("a page of 200 orders: crossings (and one to free)", str(len(calls)), "1")
    row("a page of 200 orders, an order", f"{whole / 200 / 1000:.2f} us", "")


def main():
    c_side = ctypes.CDLL(sys.argv[1])
    print(f"\nPython {sys.version.split()[0]}, {till.build_info()}")
    row("", "measured", "goal")
    with till.testing.open() as store:
        place_overhead(store, c_side)
        sixteen_threads(store, c_side)
        page_of_200(store)


if __name__ == "__main__":
    main()
