# SPDX-License-Identifier: MIT
"""The commands of `python -m till`."""

import argparse
import contextlib
import getpass
import logging
import sys
from pathlib import Path
from typing import Iterator, List, Optional

from . import _errors
from ._library import build_info
from ._mails import Delivery, deliver
from ._order_input import Line
from ._store import Store
from .devserver import is_loopback, make_server, parse_address
from .wsgi import application

FAILED = 1


def demo(given: argparse.Namespace) -> int:
    """Shows a shop's day on a throw-away store."""
    from . import testing

    with contextlib.ExitStack() as stack:
        if given.db is None:
            store: Store = stack.enter_context(testing.open())
        else:
            store = stack.enter_context(Store(given.db))
        tokens = store.public.register("ann", "Str0ng-pass!word", email="ann@example.com")
        print(f"{tokens.user.username} registered, and is logged in")
        ann = store.as_token(tokens.access or "")
        order = ann.place([Line("Coffee beans", "12.50", 2), Line("Filter", "3.20")])
        print(f"order {order.id}: {order.total}, {order.status.name.lower()}")
        payment = ann.start_payment(order.id)
        print(f"payment {payment.id}: {payment.amount}, {payment.status.name.lower()}")
        store.system.complete_payment(payment.id)
        store.system.confirm_prices(order.id)
        print(f"order {order.id}: {store.system.ship(order.id).status.name.lower()}")
        sale = store.system.sale([Line("Espresso", "2.50")], idempotency_key="sale-1")
        again = store.system.sale([Line("Espresso", "2.50")], idempotency_key="sale-1")
        print(f"sale {sale.order.id}: {sale.order.total}; sent again it is sale {again.order.id}")
        for event in store.system.events(order_id=order.id):
            print(f"  {event.sequence:3} {event.kind}")
    return 0


def create_superuser(given: argparse.Namespace) -> int:
    """Makes a superuser; asks for the password, or reads it from a pipe."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Password again: ") != password:
            print("The two passwords differ.", file=sys.stderr)
            return FAILED
    else:
        password = sys.stdin.readline().rstrip("\n")
    with Store(given.db) as store:
        user = store.system.create_user(
            given.username, email=given.email, password=password, is_staff=True, is_superuser=True
        )
    print(f"superuser {user.username}, id {user.id}")
    return 0


def serve(given: argparse.Namespace) -> int:
    """Serves the REST API for development, with threads."""
    host, port = parse_address(given.listen)
    if not is_loopback(host):
        print(f"{host} is not this machine alone: till-server is made for that.", file=sys.stderr)
        return FAILED
    with Store(given.db) as store:
        app = application(store, mount=given.mount, list_style=given.list_style)
        server = make_server(app, host, port)
        print(f"http://{host}:{server.server_port}{given.mount or ''}/", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
        server.server_close()
        app.close()
    return 0


def mails(given: argparse.Namespace) -> int:
    """Sends what waits in the outbox: to the screen, into a directory, or by SMTP."""
    delivery = Delivery(given.sender, Path(given.dir) if given.dir else None, given.smtp)
    with Store(given.db, must_exist=True) as store:
        sent, failed = deliver(store, delivery, once=not given.follow)
    print(f"{sent} sent, {failed} to be tried again", file=sys.stderr)
    return FAILED if failed else 0


def backup(given: argparse.Namespace) -> int:
    """Copies a store while it is in use."""
    with Store(given.db, must_exist=True) as store:
        report = store.system.backup(given.to)
    print(f"{given.to}: {report.bytes} bytes")
    return 0


def check(given: argparse.Namespace) -> int:
    """Reads everything and says what is wrong."""
    with Store(given.db, must_exist=True) as store:
        report = store.system.check()
    if report.text:
        print(report.text.rstrip("\n"))
    print("sound" if report.sound else "not sound")
    return 0 if report.sound else FAILED


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m till", description=__doc__)
    made.add_argument("--version", action="version", version=build_info())
    made.add_argument("--verbose", action="store_true", help="the library's log, to standard error")
    commands = made.add_subparsers(dest="command", required=True)

    def command(run: "object", name: str, *, db: bool = True) -> argparse.ArgumentParser:
        help_text = str(getattr(run, "__doc__", ""))
        sub = commands.add_parser(name, help=help_text, description=help_text)
        sub.set_defaults(run=run)
        sub.add_argument("--db", required=db, metavar="FILE", help="the store")
        return sub

    command(demo, "demo", db=False)
    one = command(create_superuser, "create-superuser")
    one.add_argument("--username", required=True)
    one.add_argument("--email")
    one = command(serve, "serve")
    one.add_argument("--listen", default="127.0.0.1:8000", metavar="ADDRESS:PORT")
    one.add_argument("--mount", metavar="/PREFIX")
    one.add_argument("--list-style", choices=("array", "pages"), default="array")
    one = command(mails, "mails")
    one.add_argument("--dir", metavar="DIR", help="writes .eml files there")
    one.add_argument("--smtp", metavar="HOST[:PORT]", help="sends by this server")
    one.add_argument("--from", dest="sender", default="shop@localhost", metavar="ADDRESS")
    one.add_argument("--follow", action="store_true", help="waits for more until interrupted")
    one = command(backup, "backup")
    one.add_argument("--to", required=True, metavar="FILE")
    command(check, "check")
    return made


@contextlib.contextmanager
def _logging(verbose: bool) -> Iterator[None]:
    if verbose:
        logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(name)s: %(message)s")
    yield


def main(arguments: Optional[List[str]] = None) -> int:
    given = parser().parse_args(arguments)
    with _logging(given.verbose):
        try:
            code: int = given.run(given)
            return code
        except (_errors.TillError, ValueError, OSError) as error:
            print(error, file=sys.stderr)
            return FAILED
