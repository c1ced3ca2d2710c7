# SPDX-License-Identifier: MIT
"""Examples, tutorial, docstrings and the command line, run as a visitor runs them."""

import doctest
import email
import importlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import till
import till._mails
from conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples/python"
OPTIONS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL


def run(*arguments, given=""):
    return subprocess.run([sys.executable, *map(str, arguments)], input=given, capture_output=True, text=True)


def test_the_tutorial():
    failed, tried = doctest.testfile(str(ROOT / "bindings/python/TUTORIAL.md"), module_relative=False, optionflags=OPTIONS)
    assert failed == 0 and tried > 40


@pytest.mark.parametrize("name", ["till._money", "till._store"])
def test_docstrings(name):
    failed, tried = doctest.testmod(importlib.import_module(name), extraglobs={"till": till}, optionflags=OPTIONS)
    assert failed == 0 and tried > 0


def test_every_public_name_says_what_it_is():
    import inspect

    for name in till.__all__:
        value = getattr(till, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert value.__doc__, name
    for view in (till.View, till.PublicView):
        for name, method in inspect.getmembers(view, inspect.isfunction):
            assert name.startswith("_") or method.__doc__, name


def test_the_kiosk(tmp_path):
    done = run(EXAMPLES / "kiosk.py", tmp_path / "shop.db")
    assert done.stderr == "" and done.stdout == (EXAMPLES / "kiosk.expected").read_text(encoding="utf-8")


def served(*arguments):
    """Starts a server that prints its address; answers the process and the address."""
    process = subprocess.Popen([sys.executable, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def ended(process):
    process.terminate()
    process.wait(10)
    process.stdout.close()


def test_the_mounted_application(tmp_path):
    process, address = served(EXAMPLES / "mounted.py", tmp_path / "shop.db", 0)
    try:
        with urllib.request.urlopen(address) as page:
            assert b"The shop" in page.read()
        body = json.dumps({"username": "ann", "email": "a@example.com", "password1": PASSWORD, "password2": PASSWORD})
        request = urllib.request.Request(
            f"{address}api/auth/registration/", body.encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 201 and json.load(answer)["user"]["username"] == "ann"
    finally:
        ended(process)


def test_demo():
    done = run("-m", "till", "demo")
    assert done.returncode == 0 and "sent again it is sale 2" in done.stdout, done.stderr


def test_superuser_check_backup(tmp_path):
    db, copy = tmp_path / "shop.db", tmp_path / "copy.db"
    made = run("-m", "till", "create-superuser", "--db", db, "--username", "root", given=PASSWORD + "\n")
    assert made.stdout == "superuser root, id 1\n"
    again = run("-m", "till", "create-superuser", "--db", db, "--username", "root", given="short\n")
    assert again.returncode == 1 and "/password" in again.stderr
    assert run("-m", "till", "check", "--db", db).stdout == "sound\n"
    assert run("-m", "till", "backup", "--db", db, "--to", copy).returncode == 0
    assert run("-m", "till", "backup", "--db", db, "--to", copy).returncode == 1
    assert os.stat(copy).st_mode & 0o777 == 0o600
    missing = run("-m", "till", "check", "--db", tmp_path / "none.db")
    assert missing.returncode == 1 and not (tmp_path / "none.db").exists()


def test_serve(tmp_path):
    refused = run("-m", "till", "serve", "--db", tmp_path / "shop.db", "--listen", "0.0.0.0:0")
    assert refused.returncode == 1 and "till-server" in refused.stderr
    process, address = served("-m", "till", "serve", "--db", tmp_path / "shop.db", "--listen", "127.0.0.1:0")
    try:
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(f"{address}orders/")
        assert answer.value.code == 401
        answer.value.close()
    finally:
        ended(process)


def test_mails(tmp_path):
    db, out = tmp_path / "shop.db", tmp_path / "mails"
    out.mkdir()
    with till.Store(db) as store:
        store.system.update_settings({"public_url": "https://shop.example"})
        store.public.register("ann", PASSWORD, email="ann@example.com")
    done = run("-m", "till", "mails", "--db", db, "--dir", out, "--from", "shop@shop.example")
    assert "1 sent, 0 to be tried again" in done.stderr
    (path,) = out.iterdir()
    mail = email.message_from_bytes(path.read_bytes())
    assert mail["To"] == "ann@example.com" and "https://shop.example/" in mail.get_payload()
    assert path.stat().st_mode & 0o777 == 0o600
    with till.Store(db) as store:
        store.public.request_password_reset("ann@example.com")
    # A port that nobody listens on: the message stays.
    failed = run("-m", "till", "mails", "--db", db, "--smtp", "127.0.0.1:1")
    assert failed.returncode == 1 and "1 to be tried again" in failed.stderr


def test_a_message_of_another_kind_is_no_mail(store):
    message = till.Message(1, "mail.unheard_of", "l", 1, None, "a@b.example", *[None] * 5, store.clock.now(), store.clock.now(), 1, 0)
    with pytest.raises(ValueError):
        till._mails.compose(message, "shop@localhost")
