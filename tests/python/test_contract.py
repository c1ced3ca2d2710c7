# SPDX-License-Identifier: MIT
"""Actors, errors, life and death of a store, threads, fork, logging."""

import gc
import logging
import os
import pickle
import threading
import warnings

import pytest

import till
import till.testing
from till import _library

LINE = [till.Line("a", 1)]


def test_a_call_without_an_actor_says_which_view(store):
    for owner in (store, store.public):
        with pytest.raises(till.ActorRequired, match="store.system, store.as_user"):
            owner.place(LINE)
    with pytest.raises(till.ActorRequired, match="store.public"):
        store.login("ann", "x")
    with pytest.raises(AttributeError, match="no attribute 'plaice'"):
        store.plaice
    assert not hasattr(store, "place")


def test_views_have_the_same_methods(store, ann):
    access = store.public.login("ann", "Str0ng-pass!word").access
    names = {name for name in dir(store.system) if not name.startswith("_")}
    assert {"place", "place_many", "orders", "sale", "register", "events"} <= names
    key = store.system.create_key("k", "orders:read").secret
    for view in (store.as_user(ann.id), store.as_token(access), store.as_key(key)):
        assert {name for name in dir(view) if not name.startswith("_")} == names
    assert access not in repr(store.as_token(access))


def test_ids_are_never_nobody_by_mistake(store):
    for wrong in (0, -1, 2**63):
        with pytest.raises(ValueError):
            store.system.delete_user(wrong)
        with pytest.raises(ValueError):
            store.as_user(wrong)
    with pytest.raises(TypeError):
        store.as_user(None)
    for wrong in ("1", 1.0, True):
        with pytest.raises(TypeError):
            store.system.order(wrong)
    with pytest.raises(TypeError):
        store.system.order(None)


def test_options_of_a_call(store):
    for wrong in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError):
            store.system.place(LINE, timeout=wrong)
    with pytest.raises(till.ValidationError):
        store.system.place(LINE, idempotency_key="")
    with pytest.raises(till.ValidationError):
        store.system.place(LINE, timeout=601)
    with pytest.raises(till.ValidationError):
        store.system.place(LINE, trace_id="x" * 65)
    first = store.system.place(LINE, idempotency_key="k", timeout=1.5)
    assert store.system.place(LINE, idempotency_key="k").id == first.id
    # An empty reference is a mistake, not the absence of one.
    with pytest.raises(till.ValidationError):
        store.system.place(LINE, reference="")


def test_errors_carry_everything(store, ann):
    with pytest.raises(till.ValidationError) as refused:
        store.as_user(ann.id).place([till.Line("y" * 101, 1, 0)])
    error = refused.value
    assert isinstance(error, ValueError) and error.status is till.Status.VALIDATION
    assert {one.path for one in error.violations} == {"/lines/0/name", "/lines/0/quantity"}
    assert error.violation("/lines/0/name").params == {"max": "100"}
    assert error.violation("/nothing") is None
    assert "/lines/0/quantity" in str(error) and error.code in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is till.ValidationError and again.violations == error.violations
    with pytest.raises(LookupError) as missing:
        store.system.order(4711)
    assert missing.value.code == "order_not_found" and not missing.value.retryable
    with pytest.raises(PermissionError):
        store.as_user(ann.id).settings()
    with pytest.raises(PermissionError):
        store.public.login("ann", "wrong")


def test_busy_is_a_timeout(store):
    with store.batch():
        result = []

        def other():
            try:
                store.system.place(LINE, timeout=0.05)
            except TimeoutError as error:
                result.append(error)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert isinstance(result[0], till.Busy) and result[0].retryable


def test_texts_may_be_anything(store):
    order = store.system.place([till.Line("Grüße 🍰", 1)], metadata={"n": "🍰"})
    assert order.lines[0].name == "Grüße 🍰" and order.metadata == {"n": "🍰"}
    for wrong in ("nul\0", "🍰" * 101):
        with pytest.raises(till.ValidationError):
            store.system.place([till.Line(wrong, 1)])
    with pytest.raises(UnicodeEncodeError):
        store.system.place([till.Line("\ud800", 1)])


