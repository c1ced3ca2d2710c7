# SPDX-License-Identifier: MIT
"""Money: whole minor units inside, Decimal at the surface, never a float."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Optional, Tuple, Union

from ._slots import SLOTS

MINOR_MAX = 2**63 - 1
# No amount of 64 bits of minor units, with at most 8 digits, has more digits before its point.
DIGITS_MAX = 20


@dataclass(frozen=True, **SLOTS)
class Money:
    """An amount of one currency.

    minor     whole minor units (cents), a signed 64-bit number
    currency  ISO 4217 code
    exponent  digits of the minor unit: JPY 0, USD 2, BHD 3

    >>> Money(1050, "EUR", 2)
    Money('10.50 EUR')
    >>> Money(1050, "EUR", 2).amount
    Decimal('10.50')
    """

    minor: int
    currency: str
    exponent: int

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact, with the currency's digits."""
        return decimal_of(self.minor, self.exponent)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __repr__(self) -> str:
        return f"Money('{self}')"


Amount = Union[Decimal, int, str, Money]
"""What a price may be: Decimal("2.50"), "2.50", 2 (two whole units) or Money. Never a float."""


def decimal_of(minor: int, exponent: int) -> Decimal:
    """Exact, whatever the thread's decimal context is."""
    if exponent == 0:
        return Decimal(minor)
    digits = str(abs(minor)).zfill(exponent + 1)
    sign = "-" if minor < 0 else ""
    return Decimal(f"{sign}{digits[:-exponent]}.{digits[-exponent:]}")


def minor_of(amount: Amount, currency: str, exponent: int) -> int:
    """An amount in whole minor units, exact or refused."""
    if type(amount) is not Decimal:
        if isinstance(amount, Money):
            return _minor_of_money(amount, currency, exponent)
        amount = _decimal_from(amount)
    if not amount.is_finite():
        raise ValueError(f"an amount is a number, and this is {amount}.")
    if amount.adjusted() > DIGITS_MAX or amount.adjusted() < -DIGITS_MAX and amount:
        raise ValueError("an amount is at most 64 bits of minor units; this one is not.")
    numerator, denominator = amount.as_integer_ratio()
    minor: int = numerator * 10**exponent // denominator
    if minor * denominator != numerator * 10**exponent:
        raise ValueError(
            f"{currency} has {exponent} decimal digits and this amount has more: round it as your "
            "business does."
        )
    if not -MINOR_MAX <= minor <= MINOR_MAX:
        raise ValueError("an amount is at most 64 bits of minor units; this one is not.")
    return minor


def _minor_of_money(amount: Money, currency: str, exponent: int) -> int:
    if amount.currency != currency or amount.exponent != exponent:
        raise ValueError(f"{amount} is not in {currency}, the currency of the call.")
    return amount.minor


def _decimal_from(amount: Any) -> Decimal:
    if isinstance(amount, bool):
        raise TypeError("an amount is no bool: True would be one whole unit of money.")
    if isinstance(amount, float):
        raise TypeError(
            'an amount is no float: 0.1 has no exact float, so sums would drift. Say Decimal("0.10") '
            'or "0.10".'
        )
    if isinstance(amount, (Decimal, int)):
        return Decimal(amount)
    if isinstance(amount, str):
        try:
            return Decimal(amount)
        except InvalidOperation:
            raise ValueError(f"{amount!r} is no decimal number such as 2.50.") from None
    raise TypeError(f"an amount is a Decimal, a str, an int or Money, not {type(amount).__name__}.")


def currency_of(amounts: Tuple[Amount, ...]) -> Optional[str]:
    """The currency that Money among the amounts names, or None."""
    for amount in amounts:
        if isinstance(amount, Money):
            return amount.currency
    return None
