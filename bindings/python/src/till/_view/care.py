# SPDX-License-Identifier: MIT
"""The shop's settings and currencies, and the care of the file."""

import ctypes
from typing import Mapping, Optional, Union

from .. import _abi, _readers, _records
from .._call import Action, Function
from .._caller import Caller, Client
from .._input import PathLike, build, identifier, milliseconds, path_text, put

SettingValue = Union[str, int, bool, None]

_settings = Function("till_setting_list", _readers.settings)
_update = Function("till_setting_update", _readers.settings)
_currency_add = Action("till_currency_add")
_metrics = Function("till_store_metrics_get", _readers.store_metrics)
_backup = Function("till_store_backup", _readers.report)
_check = Function("till_store_check", _readers.report)
_maintain = Function("till_store_maintain", _readers.report)


def setting_text(value: SettingValue) -> Optional[str]:
    """How a setting's value is written: True is "true", durations are whole seconds."""
    if value is None or isinstance(value, str):
        return value
    return ("true" if value else "false") if isinstance(value, bool) else str(int(value))


class CareCalls(Caller):
    """Settings are the shop's policy: they live in the store, and every call reads them anew."""

    def settings(
        self,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Settings:
        """Every setting with its type, limits and default, by name, and their version. System, staff."""
        return _settings(self._handle, self._with(timeout, trace_id, client))

    def update_settings(
        self,
        values: Mapping[str, SettingValue],
        *,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Settings:
        """Changes settings, all or none; None is the default again. System or superuser.

        ValidationError names each as "/<name>": unknown_setting, invalid, too_small, too_large,
        too_long, invalid_choice. Answers all settings as they are now.
        """
        params = (_abi.till_param * len(values))()
        for param, (name, value) in zip(params, values.items()):
            put(param.name, name)
            put(param.value, setting_text(value))
        given = build(_abi.till_setting_update_in, count=len(values), if_version=identifier(if_version, "if_version"))
        given.values = ctypes.cast(params, ctypes.POINTER(_abi.till_param))
        context = self._with(timeout, trace_id, client, idempotency_key)
        found = _update(self._handle, context, given)
        self._core.forget_currency()
        return found

    def add_currency(
        self,
        code: str,
        exponent: int,
        *,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """Adds a currency: three letters, 0-8 digits. System or superuser. Known with the same
        exponent: nothing changes; with another: AlreadyExists, since an exponent never changes."""
        given = build(_abi.till_currency_add_in, code=code, exponent=exponent)
        _currency_add(self._handle, self._with(timeout, trace_id, client, idempotency_key), given)

    def metrics(
        self,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.StoreMetrics:
        """Figures for monitoring: commits, hashing, live sessions, outbox, sizes. System, staff."""
        return _metrics(self._handle, self._with(timeout, trace_id, client))

    def backup(
        self,
        path: PathLike,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Report:
        """Copies the store while it is in use: one consistent snapshot. `path` must not exist. System
        or superuser. Never copy the file by other means while a store is open."""
        given = build(_abi.till_backup_in, path=path_text(path))
        return _backup(self._handle, self._with(timeout, trace_id, client), given)

    def check(
        self,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Report:
        """Reads everything: file integrity, foreign keys, sums of orders and payments. Findings are in
        `text`. System or superuser. Blocks nobody, takes seconds on large files."""
        return _check(self._handle, self._with(timeout, trace_id, client))

    def maintain(
        self,
        *,
        budget: Optional[float] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Report:
        """Checkpoints, sweeps what has expired, optimises; stops after `budget` seconds (0.05). Call it
        every minute. System."""
        given = build(_abi.till_maintain_in, budget_ms=milliseconds(budget, "budget"))
        return _maintain(self._handle, self._with(timeout, trace_id, client), given)
