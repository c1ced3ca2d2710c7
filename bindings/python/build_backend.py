# SPDX-License-Identifier: MIT
"""Builds the wheel and the source archive (PEP 517): pip install ./bindings/python

The wheel carries libtill and libtill_http, built by CMake from the sources beside this package (or
from the copy that a source archive has in `core/`), with everything linked in but the C and C++
runtime. The same sources give the same bytes: names are sorted, times are fixed.

    pip wheel ./bindings/python -C library-dir=build/release/lib   takes libraries that are built
    TILL_LIBRARY_DIR=…                                             the same, as a variable
    TILL_BUILD_DIR=…                                               where to build, to build it once
"""

import base64
import gzip
import hashlib
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARIES = ("libtill.so.1", "libtill_http.so.1")
# What a source archive needs of the repository to build them.
CORE = ("CMakeLists.txt", "LICENSE", "include", "src")
EPOCH = (1980, 1, 1, 0, 0, 0)


def project():
    """The values of [project] that are texts: tomllib came with Python 3.11."""
    section = (HERE / "pyproject.toml").read_text(encoding="utf-8").split("[project]\n")[1].split("\n[")[0]
    values = dict(re.findall(r'^([\w-]+) = "(.*)"$', section, re.MULTILINE))
    values["classifiers"] = re.findall(r'^    "(.*)",$', section, re.MULTILINE)
    return values


def metadata():
    values = project()
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {values['name']}",
        f"Version: {values['version']}",
        f"Summary: {values['description']}",
        "License: MIT",
        f"Requires-Python: {values['requires-python']}",
        *(f"Classifier: {one}" for one in values["classifiers"]),
        "Description-Content-Type: text/markdown",
        "",
        (HERE / values["readme"]).read_text(encoding="utf-8"),
    ]
    return "\n".join(lines)


def tag():
    return f"py3-none-linux_{platform.machine()}"


def dist_info():
    values = project()
    name = f"{values['name']}-{values['version']}.dist-info"
    wheel = f"Wheel-Version: 1.0\nGenerator: till\nRoot-Is-Purelib: false\nTag: {tag()}\n"
    entry_points = "[pytest11]\ntill = till.pytest_plugin\n"
    return name, {
        "METADATA": metadata().encode(),
        "WHEEL": wheel.encode(),
        "entry_points.txt": entry_points.encode(),
        "top_level.txt": b"till\n",
    }


# ---- The libraries -------------------------------------------------------------------------------


def core_root():
    inside = HERE / "core"
    return inside if inside.is_dir() else HERE.parents[1]


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        raise RuntimeError(f"{command[0]} failed; what it said stands above.")


def built_libraries(build):
    """Builds both libraries there; answers their directory."""
    if shutil.which("cmake") is None:
        raise RuntimeError("the libraries are built by cmake, which is not installed: apt-get install cmake.")
    ninja = ["-G", "Ninja"] if shutil.which("ninja") else []
    launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
    run(
        "cmake", "-S", str(core_root()), "-B", build, *ninja, *launcher, "-DCMAKE_BUILD_TYPE=Release",
        "-DTILL_SELF_CONTAINED=ON", "-DTILL_BUILD_TESTS=OFF", "-DTILL_BUILD_EXAMPLES=OFF",
        "-DBUILD_SHARED_LIBS=ON", "-DTILL_BUILD_HTTP=ON", "-DCMAKE_SKIP_RPATH=ON",
    )  # fmt: skip
    run("cmake", "--build", build, "--parallel", os.environ.get("TILL_JOBS", "2"), "--target", "till", "till_http")
    return Path(build) / "lib"


def libraries(config):
    """Both libraries' bytes by name, without symbols for debuggers."""
    directory = (config or {}).get("library-dir") or os.environ.get("TILL_LIBRARY_DIR")
    with tempfile.TemporaryDirectory() as scratch:
        if not directory:
            directory = built_libraries(os.environ.get("TILL_BUILD_DIR") or os.path.join(scratch, "build"))
        found = {}
        for name in LIBRARIES:
            copy = Path(scratch) / name
            shutil.copyfile(Path(directory) / name, copy)
            if shutil.which("strip"):
                run("strip", "--strip-unneeded", str(copy))
            found[name] = copy.read_bytes()
        return found


# ---- Archives ------------------------------------------------------------------------------------


def package_files():
    for path in sorted((HERE / "src").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("lib"):
            yield path.relative_to(HERE / "src").as_posix(), path.read_bytes()


def digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info, texts = dist_info()
    files = dict(package_files())
    files.update((f"till/{name}", data) for name, data in libraries(config_settings).items())
    files.update((f"{info}/{name}", data) for name, data in texts.items())
    files[f"{info}/licenses/LICENSE"] = (core_root() / "LICENSE").read_bytes()
    record = "".join(f"{name},sha256={digest(data)},{len(data)}\n" for name, data in sorted(files.items()))
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    values = project()
    wheel = f"{values['name']}-{values['version']}-{tag()}.whl"
    with zipfile.ZipFile(Path(wheel_directory) / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        # The record comes last, as the format advises.
        for name, data in sorted(files.items(), key=lambda item: (item[0].startswith(info), item)):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = (0o755 if ".so." in name else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return wheel


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    info, texts = dist_info()
    (Path(metadata_directory) / info).mkdir()
    for name, data in texts.items():
        (Path(metadata_directory) / info / name).write_bytes(data)
    return info


def sdist_files():
    for name in ("pyproject.toml", "README.md", "TUTORIAL.md", "build_backend.py"):
        yield name, (HERE / name).read_bytes()
    for name, data in package_files():
        yield f"src/{name}", data
    for name in CORE:
        top = core_root() / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file():
                yield f"core/{path.relative_to(core_root()).as_posix()}", path.read_bytes()


def build_sdist(sdist_directory, config_settings=None):
    values = project()
    base = f"{values['name']}-{values['version']}"
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in sorted([*sdist_files(), ("PKG-INFO", metadata().encode())]):
            entry = tarfile.TarInfo(f"{base}/{name}")
            entry.size, entry.mode, entry.mtime = len(data), 0o644, 315532800
            archive.addfile(entry, io.BytesIO(data))
    with open(Path(sdist_directory) / f"{base}.tar.gz", "wb") as file:
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
            packed.write(raw.getvalue())
    return f"{base}.tar.gz"


def get_requires_for_build_wheel(config_settings=None):
    return []


def get_requires_for_build_sdist(config_settings=None):
    return []
