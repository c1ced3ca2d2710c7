# SPDX-License-Identifier: MIT
"""Each call once, through the package, with what it answers."""

import copy
import dataclasses
import pickle
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

import till
from conftest import NOON, PASSWORD


def chunk(kind, data):
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


# One black pixel.
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)


def test_an_order_is_a_value(store, ann):
    order = store.as_user(ann.id).place(
        [till.Line("Espresso", Decimal("2.50"), 2), till.Line("Cake", "3", sku="C-1")],
        reference="q-1",
        metadata={"table": 4},
    )
    assert order.id == 1 and order.user_id == order.placed_by == ann.id
    assert order.total == till.Money(800, "USD", 2) and order.total.amount == Decimal("8.00")
    assert order.status is till.OrderState.PENDING and not order.price_verified
    assert order.created_at == order.updated_at == NOON and order.created_at.utcoffset() == timedelta()
    assert order.reference == "q-1" and order.series is None and order.number is None
    assert order.metadata == {"table": 4}
    assert [line.name for line in order.lines] == ["Espresso", "Cake"]
    assert order.lines[0].unit_price.amount == Decimal("2.50")
    assert order.lines[0].amount.amount == Decimal("5.00") and order.lines[0].sku is None
    assert order.lines[1].sku == "C-1" and order.lines[1].price_source is till.PriceSource.CLIENT
    with pytest.raises(AttributeError):
        order.id = 2
    assert store.system.order(order.id) == order


def test_values_can_be_pickled_copied_and_hashed(store, ann):
    order = store.system.place([till.Line("a", 1)])
    for value in (order, ann, store.public.info(), till.Money(1, "EUR", 2)):
        assert pickle.loads(pickle.dumps(value)) == value == copy.deepcopy(value)
        hash(value)


def test_prices_are_as_good_as_the_actor(store, ann):
    order = store.as_user(ann.id).place([till.Line("a", 1)])
    with pytest.raises(till.Conflict) as refused:
        store.system.ship(order.id)
    assert refused.value.code == "prices_not_verified"
    assert store.system.confirm_prices(order.id).price_verified
    payment = store.as_user(ann.id).start_payment(order.id, method=till.PaymentMethod.CARD)
    assert payment.status is till.PaymentState.PENDING and payment.amount == order.total
    with pytest.raises(till.PermissionDenied):
        store.as_user(ann.id).complete_payment(payment.id)
    paid = store.system.complete_payment(payment.id, provider_reference="ch_1")
    assert paid.completed_at == NOON and paid.provider_reference == "ch_1"
    shipped = store.system.ship(order.id, if_version=store.system.order(order.id).version)
    assert shipped.status is till.OrderState.SHIPPED
    with pytest.raises(till.PreconditionFailed):
        store.system.deliver(order.id, if_version=shipped.version + 7)
    assert store.system.deliver(order.id).status is till.OrderState.DELIVERED


def test_a_sale_is_one_call(store):
    lines = [till.Line("Espresso", "2.50", 2), till.Line("Tip", "0.50", kind=till.LineKind.TIP)]
    sale = store.system.sale(lines, series="R-2026", contact_name="Bo", idempotency_key="k")
    assert sale.order.status is till.OrderState.DELIVERED and sale.order.number == 1
    assert sale.payment.status is till.PaymentState.COMPLETED and sale.payment.amount.minor == 550
    again = store.system.sale(lines, series="R-2026", contact_name="Bo", idempotency_key="k")
    assert again.replayed and again.order.id == sale.order.id
    with pytest.raises(till.IdempotencyMismatch):
        store.system.sale(lines[:1], series="R-2026", contact_name="Bo", idempotency_key="k")
    free = store.system.sale([till.Line("Water", 0)])
    assert free.payment is None
    assert store.system.find_order(series="R-2026", number=1).id == sale.order.id


