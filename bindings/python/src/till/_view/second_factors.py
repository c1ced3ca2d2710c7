# SPDX-License-Identifier: MIT
"""Second factors: codes of an authenticator app after the password."""

from typing import Optional, Tuple

from .. import _abi, _readers, _records
from .._call import Action, Function
from .._caller import Caller, Client
from .._input import build, encoded, identifier

_get = Function("till_second_factor_get", _readers.second_factor)
_begin = Function("till_second_factor_begin", _readers.second_factor_setup)
_confirm = Function("till_second_factor_confirm", _readers.recovery_codes)
_remove = Action("till_second_factor_remove")
_renew = Function("till_recovery_codes_renew", _readers.recovery_codes)


class SecondFactorCalls(Caller):
    """The actor's second factor. On `store.as_token(…)` a change needs that session's login of the last 10
    minutes, or `password`: the actor's own, also where he removes another's."""

    def second_factor(
        self,
        user_id: Optional[int] = None,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.SecondFactor:
        """Whether a user has one; None: the actor himself. Another's: superuser or system. NotFound."""
        owner = identifier(user_id, "user_id")
        return _get(self._handle, self._with(timeout, trace_id, client), owner)

    def begin_second_factor(
        self,
        *,
        password: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.SecondFactorSetup:
        """Makes a secret for the actor's authenticator app, in this answer alone. Logins ask for it after
        `confirm_second_factor`.

        ValidationError: "/password" (required: log in anew or give it; wrong). Conflict:
        "second_factor_enabled"; "secret_key_missing" and "secret_key_wrong": see `till.Store`.
        RateLimited, Busy.
        """
        given = build(_abi.till_second_factor_begin_in, password=password)
        return _begin(self._handle, self._with(timeout, trace_id, client), given)

    def confirm_second_factor(
        self,
        code: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Tuple[str, ...]:
        """Puts the second factor in force by a first code of the app, within 10 minutes; other sessions of
        the user end. The ten recovery codes, each good for one login, are in this answer alone.

        ValidationError: "/code" (wrong). Conflict: "second_factor_not_begun", "second_factor_enabled".
        RateLimited.
        """
        text = encoded(code)
        return _confirm(self._handle, self._with(timeout, trace_id, client), text, len(text))

    def remove_second_factor(
        self,
        user_id: Optional[int] = None,
        *,
        password: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """The password alone logs in again. Another's, who has lost it: superuser or system.

        ValidationError: "/password" (required, wrong). NotFound: "second_factor_not_found". RateLimited,
        Busy.
        """
        given = build(
            _abi.till_second_factor_remove_in, user_id=identifier(user_id, "user_id"), password=password
        )
        _remove(self._handle, self._with(timeout, trace_id, client), given)

    def renew_recovery_codes(
        self,
        *,
        password: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Tuple[str, ...]:
        """Ten new recovery codes, in this answer alone; the old ones count no more.

        ValidationError: "/password" (required, wrong). NotFound: "second_factor_not_found". RateLimited,
        Busy.
        """
        given = build(_abi.till_recovery_codes_renew_in, password=password)
        return _renew(self._handle, self._with(timeout, trace_id, client), given)
