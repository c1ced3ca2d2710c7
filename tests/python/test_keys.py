# SPDX-License-Identifier: MIT
"""API keys: made, used, listed, revoked, from either kind of code."""

import asyncio
from datetime import timedelta

import pytest

import till
from conftest import NOON
from till.aio import AsyncStore

LINE = [till.Line("Espresso", "2.50")]


def test_a_key_is_shown_once_and_does_what_its_scopes_say(store):
    made = store.system.create_key(
        "Till at the door", ["orders:place", "prices:set"], expires_at=NOON + timedelta(hours=1)
    )
    assert made.secret.startswith("till_key_")
    assert made.secret not in repr(made)
    assert made.scopes == "orders:place prices:set"
    assert made.expires_at == NOON + timedelta(hours=1)
    door = store.as_key(made.secret)
    assert made.secret not in repr(door)
    order = door.place(LINE)
    assert order.user_id is None and order.placed_by is None and order.price_verified
    with pytest.raises(till.PermissionDenied):
        door.order(order.id)
    event = store.system.events(newest_first=True).first()
    assert (event.kind, event.actor, event.actor_id) == ("order.placed", till.ActorKind.KEY, made.id)
    (listed,) = store.system.keys()
    assert listed.secret is None
    assert listed.last_used_at == NOON


def test_a_key_ends_when_it_is_revoked_and_when_its_time_is_over(store):
    first = store.system.create_key("one", "orders:read")
    second = store.system.create_key("two", "orders:read", expires_at=NOON + timedelta(minutes=1))
    assert list(store.as_key(second.secret).orders()) == []
    assert store.system.revoke_key(first.id).revoked_at == NOON
    with pytest.raises(till.Unauthenticated) as refused:
        store.as_key(first.secret).orders().page()
    assert refused.value.code == "key_revoked"
    store.clock.advance(timedelta(minutes=1))
    with pytest.raises(till.Unauthenticated) as refused:
        store.as_key(second.secret).orders().page()
    assert refused.value.code == "key_expired"
    assert [one.name for one in store.system.keys(page_size=1)] == ["two", "one"]
    with pytest.raises(till.NotFound):
        store.system.revoke_key(4711)


def test_who_may_not(store, ann):
    with pytest.raises(till.PermissionDenied):
        store.as_user(ann.id).create_key("mine", "orders:read")
    with pytest.raises(till.ValidationError) as refused:
        store.system.create_key("", ["orders:everything"])
    assert [one.path for one in refused.value.violations] == ["/name", "/scopes"]


def test_keys_are_awaited_too(store):
    async def serve():
        async with AsyncStore(store) as shop:
            made = await shop.system.create_key("worker", "outbox:work")
            assert await shop.as_key(made.secret).claim_messages() == ()
            return [one.name async for one in shop.system.keys()]

    assert asyncio.run(serve()) == ["worker"]
