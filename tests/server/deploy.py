#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""examples/server/deploy as an operator uses it: deploy.py CASE --program TILL_SERVER.

Exits with 77 where the machine lacks what a case needs, and says what that is.
"""

import argparse
import http.client
import json
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "examples/server/deploy"
PASSWORD = "correct-horse-battery"


class Skipped(Exception):
    pass


def expect(condition, otherwise):
    if not condition:
        raise AssertionError(otherwise)


def find(program, package):
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if not found:
        raise Skipped(f"{program} is not here: apt-get install {package}")
    return found


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **options)
    return done.returncode, done.stdout


class Process:
    """A program that is stopped with the block. `until` ends when it has printed that."""

    def __init__(self, command, until=None, env=None):
        self.process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, env=env)
        self.output = ""
        while until is not None and until not in self.output:
            line = self.process.stdout.readline()
            expect(line, f"{command[0]} ended: {self.output}")
            self.output += line

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.output += self.process.communicate(timeout=30)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# ---- nginx ----------------------------------------------------------------------------------


def replace(text, old, new):
    expect(old in text, f"nginx.conf no longer holds {old!r}")
    return text.replace(old, new)


def site_of(folder, plain, tls):
    """The shipped site with this test's socket, ports and certificate, and nothing else changed."""
    site = (DEPLOY / "nginx.conf").read_text()
    site = replace(site, "unix:/run/till/http.sock", f"unix:{folder}/http.sock")
    for which in (" default_server", ""):
        site = replace(site, f"listen 80{which};", f"listen 127.0.0.1:{plain}{which};")
        site = replace(site, f"listen 443 ssl http2{which};", f"listen 127.0.0.1:{tls} ssl http2{which};")
    site = re.sub(r".*listen \[::\].*\n", "", site)
    for name in ("fullchain", "privkey"):
        site = replace(site, f"/etc/letsencrypt/live/shop.example/{name}.pem", f"{folder}/{name}.pem")
    temporary = "".join(f"  {kind}_temp_path {folder}/{kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{\n  access_log off;\n{temporary}{site}\n}}\n")


def wait_for(port, proxy, folder):
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except ConnectionRefusedError:
            log = folder / "error.log"
            expect(proxy.process.poll() is None and time.monotonic() < deadline,
                   f"nginx does not listen: {log.read_text() if log.exists() else ''}")
            time.sleep(0.02)


def png(size):
    """A PNG of about this many bytes: one pixel, and a text chunk of no interest."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"tEXt", b"Comment\0" + b"x" * size) + \
        chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def upload(ask, token, size):
    body = b'--cut\r\nContent-Disposition: form-data; name="profile_img"; filename="me.png"\r\n' \
           b"Content-Type: image/png\r\n\r\n" + png(size) + b"\r\n--cut--\r\n"
    return ask("PATCH", "/profile/", body, {"Authorization": f"Bearer {token}",
                                            "Content-Type": "multipart/form-data; boundary=cut"})


def use_the_shop(ask):
    as_json = {"Content-Type": "application/json"}
    status, headers, _ = ask("GET", "/healthz")
    expect(status == 200, f"/healthz answers {status}")
    expect(headers.get("Strict-Transport-Security"), "nginx does not insist on TLS")
    status, _, body = ask("POST", "/auth/registration/", json.dumps(
        {"username": "alice", "password1": PASSWORD, "password2": PASSWORD}), as_json)
    expect(status in (200, 201, 204), f"registration answers {status} {body}")
    # Who lies about his address is seen under his own.
    status, _, body = ask("POST", "/auth/login/", json.dumps({"username": "alice", "password": PASSWORD}),
                          {**as_json, "X-Forwarded-For": "203.0.113.9"})
    expect(status == 200, f"login answers {status} {body}")
    token = json.loads(body)["access"]
    for size, wanted in ((1_500_000, 200), (2_500_000, 413), (3_500_000, 413)):
        status, _, body = upload(ask, token, size)
        expect(status == wanted, f"an image of {size} bytes is answered with {status}, not {wanted}: {body[:200]}")
        if status == 200:
            # As the client sees the shop, though nginx speaks plain HTTP to till-server.
            image = json.loads(body)["profile_img"]
            expect(image.startswith("https://shop.example/media/"), f"the image is at {image}")


def refuses_other_names(plain, tls, trusting):
    """A name that is not the shop's gets no answer, in whichever way it is said."""
    request = b"GET /healthz HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", plain), timeout=30) as raw:
        raw.sendall(request)
        expect(raw.recv(1000) == b"", "nginx answers another shop's name")
    raw = socket.create_connection(("127.0.0.1", tls), timeout=30)
    with trusting.wrap_socket(raw, server_hostname="shop.example") as ours:
        ours.sendall(request)
        expect(ours.recv(1000) == b"", "nginx answers another shop's name over TLS")
    untrusting = ssl._create_unverified_context()
    for name in ("other.example", None):
        raw = socket.create_connection(("127.0.0.1", tls), timeout=30)
        try:
            untrusting.wrap_socket(raw, server_hostname=name).close()
            raise AssertionError(f"nginx shows a certificate to {name}")
        except ssl.SSLError as error:
            expect("UNRECOGNIZED_NAME" in str(error).upper().replace(" ", "_"), f"{name}: {error}")


