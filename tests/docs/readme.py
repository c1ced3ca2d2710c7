#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""readme.py BUILD: README.md as a stranger reads it, in an empty folder.

The C sample is built by the very command beside it and run twice (the second time its key answers
the same order). The commands of "Running it" run one after the other, as they stand; only the port
is one that is free, so that two tests can run at once.
"""

import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ADDRESS = "127.0.0.1:8000"


def run(command, folder, **options):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found!r}, not {wanted!r}")


def folder_of(stack, build):
    """An empty folder, but for what README.md calls include and build/release."""
    folder = Path(stack)
    (folder / "include").symlink_to(ROOT / "include")
    (folder / "build").mkdir()
    (folder / "build/release").symlink_to(build)
    return folder


def try_sample(folder):
    programs = [text for text in re.findall(r"^```c\n(.*?)^```$", README, re.MULTILINE | re.DOTALL) if "int main(" in text]
    commands = re.findall(r"`(cc sale\.c [^`]*)`", README)
    expect("README.md: C programs", len(programs), 1)
    expect("README.md: commands that build it", len(commands), 1)
    (folder / "sale.c").write_text(programs[0], encoding="utf-8")
    run([*shlex.split(commands[0]), "-Wall", "-Wextra", "-Wpedantic", "-Werror"], folder)
    for _ in range(2):
        expect("the C sample printed", run(["./a.out"], folder), "order 1: 500 cents\n")
    (folder / "shop.db").unlink()


def try_cpp_sample(folder):
    programs = re.findall(r"^```cpp\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    commands = re.findall(r"`(c\+\+ -std=c\+\+17 sale\.cpp [^`]*)`", README)
    expect("README.md: C++ programs", len(programs), 1)
    expect("README.md: commands that build it", len(commands), 1)
    (folder / "sale.cpp").write_text(programs[0], encoding="utf-8")
    run([*shlex.split(commands[0]), "-Wall", "-Wextra", "-Wpedantic", "-Werror"], folder)
    for _ in range(2):
        expect("the C++ sample printed", run(["./a.out"], folder), "order 1: 8.40 USD\n1 delivered\n")
    (folder / "shop.db").unlink()


def free_address():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listener.getsockname()[1]}"


def answers(server, address):
    """Whether /healthz says 200 while the server lives; at most 30 s."""
    end = time.monotonic() + 30
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{address}/healthz", timeout=5) as response:
                return response.status == 200
        except OSError:
            time.sleep(0.02)  # It has not bound its port as yet.
    return False


def serve(command, folder):
    address = free_address()
    expect("README.md: the server listens on", command.count(ADDRESS), 1)
    with subprocess.Popen(shlex.split(command.replace(ADDRESS, address)), cwd=folder) as server:
        try:
            expect("till-server answers", answers(server, address), True)
        finally:
            server.send_signal(signal.SIGTERM)
        expect("till-server ended with", server.wait(30), 0)


def try_commands(folder):
    section = README.split("\n## Running it\n")[1].split("\n## ")[0]
    commands = [line.strip() for line in re.findall(r"^    (\S.*)$", section, re.MULTILINE)]
    served = 0
    for command in commands:
        if " serve " in command:
            serve(command, folder)
            served += 1
        else:
            run(shlex.split(command), folder, input="correct horse battery staple\n")
    expect("README.md: servers started", served, 1)
    backup = re.search(r"--to (\S+)", section)[1]
    expect(f"{backup} is there", (folder / backup).is_file(), True)


def try_shapes(folder):
    """The commands of the fenced samples name orders and users that this store has not: it must be the
    store that says so, with status 1, and never the command line, with status 2."""
    section = README.split("\n## Running it\n")[1].split("\n## ")[0]
    commands = re.findall(r"^till-server .*$", section, re.MULTILINE)
    expect("README.md: till-server is shown at work", len(commands) > 3, True)
    for command in commands:
        words = ["build/release/bin/till-server", *shlex.split(command)[1:]]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0 and not (done.returncode == 1 and "There is no such" in done.stderr):
            sys.exit(f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}")


def main():
    build = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="till-readme-") as stack:
        folder = folder_of(stack, build)
        try_sample(folder)
        try_cpp_sample(folder)
        if (build / "bin/till-server").exists():
            try_commands(folder)
            try_shapes(folder)
        else:
            print("till-server is not built: its commands were not tried")
    print("README.md does what it says")


if __name__ == "__main__":
    main()
