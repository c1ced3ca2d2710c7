# SPDX-License-Identifier: MIT
"""Payments, refunds and the counter sale."""

from datetime import datetime
from typing import Any, Mapping, Optional, Sequence, Union

from .. import _abi, _readers, _records
from .._call import Function
from .._enums import PaymentMethod, PaymentState
from .._caller import Client
from .._input import bound, build, identifier, pointer, required
from .._listing import Listing
from .._money import Money
from .._order_input import Line, NewOrder
from .orders import OrderCalls

_start = Function("till_payment_start", _readers.payment)
_get = Function("till_payment_get", _readers.payment)
_list = Function("till_payment_list", _readers.page(_readers.payment))
_complete = Function("till_payment_complete", _readers.payment)
_fail = Function("till_payment_fail", _readers.payment)
_refund_start = Function("till_refund_start", _readers.refund)
_refund_succeed = Function("till_refund_succeed", _readers.refund)
_refund_fail = Function("till_refund_fail", _readers.refund)
_refund_list = Function("till_refund_list", _readers.page(_readers.refund))
_sale = Function("till_sale", _readers.receipt)


class PaymentCalls(OrderCalls):
    """Payments. An order has at most one live payment (pending or completed); failed ones stay as
    history. Money that comes too late or twice becomes a surplus, whose only way out is a refund.

    Refusals by state are Conflict with a code: invalid_transition, order_not_payable,
    payment_exists, nothing_to_pay, refund_exceeds_payment.
    """

    def start_payment(
        self,
        order_id: int,
        *,
        amount: Optional[Money] = None,
        method: Optional[PaymentMethod] = None,
        complete: bool = False,
        provider: Optional[str] = None,
        provider_reference: Optional[str] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Payment:
        """Starts a payment of a pending or shipped order with a total above zero. Owner, staff, system.

        amount              None: the order's total; else it must equal it
        method              None: OTHER
        complete            the money is here (cash); staff, system
        provider            at most 32 bytes of a-z 0-9 - _
        provider_reference  at most 255 bytes, unique with provider

        NotFound (the order); ValidationError ("/amount": amount_mismatch; "/currency":
        currency_mismatch); Conflict; AlreadyExists "/provider_reference".
        """
        given = build(
            _abi.till_payment_start_in,
            flags=_abi.TILL_PAYMENT_COMPLETE_NOW if complete else 0,
            order_id=required(order_id, "order_id"),
            amount_minor=None if amount is None else amount.minor,
            currency=None if amount is None else amount.currency,
            method=method,
            provider=provider,
            provider_reference=provider_reference,
        )
        return _start(self._handle, self._with(timeout, trace_id, client, idempotency_key), given)

    def payment(
        self,
        payment_id: int,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Payment:
        """A payment. Its order's owner, staff, system; for others NotFound."""
        number = required(payment_id, "payment_id")
        return _get(self._handle, self._with(timeout, trace_id, client), number)

    def payments(
        self,
        *,
        order_id: Optional[int] = None,
        user_id: Optional[int] = None,
        all_users: bool = False,
        status: Optional[PaymentState] = None,
        method: Optional[PaymentMethod] = None,
        started_from: Optional[datetime] = None,
        started_until: Optional[datetime] = None,
        provider_reference: Optional[str] = None,
        oldest_first: bool = False,
        page_size: Optional[int] = None,
        cursor: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Listing[_records.Payment]:
        """Payments, newest first; page_size at most 200, default 50.

        user_id  None: the actor's own, unless all_users or order_id says more
        started_from, started_until  then or later, and before; with a time zone
        provider_reference  of whatever provider: staff and system; no other filter

        CursorError, PermissionDenied, NotFound (the order).
        """
        flags = _abi.TILL_LIST_OLDEST_FIRST if oldest_first else 0
        flags |= _abi.TILL_LIST_ALL_USERS if all_users else 0
        owner = identifier(user_id, "user_id")
        order = identifier(order_id, "order_id")
        begin, end = bound(started_from, "started_from"), bound(started_until, "started_until")

        def fetch(at: Optional[str]) -> _records.Page[_records.Payment]:
            query = build(
                _abi.till_payment_query,
                flags=flags,
                user_id=owner,
                order_id=order,
                cursor=at,
                status=status,
                limit=page_size,
                method=method,
                from_us=begin,
                until_us=end,
                provider_reference=provider_reference,
            )
            return _list(self._handle, self._with(timeout, trace_id, client), query)

        return Listing(fetch, cursor)

    def complete_payment(
        self,
        payment_id: int,
        *,
        provider_reference: Optional[str] = None,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Payment:
        """pending -> completed; failed -> completed while the order is payable and no other payment is
        live, else -> surplus. Completing it again changes nothing. Staff, system; never the owner.

        provider_reference  sets it when absent so far

        PermissionDenied, NotFound, PreconditionFailed, Conflict (invalid_transition), AlreadyExists.
        """
        given = _act(payment_id, if_version, provider_reference)
        return _complete(self._handle, self._with(timeout, trace_id, client, idempotency_key), given)

    def fail_payment(
        self,
        payment_id: int,
        *,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Payment:
        """pending -> failed. Staff, system. Exceptions as `complete_payment`."""
        given = _act(payment_id, if_version, None)
        return _fail(self._handle, self._with(timeout, trace_id, client, idempotency_key), given)

    def start_refund(
        self,
        payment_id: int,
        *,
        amount: Optional[Money] = None,
        reason: Optional[str] = None,
        succeed: bool = False,
        provider_reference: Optional[str] = None,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Refund:
        """Starts a refund of a completed or surplus payment. Staff, system.

        amount      None: all that is left
        reason      at most 500
        succeed     the money is already back (cash)
        if_version  the payment's, which each of its refunds raises (PreconditionFailed)

        Pending and succeeded refunds never exceed the payment (Conflict, "refund_exceeds_payment");
        refunded in full, the payment becomes refunded. ValueError when the amount is in another
        currency or 0.
        """
        minor = None
        if amount is not None:
            paid = self.payment(payment_id, timeout=timeout).amount
            if (amount.currency, amount.exponent) != (paid.currency, paid.exponent):
                raise ValueError(f"the payment is in {paid.currency}, and the refund is {amount}.")
            if amount.minor == 0:
                raise ValueError("a refund of nothing is none: leave amount out for all that is left.")
            minor = amount.minor
        given = build(
            _abi.till_refund_start_in,
            flags=_abi.TILL_REFUND_SUCCEED_NOW if succeed else 0,
            payment_id=required(payment_id, "payment_id"),
            amount_minor=minor,
            reason=reason,
            provider_reference=provider_reference,
            if_version=identifier(if_version, "if_version"),
        )
        return _refund_start(
            self._handle, self._with(timeout, trace_id, client, idempotency_key), given
        )

    def succeed_refund(
        self,
        refund_id: int,
        *,
        provider_reference: Optional[str] = None,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Refund:
        """pending -> succeeded. Staff, system. Repeating it changes nothing."""
        given = _refund_act(refund_id, if_version, provider_reference)
        return _refund_succeed(
            self._handle, self._with(timeout, trace_id, client, idempotency_key), given
        )

    def fail_refund(
        self,
        refund_id: int,
        *,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Refund:
        """pending -> failed: the amount may be refunded again. Staff, system."""
        given = _refund_act(refund_id, if_version, None)
        return _refund_fail(
            self._handle, self._with(timeout, trace_id, client, idempotency_key), given
        )

    def refunds(
        self,
        payment_id: int,
        *,
        page_size: Optional[int] = None,
        cursor: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Listing[_records.Refund]:
        """A payment's refunds, newest first: who may see the payment. page_size at most 200."""
        payment = required(payment_id, "payment_id")

        def fetch(at: Optional[str]) -> _records.Page[_records.Refund]:
            query = build(_abi.till_refund_query, payment_id=payment, cursor=at, limit=page_size)
            return _refund_list(self._handle, self._with(timeout, trace_id, client), query)

        return Listing(fetch, cursor)

    def sale(
        self,
        lines: Sequence[Line],
        *,
        currency: Optional[str] = None,
        user_id: Optional[int] = None,
        walk_in: bool = False,
        reference: Optional[str] = None,
        series: Optional[str] = None,
        contact_name: Optional[str] = None,
        contact_email: Optional[str] = None,
        metadata: Union[Mapping[str, Any], str, None] = None,
        method: Optional[PaymentMethod] = None,
        provider: Optional[str] = None,
        provider_reference: Optional[str] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Receipt:
        """A counter sale: place, pay and hand over in one transaction with one key: all or nothing.
        Staff, system.

        method  None: CASH. The other arguments are those of `place` and `start_payment`, as are the
                exceptions.
        """
        order = NewOrder(
            lines, currency, user_id, walk_in, reference, series, contact_name, contact_email, metadata
        )

        def call(placed: Any) -> _records.Receipt:
            given = build(
                _abi.till_sale_in, method=method, provider=provider, provider_reference=provider_reference
            )
            given.order = pointer(_abi.till_order_place_in, placed._obj)
            context = self._with(timeout, trace_id, client, idempotency_key)
            return _sale(self._handle, context, given)

        return self._with_order(order, call)


def _act(
    payment_id: int, if_version: Optional[int], provider_reference: Optional[str]
) -> _abi.till_payment_act_in:
    return build(
        _abi.till_payment_act_in,
        payment_id=required(payment_id, "payment_id"),
        if_version=identifier(if_version, "if_version"),
        provider_reference=provider_reference,
    )


def _refund_act(
    refund_id: int, if_version: Optional[int], provider_reference: Optional[str]
) -> _abi.till_refund_act_in:
    return build(
        _abi.till_refund_act_in,
        refund_id=required(refund_id, "refund_id"),
        if_version=identifier(if_version, "if_version"),
        provider_reference=provider_reference,
    )