def test_refunds(store):
    sale = store.system.sale([till.Line("Coat", "100")])
    part = store.system.start_refund(sale.payment.id, amount=till.Money(3000, "USD", 2), reason="stain")
    assert part.status is till.RefundState.PENDING and part.reason == "stain"
    assert store.system.payment(sale.payment.id).refunding.amount == Decimal("30.00")
    assert store.system.fail_refund(part.id).status is till.RefundState.FAILED
    with pytest.raises(ValueError, match="USD"):
        store.system.start_refund(sale.payment.id, amount=till.Money(30, "JPY", 0))
    with pytest.raises(ValueError, match="leave amount out"):
        store.system.start_refund(sale.payment.id, amount=till.Money(0, "USD", 2))
    whole = store.system.start_refund(sale.payment.id)
    assert store.system.succeed_refund(whole.id).status is till.RefundState.SUCCEEDED
    assert store.system.payment(sale.payment.id).status is till.PaymentState.REFUNDED
    assert [one.id for one in store.system.refunds(sale.payment.id, page_size=1)] == [whole.id, part.id]


def test_payments_fail_and_are_listed(store):
    order = store.system.place([till.Line("a", 1)])
    payment = store.system.start_payment(order.id, amount=order.total, provider="bank", provider_reference="7")
    assert store.system.fail_payment(payment.id).status is till.PaymentState.FAILED
    second = store.system.start_payment(order.id, complete=True)
    listed = list(store.system.payments(order_id=order.id, page_size=1, oldest_first=True))
    assert [one.id for one in listed] == [payment.id, second.id]
    assert [one.id for one in store.system.payments(status=till.PaymentState.FAILED)] == [payment.id]


def test_cancel_and_hand_over(store, ann):
    order = store.as_user(ann.id).place([till.Line("a", 1)])
    assert store.as_user(ann.id).cancel(order.id).status is till.OrderState.CANCELLED
    gift = store.system.place([till.Line("a", 0)], walk_in=True, contact_email="x@example.com")
    assert store.system.hand_over(gift.id).status is till.OrderState.DELIVERED
    with pytest.raises(till.NotFound):
        store.as_user(ann.id).order(gift.id)


def test_many_at_once(store):
    outcomes = store.system.place_many(
        [till.NewOrder([till.Line("a", 1)]), till.NewOrder([]), till.NewOrder([till.Line("b", 2, 3)] * 100)],
        idempotency_key="m",
    )
    assert len(outcomes) == 3 and [order.total.minor for order in outcomes.orders] == [100, 60000]
    assert isinstance(outcomes[1], till.ValidationError) and list(outcomes.errors) == [1]
    assert outcomes[1].violations[0].path == "/lines"
    with pytest.raises(till.ValidationError):
        outcomes.all()
    again = store.system.place_many([till.NewOrder([till.Line("a", 1)])], idempotency_key="m")
    assert again.all()[0].replayed
    found = store.system.orders_by_id([outcomes[0].id, 4711])
    assert found[0].id == outcomes[0].id and isinstance(found[1], till.NotFound)
    assert store.system.place_many([till.NewOrder([till.Line("x" * 90, 1)])] * 1000).all()[-1].id


def test_lists_page_by_themselves(store):
    ids = [order.id for order in store.system.place_many([till.NewOrder([till.Line("a", 1)])] * 7).all()]
    listing = store.system.orders(page_size=3, oldest_first=True)
    assert [order.id for order in listing] == ids == [order.id for order in listing]
    pages = list(listing.pages())
    assert [len(page) for page in pages] == [3, 3, 1] and pages[-1].next_cursor is None
    rest = store.system.orders(page_size=3, oldest_first=True, cursor=pages[0].next_cursor)
    assert [order.id for order in rest] == ids[3:]
    assert listing.first().id == ids[0] and listing.page()[2].id == ids[2]
    assert store.system.orders(status=till.OrderState.SHIPPED).first() is None
    with pytest.raises(till.CursorError):
        store.system.orders(cursor="nonsense").first()
    with pytest.raises(till.ValidationError):
        store.system.orders(page_size=201).first()