def test_a_batch_is_one_commit(store):
    before = store.public.info().commits
    with store.batch():
        ids = [store.system.place(LINE).id for _ in range(10)]
        with pytest.raises(till.MisuseError):
            with store.batch():
                pass
        with pytest.raises(till.ValidationError):
            store.system.place([])
    assert store.public.info().commits == before + 1
    with pytest.raises(RuntimeError, match="undo"):
        with store.batch():
            lost = store.system.place(LINE).id
            raise RuntimeError("undo")
    with pytest.raises(till.NotFound):
        store.system.order(lost)
    assert [order.id for order in store.system.orders(oldest_first=True)] == ids


def test_a_snapshot_is_one_moment(store):
    first = store.system.place(LINE)
    with store.snapshot():
        assert [order.id for order in store.system.orders()] == [first.id]
        other = threading.Thread(target=lambda: [store.system.place(LINE) for _ in range(3)])
        other.start()
        other.join()
        assert len(list(store.system.orders(page_size=1))) == 1
        with pytest.raises(till.MisuseError) as refused:
            store.system.place(LINE)
        assert refused.value.code == "batch_reads"
        with pytest.raises(till.MisuseError):
            with store.batch():
                pass
    assert len(list(store.system.orders(page_size=1))) == 4


def test_a_batch_belongs_to_its_thread(store):
    seen = []
    with store.batch():
        store.system.place(LINE)
        thread = threading.Thread(target=lambda: seen.append(len(list(store.system.orders()))))
        thread.start()
        thread.join()
    assert seen == [0]


def test_close(tmp_path):
    store = till.Store(tmp_path / "shop.db")
    assert not store.closed
    with store:
        store.system.place(LINE)
    store.close()
    assert store.closed and "closed" in repr(store)
    with pytest.raises(till.Closed):
        store.system.place(LINE)
    with pytest.raises(till.NotFound):
        till.Store(tmp_path / "other.db", must_exist=True)
    with pytest.raises(till.NotAStore):
        (tmp_path / "text").write_text("no store, however long this is" * 100)
        till.open(tmp_path / "text")
    with pytest.raises(till.ValidationError):
        till.Store(":memory:")
    with pytest.raises(till.Conflict):
        till.testing.open(tmp_path / "shop.db")


def test_a_forgotten_store_says_so_and_is_finalised(tmp_path):
    store = till.Store(tmp_path / "shop.db")
    view = store.system
    with pytest.warns(ResourceWarning, match="unclosed <till.Store"):
        del store
        gc.collect()
    view.place(LINE)  # The view still holds the file.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with till.Store(tmp_path / "shop.db") as other:
            assert len(list(other.system.orders())) == 1
        del other


