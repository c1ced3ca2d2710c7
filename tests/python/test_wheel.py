# SPDX-License-Identifier: MIT
"""The wheel: built without a network, twice the same, at home in an empty root."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "bindings/python"
SALE = """
import till, till.testing, till.wsgi
assert till.__file__.startswith("/site/"), till.__file__
with till.Store("/shop.db") as store:
    sale = store.system.sale([till.Line("Espresso", "2.50", 2)])
    print(sale.order.total, sale.order.status.name)
with till.testing.open() as store, till.testing.Client(store) as client:
    print(client.get("/orders/").status)
"""
RUNTIME = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}


def environment(**more):
    """Nothing of this build's: the wheel stands alone."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "TILL_LIBRARY")}
    kept.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INDEX="1", **more)
    return kept


def pip(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "pip", *map(str, arguments)], env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def build(target, package=PACKAGE):
    pip("wheel", "--no-deps", "--no-cache-dir", "-w", target, package)
    (wheel,) = target.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build(tmp_path_factory.mktemp("wheel"))


def test_its_name_says_any_python_and_this_platform(wheel):
    assert re.fullmatch(r"till-0\.1\.0-py3-none-linux_\w+\.whl", wheel.name)


def test_the_same_sources_give_the_same_bytes(wheel, tmp_path):
    digests = {hashlib.sha256(one.read_bytes()).hexdigest() for one in (wheel, build(tmp_path))}
    assert len(digests) == 1


def test_it_holds_the_package_and_both_libraries(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        path.relative_to(PACKAGE / "src").as_posix()
        for path in (PACKAGE / "src/till").rglob("*")
        if path.suffix in (".py", ".pyi") or path.name == "py.typed"
    }
    assert sources <= names
    assert {name for name in names if ".so" in name} == {"till/libtill.so.1", "till/libtill_http.so.1"}
    assert not [name for name in names if "__pycache__" in name]
    assert "till = till.pytest_plugin" in zipfile.ZipFile(wheel).read("till-0.1.0.dist-info/entry_points.txt").decode()


def test_its_record_is_right(wheel):
    archive = zipfile.ZipFile(wheel)
    record = dict(
        line.rsplit(",", 2)[:2] for line in archive.read("till-0.1.0.dist-info/RECORD").decode().splitlines()
    )
    assert set(record) == set(archive.namelist())
    for name, digest in record.items():
        if digest:
            found = base64.urlsafe_b64encode(hashlib.sha256(archive.read(name)).digest()).rstrip(b"=").decode()
            assert digest == f"sha256={found}", name


def needed(library):
    dynamic = subprocess.run(["readelf", "-d", library], capture_output=True, text=True, check=True).stdout
    assert "RPATH" not in dynamic and "RUNPATH" not in dynamic
    return set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic))


def test_it_needs_only_the_runtime(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    assert needed(tmp_path / "till/libtill.so.1") <= RUNTIME
    assert needed(tmp_path / "till/libtill_http.so.1") <= RUNTIME | {"libtill.so.1"}


def shared_objects(*files):
    """What the dynamic linker would load for these files, by their real places."""
    found = set()
    for file in files:
        listed = subprocess.run(["ldd", str(file)], capture_output=True, text=True).stdout
        found.update(re.findall(r"(/\S+) \(0x", listed))
    return found


def an_empty_root(root, wheel):
    """A directory with Python, its standard library, what those need, and the wheel; nothing else."""
    python = Path(os.path.realpath(sys.executable))
    stdlib = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(
        stdlib,
        root / stdlib.relative_to("/"),
        ignore=shutil.ignore_patterns("test", "__pycache__", "dist-packages", "site-packages", "_sqlite3*", "_ssl*", "_hashlib*"),
    )
    modules = (root / stdlib.relative_to("/")).rglob("*.so")
    libraries = shared_objects(python, *modules)
    stdcpp = subprocess.run(["g++", "-print-file-name=libstdc++.so.6"], capture_output=True, text=True, check=True)
    libraries |= {os.path.realpath(stdcpp.stdout.strip())} | shared_objects(stdcpp.stdout.strip())
    for library in sorted(libraries):
        target = root / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(os.path.realpath(library), target)
        target.chmod(0o755)
    # By its plain name too: the copy above may carry a version.
    usual = root / "lib" / "libstdc++.so.6"
    usual.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(os.path.realpath(stdcpp.stdout.strip()), usual)
    (root / "bin").mkdir(exist_ok=True)
    shutil.copyfile(python, root / "bin/python3")
    (root / "bin/python3").chmod(0o755)
    (root / "tmp").mkdir()
    zipfile.ZipFile(wheel).extractall(root / "site")


def test_it_runs_a_sale_in_an_empty_root(wheel, tmp_path):
    an_empty_root(tmp_path, wheel)
    for name in ("libsqlite3", "libcrypto", "libsodium", "libutf8proc", "libfmt", "libSQLiteCpp", "libsimdjson"):
        assert not list(tmp_path.rglob(f"{name}*")), f"the root is not empty: {name}"
    stdlib = sysconfig.get_path("stdlib")
    as_root = [] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user"]
    done = subprocess.run(
        [*as_root, "/usr/sbin/chroot", str(tmp_path), "/bin/python3", "-B", "-c", SALE],
        env={"PYTHONHOME": str(Path(stdlib).parents[1]), "PYTHONPATH": f"/site:{stdlib}/lib-dynload", "LD_LIBRARY_PATH": "/lib"},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "5.00 USD DELIVERED\n401\n", done.stderr


def test_the_source_archive_builds_the_same_wheel(wheel, tmp_path):
    code = "import build_backend as b, sys; print(b.build_sdist(sys.argv[1]))"
    made = [
        subprocess.run(
            [sys.executable, "-B", "-c", code, str(tmp_path)], cwd=PACKAGE, capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]
    archive = tmp_path / made[0]
    assert made[0] == made[1] == "till-0.1.0.tar.gz"
    with tarfile.open(archive) as packed:
        names = packed.getnames()
        packed.extractall(tmp_path)
    for name in ("PKG-INFO", "pyproject.toml", "build_backend.py", "src/till/py.typed", "core/CMakeLists.txt"):
        assert f"till-0.1.0/{name}" in names
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    code = "import build_backend as b, sys; print(b.build_wheel(sys.argv[1], {'library-dir': sys.argv[2]}))"
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, str(tmp_path), str(tmp_path / "installed/till")],
        cwd=tmp_path / "till-0.1.0",
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / done.stdout.strip()).read_bytes() == wheel.read_bytes()


def test_pip_installs_it(wheel, tmp_path):
    pip("install", "--no-deps", "--target", tmp_path, wheel)
    done = subprocess.run(
        [sys.executable, "-B", "-m", "till", "demo"],
        env=environment(PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
