# SPDX-License-Identifier: MIT
"""Who calls: the context that every call of a view carries."""

import ctypes
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

from . import _abi
from ._input import build, milliseconds, put
from ._slots import SLOTS

if TYPE_CHECKING:
    from ._core import Core

_thread = threading.get_ident


@dataclass(frozen=True, **SLOTS)
class Client:
    """Whom a call serves, as the host knows him.

    address  at most 64 bytes; kept with sessions, used by the limits on logins
    agent    cut at 255 bytes; kept with sessions
    locale   BCP 47; chooses the language of mails
    """

    address: Optional[str] = None
    agent: Optional[str] = None
    locale: Optional[str] = None


class Caller:
    """The context of calls: an actor of one store. Made by the store; immutable, for any thread."""

    def __init__(
        self,
        core: "Core",
        actor: int,
        *,
        user_id: Optional[int] = None,
        token: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        self._core = core
        self._handle = core.handle
        self._batches = core.batches
        self._call = build(
            _abi.till_call,
            actor=actor,
            user_id=user_id,
            token=token,
            timeout_ms=milliseconds(timeout),
            trace_id=trace_id,
            client_address=client and client.address,
            client_agent=client and client.agent,
            client_locale=client and client.locale,
        )
        self._context = ctypes.byref(self._call)

    def __repr__(self) -> str:
        kind = {_abi.TILL_ACTOR_ANONYMOUS: "public", _abi.TILL_ACTOR_SYSTEM: "system"}
        name = kind.get(self._call.actor)
        if name is None:
            secrets = {_abi.TILL_ACTOR_TOKEN: "as_token(…)", _abi.TILL_ACTOR_KEY: "as_key(…)"}
            name = secrets.get(self._call.actor, f"as_user({self._call.user_id})")
        return f"<till.View {name} of {self._core.path!r}>"

    def _with(
        self,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
        idempotency_key: Optional[str] = None,
    ) -> Any:
        """The till_call of one call: the view's own when nothing differs from it."""
        batch = self._batches.get(_thread()) if self._batches else None
        if (
            batch is None
            and timeout is None
            and trace_id is None
            and client is None
            and idempotency_key is None
        ):
            return self._context
        call = _abi.till_call.from_buffer_copy(self._call)
        if batch is not None:
            call.batch = batch
        if timeout is not None:
            call.timeout_ms = milliseconds(timeout) or 0
        if idempotency_key is not None:
            put(call.idempotency_key, idempotency_key)
        if trace_id is not None:
            put(call.trace_id, trace_id)
        if client is not None:
            put(call.client_address, client.address)
            put(call.client_agent, client.agent)
            put(call.client_locale, client.locale)
        return ctypes.byref(call)
