# SPDX-License-Identifier: MIT
"""The store: opening, closing, views, batches."""

import ctypes
import logging
import threading
import warnings
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Optional, Type, TypeVar

from . import _abi, _errors, _log
from ._call import Action, Output
from ._caller import Client
from ._core import Core
from ._input import PathLike, build, identifier, path_text
from ._library import lib
from ._view import PublicView, View, refuse_without_actor

_open: "Output[Any]" = Output("till_store_open")
_restore = Action("till_store_restore")
_batch_begin: "Output[Any]" = Output("till_batch_begin")
_batch_begin_read: "Output[Any]" = Output("till_batch_begin_read")
_batch_commit = Action("till_batch_commit")

S = TypeVar("S", bound="Store")


class Batch:
    """What `with store.batch():` and `with store.snapshot():` give: calls of this thread, together."""

    def __init__(self, begin: "Output[Any]", core: Core, context: Any) -> None:
        self._begin = begin
        self._core = core
        self._context = context
        self._thread = 0

    def __enter__(self) -> "Batch":
        thread = threading.get_ident()
        if thread in self._core.batches:
            raise _errors.make(
                _abi.TILL_E_MISUSE, "a batch of this thread is open already.", code="batch_open"
            )
        self._core.batches[thread] = self._begin(self._core.handle, self._context)
        self._thread = thread
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if kind is None:
            _batch_commit(self._core.batches.pop(self._thread))
        else:
            self._undo()

    def _undo(self) -> None:
        """Undoes what was begun, if anything was."""
        batch = self._core.batches.pop(self._thread, None)
        if batch is not None:
            lib.till_batch_rollback(batch)