def in_a_child(work):
    """What work() answers in a forked child, as text."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, str(work()).encode())
        except BaseException as error:
            os.write(write, type(error).__name__.encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return text


def test_a_forked_child_is_told(tmp_path):
    def other_file():
        with till.Store(tmp_path / "other.db") as mine:
            return mine.system.place(LINE).id

    with till.Store(tmp_path / "shop.db") as store:
        store.system.place(LINE)
        assert in_a_child(lambda: store.system.place(LINE)) == "Forked"
        assert in_a_child(lambda: till.Store(tmp_path / "shop.db")) == "Forked"
        assert in_a_child(store.close) == "None"
        assert in_a_child(other_file) == "1"
        assert len(list(store.system.orders())) == 1 and store.system.check().sound


def test_threads(store):
    ids = []
    lock = threading.Lock()

    def work():
        for at in range(40):
            order = store.system.place(LINE if at % 2 else LINE * 2)
            assert order.total.minor == (100 if at % 2 else 200)
            with lock:
                ids.append(order.id)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids) == list(range(1, 321))
    assert store.system.check().sound


def test_the_log_goes_to_logging(tmp_path, caplog):
    caplog.set_level(logging.DEBUG, logger="till")
    with till.Store(tmp_path / "shop.db", log_level=logging.DEBUG) as store:
        store.system.update_settings({"prices": "trusted"})
        store.system.maintain()
    with till.Store(tmp_path / "shop.db", log_level=logging.DEBUG) as store:
        store.system.check()
    assert caplog.records, "the library logged nothing at DEBUG"
    assert all(record.name.startswith("till") for record in caplog.records)


def test_a_log_record_has_the_trace_id_of_its_call(tmp_path, caplog):
    with till.Store(tmp_path / "shop.db") as store:
        store.public.register(username="eve", password="Str0ng-pass!word")
        used = store.public.login("eve", "Str0ng-pass!word").refresh
        first = store.public.refresh(used).refresh
        store.public.refresh(first)
        with pytest.raises(till.Unauthenticated):
            store.public.refresh(used, trace_id="request-17")
    assert [record.trace_id for record in caplog.records] == ["request-17"]


def test_a_handler_that_calls_back_is_refused(tmp_path, monkeypatch):
    answers = []

    class Handler(logging.Handler):
        def emit(self, record):
            try:
                opened[0].system.place(LINE)
            except till.TillError as error:
                answers.append(error)

    opened = []
    logger = logging.Logger("till.test", logging.DEBUG)
    logger.addHandler(Handler())
    monkeypatch.setattr(logger, "getChild", lambda name: logger)
    store = till.Store(tmp_path / "shop.db", logger=logger, log_level=logging.DEBUG)
    opened.append(store)
    store.system.update_settings({"prices": "trusted"})
    store.system.maintain()
    store.close()
    assert all(isinstance(error, (till.MisuseError, till.Closed)) for error in answers)


def test_what_a_handler_raises_is_said_and_ends_there(monkeypatch):
    import ctypes

    from till import _abi, _log

    class Handler(logging.Handler):
        def emit(self, record):
            raise ZeroDivisionError

    lost = []
    monkeypatch.setattr("sys.unraisablehook", lost.append)
    logger = logging.Logger("till.test", logging.DEBUG)
    logger.addHandler(Handler())
    number = _log.register(logger)
    record = _abi.till_log_record(ctypes.sizeof(_abi.till_log_record), _abi.TILL_LOG_ERROR)
    _log.THUNK(number, ctypes.pointer(record))
    _log.unregister(number)
    assert lost and lost[0].exc_type is ZeroDivisionError
    _log.THUNK(number, ctypes.pointer(record))  # A number that is gone is silence.
    assert len(lost) == 1


def test_results_are_freed(store):
    """Blocks do not pile up: a thousand pages, orders and errors leave the process as large as it was."""
    store.system.place_many([till.NewOrder([till.Line("x" * 100, 1)] * 100)] * 10).all()

    def work(times):
        for _ in range(times):
            store.system.orders().page()
            store.system.order(1)
            with pytest.raises(till.NotFound):
                store.system.order(4711)

    def resident_kib():
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024

    work(50)
    before = resident_kib()
    work(400)  # A page is about 100 KiB.
    assert resident_kib() - before < 8 * 1024


def test_a_page_of_two_hundred_orders_is_one_crossing(store, monkeypatch):
    from till._view import orders

    store.system.place_many([till.NewOrder(LINE)] * 200).all()
    calls = []
    listed, free = orders._list._function, till._call._free
    monkeypatch.setattr(orders._list, "_function", lambda *a: (calls.append("list"), listed(*a))[1])
    monkeypatch.setattr("till._call._free", lambda a: (calls.append("free"), free(a))[1])
    page = store.system.orders(page_size=200).page()
    assert len(page) == 200
    assert calls == ["list", "free"]


def test_build_info():
    assert "sqlite" in till.build_info() and till.library_version() == till.__version__
    assert os.path.isabs(_library.PATH)
