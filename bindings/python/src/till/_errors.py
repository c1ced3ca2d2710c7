# SPDX-License-Identifier: MIT
"""One exception a status, each also the built-in exception that means the same.

| status | exception | also a | what to do |
|---|---|---|---|
| MISUSE | MisuseError | RuntimeError | fix the program |
| STRUCT_SIZE, UNSUPPORTED_FIELD | UnsupportedError | NotImplementedError | update the library |
| VALIDATION | ValidationError | ValueError | fix the input: `violations` names every broken rule |
| CURSOR | CursorError | ValueError | begin the list again |
| NOT_FOUND | NotFound | LookupError | it is not there, or not the actor's to see |
| ALREADY_EXISTS | AlreadyExists | ValueError | choose another name, reference or payment |
| CONFLICT | Conflict | | the object's state does not allow it |
| PRECONDITION | PreconditionFailed | Conflict | read it again: its version has changed |
| IDEMPOTENCY_MISMATCH | IdempotencyMismatch | ValueError | the key was used with another input |
| UNAUTHENTICATED | Unauthenticated | PermissionError | log in |
| (a login's first step) | SecondFactorRequired | Unauthenticated | ask for a code |
| PERMISSION | PermissionDenied | PermissionError | ask somebody who may |
| RATE_LIMITED | RateLimited | | wait `retry_after` seconds |
| BUSY | Busy | TimeoutError | try again; nothing happened |
| OUTCOME_UNKNOWN | OutcomeUnknown | OSError | repeat with the same idempotency key |
| CLOSED | Closed | ValueError | open a store |
| FORKED | Forked | RuntimeError | open a store in this process |
| VERSION | VersionError | | update the library |
| NOT_A_STORE | NotAStore | ValueError | it is another program's file |
| CORRUPT | Corrupt | OSError | restore a backup |
| FILE_SYSTEM | FileSystemRefused | OSError | use a local disk |
| IO, STORAGE_FULL, READ_ONLY | StorageError, StorageFull, ReadOnly | OSError | help the machine |
| NO_MEMORY | OutOfMemory | MemoryError | help the machine |
| INTERNAL | InternalError | RuntimeError | report a defect |
"""

from datetime import datetime
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple, Type

from ._enums import Status


class Violation(NamedTuple):
    """One broken rule of an input."""

    path: str
    """JSON pointer in the names of the C inputs: "/lines/2/quantity"; "" is the whole."""
    code: str
    """Stable token: "too_large"."""
    message: str
    params: Mapping[str, str]
    """What the rule is: {"max": "100"}."""


