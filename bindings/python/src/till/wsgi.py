# SPDX-License-Identifier: MIT
"""The REST adapter as a WSGI application (PEP 3333).

    application = till.wsgi.application("shop.db", mount="/api")

Given a path, each process opens the store at its first request: servers may load the application
before they fork. Given a `till.Store`, that one is used, and a forked child is refused.
"""

import ctypes
import logging
import os
import threading
import urllib.parse
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from . import _abi, _errors, _log, _readers
from ._call import Output
from ._decode import MEMORY
from ._input import PathLike, build, put
from ._library import http, quick
from ._store import Store

Environ = Dict[str, Any]
StartResponse = Callable[..., Any]

_REASONS = {
    200: "OK", 201: "Created", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently",
    302: "Found", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict",
    411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large",
    415: "Unsupported Media Type", 422: "Unprocessable Content", 428: "Precondition Required",
    429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip

# Hop by hop, or the server's own to say.
_SERVERS_OWN = {"connection", "date", "content-length", "transfer-encoding", "keep-alive"}


class Application:
    """A WSGI application; made by `application()`. Thread-safe."""

    def __init__(
        self,
        path_or_store: Union[PathLike, Store],
        *,
        mount: Optional[str] = None,
        auth_mount: Optional[str] = None,
        public_url: Optional[str] = None,
        list_style: str = "array",
        cors_origins: Sequence[str] = (),
        body_max: Optional[int] = None,
        client_address: Optional[Callable[[Environ], str]] = None,
        logger: Optional[logging.Logger] = None,
        **store_options: Any,
    ) -> None:
        styles = {"array": _abi.TILL_HTTP_LIST_ARRAY, "pages": _abi.TILL_HTTP_LIST_PAGES}
        if list_style not in styles:
            raise ValueError(f'list_style is "array" or "pages", not {list_style!r}.')
        self._given = path_or_store
        if isinstance(path_or_store, Store) and store_options:
            raise TypeError(f"{', '.join(store_options)}: only with a path.")
        self._store_options = store_options
        self._client_address = client_address
        self._logger = logger
        self._options: Dict[str, Any] = {
            "mount": mount,
            "auth_mount": auth_mount,
            "public_url": public_url,
            "list_style": styles[list_style],
            "body_max": body_max,
        }
        self._cors_origins = tuple(cors_origins)
        self._lock = threading.Lock()
        self._app: Any = None
        self._opened: Optional[Store] = None
        self._pid = 0
        if isinstance(path_or_store, Store):
            self._ready()  # Bad options are said at once.

    # ---- The store of this process ---------------------------------------------------------------

    def _ready(self) -> Any:
        if self._app is not None and self._pid == os.getpid():
            return self._app
        with self._lock:
            if self._app is None or self._pid != os.getpid():
                given = self._given
                store = given if isinstance(given, Store) else Store(given, **self._store_options)
                self._app = self._create(store)
                self._opened = None if store is given else store
                self._pid = os.getpid()
        return self._app

    def _create(self, store: Store) -> Any:
        given = build(_abi.till_http_app_in, **self._options)
        if self._cors_origins:
            origins = (_abi.till_str * len(self._cors_origins))()
            for target, origin in zip(origins, self._cors_origins):
                put(target, origin)
            given.cors_origins = ctypes.cast(origins, ctypes.POINTER(_abi.till_str))
            given.cors_origin_count = len(self._cors_origins)
        given.log = _log.THUNK
        given.log_userdata = _log.register(self._logger or logging.getLogger("till"))
        create: "Output[Any]" = Output("till_http_app_create", http())
        return create(store._core.handle, given)

    def close(self) -> None:
        """Releases the app, and closes the store if this opened it. No request may be running."""
        with self._lock:
            app, self._app = self._app, None
            opened, self._opened = self._opened, None
            if app is not None and self._pid == os.getpid():
                http().till_http_app_release(app)
                if opened is not None:
                    opened.close()

    # ---- A request -------------------------------------------------------------------------------

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        app = self._ready()
        library = http()
        request = self._request(environ)
        limit = library.till_http_body_max(app, ctypes.byref(request))
        # A longer body is the adapter's to refuse: it need not be read to its end.
        put(request.body, read_body(environ, limit + 1))
        out = ctypes.POINTER(_abi.till_http_response)()
        status = library.till_http_handle(app, ctypes.byref(request), ctypes.byref(out))
        if status:
            raise _errors.make(status, "the HTTP adapter has no response.")
        try:
            code, headers, body = _response(out.contents)
        finally:
            quick.till_free(out)
        if environ["REQUEST_METHOD"] != "HEAD" and code not in (204, 304):
            headers.append(("Content-Length", str(len(body))))
        start_response(f"{code} {_REASONS.get(code, 'Status')}", headers)
        return [body] if body else []

    def _request(self, environ: Environ) -> _abi.till_http_request:
        given = headers_of(environ)
        headers = (_abi.till_http_header * len(given))()
        for header, (name, value) in zip(headers, given):
            put(header.name, name)
            put(header.value, value)
        address = self._client_address(environ) if self._client_address else None
        request = build(
            _abi.till_http_request,
            flags=_abi.TILL_HTTP_TLS if environ.get("wsgi.url_scheme") == "https" else 0,
            method=environ["REQUEST_METHOD"].encode("latin-1"),
            target=target_of(environ),
            client_address=address or environ.get("REMOTE_ADDR") or None,
        )
        request.headers = ctypes.cast(headers, ctypes.POINTER(_abi.till_http_header))
        request.header_count = len(given)
        return request


def application(path_or_store: Union[PathLike, Store], **options: Any) -> Application:
    """A WSGI application over the REST adapter.

    path_or_store   a path: each process opens it at its first request; or an open `till.Store`
    mount           path prefix of every route: "/api"; None: none. With a framework that strips the
                    prefix into SCRIPT_NAME, give the same prefix here.
    auth_mount      in place of "/auth", below mount: "/dj-rest-auth"
    public_url      "https://shop.example", for links and image URLs; None: from Host
    list_style      "array" (Link: rel="next") or "pages" ({count, next, previous, results})
    cors_origins    exact origins that browsers may call from; none: CORS is off
    body_max        bytes; None: 65536; image uploads may have 2 MiB + 64 KiB
    client_address  a function of the environ for servers behind a proxy; None: REMOTE_ADDR
    logger          default: logging.getLogger("till")

    Further options are those of `till.Store`. ValidationError: a mount or an origin that is none.
    """
    return Application(path_or_store, **options)


def target_of(environ: Environ) -> bytes:
    """Path and query as the client sent them.

    PEP 3333 gives the path decoded; servers that keep the raw one say so in REQUEST_URI (uWSGI,
    mod_wsgi, Werkzeug) or RAW_URI (gunicorn). Else it is encoded again.
    """
    raw = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if isinstance(raw, str) and raw:
        return _origin_form(raw.encode("latin-1"))
    path: bytes = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1")
    query: bytes = environ.get("QUERY_STRING", "").encode("latin-1")
    target = urllib.parse.quote_from_bytes(path or b"/", safe="/!$&'()*+,;=:@").encode("ascii")
    return target + (b"?" + query if query else b"")


def _origin_form(target: bytes) -> bytes:
    """"http://host/path" is "/path"."""
    if target.startswith(b"/"):
        return target
    _, _, rest = target.partition(b"://")
    slash = rest.find(b"/")
    return rest[slash:] if slash >= 0 else b"/"


def headers_of(environ: Environ) -> List[Tuple[bytes, bytes]]:
    """The request's headers. A server joins what was sent twice with a comma: that is how the
    adapter sees it. HTTP_CONTENT_TYPE and HTTP_CONTENT_LENGTH are doubles of the CGI variables."""
    headers = []
    for name, value in environ.items():
        if name.startswith("HTTP_") and name not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
            headers.append((name[5:].replace("_", "-").lower().encode("latin-1"), _bytes(value)))
    # An absent header may be an empty text here: there is no telling them apart.
    for name, header in (("CONTENT_TYPE", b"content-type"), ("CONTENT_LENGTH", b"content-length")):
        if environ.get(name):
            headers.append((header, _bytes(environ[name])))
    return headers


def _bytes(value: str) -> bytes:
    return value.encode("latin-1")


def read_body(environ: Environ, limit: int) -> bytes:
    """The body, at most so many bytes of it."""
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH")
    if length:
        wanted = min(int(length), limit) if length.isdigit() else 0
    elif environ.get("wsgi.input_terminated"):
        wanted = limit  # Chunked, and the server ends the stream where the body ends.
    else:
        return b""
    parts: List[bytes] = []
    while wanted > 0:
        part: bytes = stream.read(wanted)
        if not part:
            break
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def _response(response: _abi.till_http_response) -> Tuple[int, List[Tuple[str, str]], bytes]:
    """Copies a response. Names of headers need not lie in its block, so all is read where it lies."""
    at = ctypes.cast(response.headers, ctypes.c_void_p).value or 0
    headers = []
    for one in range(response.header_count):
        name, value = _readers.header(MEMORY, at + one * _readers.HEADER_SIZE)
        if name.lower() not in _SERVERS_OWN:
            headers.append((name, value))
    start = response.body.data or 0
    body: bytes = MEMORY[start : start + response.body.len]
    return response.status, headers, body
