# SPDX-License-Identifier: MIT
"""Stores for the tests of the Python package."""

import pytest

import till
import till.testing

PASSWORD = "Str0ng-pass!word"
NOON = till.time_of(1_767_268_800_000_000)  # 2026-01-01 12:00 UTC


@pytest.fixture
def store():
    with till.testing.open(seed=1, now=NOON) as opened:
        yield opened


@pytest.fixture
def ann(store):
    """A plain user."""
    return store.system.create_user("ann", email="ann@example.com", password=PASSWORD)


@pytest.fixture
def boss(store):
    return store.system.create_user("boss", password=PASSWORD, is_staff=True, is_superuser=True)


@pytest.fixture
def espresso():
    return till.Line("Espresso", "2.50", 2)

pytest_plugins = ["till.pytest_plugin"]
