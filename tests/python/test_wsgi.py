# SPDX-License-Identifier: MIT
"""The WSGI application, and the tools of `till.testing`."""

import io
import threading
import time
import wsgiref.util
import wsgiref.validate

import pytest

import till
import till.testing
import till.wsgi
from conftest import PASSWORD, NOON


def environ(method="GET", target="/", body=b"", **more):
    path, _, query = target.partition("?")
    made = {"REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query}
    made["wsgi.input"] = io.BytesIO(body)
    wsgiref.util.setup_testing_defaults(made)
    made.update(CONTENT_LENGTH=str(len(body)), CONTENT_TYPE="application/json" if body else "")
    made.update(more)
    return made


def call(application, given):
    """Through wsgiref's validator, which holds both sides to PEP 3333."""
    answered = []
    checked = wsgiref.validate.validator(application)
    parts = checked(given, lambda status, headers, exc=None: answered.extend((status, headers)))
    body = b"".join(parts)
    parts.close()
    return answered[0], dict(answered[1]), body


def test_it_is_a_wsgi_application(store):
    application = till.wsgi.application(store)
    status, headers, body = call(application, environ(target="/orders/"))
    assert status == "401 Unauthorized" and headers["Content-Length"] == str(len(body))
    assert call(application, environ("HEAD", "/health/"))[2] == b""
    assert call(application, environ("PUT", "/orders/1/"))[0].startswith("4")
    application.close()
    application.close()


def test_a_clients_day(till_client, till_outbox, till_store, till_clock):
    registration = {"username": "ann", "email": "ann@example.com", "password1": PASSWORD, "password2": PASSWORD}
    assert till_client.post("/auth/registration/", registration).status == 201
    assert till_client.get("/orders/").status == 401
    assert till_client.login("ann", "wrong").status == 400 and till_client.access is None
    assert till_client.login("ann", PASSWORD).status == 200
    order = till_client.post("/orders/", {"product_name": "Tea", "quantity": 2, "price": "1.50"})
    assert order.status == 201 and order.json["total"] == "3.00"
    etag = till_client.get("/orders/1/").headers["etag"]
    assert till_client.get("/orders/1/", headers={"If-None-Match": etag}).status == 304
    assert till_client.get("/orders/?page_size=1").json[0]["id"] == 1
    till_client.post("/auth/password/reset/", {"email": "ann@example.com"})
    assert [mail.to for mail in till_outbox.take("mail.password_reset")] == ["ann@example.com"]
    till_clock.advance(days=2)
    assert till_client.get("/orders/").status == 401
    assert till_store.public.info().testing


def test_two_hundred_users_in_two_seconds(till_store):
    start = time.process_time()
    wall = time.perf_counter()
    for at in range(200):
        till_store.public.register(f"user{at}", PASSWORD)
        assert till_store.public.login(f"user{at}", PASSWORD).access
    assert time.perf_counter() - wall < 2.0 or time.process_time() - start < 1.0


def test_the_environ_is_mapped_exactly():
    of = till.wsgi.target_of
    assert of({"PATH_INFO": "/a b", "SCRIPT_NAME": "/api", "QUERY_STRING": "x=%20"}) == b"/api/a%20b?x=%20"
    assert of({"PATH_INFO": "/\xc3\xa9", "QUERY_STRING": ""}) == b"/%C3%A9"
    assert of({"PATH_INFO": "/a/b", "REQUEST_URI": "/a%2Fb?c"}) == b"/a%2Fb?c"
    assert of({"PATH_INFO": "/a/b", "RAW_URI": "http://h:1/a%2Fb"}) == b"/a%2Fb"
    assert of({"PATH_INFO": "", "RAW_URI": "http://h:1"}) == b"/"
    assert of({}) == b"/"
    headers = till.wsgi.headers_of(
        {"HTTP_X_ONE": "a,b", "HTTP_CONTENT_TYPE": "no", "CONTENT_TYPE": "t", "CONTENT_LENGTH": "", "OTHER": "no"}
    )
    assert headers == [(b"x-one", b"a,b"), (b"content-type", b"t")]


def test_bodies_are_bounded():
    class Endless:
        asked = 0

        def read(self, size):
            self.asked += size
            return b"x" * size

    stream = Endless()
    assert len(till.wsgi.read_body({"wsgi.input": stream, "CONTENT_LENGTH": str(2**40)}, 65537)) == 65537
    assert stream.asked == 65537
    assert till.wsgi.read_body({"wsgi.input": stream, "CONTENT_LENGTH": "abc"}, 10) == b""
    assert till.wsgi.read_body({"wsgi.input": stream}, 10) == b""
    assert till.wsgi.read_body({"wsgi.input": io.BytesIO(b"abc"), "CONTENT_LENGTH": "9"}, 10) == b"abc"
    chunked = {"wsgi.input": io.BytesIO(b"abc"), "wsgi.input_terminated": True}
    assert till.wsgi.read_body(chunked, 10) == b"abc"


def test_a_body_too_large_is_refused(store):
    application = till.wsgi.application(store)
    status, _, _ = call(application, environ("POST", "/auth/login/", b"x" * 70000))
    assert status.startswith("413")
    application.close()


def test_each_process_opens_its_own_store(tmp_path):
    from test_contract import in_a_child

    application = till.wsgi.application(tmp_path / "shop.db", mount="/api", auth_mount="/dj-rest-auth")
    answer = lambda: call(application, environ(target="/api/orders/"))[0]
    assert in_a_child(answer) == "401 Unauthorized"
    assert in_a_child(answer) == "401 Unauthorized"
    assert not list(tmp_path.glob("*.db-journal"))
    results = []
    threads = [threading.Thread(target=lambda: results.append(answer())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(results) == {"401 Unauthorized"} and len(results) == 8
    application.close()


def test_options_are_checked(store, tmp_path):
    with pytest.raises(till.ValidationError):
        till.wsgi.application(store, mount="api/")
    with pytest.raises(ValueError):
        till.wsgi.application(store, list_style="tree")
    with pytest.raises(TypeError):
        till.wsgi.application(store, must_exist=True)
    pages = till.testing.Client(store, list_style="pages", cors_origins=["https://a.example"])
    pages.access = store.public.register("ann", PASSWORD).access
    assert set(pages.get("/orders/").json) == {"count", "next", "previous", "results"}
    preflight = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    allowed = pages.request("OPTIONS", "/orders/", headers=preflight)
    assert allowed.headers["access-control-allow-origin"] == "https://a.example"
    pages.application.close()
    assert store.clock.now() == NOON
