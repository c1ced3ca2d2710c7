# SPDX-License-Identifier: MIT
"""Users, their images and passwords."""

from typing import Any, Dict, Optional

from .. import _abi, _readers, _records
from .._call import Action, Function
from .._caller import Caller, Client
from .._input import build, either, identifier
from .._listing import Listing

_create = Function("till_user_create", _readers.user)
_get = Function("till_user_get", _readers.user)
_find = Function("till_user_find", _readers.user)
_list = Function("till_user_list", _readers.page(_readers.user))
_update = Function("till_user_update", _readers.user)
_delete = Action("till_user_delete")
_image_set = Function("till_user_image_set", _readers.user)
_password_change = Action("till_password_change")

_MASK = {
    "username": _abi.TILL_USER_USERNAME,
    "email": _abi.TILL_USER_EMAIL,
    "first_name": _abi.TILL_USER_FIRST_NAME,
    "last_name": _abi.TILL_USER_LAST_NAME,
    "phone_no": _abi.TILL_USER_PHONE_NO,
    "address": _abi.TILL_USER_ADDRESS,
    "locale": _abi.TILL_USER_LOCALE,
    "is_active": _abi.TILL_USER_IS_ACTIVE,
    "is_staff": _abi.TILL_USER_IS_STAFF,
    "is_superuser": _abi.TILL_USER_IS_SUPERUSER,
    "email_verified": _abi.TILL_USER_EMAIL_VERIFIED,
}


