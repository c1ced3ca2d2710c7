# SPDX-License-Identifier: MIT
"""The Debian packages: what is in them, and whether they run where only what they depend on is."""

import shutil
import socket
import subprocess
import time

from case import CONSUMER, ROOT, Failed, case, empty, expect, install_root_needs, needed, run

PACKAGES = {"libtill1", "libtill-dev", "till-server"}


def field(package, name):
    return run("dpkg-deb", "-f", package, name).strip()


def files_of(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


@case
def debs(build, work):
    """Built by CPack; contents, dependencies, and no path of this machine in any file."""
    folder = empty(work / "debs")
    run("cpack", "--config", build / "CPackConfig.cmake", "-G", "DEB", "-B", folder)
    packages = {field(path, "Package"): path for path in folder.glob("*.deb")}
    expect(set(packages) == PACKAGES, f"CPack made {sorted(packages)}")
    for name, path in packages.items():
        path.rename(folder / f"{name}.deb")
        inside = empty(folder / name)
        run("dpkg-deb", "-x", folder / f"{name}.deb", inside)
        for file in inside.rglob("*"):
            if file.is_file():
                expect(str(ROOT).encode() not in file.read_bytes(), f"{file} names {ROOT}")
        expect((inside / f"usr/share/doc/{name}/copyright").exists(), f"{name} has no copyright")
    version = field(folder / "libtill1.deb", "Version")
    depends = {name: field(folder / f"{name}.deb", "Depends") for name in PACKAGES}
    for library in ("libsqlite3-0", "libssl3", "libsodium23", "libutf8proc2", "libc6"):
        expect(library in depends["libtill1"], f"libtill1 does not depend on {library}: {depends['libtill1']}")
    for name in ("libtill-dev", "till-server"):
        expect(f"libtill1 (= {version})" in depends[name], f"{name} depends on {depends[name]}")
    expect("libtill.so.1" in {path.rsplit("/", 1)[-1] for path in files_of(folder / "libtill1")}, "no libtill.so.1")
    service = {"usr/bin/till-server", "etc/till/till.conf", "usr/lib/sysusers.d/till-server.conf",
               "lib/systemd/system/till-server.service", "lib/systemd/system/till-backup.service",
               "lib/systemd/system/till-backup.timer", "usr/share/doc/till-server/examples/nginx.conf"}
    missing = service - files_of(folder / "till-server")
    expect(not missing, f"till-server's package lacks {missing}")
    conffiles = run("dpkg-deb", "-I", folder / "till-server.deb", "conffiles").split()
    expect(conffiles == ["/etc/till/till.conf"], f"the configuration files are {conffiles}")
    if shutil.which("lintian"):
        run("lintian", "--allow-root", "--fail-on", "error", "--suppress-tags",
            # Who publishes the packages names himself: TILL_PACKAGE_CONTACT.
            "bogus-mail-host,bogus-mail-host-in-debian-changelog", *sorted(folder.glob("*.deb")))


@case
def deb_root(build, work):
    """In a root of nothing but what libtill1 and till-server depend on: a program, and the server answering.

    libtill-dev lies there too, but what it depends on does not: the compiler is the machine's.
    """
    folder = work / "debs"
    root = install_root_needs(empty(work / "root"), folder / "libtill1.deb", folder / "till-server.deb")
    for package in ("libtill1", "libtill-dev", "till-server"):
        run("dpkg", "--root", root, "--force-depends", "--install", folder / f"{package}.deb")
    expect("\ntill:" in "\n" + (root / "etc/passwd").read_text(), "the user till was not made")
    if shutil.which("systemd-analyze"):
        # With the program where the package put it; a system has a kill besides.
        kill = root / "bin/kill"
        if not kill.exists():
            kill.write_text("#!/bin/sh\n")
            kill.chmod(0o755)
        text = run("systemd-analyze", "verify", f"--root={root}", "--man=no", "--recursive-errors=no",
                   "till-server.service", "till-backup.service", "till-backup.timer")
        expect("till-" not in text, f"systemd-analyze verify: {text}")
    keeps_what_was_configured(root, folder)
    run("cc", CONSUMER / "sale.c", f"-I{root}/usr/include", f"-L{root}/usr/lib", "-ltill", "-o", root / "sale")
    expect("libtill.so.1" in needed(root / "sale"), "the program does not use the shared library")
    output = run("chroot", root, "/sale", "/shop.db")
    expect("sold for 500\n" in output, output)
    expect("serve" in run("chroot", root, "till-server", "--help"), "till-server --help does not say serve")
    serves(root)


def keeps_what_was_configured(root, folder):
    """/etc/till/till.conf is the operator's: an upgrade and a removal leave what he wrote."""
    path = root / "etc/till/till.conf"
    own = path.read_text() + "# mine\n"
    path.write_text(own)
    run("dpkg", "--root", root, "--force-depends", "--force-confold", "--install", folder / "till-server.deb")
    expect(path.read_text() == own, "an upgrade replaced till.conf")
    run("dpkg", "--root", root, "--remove", "till-server")
    expect(path.read_text() == own, "a removal took till.conf away")
    run("dpkg", "--root", root, "--force-depends", "--install", folder / "till-server.deb")


def serves(root):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(["chroot", root, "till-server", "serve", "--db", "/served.db", "--listen",
                               f"127.0.0.1:{port}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and server.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    answer = connection.makefile("rb").readline().decode()
            except ConnectionRefusedError:
                time.sleep(0.05)
                continue
            expect(" 200 " in answer, f"the server answered {answer!r}")
            return
        server.terminate()
        raise Failed(f"the server did not answer: {server.communicate()[0]}")
    finally:
        server.terminate()
        server.wait(timeout=30)
