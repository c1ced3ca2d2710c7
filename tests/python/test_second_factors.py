# SPDX-License-Identifier: MIT
"""Second factors: set up, asked for at a login, removed; and the key that seals them."""

import asyncio
import base64
import hashlib
import hmac
import pickle
import struct
from datetime import timedelta

import pytest

import till
import till._mails
from conftest import NOON
from till._records import Challenge
from till.aio import AsyncStore

PASSWORD = "Str0ng-pass!word"


def code_of(secret, moment, steps=0):
    """RFC 6238, as an authenticator app has it."""
    step = int(moment.timestamp()) // 30 + steps
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    (number,) = struct.unpack_from(">I", mac, mac[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.fixture
def cleo(store):
    return store.system.create_user("cleo", password=PASSWORD)


def set_up(store, user):
    """By the code of the step before, so that the code of now is still to be used."""
    view = store.as_user(user.id)
    secret = view.begin_second_factor().secret
    return secret, view.confirm_second_factor(code_of(secret, NOON, -1))


def challenge_of(store, name="cleo"):
    with pytest.raises(till.SecondFactorRequired) as due:
        store.public.login(name, PASSWORD)
    return due.value


def test_a_login_asks_for_a_code_once_a_second_factor_is_confirmed(store, cleo):
    view = store.as_user(cleo.id)
    setup = view.begin_second_factor()
    assert setup.uri == f"otpauth://totp/Shop:cleo?secret={setup.secret}&issuer=Shop"
    assert setup.secret not in repr(setup)
    assert view.second_factor().is_pending
    assert store.public.login("cleo", PASSWORD).access
    with pytest.raises(till.ValidationError) as refused:
        view.confirm_second_factor("000000")
    assert refused.value.violations[0].path == "/code"
    codes = view.confirm_second_factor(code_of(setup.secret, NOON, -1))
    assert len(set(codes)) == 10
    state = store.system.second_factor(cleo.id)
    assert (state.is_enabled, state.is_required, state.enabled_at, state.recovery_codes_left) == (True, False, NOON, 10)

    due = challenge_of(store)
    assert isinstance(due, till.Unauthenticated)
    assert due.code == "second_factor_due"
    assert due.expires_at == NOON + timedelta(minutes=5)
    assert due.challenge not in str(due) and due.challenge not in repr(due)
    assert pickle.loads(pickle.dumps(due)).challenge == due.challenge
    kept = Challenge(due.challenge, due.expires_at)  # The record that it was read from.
    assert due.challenge not in repr(kept) and repr(due.expires_at) in repr(kept)
    with pytest.raises(till.Unauthenticated) as refused:
        store.public.login_second(due.challenge, "123456")
    assert refused.value.code == "invalid_code"
    tokens = store.public.login_second(due.challenge, code_of(setup.secret, NOON))
    assert store.as_token(tokens.access).user().id == cleo.id
    with pytest.raises(till.Unauthenticated) as refused:
        store.public.login_second(due.challenge, code_of(setup.secret, NOON, 1))
    assert refused.value.code == "challenge_not_valid"


def test_recovery_codes_count_once_and_are_renewed(store, cleo):
    _, codes = set_up(store, cleo)
    assert store.public.login_second(challenge_of(store).challenge, codes[0]).session_id
    with pytest.raises(till.Unauthenticated):
        store.public.login_second(challenge_of(store).challenge, codes[0])
    fresh = store.as_user(cleo.id).renew_recovery_codes()
    with pytest.raises(till.Unauthenticated):
        store.public.login_second(challenge_of(store).challenge, codes[1])
    assert store.public.login_second(challenge_of(store).challenge, fresh[1]).session_id


def test_every_mail_of_a_second_factor_has_a_text_and_no_secret(store):
    dora = store.system.create_user("dora", password=PASSWORD, email="dora@example.com")
    _, codes = set_up(store, dora)
    store.public.login_second(challenge_of(store, "dora").challenge, codes[0])
    for _ in range(5):
        with pytest.raises(till.Unauthenticated):
            store.public.login_second(challenge_of(store, "dora").challenge, "999999")
    messages = {message.kind: message for message in store.system.claim_messages()}
    assert messages["mail.recovery_code_used"].recovery_codes_left == 9
    store.as_user(dora.id).renew_recovery_codes()
    store.system.remove_second_factor(dora.id)
    messages.update({message.kind: message for message in store.system.claim_messages()})
    assert set(messages) == {
        "mail.second_factor_enabled",
        "mail.recovery_code_used",
        "mail.second_factor_refused",
        "mail.recovery_codes_renewed",
        "mail.second_factor_removed",
    }
    for kind, message in messages.items():
        text = till._mails.compose(message, "shop@localhost").get_content()
        assert "Hello dora" in text and "Shop" in text and (message.token, message.link) == (None, None)
        assert ("left: 9." in text) == (kind == "mail.recovery_code_used")


def test_a_change_needs_a_fresh_login_or_the_password(store, cleo):
    view = store.as_token(store.public.login("cleo", PASSWORD).access)
    store.system.update_settings({"access_token_lifetime": 86_400})
    kept = store.as_token(store.public.login("cleo", PASSWORD).access)
    assert view.begin_second_factor().secret
    store.clock.advance(timedelta(minutes=11))
    with pytest.raises(till.ValidationError) as refused:
        kept.begin_second_factor()
    assert refused.value.violation("/password").code == "required"
    assert kept.begin_second_factor(password=PASSWORD).secret
    store.system.remove_second_factor(cleo.id)
    with pytest.raises(till.NotFound):
        store.system.remove_second_factor(cleo.id)


def test_a_store_that_was_sealed_under_a_key_refuses_without_it(tmp_path):
    path = tmp_path / "shop.db"
    with till.open(path, secret_key=b"k" * 32) as store:
        dora = store.system.create_user("dora", password=PASSWORD)
        assert store.as_user(dora.id).begin_second_factor().secret
    with till.open(path, log_level=100) as store, pytest.raises(till.Conflict) as refused:
        store.as_user(dora.id).begin_second_factor()
    assert refused.value.code == "secret_key_missing"
    with pytest.raises(till.ValidationError):
        till.open(path, secret_key=b"short")


def test_second_factors_are_awaited_too(store, cleo):
    async def serve():
        async with AsyncStore(store) as shop:
            view = shop.as_user(cleo.id)
            secret = (await view.begin_second_factor()).secret
            await view.confirm_second_factor(code_of(secret, NOON, -1))
            try:
                await shop.public.login("cleo", PASSWORD)
            except till.SecondFactorRequired as due:
                tokens = await shop.public.login_second(due.challenge, code_of(secret, NOON))
            return tokens.session_id, (await view.second_factor()).is_enabled

    session_id, is_enabled = asyncio.run(serve())
    assert session_id and is_enabled