def test_users(store, boss):
    user = store.system.create_user(
        "bea", email="Bea@Example.com", first_name="B", phone_no="1", address="A\nB", locale="de", is_active=False
    )
    assert not user.is_active and not user.has_password and user.address == "A\nB"
    changed = store.as_user(boss.id).update_user(user.id, first_name="", is_active=True, if_version=1)
    assert changed.first_name == "" and changed.is_active and changed.version == 2
    assert store.system.find_user(username="BEA").id == user.id == store.system.find_user(email="bea@example.com").id
    assert [one.username for one in store.system.users(username_prefix="b", page_size=1)] == ["bea", "boss"]
    assert store.as_user(boss.id).user().id == boss.id
    assert [one.id for one in store.system.users(is_active=True, is_staff=False)] == [user.id]
    store.system.delete_user(user.id)
    gone = store.system.user(user.id)
    assert gone.username is None and gone.deleted_at == NOON
    with pytest.raises(till.Conflict) as refused:
        store.system.update_user(boss.id, is_superuser=False)
    assert refused.value.code == "last_superuser"


def test_images(store, ann):
    user = store.as_user(ann.id).set_image(PNG)
    image = store.public.image(user.image_name)
    assert image.data == PNG and image.media_type == "image/png"
    assert store.as_user(ann.id).set_image(b"").image_name is None
    with pytest.raises(till.ValidationError):
        store.as_user(ann.id).set_image(b"<svg/>")


def test_registration_login_and_sessions(store):
    client = till.Client(address="192.0.2.7", agent="pytest")
    tokens = store.public.register("eve", PASSWORD, email="eve@example.com", client=client)
    assert PASSWORD not in repr(tokens) and tokens.access not in repr(tokens)
    view = store.as_token(tokens.access)
    assert view.user().username == "eve"
    session = view.sessions().first()
    assert session.client_address == "192.0.2.7" and session.client_agent == "pytest" and session.is_current
    assert store.public.verify(tokens.refresh).id == session.id
    second = store.public.login("eve", PASSWORD)
    view.end_session(second.session_id)
    child = store.public.refresh(tokens.refresh)
    assert child.session_id == tokens.session_id
    view.change_password("An0ther-pass!word", old_password=PASSWORD)
    store.public.logout(tokens.refresh)
    with pytest.raises(till.Unauthenticated):
        view.user()
    third = store.public.login("eve", "An0ther-pass!word")
    store.system.end_sessions(third.user.id)
    with pytest.raises(till.Unauthenticated) as refused:
        store.public.verify(third.access)
    assert refused.value.code == "token_not_valid"


def test_a_rotated_signing_key_leaves_everybody_logged_in(store):
    before = store.public.register("eve", PASSWORD)
    with pytest.raises(till.PermissionDenied):
        store.as_user(before.user.id).rotate_signing_key()
    key = store.system.rotate_signing_key()
    assert key.kid != key.previous_kid and key.previous_expires_at > key.created_at
    assert store.as_token(before.access).user().username == "eve"
    assert store.as_token(store.public.login("eve", PASSWORD).access).user().username == "eve"
    assert store.system.rotate_signing_key().previous_kid == key.kid


def test_mails_and_the_outbox(store, ann):
    store.system.update_settings({"email_verification": "optional", "public_url": "https://shop.example"})
    store.public.resend_verification("ann@example.com")
    message = store.system.claim_messages(limit=1, lease=30)[0]
    assert message.to == "ann@example.com" and message.kind == "mail.email_verification"
    assert message.token not in repr(message)
    store.system.fail_message(message, retry_after=1)
    assert store.system.claim_messages() == ()
    store.clock.advance(seconds=2)
    message = store.system.claim_messages()[0]
    assert message.attempts == 2
    store.public.verify_email(message.token)
    store.system.acknowledge(message)
    with pytest.raises(till.NotFound):
        store.system.acknowledge(message)
    store.public.request_password_reset("ann@example.com")
    message = store.system.claim_messages()[0]
    store.public.reset_password(message.user_id, message.token, "An0ther-pass!word")
    assert store.public.login("ann", "An0ther-pass!word").user.email_verified


