# SPDX-License-Identifier: MIT
"""The views' methods for asyncio, made from the views themselves.

_async_view.pyi tells type checkers of them; tests/python/async_stub.py makes it.
"""

import functools
import inspect
from typing import Any, AsyncIterator, Awaitable, Callable, Generic, Optional, TypeVar

from ._listing import Listing
from ._records import Page
from ._view import PublicView, View

T = TypeVar("T")
Run = Callable[..., Awaitable[Any]]


class AsyncListing(Generic[T]):
    """A list whose pages are fetched in a thread: `async for order in store.system.orders():`."""

    def __init__(self, run: Run, listing: "Listing[T]") -> None:
        self._run = run
        self._listing = listing

    async def pages(self) -> AsyncIterator["Page[T]"]:
        """See `till.Listing.pages`."""
        cursor = self._listing._cursor
        while True:
            page = await self._run(self._listing._fetch, cursor)
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for one in page.items:
                yield one

    async def page(self) -> "Page[T]":
        """The first page alone."""
        page: "Page[T]" = await self._run(self._listing.page)
        return page

    async def first(self) -> Optional[T]:
        """The first of the list, or None."""
        first: Optional[T] = await self._run(self._listing.first)
        return first


def _twin(method: Callable[..., Any], lists: bool) -> Callable[..., Any]:
    if lists:

        @functools.wraps(method)
        def listing(self: Any, *arguments: Any, **named: Any) -> Any:
            return AsyncListing(self._run, method(self._view, *arguments, **named))

        return listing

    @functools.wraps(method)
    async def call(self: Any, *arguments: Any, **named: Any) -> Any:
        return await self._run(method, self._view, *arguments, **named)

    return call


def _asynchronous(view: type) -> Callable[[type], type]:
    """Gives a class the asynchronous twin of every public method of a view."""

    def fill(cls: type) -> type:
        for name, method in inspect.getmembers(view, inspect.isfunction):
            if not name.startswith("_"):
                lists = "Listing" in str(inspect.signature(method).return_annotation)
                setattr(cls, name, _twin(method, lists))
        return cls

    return fill


class _Base:
    def __init__(self, run: Run, view: Any) -> None:
        self._run = run
        self._view = view

    def __repr__(self) -> str:
        return f"<async {self._view!r}>"


@_asynchronous(PublicView)
class AsyncPublicView(_Base):
    """`till.PublicView` for asyncio."""


@_asynchronous(View)
class AsyncView(_Base):
    """`till.View` for asyncio."""
