# SPDX-License-Identifier: MIT
"""Lists that fetch their pages while they are walked."""

from typing import Callable, Generic, Iterator, Optional, TypeVar

from ._records import Page

T = TypeVar("T")


class Listing(Generic[T]):
    """A list of the store. Iterate over it, or over its `pages()`; each iteration begins anew.

    A page is one call: no transaction is open between pages, and what is added meanwhile at the
    list's beginning is not seen.
    """

    def __init__(self, fetch: Callable[[Optional[str]], Page[T]], cursor: Optional[str] = None) -> None:
        self._fetch = fetch
        self._cursor = cursor

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def pages(self) -> Iterator[Page[T]]:
        """The pages one by one. `page.next_cursor` resumes the list later: `orders(cursor=…)`."""
        cursor = self._cursor
        while True:
            page = self._fetch(cursor)
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return

    def page(self) -> Page[T]:
        """The first page alone: one call."""
        return self._fetch(self._cursor)

    def first(self) -> Optional[T]:
        """The first of the list, or None: one call."""
        page = self.page()
        return page.items[0] if page.items else None
