# SPDX-License-Identifier: MIT
"""A user's sessions."""

from typing import Optional

from .. import _abi, _readers, _records
from .._call import Action, Function
from .._caller import Caller, Client
from .._input import build, identifier, required
from .._listing import Listing

_list = Function("till_session_list", _readers.page(_readers.session))
_end = Action("till_session_end")
_rotate = Function("till_signing_key_rotate", _readers.signing_key)


class SessionCalls(Caller):
    """Sessions. `user_id` None is the actor himself."""

    def sessions(
        self,
        user_id: Optional[int] = None,
        *,
        page_size: Optional[int] = None,
        cursor: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Listing[_records.Session]:
        """A user's live sessions, newest first. Another's: superuser or system. page_size at most
        200, default 50. NotFound, CursorError."""
        owner = identifier(user_id, "user_id")

        def fetch(at: Optional[str]) -> _records.Page[_records.Session]:
            query = build(_abi.till_session_query, user_id=owner, cursor=at, limit=page_size)
            return _list(self._handle, self._with(timeout, trace_id, client), query)

        return Listing(fetch, cursor)

    def end_session(
        self,
        session_id: int,
        *,
        user_id: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """Ends one session at once, in every process. Self, superuser, system. NotFound."""
        given = build(
            _abi.till_session_end_in,
            user_id=identifier(user_id, "user_id"),
            session_id=required(session_id, "session_id"),
        )
        _end(self._handle, self._with(timeout, trace_id, client, idempotency_key), given)

    def end_sessions(
        self,
        user_id: Optional[int] = None,
        *,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """Ends every session of a user, the call's own too. Self, superuser, system. NotFound."""
        given = build(_abi.till_session_end_in, user_id=identifier(user_id, "user_id"))
        _end(self._handle, self._with(timeout, trace_id, client, idempotency_key), given)

    def rotate_signing_key(
        self,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.SigningKey:
        """Signs access tokens with a new key. The old one verifies until its last token has run out.
        System or superuser. RateLimited: too many replaced keys are still needed."""
        return _rotate(self._handle, self._with(timeout, trace_id, client))
