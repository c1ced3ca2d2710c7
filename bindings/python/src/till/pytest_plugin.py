# SPDX-License-Identifier: MIT
"""Fixtures for programs that use till; pytest finds them once the package is installed.

till_store    a throw-away store with cheap hashing and a clock that stands still
till_clock    its clock: `till_clock.advance(hours=1)`
till_outbox   its mails: `till_outbox.take()`
till_client   its REST API without a socket: `till_client.post("/auth/login/", {…})`
"""

from typing import Iterator

import pytest

from . import testing


@pytest.fixture
def till_store() -> Iterator[testing.Store]:
    """A store that is gone after the test. Its clock stands at 2026-01-01 12:00 UTC."""
    with testing.open(now=testing.NOON) as store:
        yield store


@pytest.fixture
def till_clock(till_store: testing.Store) -> testing.Clock:
    """The clock of `till_store`."""
    return till_store.clock


@pytest.fixture
def till_outbox(till_store: testing.Store) -> testing.Outbox:
    """The mails of `till_store`."""
    return testing.Outbox(till_store)


@pytest.fixture
def till_client(till_store: testing.Store) -> Iterator[testing.Client]:
    """The REST API of `till_store`."""
    with testing.Client(till_store) as client:
        yield client
