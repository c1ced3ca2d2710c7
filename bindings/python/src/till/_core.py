# SPDX-License-Identifier: MIT
"""What a store and its views share: the handle, open batches, currencies.

Views hold this and not the store, so that a store that nobody holds any more is finalised at once,
and says so when it was not closed.
"""

import ctypes
import os
from time import monotonic
from typing import Any, Dict, Optional, Tuple

from . import _abi, _log, _readers
from ._call import Function, failure
from ._input import build
from ._library import lib

_settings = Function("till_setting_list", _readers.items(_readers.setting))
_currencies = Function("till_currency_list", _readers.items(_readers.currency))

DEFAULT_CURRENCY_S = 1.0
"""How long the setting `currency` is remembered, so that prices need no call of their own."""


class Core:
    def __init__(self, handle: Any, path: str, log: int) -> None:
        self.handle = handle
        self.path = path
        self.pid = os.getpid()
        self.closed = False
        self.batches: Dict[int, Any] = {}
        """Open batches by the thread that began them."""
        self._log = log
        self._system = build(_abi.till_call, actor=_abi.TILL_ACTOR_SYSTEM)
        self._currencies: Dict[str, Tuple[str, int, bytes]] = {}
        self.default = ("", 0, b"")
        self.default_until = float("-inf")

    def is_mine(self) -> bool:
        """False in a forked child."""
        return self.pid == os.getpid()

    def close(self) -> None:
        if self.closed:
            return
        if self.is_mine():
            status = lib.till_store_close(self.handle)
            if status:
                raise failure(status, None)
        self.closed = True
        _log.unregister(self._log)

    def __del__(self) -> None:
        # The last reference: no call can be in flight, for a call holds its view, and that this.
        lib.till_store_release(self.handle)
        _log.unregister(self._log)

    def currency(self, code: Optional[str]) -> Tuple[str, int, bytes]:
        """A currency with its exponent, which never changes, and as bytes; None: the shop's own."""
        if code is None:
            return self.shop_currency()
        return self._currencies.get(code) or self._read_currencies(code)

    def shop_currency(self) -> Tuple[str, int, bytes]:
        """The setting `currency`, as it was within the last second."""
        now = monotonic()
        if now >= self.default_until:
            settings = _settings(self.handle, ctypes.byref(self._system))
            code = next(one.value for one in settings if one.name == "currency")
            self.default = self.currency(code)
            self.default_until = now + DEFAULT_CURRENCY_S
        return self.default

    def _read_currencies(self, code: str) -> Tuple[str, int, bytes]:
        found = _currencies(self.handle, ctypes.byref(self._system))
        self._currencies = {one.code: (one.code, one.exponent, one.code.encode()) for one in found}
        if code not in self._currencies:
            raise ValueError(f"the store has no currency {code!r}.")
        return self._currencies[code]

    def forget_currency(self) -> None:
        self.default_until = float("-inf")
