# SPDX-License-Identifier: MIT
"""An application of your own that mounts till's REST API under /api.

    PYTHONPATH=bindings/python/src TILL_LIBRARY=build/release/lib python3 examples/python/mounted.py shop.db

Any WSGI server serves `application`: gunicorn, uWSGI, mod_wsgi. Each of its processes opens the store.
"""

import sys
from wsgiref.simple_server import make_server

import till.wsgi

shop = till.wsgi.application(sys.argv[1], mount="/api")


def application(environ, start_response):
    if environ["PATH_INFO"].startswith("/api/"):
        return shop(environ, start_response)
    body = b"<h1>The shop</h1><p>Its API is at <a href='/api/'>/api/</a>."
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
    return [body]


if __name__ == "__main__":
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8000
    with make_server("127.0.0.1", port, application) as server:
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()
