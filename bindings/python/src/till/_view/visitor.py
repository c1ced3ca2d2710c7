# SPDX-License-Identifier: MIT
"""What anybody may call: accounts of their own, tokens, images, the shop's currencies."""

from typing import Optional, Tuple

from .. import _abi, _readers, _records
from .._call import Action, Function
from .._caller import Caller, Client
from .._input import build, encoded, required

_register = Function("till_register", _readers.tokens)
_login = Function("till_login", _readers.tokens_or_challenge)
_login_second = Function("till_login_second", _readers.tokens)
_refresh = Function("till_session_refresh", _readers.tokens)
_verify = Function("till_session_verify", _readers.session)
_logout = Action("till_logout")
_image = Function("till_user_image_get", _readers.image)
_reset_request = Action("till_password_reset_request")
_reset = Action("till_password_reset")
_email_verify = Action("till_email_verify")
_email_resend = Action("till_email_resend")
_currencies = Function("till_currency_list", _readers.items(_readers.currency))
_info = Function("till_store_info_get", _readers.store_info)


class VisitorCalls(Caller):
    """Calls without an account. Each also takes

    timeout   seconds to wait for the writer, a lock or hashing; default 5, at most 600; then `Busy`
    trace_id  at most 64 bytes of visible ASCII; kept with the call's events
    client    whom the call serves, see `till.Client`
    """

    def register(
        self,
        username: str,
        password: str,
        *,
        email: Optional[str] = None,
        first_name: Optional[str] = None,
        last_name: Optional[str] = None,
        locale: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Tokens:
        """Makes a visitor's own account and logs him in.

        username  1-150 code points: letters, digits and @ . + - _
        password  8 code points to 1024 bytes, Django's four rules; all broken ones at once
        email     at most 254; needed when the setting `email_verification` is mandatory

        ValidationError; AlreadyExists with a violation "/username" or "/email" (taken); Busy.
        """
        given = build(
            _abi.till_register_in,
            username=username,
            email=email,
            password=password,
            first_name=first_name,
            last_name=last_name,
            locale=locale,
        )
        return _register(self._handle, self._with(timeout, trace_id, client), given)

    def login(
        self,
        username: str,
        password: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Tokens:
        """Opens a session.

        Unauthenticated with code "invalid_credentials" for an unknown user, a wrong password and an
        inactive user alike, in equal time; "email_not_verified" when the password is right and
        verification is mandatory. SecondFactorRequired: the password is right, and the user has a second
        factor; go on with `login_second`. Conflict: "secret_key_missing", "secret_key_wrong" (see
        `till.Store`). RateLimited, Busy.
        """
        given = build(_abi.till_login_in, username=username, password=password)
        return _login(self._handle, self._with(timeout, trace_id, client), given)

    def login_second(
        self,
        challenge: str,
        code: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Tokens:
        """Opens the session that `login` asked a code for.

        challenge  of the SecondFactorRequired that `login` raised; good for 5 minutes, once
        code       six digits of the app, or a recovery code

        Unauthenticated: "invalid_code" (wrong or used: ask for the next one), "challenge_not_valid" (begin
        with `login`). RateLimited.
        """
        given = build(_abi.till_login_second_in, challenge=challenge, code=code)
        return _login_second(self._handle, self._with(timeout, trace_id, client), given)

    def refresh(
        self,
        refresh: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Tokens:
        """A new access token and the next refresh token, for a refresh token.

        Unauthenticated: "token_not_valid" (malformed, unknown, expired, reused: log in again),
        "no_active_account" (the user was deleted or deactivated).
        """
        token = encoded(refresh)
        return _refresh(self._handle, self._with(timeout, trace_id, client), token, len(token))

    def verify(
        self,
        token: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Session:
        """The live session of an access or refresh token. Unauthenticated."""
        data = encoded(token)
        return _verify(self._handle, self._with(timeout, trace_id, client), data, len(data))

    def logout(
        self,
        refresh: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """Ends the session of a refresh token, in every process at once. Unauthenticated."""
        token = encoded(refresh)
        _logout(self._handle, self._with(timeout, trace_id, client), token, len(token))

    def request_password_reset(
        self,
        email: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """Puts a reset mail into the outbox if an active user has this address, and answers the same
        if not. ValidationError "/email"."""
        data = encoded(email)
        _reset_request(self._handle, self._with(timeout, trace_id, client), data, len(data))

    def reset_password(
        self,
        user_id: int,
        token: str,
        new_password: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """Sets a new password with the token of a reset mail; all sessions end, nobody is logged in.

        ValidationError: "/user_id" or "/token" (invalid: unknown, used, expired), "/new_password".
        Not in a batch.
        """
        given = build(
            _abi.till_password_reset_in,
            user_id=required(user_id, "user_id"),
            token=token,
            new_password=new_password,
        )
        _reset(self._handle, self._with(timeout, trace_id, client), given)

    def verify_email(
        self,
        token: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """Confirms an e-mail address with the token of a verification mail. NotFound: unknown, used
        or expired."""
        data = encoded(token)
        _email_verify(self._handle, self._with(timeout, trace_id, client), data, len(data))

    def resend_verification(
        self,
        email: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """Mails a new verification token if an active user has this unverified address; answers the
        same if not. ValidationError "/email"."""
        data = encoded(email)
        _email_resend(self._handle, self._with(timeout, trace_id, client), data, len(data))

    def image(
        self,
        name: str,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Image:
        """An image by its name (`User.image_name`): the name is the secret. NotFound."""
        data = encoded(name)
        return _image(self._handle, self._with(timeout, trace_id, client), data, len(data))

    def currencies(
        self,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Tuple[_records.Currency, ...]:
        """Every currency of the store, by code."""
        return _currencies(self._handle, self._with(timeout, trace_id, client))

    def info(
        self,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.StoreInfo:
        """The store's identity and figures."""
        return _info(self._handle, self._with(timeout, trace_id, client))
