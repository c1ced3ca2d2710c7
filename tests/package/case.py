# SPDX-License-Identifier: MIT
"""What the cases of the package suite share: running commands, installing, looking into binaries."""

import os
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CONSUMER = HERE / "consumer"
# The C and C++ runtimes, and the C library's own loader.
RUNTIMES = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6"}
LOADERS = re.compile(r"ld-linux.*\.so\.\d+")


def case(function):
    """Marks a case of the suite."""
    function.is_case = True
    return function


class Failed(Exception):
    pass


def run(*command, cwd=None, **environment):
    """A command's standard output; Failed with all it said when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=dict(os.environ, **environment), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Failed(f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def expect(truth, what):
    if not truth:
        raise Failed(what)


def empty(path):
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def install(build, prefix):
    """Installs beside the prefix and moves it there: what was written may know no path."""
    first = Path(f"{prefix}.first")
    shutil.rmtree(prefix, ignore_errors=True)
    shutil.rmtree(first, ignore_errors=True)
    run("cmake", "--install", build, "--prefix", first)
    first.rename(prefix)
    for path in sorted(prefix.rglob("*")):
        if path.is_file() and path.suffix in (".cmake", ".pc", ".h", ".hpp"):
            text = path.read_text()
            expect(str(first) not in text and str(build) not in text, f"{path} names a path of this machine")


def needed(library):
    found = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", library))
    return {name for name in found if not LOADERS.fullmatch(name)}


def globals_of(file, *options):
    """The global symbols that a file defines, without their versions and version nodes."""
    lines = run("nm", "-g", "--defined-only", *options, file).splitlines()
    symbols = [line.split()[2].split("@")[0] for line in lines if len(line.split()) == 3 and line.split()[1] != "A"]
    return {symbol for symbol in symbols if symbol}


def sqlite_inside(output):
    return re.search(r"^till .*\(sqlite ([0-9.]+),", output, re.MULTILINE).group(1)


def sale(program, folder, **environment):
    """Runs a consumer on a new store and returns what it printed."""
    output = run(program, empty(folder) / "shop.db", **environment)
    expect("sold for 500\n" in output, f"{program} printed {output!r}")
    return output


def install_root_needs(root, *packages):
    """Unpacks into a folder what the packages depend on, and the shell that dpkg's scripts need."""
    archives = empty(root.parent / "archives")
    # An empty status file: apt takes nothing for installed.
    simulated = run("apt-get", "-s", "-q", "--no-install-recommends", "-o", "Dir::State::status=/dev/null", "install",
                    "dash", "libc-bin", *packages, LC_ALL="C")
    names = re.findall(r"^Inst (\S+) \(([^ ]+)", simulated, re.MULTILINE)
    expect(names, f"apt would install nothing: {simulated}")
    own = {run("dpkg-deb", "-f", package, "Package").strip() for package in packages}
    run("apt-get", "-q", "download", *[f"{name}={version}" for name, version in names if name not in own], cwd=archives)
    for archive in sorted(archives.glob("*.deb")):
        run("dpkg-deb", "-x", archive, root)
    if not (root / "bin/sh").exists():
        (root / "bin/sh").symlink_to("dash")
    for name in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "tmp"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "var/lib/dpkg/status").touch()
    return root
