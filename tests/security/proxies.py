#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Row HT-7: proxies.py TILL_SERVER

Goal: till-server and a proxy in front of it agree where each request ends. Method: HAProxy (and nginx
where it is installed) in front of the real server; good requests in every framing, then hostile ones
whose bytes hold a second request. The server's log must show each good request once, and the hidden
one never, or only because the proxy itself read two requests and handed on two answers.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HIDDEN = b"GET /profile/ HTTP/1.1\r\nHost: shop\r\n\r\n"
TOKEN = b'{"token": "none of ours"}'
HAPROXY = """
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend f
  bind 127.0.0.1:{port}
  default_backend b
backend b
  http-reuse always
  server s 127.0.0.1:{server}
"""
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
  fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  upstream s {{ server 127.0.0.1:{server}; keepalive 4; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://s; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host shop; }}
  }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def post(fields, body, path=b"/auth/token/verify/"):
    return b"POST " + path + b" HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n" + fields + b"\r\n" + body


def chunked(body):
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


GOOD = {
    "length": post(b"Content-Length: %d\r\n" % len(TOKEN), TOKEN),
    "chunked": post(b"Transfer-Encoding: chunked\r\n", chunked(TOKEN)),
    "chunk extensions": post(b"Transfer-Encoding: chunked\r\n", b"%x;a=b\r\n%s\r\n0;c\r\n\r\n" % (len(TOKEN), TOKEN)),
    "trailers": post(b"Transfer-Encoding: chunked\r\n", b"%x\r\n%s\r\n0\r\nX-A: b\r\n\r\n" % (len(TOKEN), TOKEN)),
}

HOSTILE = {
    "TE with CL": post(b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", chunked(TOKEN) + HIDDEN),
    "CL counts less than TE": post(b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", b"0\r\n\r\n" + HIDDEN),
    "TE misspelt": post(b"Transfer-Encoding: xchunked\r\nContent-Length: %d\r\n" % len(HIDDEN), HIDDEN),
    "TE twice": post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", b"0\r\n\r\n" + HIDDEN),
    "TE tab": post(b"Transfer-Encoding:\tchunked\r\nContent-Length: %d\r\n" % len(HIDDEN), HIDDEN),
    "TE vertical tab": post(b"Transfer-Encoding: \x0bchunked\r\nContent-Length: %d\r\n" % len(HIDDEN), HIDDEN),
    "TE space before colon": post(b"Transfer-Encoding : chunked\r\nContent-Length: 5\r\n", b"0\r\n\r\n" + HIDDEN),
    "TE folded": post(b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n", b"0\r\n\r\n" + HIDDEN),
    "CL twice": post(b"Content-Length: 0\r\nContent-Length: %d\r\n" % len(HIDDEN), HIDDEN),
    "CL list": post(b"Content-Length: 0, %d\r\n" % len(HIDDEN), HIDDEN),
    "CL plus": post(b"Content-Length: +%d\r\n" % len(HIDDEN), HIDDEN),
    "CL hex": post(b"Content-Length: 0x2\r\n", HIDDEN),
    "chunk size with sign": post(b"Transfer-Encoding: chunked\r\n", b"+0\r\n\r\n" + HIDDEN),
    "chunk size too long": post(b"Transfer-Encoding: chunked\r\n", b"fffffffffffffffff\r\n" + HIDDEN),
    "chunk bare LF": post(b"Transfer-Encoding: chunked\r\n", b"0\n\n" + HIDDEN),
    "chunk extension with LF": post(b"Transfer-Encoding: chunked\r\n", b"2;\nxx\r\n0\r\n\r\n" + HIDDEN),
    "GET with a body": b"GET / HTTP/1.1\r\nHost: shop\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "HTTP/1.0 chunked": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "bare CR": b"GET / HTTP/1.1\r\nHost: shop\r\nA: b\rGET /profile/ HTTP/1.1\r\n\r\n",
    "NUL": b"GET / HTTP/1.1\r\nHost: shop\r\nA: b\0c\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "line break in the path": b"GET /%0d%0a%0d%0aGET%20/profile/ HTTP/1.1\r\nHost: shop\r\n\r\n",
}


def talk(port, data, wait=1.0):
    """Sends bytes and gives all that comes back until the other side is silent or gone."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(data)
        client.settimeout(wait)
        received = b""
        with contextlib.suppress(TimeoutError, ConnectionError):
            while part := client.recv(65536):
                received += part
                # Two answers are all that any of these can get.
                if received.count(b"HTTP/1.1 ") >= 2:
                    client.settimeout(0.2)
        return received


def wait_for(port, process):
    for _ in range(500):
        if process.poll() is not None:
            raise SystemExit(f"{process.args[0]} ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise SystemExit(f"nobody listens on {port}")


@contextlib.contextmanager
def running(arguments, port):
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(20)


class Log:
    """The server's log, cut at marks: lines are written in order, but a while after their answers."""

    def __init__(self, path, server):
        self.path, self.server, self.read = path, server, 0

    def since_the_last_mark(self):
        talk(self.server, b"GET /healthz HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")
        for _ in range(500):
            lines = self.path.read_text(encoding="utf-8").splitlines()[self.read :]
            mark = next((i for i, line in enumerate(lines) if " GET /healthz " in line), None)
            if mark is not None:
                self.read += mark + 1
                return lines[:mark]
            time.sleep(0.02)
        raise SystemExit("the server's log does not go on")


def examine(name, port, log):
    problems = []
    for title, request in GOOD.items():
        log.since_the_last_mark()
        answer = talk(port, request + request, 2.0)
        seen = log.since_the_last_mark()
        if answer.count(b"HTTP/1.1 401") != 2 or sum("/auth/token/verify/" in line for line in seen) != 2:
            problems.append(f"{name}: {title}: two requests became {seen}, answered {answer[:200]!r}")
    for title, request in HOSTILE.items():
        log.since_the_last_mark()
        answers = talk(port, request).count(b"HTTP/1.1 ")
        seen = log.since_the_last_mark()
        hidden = [line for line in seen if " GET /profile/ " in line]
        # A proxy may itself have read two requests (some end a chunk at a bare LF): then it waits for
        # two answers and hands both on. What was smuggled past it is answered without being asked.
        if hidden and (name == "direct" or len(seen) > answers):
            problems.append(f"{name}: {title}: the hidden request was served: {seen}")
    return problems


def main():
    program = sys.argv[1]
    if shutil.which("haproxy") is None:
        raise SystemExit("haproxy is not installed (apt-get install haproxy)")
    problems, proxies = [], 0
    with tempfile.TemporaryDirectory() as folder:
        server = free_port()
        log = Log(Path(folder) / "log", server)
        arguments = [program, "serve", "--db", f"{folder}/shop.db", "--listen", f"127.0.0.1:{server}", "--log", str(log.path)]
        with running(arguments, server):
            problems += examine("direct", server, log)
            commands = {
                "haproxy": (HAPROXY, lambda path: ["haproxy", "-db", "-f", path]),
                "nginx": (NGINX, lambda path: ["nginx", "-c", path, "-p", folder]),
            }
            for name, (template, command) in commands.items():
                if shutil.which(name) is None:
                    continue
                port = free_port()
                path = os.path.join(folder, f"{name}.conf")
                Path(path).write_text(template.format(port=port, server=server, folder=folder), encoding="utf-8")
                with running(command(path), port):
                    problems += examine(name, port, log)
                proxies += 1
    print("\n".join(problems) or f"{len(GOOD) + len(HOSTILE)} requests, {proxies} proxies: all agree")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
