# SPDX-License-Identifier: MIT
"""Testing with till: a throw-away store with cheap hashing and a clock that you move.

    with till.testing.open(now=datetime(2026, 1, 1, tzinfo=timezone.utc)) as store:
        store.public.register("ann", "Str0ng-pass!word")
        store.clock.advance(days=1)

Under pytest the fixtures `till_store`, `till_clock`, `till_outbox` and `till_client` come with the
package (see `till.pytest_plugin`).
"""

import ctypes
import io
import json
from datetime import datetime, timedelta
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Union

from . import _abi, _readers
from ._call import Action, Function, Output
from ._core import Core
from ._decode import MICROSECOND, time_of, us_of
from ._enums import Fault
from ._input import PathLike, build, encoded
from ._records import Message
from ._store import Store as _Store
from .wsgi import Application

NOON = time_of(1_767_268_800_000_000)
"""2026-01-01 12:00 UTC, where the clock of `till_store` stands."""

_open: "Output[Any]" = Output("till_testing_store_open")
_clock_set = Action("till_testing_clock_set")
_clock_advance = Action("till_testing_clock_advance")
_clock_get: "Output[Any]" = Output("till_testing_clock_get")
_forge = Function("till_testing_token_forge", _readers.testing_token)
_fault_set = Action("till_testing_fault_set")


class Clock:
    """A testing store's clock. One that was opened without `now` runs and cannot be moved."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def now(self) -> datetime:
        """What the clock says."""
        return time_of(_clock_get(self._store._core.handle).value)

    def set(self, time: datetime) -> None:
        """Moves it to a time, with a zone, from 1970 to 2999; it stands there from then on."""
        _clock_set(self._store._core.handle, us_of(time))

    def advance(self, by: Optional[timedelta] = None, **parts: float) -> None:
        """Moves it on, or back: `advance(minutes=5)`."""
        by = (by or timedelta()) + timedelta(**parts)
        _clock_advance(self._store._core.handle, by // MICROSECOND)


class Store(_Store):
    """A store with what only tests may do."""

    @property
    def clock(self) -> Clock:
        return Clock(self)

    def forge_token(self, claims: str, header: Optional[str] = None) -> str:
        """Signs any claims and header (JSON texts) with the store's key; None: the right header."""
        body = encoded(claims)
        head = None if header is None else encoded(header)
        return _forge(self._core.handle, body, len(body), head, len(head or b""))

    def fail(self, fault: Fault, *, countdown: int = 1, persistent: bool = False) -> None:
        """Makes a later storage call fail, once or from then on: the next one, or the countdown-th.
        Fault.NONE ends it."""
        given = build(
            _abi.till_testing_fault_in, fault=fault, persistent=persistent, countdown=countdown
        )
        _fault_set(self._core.handle, given)


class Outbox:
    """A store's mails, as a host that sends them at once would see them."""

    def __init__(self, store: _Store) -> None:
        self._store = store

    def take(self, kind: Optional[str] = None) -> List[Message]:
        """Every message that is due, acknowledged; of a kind such as "mail.password_reset" if named."""
        taken: List[Message] = []
        while True:
            claimed = self._store.system.claim_messages(limit=100)
            if not claimed:
                return [one for one in taken if kind is None or one.kind == kind]
            for message in claimed:
                self._store.system.acknowledge(message)
            taken += claimed


class Response(NamedTuple):
    """What the REST API answered."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """The REST API without a socket: requests go through `till.wsgi` as a server would send them.

    `access` is sent as the bearer of every request once it is set; `login()` sets it.
    """

    def __init__(self, store: Union[_Store, Application], **options: Any) -> None:
        self._mine = not isinstance(store, Application)
        self.application = store if isinstance(store, Application) else Application(store, **options)
        self.access: Optional[str] = None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        if self._mine:
            self.application.close()

    def request(
        self,
        method: str,
        target: str,
        body: Any = None,
        headers: Optional[Mapping[str, str]] = None,
        *,
        address: str = "127.0.0.1",
    ) -> Response:
        """Sends a request. A body that is no bytes is sent as JSON."""
        path, _, query = target.partition("?")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        environ: Dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_URI": target,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "testserver",
            "REMOTE_ADDR": address,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(data),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if body is not None:
            environ["CONTENT_LENGTH"] = str(len(data))
            environ["CONTENT_TYPE"] = "application/json"
        if self.access is not None:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.access}"
        for name, value in (headers or {}).items():
            name = name.upper().replace("-", "_")
            environ[name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"] = value
        answered: List[Any] = []
        parts = self.application(environ, lambda status, given: answered.extend((status, given)))
        status, given = answered
        return Response(
            int(status.split()[0]), {name.lower(): value for name, value in given}, b"".join(parts)
        )

    def get(self, target: str, **options: Any) -> Response:
        return self.request("GET", target, **options)

    def post(self, target: str, body: Any = None, **options: Any) -> Response:
        return self.request("POST", target, body, **options)

    def patch(self, target: str, body: Any = None, **options: Any) -> Response:
        return self.request("PATCH", target, body, **options)

    def delete(self, target: str, **options: Any) -> Response:
        return self.request("DELETE", target, **options)

    def login(self, username: str, password: str) -> Response:
        """Logs in; later requests carry the access token."""
        response = self.post("/auth/login/", {"username": username, "password": password})
        if response.status == 200:
            self.access = response.json["access"]
        return response


def _options(
    seed: Optional[int], now: Optional[datetime], real_hashing: bool
) -> _abi.till_testing_in:
    return build(
        _abi.till_testing_in,
        seed=seed,
        now_us=None if now is None else us_of(now),
        real_hashing=real_hashing,
    )


def open(
    path: Optional[PathLike] = None,
    *,
    seed: Optional[int] = None,
    now: Optional[datetime] = None,
    real_hashing: bool = False,
    **options: Any,
) -> Store:
    """Opens a testing store: in a new directory below $TMPDIR that goes with it, or at a path.

    seed          reproducible ids and tokens; None: the system's randomness
    now           a clock that stands until it is moved; None: the system's clock
    real_hashing  passwords as in earnest; else Argon2id at its cheapest
    options       those of `till.Store`, with a path
    """
    testing = _options(seed, now, real_hashing)
    if path is not None:
        return Store(path, _testing=testing, **options)
    if options:
        raise TypeError(f"{', '.join(options)}: only with a path.")
    handle = _open(ctypes.byref(testing))
    store = Store.__new__(Store)
    store._begin(Core(handle, "(testing)", 0))
    store._core.path = store.public.info().path
    return store
