# SPDX-License-Identifier: MIT
"""What an actor may call. Every view has the same methods; who may do what is decided inside, in the
call's own transaction.
"""

from typing import TYPE_CHECKING, NoReturn

from .._errors import ActorRequired
from .._enums import Status
from .care import CareCalls
from .events import EventCalls
from .keys import KeyCalls
from .payments import PaymentCalls
from .reports import ReportCalls
from .second_factors import SecondFactorCalls
from .sessions import SessionCalls
from .users import UserCalls
from .visitor import VisitorCalls

HINT = (
    "{name} needs an actor: call it on store.system, store.as_user(id) or store.as_token(access)"
    "{public}."
)


def refuse_without_actor(name: str, owner: object) -> NoReturn:
    """Says which view has the call that somebody looked for on the store or on its public view."""
    if name.startswith("_") or not hasattr(View, name):
        raise AttributeError(f"{type(owner).__name__!r} object has no attribute {name!r}")
    public = ", or on store.public" if hasattr(VisitorCalls, name) else ""
    raise ActorRequired(
        HINT.format(name=name, public=public), status=Status.MISUSE, code="actor_required"
    )


class PublicView(VisitorCalls):
    """Calls on nobody's behalf: registration, login, tokens, images."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            refuse_without_actor(name, self)


class View(
    PaymentCalls,
    EventCalls,
    ReportCalls,
    UserCalls,
    SessionCalls,
    SecondFactorCalls,
    KeyCalls,
    CareCalls,
    VisitorCalls,
):
    """Calls on behalf of an actor: the system, a user that the host vouches for, a token, an API key.

    Every call also takes, by keyword,

    timeout          seconds to wait for the writer, a lock or hashing; default 5, at most 600; then
                     `Busy`, and nothing happened
    trace_id         at most 64 bytes of visible ASCII; kept with the call's events
    client           whom the call serves, see `till.Client`
    idempotency_key  1-255 bytes, calls that change something: the same key and input again answer
                     the same object, `replayed`; another input is `IdempotencyMismatch`. Kept 7 days.
    if_version       changes of an object: refused with `PreconditionFailed` unless it is of that version
    """
