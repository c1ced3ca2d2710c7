# SPDX-License-Identifier: MIT
"""Money is exact at both ends, or refused."""

import decimal
from decimal import Decimal

import pytest

import till
from till._money import decimal_of, minor_of


@pytest.mark.parametrize(
    "amount, exponent, minor",
    [
        (Decimal("2.50"), 2, 250),
        (Decimal("2.5"), 2, 250),
        ("2.50", 2, 250),
        (2, 2, 200),
        (Decimal("-0.01"), 2, -1),
        (Decimal("1E+2"), 2, 10000),
        (Decimal("0E-50"), 2, 0),
        (Decimal("1.234"), 3, 1234),
        (Decimal("7"), 0, 7),
        (Decimal("92233720368547758.07"), 2, 2**63 - 1),
        (till.Money(250, "EUR", 2), 2, 250),
    ],
)
def test_amounts_are_exact(amount, exponent, minor):
    assert minor_of(amount, "EUR", exponent) == minor


@pytest.mark.parametrize(
    "amount, kind, reason",
    [
        (2.5, TypeError, "no exact float"),
        (True, TypeError, "no bool"),
        (None, TypeError, "NoneType"),
        (b"2", TypeError, "bytes"),
        (Decimal("0.001"), ValueError, "2 decimal digits"),
        (Decimal("NaN"), ValueError, "NaN"),
        (Decimal("Infinity"), ValueError, "Infinity"),
        (Decimal("1E+999999"), ValueError, "64 bits"),
        (Decimal("1E-999999"), ValueError, "64 bits"),
        (Decimal("92233720368547758.08"), ValueError, "64 bits"),
        ("2,50", ValueError, "no decimal number"),
        (till.Money(250, "JPY", 0), ValueError, "not in EUR"),
    ],
)
def test_what_is_not_money_is_refused_with_the_reason(amount, kind, reason):
    with pytest.raises(kind, match=reason):
        minor_of(amount, "EUR", 2)


def test_no_decimal_context_matters():
    with decimal.localcontext() as context:
        context.prec = 2
        assert minor_of(Decimal("12345.67"), "EUR", 2) == 1234567
        assert decimal_of(1234567, 2) == Decimal("12345.67")


@pytest.mark.parametrize("minor, exponent, text", [(1, 2, "0.01"), (-1, 2, "-0.01"), (5, 0, "5"), (10, 3, "0.010")])
def test_money_shows_its_digits(minor, exponent, text):
    money = till.Money(minor, "XTS", exponent)
    assert str(money.amount) == text
    assert str(money) == f"{text} XTS"


@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize(
    "bad, kind, reason",
    [
        (till.Line("x", 1.5), TypeError, r"lines\[0\]: an amount is no float"),
        (till.Line("x", True), TypeError, r"lines\[0\]: an amount is no bool"),
        (till.Line("x", "1.005"), ValueError, r"lines\[0\]: USD has 2"),
        (till.Line(5, "1"), TypeError, r"lines\[0\]: name and sku are texts"),
        (till.Line("x", "1", quantity=2**70), ValueError, r"lines\[0\].quantity"),
        (till.Line("x", "1", quantity="2"), TypeError, r"lines\[0\].quantity"),
        (till.Line("x", "1", kind=2**40), ValueError, r"lines\[0\].kind"),
        (("x",), (TypeError, ValueError), r"lines\[0\]"),
    ],
)
def test_a_line_that_is_none_is_named(store, lines, bad, kind, reason):
    with pytest.raises(kind, match=reason):
        store.system.place([bad, till.Line("y", "1")][:lines])


def test_the_currency_is_the_callers_the_moneys_or_the_shops(store):
    place = store.system.place
    assert place([till.Line("x", "1")]).total == till.Money(100, "USD", 2)
    assert place([till.Line("x", "1")], currency="JPY").total == till.Money(1, "JPY", 0)
    assert place([till.Line("x", till.Money(1234, "BHD", 3))]).total.currency == "BHD"
    assert place([till.Line("x", till.Money(5, "JPY", 0))] * 2).total == till.Money(10, "JPY", 0)
    store.system.update_settings({"currency": "JPY"})
    assert place([till.Line("x", "100")]).total == till.Money(100, "JPY", 0)
    store.system.add_currency("XTS", 4)
    assert place([till.Line("x", "1.2345")], currency="XTS").total.minor == 12345
    with pytest.raises(ValueError, match="no currency 'QQQ'"):
        place([till.Line("x", "1")], currency="QQQ")


def test_another_process_may_change_the_shops_currency(store, monkeypatch):
    from till import _core

    store.system.place([till.Line("x", "1")])
    core = store._core
    core.default = core.currency("JPY")
    core.default_until -= 2 * _core.DEFAULT_CURRENCY_S  # Older than it may be.
    assert store.system.place([till.Line("x", "1")]).total.currency == "USD"
