# SPDX-License-Identifier: MIT
"""Mails: from the outbox into the world. A host with templates of its own claims the messages itself
(`claim_messages`, `acknowledge`, `fail_message`); this writes plain ones.
"""

import contextlib
import os
import smtplib
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Optional, Tuple

from ._records import Message
from ._store import Store

SMTP_TIMEOUT_S = 20.0
WAIT_S = 5.0

_TEXTS = {
    "mail.email_verification": (
        "Please confirm your e-mail address",
        "Hello {username},\n\nplease confirm your e-mail address:\n\n{link}\n\nIf you have no account "
        "at {shop}, ignore this mail.\n",
    ),
    "mail.password_reset": (
        "Reset your password",
        "Hello {username},\n\nsomebody, hopefully you, asked for a new password at {shop}:\n\n{link}\n\n"
        "If it was not you, ignore this mail: nothing has changed.\n",
    ),
    "mail.password_changed": (
        "Your password was changed",
        "Hello {username},\n\nthe password of your account at {shop} was changed.\n\n"
        "If it was not you, ask for a new one at once and tell us.\n",
    ),
    "mail.email_change": (
        "Please confirm your new e-mail address",
        "Hello {username},\n\nthis is to become the e-mail address of your account at {shop}. Please "
        "confirm it:\n\n{link}\n\nIf you have no such account, ignore this mail.\n",
    ),
    "mail.email_change_requested": (
        "Your e-mail address is about to change",
        "Hello {username},\n\nsomebody, hopefully you, asked for another e-mail address for your account "
        "at {shop}. It changes when the new address confirms it.\n\nIf it was not you, set a new "
        "password now: this stops it.\n",
    ),
    "mail.email_changed": (
        "Your e-mail address was changed",
        "Hello {username},\n\nyour account at {shop} has another e-mail address now. This is the last "
        "mail to this one.\n\nIf it was not you, tell us at once.\n",
    ),
    "mail.address_in_use": (
        "You have an account already",
        "Hello {username},\n\nsomebody, perhaps you, gave this e-mail address for another account at "
        "{shop}. It is yours already, and stays so.\n\nIf you have forgotten your password, ask for a "
        "new one with this address. If it was not you, there is nothing to do.\n",
    ),
    "mail.second_factor_enabled": (
        "Your second factor is set up",
        "Hello {username},\n\na login to your account at {shop} takes a code of your authenticator app "
        "now, beside the password, and all other devices were logged out. Keep your recovery codes where "
        "you keep passwords.\n\nIf it was not you, somebody knows your password: tell us at once.\n",
    ),
    "mail.second_factor_removed": (
        "Your second factor was removed",
        "Hello {username},\n\nthe second factor of your account at {shop} was removed: your password "
        "alone logs in again.\n\nIf you neither did it nor asked us to, ask for a new password at once "
        "and tell us.\n",
    ),
    "mail.second_factor_refused": (
        "Wrong codes at a login",
        "Hello {username},\n\nsomebody who knows your password, perhaps you, tried to log in to your "
        "account at {shop} and gave several wrong codes. They were refused.\n\nIf it was not you, ask "
        "for a new password now: the code is all that stopped them.\n",
    ),
    "mail.recovery_codes_renewed": (
        "New recovery codes were made",
        "Hello {username},\n\nnew recovery codes were made for your account at {shop}; the ones before "
        "count no more.\n\nIf it was not you, ask for a new password at once and tell us.\n",
    ),
    "mail.recovery_code_used": (
        "A recovery code was used",
        "Hello {username},\n\nsomebody, hopefully you, logged in to your account at {shop} with a "
        "recovery code. Codes that are left: {codes_left}. Make new ones before the last is used.\n\n"
        "If it was not you, ask for a new password at once and tell us.\n",
    ),
}


@dataclass(frozen=True)
class Delivery:
    """Where mails go: into a directory, to an SMTP server, else to standard output."""

    sender: str
    directory: Optional[Path] = None
    smtp: Optional[str] = None


def compose(message: Message, sender: str) -> EmailMessage:
    """A plain text mail for a message. ValueError: a kind that has no text here."""
    if message.kind not in _TEXTS:
        raise ValueError(f"there is no text for {message.kind}.")
    subject, text = _TEXTS[message.kind]
    shop = message.shop_name or "the shop"
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<till-{message.id}@{sender.rpartition('@')[2]}>"  # The same at a repetition.
    link = message.link or f"Your code: {message.token}"
    names = {"username": message.username, "shop": shop, "link": link}
    mail.set_content(text.format(codes_left=message.recovery_codes_left, **names))
    return mail


def send(mail: EmailMessage, message: Message, delivery: Delivery) -> None:
    if delivery.directory is not None:
        path = delivery.directory / f"{message.id}.eml"
        # It holds a token: for its owner's eyes.
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(mail.as_bytes())
    elif delivery.smtp is not None:
        host, _, port = delivery.smtp.partition(":")
        with smtplib.SMTP(host, int(port or 25), timeout=SMTP_TIMEOUT_S) as server:
            server.send_message(mail)
    else:
        sys.stdout.write(f"{mail.as_string()}\n")


def deliver(store: Store, delivery: Delivery, *, once: bool = True) -> Tuple[int, int]:
    """Sends what is due: how many were sent, and how many are to be tried again. Without `once` it goes
    on until it is interrupted."""
    sent = failed = 0
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            newest = store.public.info().last_event
            claimed = store.system.claim_messages()
            for message in claimed:
                try:
                    send(compose(message, delivery.sender), message, delivery)
                except (OSError, ValueError, smtplib.SMTPException) as error:
                    print(f"message {message.id}: {error}", file=sys.stderr)
                    store.system.fail_message(message)
                    failed += 1
                else:
                    store.system.acknowledge(message)
                    sent += 1
            if not claimed:
                if once:
                    break
                store.system.wait_for_event(newest, timeout=WAIT_S)
    return sent, failed