def nginx(program):
    """The shipped site proxies to a till-server on a unix socket: TLS, the client's address, bodies, redirect."""
    nginx_program = find("nginx", "nginx-light")
    openssl = find("openssl", "openssl")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain, tls = free_port(), free_port()
        code, text = run(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                         "/CN=shop.example", "-addext", "subjectAltName=DNS:shop.example", "-keyout",
                         folder / "privkey.pem", "-out", folder / "fullchain.pem")
        expect(code == 0, text)
        (folder / "nginx.conf").write_text(site_of(folder, plain, tls))
        code, text = run(nginx_program, "-t", "-c", folder / "nginx.conf")
        expect(code == 0, text)
        store = folder / "shop.db"
        with Process([program, "serve", "--db", store, "--listen", f"unix:{folder}/http.sock", "--shared-socket",
                      "--trusted-proxy", "unix"], until="Serving "), \
                Process([nginx_program, "-c", folder / "nginx.conf"]) as proxy:
            wait_for(tls, proxy, folder)
            trusting = ssl.create_default_context(cafile=folder / "fullchain.pem")

            def ask(method, target, body=None, headers=None):
                raw = socket.create_connection(("127.0.0.1", tls), timeout=30)
                connection = http.client.HTTPSConnection("shop.example", context=trusting)
                connection.sock = trusting.wrap_socket(raw, server_hostname="shop.example")
                connection.request(method, target, body, {"Connection": "close", **(headers or {})})
                answer = connection.getresponse()
                text = answer.read().decode()
                connection.close()
                return answer.status, answer.headers, text

            use_the_shop(ask)
            connection = http.client.HTTPConnection("127.0.0.1", plain, timeout=30)
            connection.request("GET", "/orders/?page_size=2", headers={"Host": "shop.example"})
            answer = connection.getresponse()
            expect((answer.status, answer.headers["Location"]) == (301, "https://shop.example/orders/?page_size=2"),
                   f"plain HTTP answers {answer.status} {answer.headers['Location']}")
            refuses_other_names(plain, tls, trusting)
        code, text = run(program, "users", "--db", store, "show", "alice", "--format", "json")
        addresses = {each["address"] for each in json.loads(text)["sessions"]}
        expect(code == 0 and addresses == {"127.0.0.1"}, f"the sessions' addresses are {addresses}")


# ---- systemd --------------------------------------------------------------------------------


def units(program):
    """systemd takes the units as they are, and finds little that they could do beyond their work."""
    analyze = find("systemd-analyze", "systemd")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in DEPLOY.glob("till-*.*"):
            # The program is where the build made it; nothing else differs.
            text = source.read_text().replace("ExecStart=/usr/bin/till-server ", f"ExecStart={program} ")
            (folder / source.name).write_text(text)
        names = sorted(path for path in folder.iterdir() if path.suffix in (".service", ".timer"))
        expect(len(names) == 3, f"there are {names}")
        code, text = run(analyze, "verify", "--man=no", *names)
        expect(code == 0 and text == "", f"systemd-analyze verify: {text}")
        for path in names:
            if path.suffix != ".service":
                continue
            # 0 is safe, 100 is not: what a service is that can do anything is 96.
            code, text = run(analyze, "security", "--offline=true", "--no-pager", "--threshold=20", path)
            expect(code == 0, f"systemd-analyze security: {text}")
    code, text = run(analyze, "calendar", re.search(r"OnCalendar=(.*)", (DEPLOY / "till-backup.timer").read_text())[1])
    expect(code == 0, text)


