# SPDX-License-Identifier: MIT
"""The asyncio facade: the same calls, awaited."""

import asyncio
import inspect
import time

import pytest

import async_stub
import till
from till.aio import AsyncPublicView, AsyncStore, AsyncView

LINE = [till.Line("a", 1)]


def test_the_stub_is_todays():
    assert async_stub.STUB.read_text(encoding="utf-8") == async_stub.stub(), "run tests/python/async_stub.py"


@pytest.mark.parametrize("view, twin", [(till.View, AsyncView), (till.PublicView, AsyncPublicView)])
def test_every_method_has_a_twin(view, twin):
    names = {name for name, _ in inspect.getmembers(view, inspect.isfunction) if not name.startswith("_")}
    for name in names:
        assert inspect.signature(getattr(twin, name)) == inspect.signature(getattr(view, name))
        assert getattr(twin, name).__doc__


def test_a_day(store):
    async def day():
        async with AsyncStore(store, threads=4) as shop:
            tokens = await shop.public.register("ann", "Str0ng-pass!word")
            ann = shop.as_token(tokens.access)
            orders = await asyncio.gather(*(ann.place(LINE) for _ in range(20)))
            assert len({order.id for order in orders}) == 20
            seen = [order.id async for order in ann.orders(page_size=7)]
            assert sorted(seen) == sorted(order.id for order in orders)
            assert [len(page) async for page in ann.orders(page_size=7).pages()] == [7, 7, 6]
            assert (await ann.orders().first()).id == max(seen) and len(await ann.orders().page()) == 20
            assert (await shop.as_user(tokens.user.id).user()).username == "ann"
            with pytest.raises(till.NotFound):
                await shop.system.order(4711)

    asyncio.run(day())
    assert not store.closed


def test_a_batch_has_its_thread(store):
    async def day():
        async with AsyncStore(store) as shop:
            before = (await shop.public.info()).commits
            async with shop.batch():
                first = await shop.system.place(LINE)
                await asyncio.gather(*(shop.system.place(LINE) for _ in range(5)))
            assert (await shop.public.info()).commits == before + 1
            with pytest.raises(RuntimeError):
                async with shop.batch():
                    lost = await shop.system.place(LINE)
                    raise RuntimeError
            with pytest.raises(till.NotFound):
                await shop.system.order(lost.id)
            assert (await shop.system.order(first.id)).id == first.id

    asyncio.run(day())


def test_a_snapshot_has_its_thread(store):
    async def day():
        async with AsyncStore(store) as shop:
            async with shop.snapshot():
                assert [order async for order in shop.system.orders()] == []
                store.system.place(LINE)
                assert [order async for order in shop.system.orders()] == []
                with pytest.raises(till.MisuseError):
                    await shop.system.place(LINE)
            assert len([order async for order in shop.system.orders()]) == 1

    asyncio.run(day())


def test_a_batch_that_is_cancelled_is_over(store):
    async def enter(shop, kind):
        async with getattr(shop, kind)():
            await asyncio.sleep(10)

    async def day():
        async with AsyncStore(store) as shop:
            for kind in ("snapshot", "batch"):
                # Before it began, while it begins, and inside.
                for steps in range(20):
                    task = asyncio.ensure_future(enter(shop, kind))
                    for _ in range(steps):
                        await asyncio.sleep(0)
                    task.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await task
            async with shop.batch():  # takes the writer, so those before have let it go
                await shop.system.place(LINE)

    asyncio.run(day())
    deadline = time.monotonic() + 10
    while store._core.batches and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not store._core.batches


def test_a_path_is_opened_and_closed(tmp_path):
    async def day():
        shop = AsyncStore(tmp_path / "shop.db")
        with pytest.raises(RuntimeError, match="not open"):
            shop.system
        async with shop:
            await shop.system.place(LINE)
            view = shop.system
        with pytest.raises((till.Closed, RuntimeError)):
            await view.place(LINE)

    asyncio.run(day())
