# SPDX-License-Identifier: MIT
"""API keys, for workers and tills."""

from datetime import datetime
from typing import Iterable, Optional, Union

from .. import _abi, _readers, _records
from .._call import Function
from .._caller import Caller, Client
from .._decode import us_of
from .._input import build, required
from .._listing import Listing

_create = Function("till_key_create", _readers.key)
_list = Function("till_key_list", _readers.page(_readers.key))
_revoke = Function("till_key_revoke", _readers.key)


class KeyCalls(Caller):
    """API keys: what a program that is nobody's login calls with. See `till.Store.as_key`."""

    def create_key(
        self,
        name: str,
        scopes: Union[str, Iterable[str]],
        *,
        expires_at: Optional[datetime] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.ApiKey:
        """Makes a key. Its `secret` is in this answer alone. Superuser, system.

        name    1-100 code points: which till, which worker
        scopes  orders:place orders:read orders:fulfil prices:set payments:read payments:write
                users:read events:read outbox:work reports:read; till/key.h says what each opens

        ValidationError: "/name", "/scopes" (blank, invalid_choice), "/expires" (too_small: past).
        """
        given = build(
            _abi.till_key_create_in,
            name=name,
            scopes=scopes if isinstance(scopes, str) else " ".join(scopes),
            expires_us=None if expires_at is None else us_of(expires_at),
        )
        return _create(self._handle, self._with(timeout, trace_id, client), given)

    def keys(
        self,
        *,
        page_size: Optional[int] = None,
        cursor: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Listing[_records.ApiKey]:
        """Every key, newest first, revoked and expired ones, too. Superuser, system. page_size at most
        200, default 50. CursorError."""

        def fetch(at: Optional[str]) -> _records.Page[_records.ApiKey]:
            query = build(_abi.till_key_query, cursor=at, limit=page_size)
            return _list(self._handle, self._with(timeout, trace_id, client), query)

        return Listing(fetch, cursor)

    def revoke_key(
        self,
        key_id: int,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.ApiKey:
        """Ends a key at once, in every process; once more changes nothing. Superuser, system. NotFound."""
        number = required(key_id, "key_id")
        return _revoke(self._handle, self._with(timeout, trace_id, client), number)