def test_a_new_address_waits_for_its_token(store, ann):
    tokens = store.public.login("ann", PASSWORD)
    user = store.as_token(tokens.access).update_user(email="anna@example.com", password=PASSWORD)
    assert (user.email, user.new_email) == ("ann@example.com", "anna@example.com")
    messages = {message.kind: message for message in store.system.claim_messages()}
    assert messages["mail.email_change"].to == "anna@example.com"
    assert messages["mail.email_change_requested"].to == "ann@example.com"
    store.public.verify_email(messages["mail.email_change"].token)
    user = store.system.user(user.id)
    assert user.email == "anna@example.com" and user.new_email is None and user.email_verified
    store.clock.advance(minutes=11)
    late = store.as_token(store.public.refresh(tokens.refresh).access)
    with pytest.raises(till.ValidationError) as refused:
        late.update_user(email="ann@example.com")
    assert refused.value.violations[0].path == "/password"


def test_events(store):
    order = store.system.place([till.Line("a", 1)], trace_id="t-1")
    for _ in range(3):
        store.system.place([till.Line("a", 1)])
    events = list(store.system.events(page_size=2))
    assert [event.sequence for event in events] == [1, 2, 3, 4]
    first = events[0]
    assert first.kind == "order.placed" and first.order_id == order.id and first.trace_id == "t-1"
    assert first.actor is till.ActorKind.SYSTEM and first.actor_id is None and first.at == NOON
    assert [event.sequence for event in store.system.events(after=2)] == [3, 4]
    newest = store.system.events(newest_first=True, page_size=3)
    assert [event.sequence for event in newest] == [4, 3, 2, 1]
    assert store.system.wait_for_event(3) == 4
    assert store.system.wait_for_event(4, timeout=0.01) == 4
    assert isinstance(first.data, dict) or first.data is None


def test_settings_and_care(store, tmp_path):
    settings = store.system.update_settings({"shop_name": "Kiosk", "ship_unpaid": True})
    assert settings["shop_name"].value == "Kiosk" and settings["ship_unpaid"].value == "true"
    assert store.system.update_settings({"shop_name": None})["shop_name"].value == settings["shop_name"].default_value
    with pytest.raises(till.ValidationError) as refused:
        store.system.update_settings({"nonsense": 1, "currency": "x"})
    assert {one.path for one in refused.value.violations} == {"/nonsense", "/currency"}
    assert store.system.update_settings({"shop_name": "Till"}).version > settings.version
    with pytest.raises(till.PreconditionFailed):
        store.system.update_settings({"shop_name": "Late"}, if_version=settings.version)
    read = store.system.settings()
    assert store.system.update_settings({"shop_name": "Corner"}, if_version=read.version)["shop_name"].value == "Corner"
    assert ("USD", 2) in {(one.code, one.exponent) for one in store.public.currencies()}
    report = store.system.backup(tmp_path / "copy.db")
    assert report.sound and report.bytes == (tmp_path / "copy.db").stat().st_size
    assert store.system.check().sound and store.system.maintain(budget=0.2).sound
    till.restore(tmp_path / "copy.db", tmp_path / "back.db")
    with till.testing.open(tmp_path / "back.db") as back:
        assert back.public.info().store_id == store.public.info().store_id
        assert back.public.info().epoch == store.public.info().epoch + 1


def test_metrics(store, ann):
    before = store.system.metrics()
    store.as_user(ann.id).place([till.Line("a", 1)])
    after = store.system.metrics()
    assert after.commits == before.commits + 1
    assert sum(after.commit_us.counts) == after.commits and len(after.commit_us.counts) == len(after.commit_us.bounds) + 1
    assert after.groups.bounds[0] == 1 and after.groups.counts[0] == before.groups.counts[0] + 1
    assert after.groups.sum == before.groups.sum + 1 and after.commit_us.sum > before.commit_us.sum
    assert after.outbox == 0 and after.outbox_oldest_at is None and after.file_bytes > 0
    with pytest.raises(till.PermissionDenied):
        store.as_user(ann.id).metrics()


def test_testing_tools(store):
    token = store.forge_token('{"sub": 1}')
    with pytest.raises(till.Unauthenticated):
        store.public.verify(token)
    assert store.forge_token("{}", '{"alg":"none"}') != token
    assert store.clock.now() == NOON
    store.clock.advance(timedelta(minutes=1), days=1)
    assert store.clock.now() == NOON + timedelta(days=1, minutes=1)
    store.clock.set(NOON)
    store.fail(till.Fault.FULL)
    with pytest.raises(till.StorageFull) as full:
        store.system.place([till.Line("a", 1)])
    assert full.value.retryable is True and isinstance(full.value, OSError)
    store.fail(till.Fault.NONE)
    store.system.place([till.Line("a", 1)])