class TillError(Exception):
    """Why a call failed. The base of every exception that libtill raises.

    status       what to do next, see `till.Status`
    code         stable token: "order_not_found"
    message      one line of English; never a secret
    retryable    the same call may succeed later
    retry_after  seconds to wait, or None
    source_code  the engine's own code (SQLite's extended code, errno), or 0
    violations   every broken rule of the input, see `till.Violation`
    """

    def __init__(
        self,
        message: str,
        *,
        status: Status = Status.INTERNAL,
        code: str = "",
        retryable: bool = False,
        retry_after: Optional[float] = None,
        source_code: int = 0,
        violations: Tuple[Violation, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.retryable = retryable
        self.retry_after = retry_after
        self.source_code = source_code
        self.violations = violations

    def __str__(self) -> str:
        lines = [f"{self.message} [{self.code}]" if self.code else self.message]
        lines += [f"  {one.path or '/'}: {one.message} [{one.code}]" for one in self.violations]
        return "\n".join(lines)

    def __reduce__(self) -> Tuple[Any, ...]:
        return (_rebuilt, (type(self), self.message, self.__dict__))

    def violation(self, path: str) -> Optional[Violation]:
        """The first broken rule at this path, or None."""
        return next((one for one in self.violations if one.path == path), None)


def _rebuilt(cls: Type[TillError], message: str, state: Dict[str, Any]) -> TillError:
    error = cls(message)
    error.__dict__.update(state)
    return error


class MisuseError(TillError, RuntimeError):
    """A call that the contract forbids."""


class ActorRequired(MisuseError, AttributeError):
    """A call on the store itself: say on whose behalf."""


class UnsupportedError(TillError, NotImplementedError):
    """The library lacks what was asked for."""


class ValidationError(TillError, ValueError):
    """The input breaks rules; `violations` names them all."""


class CursorError(TillError, ValueError):
    """A cursor that is not ours or belongs to another query."""


class NotFound(TillError, LookupError):
    """No such object, or not the actor's to see."""


class AlreadyExists(TillError, ValueError):
    """A unique name, reference or payment is taken."""


class Conflict(TillError):
    """The object's state does not allow it."""


class PreconditionFailed(Conflict):
    """`if_version`: somebody changed it before you."""


class IdempotencyMismatch(TillError, ValueError):
    """The key was used with another input."""


class Unauthenticated(TillError, PermissionError):
    """Nobody is logged in: no actor, a dead session, wrong credentials."""


class SecondFactorRequired(Unauthenticated):
    """The password is right, and a second factor is due: `store.login_second(error.challenge, code)`.

    challenge   names this login; good once, until expires_at. No text of the exception shows it, but it
                goes where the object goes: pickling carries it
    expires_at  in five minutes
    """

    challenge: str
    expires_at: datetime


class PermissionDenied(TillError, PermissionError):
    """The actor may see it and not do it."""


class RateLimited(TillError):
    """Too often; wait `retry_after` seconds."""


class Busy(TillError, TimeoutError):
    """The timeout passed while waiting; nothing happened. Try again."""


class OutcomeUnknown(TillError, OSError):
    """The commit's sync failed: repeat with the same idempotency key."""


class Closed(TillError, ValueError):
    """The store was closed."""


class Forked(TillError, RuntimeError):
    """The store was opened before fork(): open one in this process."""


class VersionError(TillError):
    """The file is newer than the library."""


class NotAStore(TillError, ValueError):
    """A file that till did not make."""


class Corrupt(TillError, OSError):
    """The file is damaged: restore a backup."""


class FileSystemRefused(TillError, OSError):
    """A network file system, and the opener has not allowed it."""


class StorageError(TillError, OSError):
    """Input or output failed."""


class StorageFull(StorageError):
    """Free space; reads go on, writes work again at once."""


class ReadOnly(StorageError):
    """The file or its directory cannot be written."""


class OutOfMemory(TillError, MemoryError):
    """Memory ran out."""


class InternalError(TillError, RuntimeError):
    """A defect of the library: report it."""


BY_STATUS: Dict[int, Type[TillError]] = {
    Status.MISUSE: MisuseError,
    Status.STRUCT_SIZE: UnsupportedError,
    Status.UNSUPPORTED_FIELD: UnsupportedError,
    Status.VALIDATION: ValidationError,
    Status.CURSOR: CursorError,
    Status.NOT_FOUND: NotFound,
    Status.ALREADY_EXISTS: AlreadyExists,
    Status.CONFLICT: Conflict,
    Status.PRECONDITION: PreconditionFailed,
    Status.IDEMPOTENCY_MISMATCH: IdempotencyMismatch,
    Status.UNAUTHENTICATED: Unauthenticated,
    Status.PERMISSION: PermissionDenied,
    Status.RATE_LIMITED: RateLimited,
    Status.BUSY: Busy,
    Status.OUTCOME_UNKNOWN: OutcomeUnknown,
    Status.CLOSED: Closed,
    Status.FORKED: Forked,
    Status.VERSION: VersionError,
    Status.NOT_A_STORE: NotAStore,
    Status.CORRUPT: Corrupt,
    Status.FILE_SYSTEM: FileSystemRefused,
    Status.IO: StorageError,
    Status.STORAGE_FULL: StorageFull,
    Status.NO_MEMORY: OutOfMemory,
    Status.READ_ONLY: ReadOnly,
    Status.INTERNAL: InternalError,
}


def second_factor_required(challenge: str, expires_at: datetime) -> SecondFactorRequired:
    error = SecondFactorRequired(
        "This login needs a code of the second factor; go on with login_second().",
        status=Status.UNAUTHENTICATED,
        code="second_factor_due",
    )
    error.challenge = challenge
    error.expires_at = expires_at
    return error


def make(status: int, message: str, **details: Any) -> TillError:
    """The exception of a status; one that this package does not know is a plain TillError."""
    return BY_STATUS.get(status, TillError)(message, status=Status(status), **details)
