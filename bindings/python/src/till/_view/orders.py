# SPDX-License-Identifier: MIT
"""Orders."""

import ctypes
import struct
from datetime import datetime
from typing import Any, Callable, Iterable, List, Mapping, Optional, Sequence, TypeVar, Union

from .. import _abi, _readers, _records
from .._call import Function
from .._caller import Caller, Client
from .._enums import OrderState
from .._input import bound, build, either, identifier, required
from .._listing import Listing
from .._order_input import Arena, Encoded, Line, NewOrder, encode, give_back, out_of_range, take, write
from .._place import place_line

T = TypeVar("T")

_place = Function("till_order_place", _readers.order)
_place_many = Function("till_order_place_many", _readers.outcomes)
_get = Function("till_order_get", _readers.order)
_get_many = Function("till_order_get_many", _readers.outcomes)
_find = Function("till_order_find", _readers.order)
_list = Function("till_order_list", _readers.page(_readers.order))
_ship = Function("till_order_ship", _readers.order)
_deliver = Function("till_order_deliver", _readers.order)
_hand_over = Function("till_order_hand_over", _readers.order)
_cancel = Function("till_order_cancel", _readers.order)
_confirm_prices = Function("till_order_confirm_prices", _readers.order)

_POINTER = ctypes.POINTER(_abi.till_order_place_in)