class UserCalls(Caller):
    """Users. `user_id` None is the actor himself."""

    def create_user(
        self,
        username: str,
        *,
        email: Optional[str] = None,
        password: Optional[str] = None,
        password_hash: Optional[str] = None,
        first_name: Optional[str] = None,
        last_name: Optional[str] = None,
        phone_no: Optional[str] = None,
        address: Optional[str] = None,
        locale: Optional[str] = None,
        is_staff: bool = False,
        is_superuser: bool = False,
        is_active: bool = True,
        email_verified: bool = False,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.User:
        """Creates a user. System or superuser.

        username       1-150 code points: letters, digits and @ . + - _
        password       8 code points to 1024 bytes; None: no password login
        password_hash  instead: Django's encoded form or ours; system only; upgraded at first login
        names          at most 50 each; phone_no 15; address 2000; email 254; locale 35 (BCP 47)

        ValidationError; AlreadyExists with "/username" or "/email" (taken); PermissionDenied,
        Unauthenticated, Busy.
        """
        given = build(
            _abi.till_user_create_in,
            username=username,
            email=email,
            password=password,
            password_hash=password_hash,
            first_name=first_name,
            last_name=last_name,
            phone_no=phone_no,
            address=address,
            locale=locale,
            is_staff=is_staff,
            is_superuser=is_superuser,
            is_inactive=not is_active,
            email_verified=email_verified,
        )
        return _create(self._handle, self._with(timeout, trace_id, client, idempotency_key), given)

    def user(
        self,
        user_id: Optional[int] = None,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.User:
        """A user by id; None: the actor himself. Self or staff; others are NotFound."""
        number = identifier(user_id, "user_id")
        return _get(self._handle, self._with(timeout, trace_id, client), number)

    def find_user(
        self,
        *,
        username: Optional[str] = None,
        email: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.User:
        """A user by one of the two, compared as the login does (NFKC, case-folded). Staff or system.
        NotFound."""
        given = build(_abi.till_user_find_in, username=username, email=email)
        return _find(self._handle, self._with(timeout, trace_id, client), given)

    def users(
        self,
        *,
        username_prefix: Optional[str] = None,
        email_prefix: Optional[str] = None,
        is_active: Optional[bool] = None,
        is_staff: Optional[bool] = None,
        page_size: Optional[int] = None,
        cursor: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Listing[_records.User]:
        """Users, newest first, or by user name when a prefix is given; deleted ones left out. Staff
        or system. page_size at most 200, default 50. is_active and is_staff go without a prefix.
        CursorError."""
        flags = either(is_active, _abi.TILL_USERS_ACTIVE, _abi.TILL_USERS_INACTIVE)
        flags |= either(is_staff, _abi.TILL_USERS_STAFF, _abi.TILL_USERS_PLAIN)

        def fetch(at: Optional[str]) -> _records.Page[_records.User]:
            query = build(
                _abi.till_user_query,
                flags=flags,
                username_prefix=username_prefix,
                email_prefix=email_prefix,
                cursor=at,
                limit=page_size,
            )
            return _list(self._handle, self._with(timeout, trace_id, client), query)

        return Listing(fetch, cursor)

    def update_user(
        self,
        user_id: Optional[int] = None,
        *,
        username: Optional[str] = None,
        email: Optional[str] = None,
        first_name: Optional[str] = None,
        last_name: Optional[str] = None,
        phone_no: Optional[str] = None,
        address: Optional[str] = None,
        locale: Optional[str] = None,
        is_active: Optional[bool] = None,
        is_staff: Optional[bool] = None,
        is_superuser: Optional[bool] = None,
        email_verified: Optional[bool] = None,
        password: Optional[str] = None,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.User:
        """Changes what is given; None leaves a field alone, "" empties it.

        Oneself: profile, username, email, locale. Staff: the same of plain users, and is_active.
        Superuser and system: everything of everybody, except that the last active superuser stays
        (Conflict, "last_superuser"). Deactivation and demotion act at the next call and end the
        sessions.

        Another `email` waits in `new_email` until verify_email() gets the token that is mailed to
        it; the old one is told. It changes at once where there was none, where the setting
        email_verification is off, and where email_verified is given with it.

        password  one's own; for a change of one's own address with an access token, unless the
                  session's password login is at most 10 minutes old

        PreconditionFailed, ValidationError, AlreadyExists, NotFound, PermissionDenied.
        """
        changes: Dict[str, Any] = {
            "username": username,
            "email": email,
            "first_name": first_name,
            "last_name": last_name,
            "phone_no": phone_no,
            "address": address,
            "locale": locale,
            "is_active": is_active,
            "is_staff": is_staff,
            "is_superuser": is_superuser,
            "email_verified": email_verified,
        }
        given = build(
            _abi.till_user_update_in,
            user_id=identifier(user_id, "user_id"),
            if_version=identifier(if_version, "if_version"),
            mask=sum(bit for name, bit in _MASK.items() if changes[name] is not None),
            password=password,
            **changes,
        )
        return _update(self._handle, self._with(timeout, trace_id, client, idempotency_key), given)

    def delete_user(
        self,
        user_id: Optional[int] = None,
        *,
        password: Optional[str] = None,
        if_version: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """Leaves a tombstone: personal fields erased, name and e-mail free again, sessions and image
        gone, orders and payments kept. Oneself (with the password), superuser or system.

        Conflict ("last_superuser"), ValidationError ("/password" wrong), PreconditionFailed.
        """
        given = build(
            _abi.till_user_delete_in,
            user_id=identifier(user_id, "user_id"),
            if_version=identifier(if_version, "if_version"),
            password=password,
        )
        _delete(self._handle, self._with(timeout, trace_id, client, idempotency_key), given)

    def set_image(
        self,
        data: bytes,
        *,
        user_id: Optional[int] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.User:
        """Sets the image: PNG, JPEG, WebP or GIF by content, at most 2 MiB; b"" removes it. Every new
        one has a new name. Oneself, staff, system. ValidationError "/data": too_large, invalid_image.
        """
        given = build(
            _abi.till_user_image_set_in, user_id=identifier(user_id, "user_id"), data=bytes(data)
        )
        return _image_set(self._handle, self._with(timeout, trace_id, client, idempotency_key), given)

    def change_password(
        self,
        new_password: str,
        *,
        old_password: Optional[str] = None,
        user_id: Optional[int] = None,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> None:
        """Changes a password and ends the user's other sessions.

        old_password  may be left out within 10 minutes of this session's password login
        user_id       another's: superuser or system, without the old password

        ValidationError "/old_password" (required, wrong) or "/new_password". Busy. Not in a batch.
        """
        given = build(
            _abi.till_password_change_in,
            user_id=identifier(user_id, "user_id"),
            old_password=old_password,
            new_password=new_password,
        )
        _password_change(self._handle, self._with(timeout, trace_id, client), given)
