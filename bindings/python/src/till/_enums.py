# SPDX-License-Identifier: MIT
"""Enumerations of the C ABI. A number that this package does not know becomes a member UNKNOWN_<n>:
a newer library may know more states than the program that links it.
"""

import enum
from typing import Any

from . import _abi


class OpenEnum(enum.IntEnum):
    """An IntEnum that keeps numbers it does not know."""

    @classmethod
    def _missing_(cls, value: object) -> Any:
        if type(value) is not int:
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}".replace("-", "MINUS_")
        member._value_ = value
        return cls._value2member_map_.setdefault(value, member)


class Status(OpenEnum):
    """What a call answered, grouped by what to do next (see `till.TillError`)."""

    OK = _abi.TILL_OK
    MISUSE = _abi.TILL_E_MISUSE
    STRUCT_SIZE = _abi.TILL_E_STRUCT_SIZE
    UNSUPPORTED_FIELD = _abi.TILL_E_UNSUPPORTED_FIELD
    VALIDATION = _abi.TILL_E_VALIDATION
    CURSOR = _abi.TILL_E_CURSOR
    NOT_FOUND = _abi.TILL_E_NOT_FOUND
    ALREADY_EXISTS = _abi.TILL_E_ALREADY_EXISTS
    CONFLICT = _abi.TILL_E_CONFLICT
    PRECONDITION = _abi.TILL_E_PRECONDITION
    IDEMPOTENCY_MISMATCH = _abi.TILL_E_IDEMPOTENCY_MISMATCH
    UNAUTHENTICATED = _abi.TILL_E_UNAUTHENTICATED
    PERMISSION = _abi.TILL_E_PERMISSION
    RATE_LIMITED = _abi.TILL_E_RATE_LIMITED
    BUSY = _abi.TILL_E_BUSY
    OUTCOME_UNKNOWN = _abi.TILL_E_OUTCOME_UNKNOWN
    CLOSED = _abi.TILL_E_CLOSED
    FORKED = _abi.TILL_E_FORKED
    VERSION = _abi.TILL_E_VERSION
    NOT_A_STORE = _abi.TILL_E_NOT_A_STORE
    CORRUPT = _abi.TILL_E_CORRUPT
    FILE_SYSTEM = _abi.TILL_E_FILE_SYSTEM
    IO = _abi.TILL_E_IO
    STORAGE_FULL = _abi.TILL_E_STORAGE_FULL
    NO_MEMORY = _abi.TILL_E_NO_MEMORY
    READ_ONLY = _abi.TILL_E_READ_ONLY
    INTERNAL = _abi.TILL_E_INTERNAL


class ActorKind(OpenEnum):
    """On whose behalf an event happened."""

    ANONYMOUS = _abi.TILL_ACTOR_ANONYMOUS
    TOKEN = _abi.TILL_ACTOR_TOKEN
    KEY = _abi.TILL_ACTOR_KEY
    USER = _abi.TILL_ACTOR_USER
    SYSTEM = _abi.TILL_ACTOR_SYSTEM


class OrderState(OpenEnum):
    """Where an order is; see `till.View.ship`, `deliver`, `hand_over` and `cancel`."""

    PENDING = _abi.TILL_ORDER_PENDING
    SHIPPED = _abi.TILL_ORDER_SHIPPED
    DELIVERED = _abi.TILL_ORDER_DELIVERED
    CANCELLED = _abi.TILL_ORDER_CANCELLED


class LineKind(OpenEnum):
    """What a line of an order is."""

    ITEM = _abi.TILL_LINE_ITEM
    DISCOUNT = _abi.TILL_LINE_DISCOUNT
    SHIPPING = _abi.TILL_LINE_SHIPPING
    TAX = _abi.TILL_LINE_TAX
    FEE = _abi.TILL_LINE_FEE
    TIP = _abi.TILL_LINE_TIP
    ROUNDING = _abi.TILL_LINE_ROUNDING


class PriceSource(OpenEnum):
    """Who set a line's price."""

    HOST = _abi.TILL_PRICE_HOST
    STAFF = _abi.TILL_PRICE_STAFF
    CATALOGUE = _abi.TILL_PRICE_CATALOGUE
    CLIENT = _abi.TILL_PRICE_CLIENT


class PaymentState(OpenEnum):
    """Where a payment is. AUTHORIZED and VOIDED are reserved."""

    PENDING = _abi.TILL_PAYMENT_PENDING
    COMPLETED = _abi.TILL_PAYMENT_COMPLETED
    FAILED = _abi.TILL_PAYMENT_FAILED
    SURPLUS = _abi.TILL_PAYMENT_SURPLUS
    REFUNDED = _abi.TILL_PAYMENT_REFUNDED
    AUTHORIZED = _abi.TILL_PAYMENT_AUTHORIZED
    VOIDED = _abi.TILL_PAYMENT_VOIDED


class PaymentMethod(OpenEnum):
    """How an order is paid."""

    CASH = _abi.TILL_METHOD_CASH
    CARD = _abi.TILL_METHOD_CARD
    TRANSFER = _abi.TILL_METHOD_TRANSFER
    OTHER = _abi.TILL_METHOD_OTHER


class RefundState(OpenEnum):
    """Where a refund is."""

    PENDING = _abi.TILL_REFUND_PENDING
    SUCCEEDED = _abi.TILL_REFUND_SUCCEEDED
    FAILED = _abi.TILL_REFUND_FAILED


class Measure(OpenEnum):
    """What a row of a report counts and sums; its label is in brackets."""

    ORDERS_PLACED = _abi.TILL_MEASURE_ORDERS_PLACED
    """Orders, cancelled ones too (series)."""
    ORDERS_CANCELLED = _abi.TILL_MEASURE_ORDERS_CANCELLED
    """Orders, when they were cancelled (series)."""
    LINES = _abi.TILL_MEASURE_LINES
    """Lines that add to a total (kind)."""
    LINES_INCLUDED = _abi.TILL_MEASURE_LINES_INCLUDED
    """Lines inside the prices (kind)."""
    PAYMENTS_RECEIVED = _abi.TILL_MEASURE_PAYMENTS_RECEIVED
    """Payments, when the money came (method)."""
    PAYMENTS_FAILED = _abi.TILL_MEASURE_PAYMENTS_FAILED
    """Payments, when they failed (method)."""
    REFUNDS = _abi.TILL_MEASURE_REFUNDS
    """Refunds, when the money was back (method of the payment)."""
    PAYMENTS_OPEN = _abi.TILL_MEASURE_PAYMENTS_OPEN
    """Pending payments now (method)."""


class SettingType(OpenEnum):
    """What a setting's value is. DURATION counts whole seconds."""

    TEXT = _abi.TILL_SETTING_TEXT
    BOOL = _abi.TILL_SETTING_BOOL
    INTEGER = _abi.TILL_SETTING_INTEGER
    CHOICE = _abi.TILL_SETTING_CHOICE
    DURATION = _abi.TILL_SETTING_DURATION


class Fault(OpenEnum):
    """What `till.testing` makes fail."""

    NONE = _abi.TILL_FAULT_NONE
    WRITE = _abi.TILL_FAULT_WRITE
    SYNC = _abi.TILL_FAULT_SYNC
    FULL = _abi.TILL_FAULT_FULL
    READ = _abi.TILL_FAULT_READ
    STATEMENT = _abi.TILL_FAULT_STATEMENT