class Store:
    """One till file, for any number of threads; other processes may have it open too.

    >>> import till.testing
    >>> with till.testing.open() as store:
    ...     order = store.system.place([till.Line("Espresso", "2.50", 2)])
    >>> order.total
    Money('5.00 USD')

    path           its directory must exist; the file is made with mode 0600 unless it is there
    must_exist     never create the file: NotFound
    allow_network  this network file system is known to lock right
    hashing_max    password hashes at once; None: one a core
    cache_kib      page cache of a connection; None: 2048
    mmap_mib       mapped for reads; None: none. An I/O error on a mapped page is SIGBUS.
    secret_key     32 bytes that you keep apart from the file: the secrets of second factors are sealed under
                   it from then on, and without it their users cannot log in (Conflict)
    logger         where the library's log goes; default: logging.getLogger("till"). A record's `trace_id`
                   is that of the call it belongs to, or "".
    log_level      lowest level of `logging` that is passed on; default: WARNING

    ValidationError (bad path), NotFound, NotAStore, VersionError, Corrupt, FileSystemRefused,
    ReadOnly, StorageError, StorageFull, Busy (another process migrates or restores), Conflict (a
    testing store).

    A store is a context manager. Leaving it, or `close()`, waits for the calls in flight; later ones
    are `Closed`. In a forked child every call is `Forked`, and so is opening a file that the parent had
    open at the fork: open stores after forking, as preloading servers do (`till.wsgi`).
    """

    def __init__(
        self,
        path: PathLike,
        *,
        must_exist: bool = False,
        allow_network: bool = False,
        hashing_max: Optional[int] = None,
        cache_kib: Optional[int] = None,
        mmap_mib: Optional[int] = None,
        secret_key: Optional[bytes] = None,
        logger: Optional[logging.Logger] = None,
        log_level: int = logging.WARNING,
        _testing: Optional[_abi.till_testing_in] = None,
    ) -> None:
        flags = _abi.TILL_OPEN_MUST_EXIST if must_exist else 0
        flags |= _abi.TILL_OPEN_ALLOW_NETWORK if allow_network else 0
        given = build(
            _abi.till_store_open_in,
            path=path_text(path),
            api_version=_abi.TILL_API_VERSION,
            hashing_max=hashing_max,
            cache_kib=cache_kib,
            mmap_mib=mmap_mib,
            secret_key=secret_key,
            log_level=_log.level_for(log_level),
        )
        if _testing is not None:
            flags |= _abi.TILL_OPEN_TESTING
            given.testing = ctypes.pointer(_testing)
        given.flags = flags
        number = _log.register(logging.getLogger("till") if logger is None else logger)
        given.log = _log.THUNK
        given.log_userdata = number
        try:
            handle = _open(given)
        except BaseException:
            _log.unregister(number)
            raise
        self._begin(Core(handle, path_text(path), number))

    def _begin(self, core: Core) -> None:
        self._core = core
        self.public = PublicView(core, _abi.TILL_ACTOR_ANONYMOUS)
        """Calls on nobody's behalf: registration, login, tokens, images."""
        self.system = View(core, _abi.TILL_ACTOR_SYSTEM)
        """Calls of the program itself, which may do everything."""

    # ---- Views -----------------------------------------------------------------------------------

    def as_user(
        self,
        user_id: int,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> View:
        """Calls on behalf of a user whom the program has authenticated. The options are the defaults
        of the view's calls."""
        number = identifier(user_id, "user_id")
        if not number:
            raise TypeError("user_id is needed: for the program itself say store.system.")
        return View(
            self._core,
            _abi.TILL_ACTOR_USER,
            user_id=number,
            timeout=timeout,
            trace_id=trace_id,
            client=client,
        )

    def as_token(
        self,
        access: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> View:
        """Calls on behalf of whoever holds this access token: session and roles are checked anew in
        every call, which is Unauthenticated once the session has ended."""
        return View(
            self._core,
            _abi.TILL_ACTOR_TOKEN,
            token=access,
            timeout=timeout,
            trace_id=trace_id,
            client=client,
        )

    def as_key(
        self,
        secret: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> View:
        """Calls of the worker or till that holds this API key (`till_key_…`): what its scopes allow, on
        nobody's behalf. Unauthenticated once it has expired or was revoked."""
        return View(
            self._core,
            _abi.TILL_ACTOR_KEY,
            token=secret,
            timeout=timeout,
            trace_id=trace_id,
            client=client,
        )

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            refuse_without_actor(name, self)

    def batch(self, *, timeout: Optional[float] = None) -> Batch:
        """Several calls of this thread in one durable commit: `with store.batch(): …`.

        Calls run at once, each on its own: one that raises leaves the others alone. They are durable
        when the block ends; an exception that leaves the block undoes them all. The batch holds the
        store's writer, so keep it short: after a second it is rolled back, and the end of the block
        is Busy ("batch_expired"). Calls that hash, wait or back up are refused in it.
        """
        return Batch(_batch_begin, self._core, self.system._with(timeout))

    def snapshot(self, *, timeout: Optional[float] = None) -> Batch:
        """Several reads of this thread that see one moment: `with store.snapshot(): …`.

        Whatever others write meanwhile, calls and all pages of a list see the store as it is at the
        first of them. Calls that write are Misuse ("batch_reads") in it, and those that hash, wait or
        back up are refused. Keep it short: until it ends the log grows, and a call after more than a
        second is Busy ("batch_expired").
        """
        return Batch(_batch_begin_read, self._core, self.system._with(timeout))

    # ---- Life ------------------------------------------------------------------------------------

    def close(self) -> None:
        """Waits for the calls in flight, then closes. Again, or in a forked child: nothing happens."""
        self._core.close()

    @property
    def closed(self) -> bool:
        return self._core.closed

    @property
    def path(self) -> str:
        return self._core.path

    def __enter__(self: "S") -> "S":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        core = self.__dict__.get("_core")
        if core is not None and not core.closed and core.is_mine():
            warnings.warn(f"unclosed {self!r}", ResourceWarning, stacklevel=2, source=self)

    def __repr__(self) -> str:
        return f"<till.Store {self._core.path!r}{' closed' if self._core.closed else ''}>"


def open(path: PathLike, **options: Any) -> Store:
    """`till.Store(path, …)` under the name that files have."""
    return Store(path, **options)


def restore(backup: PathLike, to: PathLike) -> None:
    """Puts a backup in a store's place and raises its epoch; the store that was there is kept as
    "<to>.replaced-<time>". Busy while any process has it open; NotAStore, Corrupt, VersionError for
    the backup."""
    given = build(_abi.till_restore_in, to=path_text(to), from_=path_text(backup))
    _restore(given)