def config(program):
    """The shipped configuration is understood, with what it has in comments too."""
    text = (DEPLOY / "till.conf").read_text()
    everything = re.sub(r"^#(?=[a-z-]+ = )", "", text, flags=re.MULTILINE)
    expect(everything != text, "till.conf has no examples in comments")
    with tempfile.TemporaryDirectory() as name:
        for content in (text, everything):
            path = Path(name) / "till.conf"
            path.write_text(content)
            code, output = run(program, "check", "--config", path, "--db", f"{name}/none.db")
            expect(code == 1 and "Cannot open" in output, f"till.conf: {output}")
        (Path(name) / "backups").mkdir()
        store = f"{name}/shop.db"
        expect(run(program, "demo", "--db", store)[0] == 0, "no store")
        code, output = run(program, "backup", "--config", DEPLOY / "till.conf", "--db", store, "--backup-dir",
                           f"{name}/backups")
        expect(code == 0 and len(list((Path(name) / "backups").iterdir())) == 1, output)


# ---- Container ------------------------------------------------------------------------------


def instructions():
    text = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text())
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    known = {"FROM", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "ENTRYPOINT", "CMD"}
    expect({word for word, _ in lines} <= known and lines[0][0] == "FROM", f"Containerfile: {lines}")
    return dict(lines)


def container_command(program):
    """What the container starts is a till-server that serves, on the configuration of the package."""
    said = instructions()
    shell = re.sub(r"\s+", " ", said["RUN"])
    code, text = run("sh", "-n", "-c", shell)
    expect(code == 0, f"RUN: {text}")
    expect(json.loads(said["ENTRYPOINT"]) == ["/usr/bin/till-server"], said["ENTRYPOINT"])
    command = json.loads(said["CMD"])
    command[command.index("/etc/till/till.conf")] = str(DEPLOY / "till.conf")
    expect(command[command.index("--listen") + 1] == "*:" + said["EXPOSE"].strip(), "EXPOSE and --listen differ")
    command[command.index("--listen") + 1] = "*:0"
    with tempfile.TemporaryDirectory() as name, \
            Process([program, *command, "--db", f"{name}/shop.db"], until="Serving ") as server:
        expect("http://" in server.output, server.output)


def container_build(_):
    """The image builds, where a container tool and the base image are."""
    tool = shutil.which("buildah") or shutil.which("podman")
    if not tool:
        raise Skipped("neither buildah nor podman is here: the Containerfile is read, not built")
    base = instructions()["FROM"].strip()
    kind = ["inspect", "--type", "image"] if tool.endswith("buildah") else ["image", "inspect"]
    if run(tool, *kind, base)[0] != 0:
        raise Skipped(f"the base image {base} is not on this machine, and tests fetch none")
    packages = Path(sys.argv[sys.argv.index("--program") + 1]).resolve().parents[1] / "packages"
    if not list(packages.glob("till-server_*.deb")):
        raise Skipped(f"no packages in {packages}: cpack makes them")
    code, text = run(tool, "build", "--pull=never", "-f", DEPLOY / "Containerfile", packages)
    expect(code == 0, text)


# ---- Prometheus -----------------------------------------------------------------------------


def metrics(program):
    """promtool finds nothing to say about /metrics, and a proxy's clients do not find it."""
    promtool = find("promtool", "prometheus")
    with tempfile.TemporaryDirectory() as name:
        port = free_port()
        with Process([program, "serve", "--db", Path(name) / "shop.db", "--listen", f"127.0.0.1:{port}"],
                     until="Serving"):
            def ask(path, headers=None):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", path, headers=headers or {})
                answer = connection.getresponse()
                return answer.status, answer.headers, answer.read().decode()

            for path in ("/", "/healthz", "/orders/", "/nowhere/", "/orders/"):
                ask(path)
            status, headers, text = ask("/metrics")
            expect(status == 200, f"/metrics answers {status}")
            expect(headers["Content-Type"].startswith("text/plain; version=0.0.4"), headers["Content-Type"])
            code, said = run(promtool, "check", "metrics", input=text)
            expect(code == 0 and not said.strip(), f"promtool: {said}\n{text}")
            wanted = 'till_http_requests_total{route="/orders/",method="GET",status="401"} 2\n'
            expect(wanted in text, text)
            with socket.create_connection(("127.0.0.1", port), timeout=30) as raw:
                raw.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
                expect(b" 400 " in raw.makefile("rb").readline(), "two Host fields")
            expect('till_http_refusals_total{status="400"} 1\n' in ask("/metrics")[2], "no refusal is counted")
            status, _, _ = ask("/metrics", {"X-Forwarded-For": "203.0.113.9"})
            expect(status == 404, f"a proxy's client is answered with {status}")


CASES = {case.__name__: case for case in (metrics, nginx, units, config, container_command, container_build)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("case", choices=sorted(CASES))
    parser.add_argument("--program", required=True)
    arguments = parser.parse_args()
    try:
        CASES[arguments.case](arguments.program)
    except Skipped as reason:
        print(f"SKIPPED: {reason}")
        return 77
    print(f"{arguments.case}: as it should be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