class OrderCalls(Caller):
    """Orders: 1-100 lines in one currency, owned by a user or by nobody (a walk-in).

    System and staff set prices; a plain user only claims an item's price, and such an order is not
    shipped or handed over before staff confirm its prices, unless the setting `prices` is "trusted".
    Refusals by state are Conflict with a code: invalid_transition, prices_not_verified, not_paid,
    payment_completed (refund it first).
    """

    def place(
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
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Order:
        """Places an order.

        lines      1-100, see `till.Line`; amounts are Decimal, str, int (whole units) or Money
        currency   ISO 4217; None: that of the first Money, else the setting `currency` (as it was
                   within the last second)
        user_id    the owner; None: the actor (system: a walk-in); another's: system, staff
        walk_in    the order belongs to nobody; system and staff
        reference  your own id, 1-64 bytes, unique per owner for ever: the same content again answers
                   the same order, `replayed`
        series     1-16 of A-Z 0-9 -: draws its next gapless number; system, staff
        contact_*  walk-ins only; the name at most 100
        metadata   a JSON object, at most 4096 bytes

        TypeError and ValueError for amounts that are no exact money; ValidationError with paths such
        as "/lines/2/quantity"; PermissionDenied; AlreadyExists "/reference" (used with another
        content); IdempotencyMismatch; Busy; OutcomeUnknown: repeat with the same key.
        """
        if (
            idempotency_key is None
            and timeout is None
            and trace_id is None
            and client is None
            and not self._batches
        ):
            context = self._context
        else:
            context = self._with(timeout, trace_id, client, idempotency_key)
        if (
            len(lines) == 1
            and reference is None
            and series is None
            and contact_name is None
            and contact_email is None
            and metadata is None
        ):
            flags = _abi.TILL_ORDER_WALK_IN if walk_in else 0
            owner = 0 if user_id is None else identifier(user_id, "user_id")
            placed = place_line(self._core, context, lines[0], currency, flags, owner)
            if placed is not None:
                return placed
        order = NewOrder(
            lines, currency, user_id, walk_in, reference, series, contact_name, contact_email, metadata
        )
        return self._with_order(order, lambda given: _place(self._handle, context, given))

    def _with_order(self, order: NewOrder, call: Callable[[Any], T]) -> T:
        """Runs a call with the C form of an order."""
        encoded = encode(order, self._core)
        arena = take(encoded.size)
        try:
            _written(encoded, arena, 0)
            return call(arena.place)
        finally:
            give_back(arena)

    def place_many(
        self,
        orders: Iterable[NewOrder],
        *,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Outcomes:
        """Places up to 1000 orders in one durable commit; each succeeds or fails on its own.

        An idempotency key covers each by its position. Look at the outcome's `errors`, or say
        `.all()` to raise the first.
        """
        encoded = [encode(order, self._core) for order in orders]
        arena = take(sum(one.size for one in encoded))
        try:
            pointers: List[Any] = []
            at = 0
            for one in encoded:
                _written(one, arena, at)
                pointers.append(_POINTER(_abi.till_order_place_in.from_buffer(arena.memory, at)))
                at += one.size
            given = (_POINTER * len(pointers))(*pointers)
            context = self._with(timeout, trace_id, client, idempotency_key)
            return _place_many(self._handle, context, given, len(pointers))
        finally:
            give_back(arena)

    def order(
        self,
        order_id: int,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Order:
        """An order. Owner, staff, system; for others NotFound."""
        number = required(order_id, "order_id")
        return _get(self._handle, self._with(timeout, trace_id, client), number)

    def orders_by_id(
        self,
        order_ids: Iterable[int],
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Outcomes:
        """Up to 1000 orders in one snapshot; a missing one has an error in its place."""
        ids = [required(one, "order_id") for one in order_ids]
        given = (ctypes.c_int64 * len(ids))(*ids)
        return _get_many(self._handle, self._with(timeout, trace_id, client), given, len(ids))

    def find_order(
        self,
        *,
        reference: Optional[str] = None,
        user_id: Optional[int] = None,
        series: Optional[str] = None,
        number: Optional[int] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Order:
        """An order by its reference and owner, or by series and number.

        user_id  with reference: the owner; None: the actor (system, staff: walk-ins)

        NotFound.
        """
        given = build(
            _abi.till_order_find_in,
            user_id=identifier(user_id, "user_id"),
            reference=reference,
            series=series,
            number=identifier(number, "number"),
        )
        return _find(self._handle, self._with(timeout, trace_id, client), given)

    def orders(
        self,
        *,
        user_id: Optional[int] = None,
        all_users: bool = False,
        status: Optional[OrderState] = None,
        price_verified: Optional[bool] = None,
        placed_from: Optional[datetime] = None,
        placed_until: Optional[datetime] = None,
        reference: Optional[str] = None,
        series: Optional[str] = None,
        number: Optional[int] = None,
        oldest_first: bool = False,
        page_size: Optional[int] = None,
        cursor: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Listing[_records.Order]:
        """Orders, newest first. `page_size` is at most 200, default 50.

        user_id    None: the actor's own; another's: staff and system
        all_users  everybody's: staff and system; what system gets when it names no user
        placed_from, placed_until  then or later, and before; with a time zone
        reference, or series and number  goes with a user_id and no other filter

        CursorError, PermissionDenied.
        """
        flags = _abi.TILL_LIST_OLDEST_FIRST if oldest_first else 0
        flags |= _abi.TILL_LIST_ALL_USERS if all_users else 0
        flags |= either(price_verified, _abi.TILL_LIST_VERIFIED, _abi.TILL_LIST_UNVERIFIED)
        owner = identifier(user_id, "user_id")
        wanted = identifier(number, "number")
        begin, end = bound(placed_from, "placed_from"), bound(placed_until, "placed_until")

        def fetch(at: Optional[str]) -> _records.Page[_records.Order]:
            query = build(
                _abi.till_order_query,
                flags=flags,
                user_id=owner,
                cursor=at,
                status=status,
                limit=page_size,
                from_us=begin,
                until_us=end,
                reference=reference,
                series=series,
                number=wanted,
            )
            return _list(self._handle, self._with(timeout, trace_id, client), query)

        return Listing(fetch, cursor)

    def ship(
        self,
        order_id: int,
        *,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Order:
        """pending -> shipped. Staff, system; prices verified; paid, or total 0, or the setting
        `ship_unpaid`. NotFound, PermissionDenied, PreconditionFailed, Conflict."""
        context = self._with(timeout, trace_id, client, idempotency_key)
        return _ship(self._handle, context, _act(order_id, if_version))

    def deliver(
        self,
        order_id: int,
        *,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Order:
        """shipped -> delivered. Staff, system. Exceptions as `ship`."""
        context = self._with(timeout, trace_id, client, idempotency_key)
        return _deliver(self._handle, context, _act(order_id, if_version))

    def hand_over(
        self,
        order_id: int,
        *,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Order:
        """pending -> delivered, over the counter. Conditions and exceptions as `ship`."""
        context = self._with(timeout, trace_id, client, idempotency_key)
        return _hand_over(self._handle, context, _act(order_id, if_version))

    def cancel(
        self,
        order_id: int,
        *,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Order:
        """pending -> cancelled. Owner, staff, system. A pending payment fails with it; a completed one
        must be refunded first (Conflict, "payment_completed")."""
        context = self._with(timeout, trace_id, client, idempotency_key)
        return _cancel(self._handle, context, _act(order_id, if_version))

    def confirm_prices(
        self,
        order_id: int,
        *,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Order:
        """Staff or system vouch for the prices of a pending order: its claims become theirs. Already
        verified: nothing changes. Exceptions as `ship`."""
        context = self._with(timeout, trace_id, client, idempotency_key)
        return _confirm_prices(self._handle, context, _act(order_id, if_version))


def _written(encoded: Encoded, arena: Arena, at: int) -> None:
    try:
        write(encoded, arena, at)
    except struct.error as error:
        for line_at, line in enumerate(encoded.lines):
            wrong = out_of_range(line_at, line[0], line[2], error)
            if line_at == len(encoded.lines) - 1 or not str(wrong).endswith(str(error)):
                raise wrong from None
        raise


def _act(order_id: int, if_version: Optional[int]) -> _abi.till_order_act_in:
    return build(
        _abi.till_order_act_in,
        order_id=required(order_id, "order_id"),
        if_version=identifier(if_version, "if_version"),
    )
