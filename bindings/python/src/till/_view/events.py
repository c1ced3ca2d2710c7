# SPDX-License-Identifier: MIT
"""Events and the outbox."""

from datetime import datetime
from typing import Optional, Tuple

from .. import _abi, _readers, _records
from .._call import Action, Function, Output
from .._caller import Caller, Client
from .._enums import ActorKind
from .._input import bound, build, identifier, integer, milliseconds
from .._listing import Listing

_list = Function("till_event_list", _readers.items(_readers.event))
_wait: "Output[int]" = Output("till_event_wait")
_claim = Function("till_outbox_claim", _readers.items(_readers.message))
_acknowledge = Action("till_outbox_acknowledge")
_fail = Action("till_outbox_fail")

_PAGE_SIZE = 100


class EventCalls(Caller):
    """Events: every change, in the transaction that made it. The outbox: mails to send."""

    def events(
        self,
        *,
        after: Optional[int] = None,
        order_id: Optional[int] = None,
        subject_id: Optional[int] = None,
        kind: Optional[str] = None,
        actor_id: Optional[int] = None,
        actor: Optional[ActorKind] = None,
        at_from: Optional[datetime] = None,
        at_until: Optional[datetime] = None,
        newest_first: bool = False,
        page_size: Optional[int] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Listing[_records.Event]:
        """Events by sequence, up to the newest; resume with the last one's sequence.

        after       oldest first: sequences above it; newest first: below it
        order_id    one order's: who may see the order; all: staff, system
        subject_id  without order_id: events of this subject that belong to no order
        kind        "order.shipped"; with times alone
        actor_id    what this user did, or this key if `actor` says so; with times alone
        at_from, at_until  then or later, and before; with a time zone
        page_size   default 100, at most 1000

        NotFound (the order), PermissionDenied.
        """
        size = _PAGE_SIZE if page_size is None else page_size
        order = identifier(order_id, "order_id")
        subject = identifier(subject_id, "subject_id")
        doer = identifier(actor_id, "actor_id")
        begin, end = bound(at_from, "at_from"), bound(at_until, "at_until")

        def fetch(at: Optional[str]) -> _records.Page[_records.Event]:
            query = build(
                _abi.till_event_query,
                flags=_abi.TILL_EVENTS_NEWEST_FIRST if newest_first else 0,
                after=int(at or 0),
                order_id=order,
                subject_id=subject,
                limit=size,
                actor=actor,
                actor_id=doer,
                kind=kind,
                from_us=begin,
                until_us=end,
            )
            items = _list(self._handle, self._with(timeout, trace_id, client), query)
            more = len(items) == size
            return _records.Page(items, str(items[-1].sequence) if more else None)

        return Listing(fetch, None if after is None else str(integer(after, "after", 0, 2**63 - 1)))

    def wait_for_event(
        self,
        after: int,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> int:
        """Waits until there is an event after this sequence, made by any process, or `timeout` seconds
        pass; answers the newest sequence either way. Staff, system. Not in a batch."""
        number = integer(after, "after", 0, 2**63 - 1)
        newest: int = _wait(self._handle, self._with(timeout, trace_id, client), number).value
        return newest

    def claim_messages(
        self,
        *,
        limit: Optional[int] = None,
        lease: Optional[float] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Tuple[_records.Message, ...]:
        """Takes due messages for a while; nobody else gets them before the lease ends. System.

        limit  default 16, at most 100
        lease  seconds; default 60, at most 3600
        """
        given = build(_abi.till_outbox_claim_in, limit=limit, lease_ms=milliseconds(lease, "lease"))
        return _claim(self._handle, self._with(timeout, trace_id, client), given)

    def acknowledge(
        self,
        message: _records.Message,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """The message was sent: its row goes. System. NotFound: the lease ran out and somebody else
        has it."""
        given = build(_abi.till_outbox_settle_in, id=message.id, lease=message.lease)
        _acknowledge(self._handle, self._with(timeout, trace_id, client), given)

    def fail_message(
        self,
        message: _records.Message,
        *,
        retry_after: Optional[float] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """Not now: due again later, until it expires. System. NotFound as `acknowledge`.

        retry_after  seconds; None: 60, doubling with each attempt, at most an hour
        """
        given = build(
            _abi.till_outbox_settle_in,
            id=message.id,
            lease=message.lease,
            retry_after_ms=milliseconds(retry_after, "retry_after"),
        )
        _fail(self._handle, self._with(timeout, trace_id, client), given)