def test_an_order_is_the_same_whenever_it_is_first_looked_at(store):
    placed = [store.system.place([till.Line("Tea", "1.50")]) for _ in range(6)]
    first, hashed, pickled, copied, shown, raced = placed
    assert first == store.system.order(first.id)
    twin = store.system.order(pickled.id)
    assert pickle.loads(pickle.dumps(pickled)) == twin and pickle.loads(pickle.dumps(twin)) == twin
    assert hash(hashed) == hash(store.system.order(hashed.id))
    assert copy.deepcopy(copied) == copied and dataclasses.replace(copied, version=9).version == 9
    assert repr(shown) == repr(store.system.order(shown.id))
    with pytest.raises(dataclasses.FrozenInstanceError):
        raced.version = 2
    with pytest.raises(AttributeError, match="no_such_field"):
        raced.no_such_field
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: raced.total.minor, range(64))) == {150}


def test_lists_are_narrowed(store, ann, boss):
    order = store.as_user(ann.id).place([till.Line("a", 1)], reference="r-1")
    numbered = store.system.place([till.Line("b", 1)], series="S")
    payment = store.system.start_payment(
        order.id, method=till.PaymentMethod.CARD, provider="acme", provider_reference="pi"
    )
    view = store.system
    later = NOON + timedelta(seconds=1)

    def ids(rows):
        return [row.id for row in rows]

    assert ids(view.orders(price_verified=False)) == [order.id]
    assert ids(view.orders(price_verified=True)) == [numbered.id]
    assert ids(view.orders(placed_from=NOON, placed_until=later)) == [numbered.id, order.id]
    assert ids(view.orders(placed_from=later)) == []
    assert ids(view.orders(reference="r-1")) == [order.id]
    assert ids(view.orders(series="S", number=1)) == [numbered.id]
    assert ids(view.payments(method=till.PaymentMethod.CARD, started_from=NOON)) == [payment.id]
    assert ids(view.payments(method=till.PaymentMethod.CASH)) == []
    assert ids(view.payments(started_until=NOON)) == []
    assert ids(view.payments(provider_reference="pi")) == [payment.id]
    assert [event.order_id for event in view.events(kind="order.placed", at_from=NOON)] == [order.id, numbered.id]
    assert [event.kind for event in view.events(actor_id=ann.id)] == ["order.placed"]
    assert list(view.events(actor_id=ann.id, actor=till.ActorKind.KEY)) == []
    assert list(view.events(at_until=NOON)) == []
    with pytest.raises(till.ValidationError):
        view.orders(reference="r-1", price_verified=True).page()
    with pytest.raises(ValueError):
        view.orders(placed_from=NOON.replace(tzinfo=None))
    with pytest.raises(TypeError):
        view.orders(placed_from=3)


def test_reports(store, ann):
    day = NOON.replace(hour=0, minute=0, second=0, microsecond=0)
    bounds = [day, day + timedelta(days=1), day + timedelta(days=2)]
    order = store.as_user(ann.id).place([till.Line("a", "1.50", 2)])
    store.system.start_payment(order.id, method=till.PaymentMethod.CARD)
    rows = store.system.report_totals(bounds)
    assert [(row.measure, row.bucket, row.count, row.label) for row in rows] == [
        (till.Measure.ORDERS_PLACED, 0, 1, None),
        (till.Measure.LINES, 0, 1, "item"),
    ]
    assert rows[0].amount == till.Money(300, "USD", 2) and not rows[0].exceeds
    standing = store.system.report_standing()
    assert standing.unverified_orders == 1
    assert [(row.measure, row.label, row.amount.minor) for row in standing.open_payments] == [
        (till.Measure.PAYMENTS_OPEN, "card", 300)
    ]
    with pytest.raises(till.ValidationError):
        store.system.report_totals([day, day + timedelta(minutes=1)])
    with pytest.raises(till.PermissionDenied):
        store.as_user(ann.id).report_standing()
