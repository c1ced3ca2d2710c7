# SPDX-License-Identifier: MIT
"""The same calls for asyncio: each runs in a thread of a bounded pool, and is awaited.

    async with till.aio.AsyncStore("shop.db") as store:
        order = await store.system.place([till.Line("Espresso", "2.50")])
        async for order in store.system.orders():
            …
        async with store.batch():
            await store.system.place(…)

Methods, arguments, results and exceptions are those of `till.View`; lists are `AsyncListing`. A call
that is cancelled goes on in its thread and ends within its timeout: give it an idempotency key when
you mean to send it again.
"""

import asyncio
import concurrent.futures
import contextvars
import functools
from types import TracebackType
from typing import Any, Callable, Dict, Optional, Type, TypeVar, Union

from ._async_view import AsyncListing, AsyncPublicView, AsyncView
from ._caller import Client
from ._input import PathLike
from ._store import Batch, Store

T = TypeVar("T")

__all__ = ["AsyncBatch", "AsyncListing", "AsyncPublicView", "AsyncStore", "AsyncView"]

THREADS = 8
"""As many calls run at once; group commit makes them share their syncs."""


class AsyncBatch:
    """`async with store.batch():` gives the calls of this task a thread of their own, whose batch it is;
    `store.snapshot()` likewise.

    Tasks that are started inside join it. See `till.Store.batch`.
    """

    def __init__(self, store: "AsyncStore", batch: Batch) -> None:
        self._store = store
        self._batch = batch

    async def __aenter__(self) -> "AsyncBatch":
        self._thread = concurrent.futures.ThreadPoolExecutor(1, "till-batch")
        self._token = self._store._pinned.set(self._thread)
        try:
            await self._store._run(self._batch.__enter__)
        except BaseException:
            # Where only the waiting was cancelled, it is begun by now or soon.
            self._thread.submit(self._batch._undo)
            self._end()
            raise
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        # Not through an awaitable of its own: cancelling that could take it out of the thread's queue.
        ended = self._thread.submit(self._batch.__exit__, kind, error, trace)
        try:
            await asyncio.shield(asyncio.wrap_future(ended))
        finally:
            self._end()

    def _end(self) -> None:
        self._store._pinned.reset(self._token)
        self._thread.shutdown(wait=False)


class AsyncStore:
    """A store for asyncio: a path, which is opened on entering, or an open `till.Store`.

    threads  calls that run at once
    options  those of `till.Store`, with a path
    """

    def __init__(
        self, path_or_store: Union[PathLike, Store], *, threads: int = THREADS, **options: Any
    ) -> None:
        self._given = path_or_store
        self._options: Dict[str, Any] = options
        self._executor = concurrent.futures.ThreadPoolExecutor(threads, "till")
        self._pinned: "contextvars.ContextVar[Optional[concurrent.futures.Executor]]"
        self._pinned = contextvars.ContextVar("till_batch", default=None)
        self._store: Optional[Store] = None
        if isinstance(path_or_store, Store):
            self._store = path_or_store

    async def _run(self, call: Callable[..., T], *arguments: Any, **named: Any) -> T:
        loop = asyncio.get_running_loop()
        executor = self._pinned.get() or self._executor
        return await loop.run_in_executor(executor, functools.partial(call, *arguments, **named))

    def _opened(self) -> Store:
        if self._store is None:
            raise RuntimeError("the store is not open yet: async with AsyncStore(path) as store.")
        return self._store

    async def __aenter__(self) -> "AsyncStore":
        if self._store is None and not isinstance(self._given, Store):
            self._store = await self._run(Store, self._given, **self._options)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Waits for the calls in flight, then closes, unless the store was given open."""
        if self._store is not None and self._store is not self._given:
            await self._run(self._store.close)
        self._executor.shutdown(wait=False)

    @property
    def public(self) -> AsyncPublicView:
        """Calls on nobody's behalf."""
        return AsyncPublicView(self._run, self._opened().public)

    @property
    def system(self) -> AsyncView:
        """Calls of the program itself."""
        return AsyncView(self._run, self._opened().system)

    def as_user(
        self,
        user_id: int,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> AsyncView:
        """See `till.Store.as_user`."""
        view = self._opened().as_user(user_id, timeout=timeout, trace_id=trace_id, client=client)
        return AsyncView(self._run, view)

    def as_token(
        self,
        access: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> AsyncView:
        """See `till.Store.as_token`."""
        view = self._opened().as_token(access, timeout=timeout, trace_id=trace_id, client=client)
        return AsyncView(self._run, view)

    def as_key(
        self,
        secret: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> AsyncView:
        """See `till.Store.as_key`."""
        view = self._opened().as_key(secret, timeout=timeout, trace_id=trace_id, client=client)
        return AsyncView(self._run, view)

    def batch(self, *, timeout: Optional[float] = None) -> AsyncBatch:
        """Several calls of this task in one durable commit: `async with store.batch(): …`."""
        return AsyncBatch(self, self._opened().batch(timeout=timeout))

    def snapshot(self, *, timeout: Optional[float] = None) -> AsyncBatch:
        """Several reads of this task that see one moment: `async with store.snapshot(): …`."""
        return AsyncBatch(self, self._opened().snapshot(timeout=timeout))
