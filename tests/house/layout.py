# SPDX-License-Identifier: MIT
"""Where things are: folders, build lists, scripts, migrations, the map's length."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import PurePosixPath

FOLDERS = {"include", "src", "bindings", "examples", "tests"}
FILES = {"CMakeLists.txt", "LICENSE", "README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CMakePresets.json"}
MAP_LINES_MAX = 250
MIGRATIONS = "src/sql/sqlite/migrations/"
CHECKSUMS = "tests/house/migrations.sha256"


def top_level(tree):
    problems = []
    for name in sorted({path.split("/")[0] for path in tree.files}):
        folder = any(path.startswith(name + "/") for path in tree.files)
        if not name.startswith(".") and name not in (FOLDERS if folder else FILES):
            problems.append(f"{name}: the top level holds {', '.join(sorted(FOLDERS | FILES))} and nothing else")
    for name in sorted(FILES):
        if not tree.exists(name):
            problems.append(f"{name} is missing")
    return problems


def build_lists(tree):
    """Every source is named in the CMakeLists.txt nearest above it."""
    problems = []
    for name in tree.sources("src", "examples", "tests"):
        if not name.endswith((".c", ".cpp")):
            continue
        path = PurePosixPath(name)
        lists = [f"{parent}/CMakeLists.txt" for parent in path.parents if tree.exists(f"{parent}/CMakeLists.txt")]
        if not lists:
            problems.append(f"{name}: no CMakeLists.txt above it")
            continue
        relative = path.relative_to(PurePosixPath(lists[0]).parent)
        text = re.sub(r"#[^\n]*", "", tree.read(lists[0]))
        # A file's name as a word, or its stem where a loop makes targets of stems.
        if not re.search(rf"(?<![\w-]){re.escape(str(relative))}(?![\w-])", text) and not re.search(
            rf"(?<![\w.-]){re.escape(path.stem)}(?![\w.-])", text
        ):
            problems.append(f"{name}: not in {lists[0]}, so it is never built")
    return problems


def scripts(tree):
    """Shell scripts parse, pass shellcheck where there is one, and can be run."""
    problems = []
    shellcheck = shutil.which("shellcheck")
    for name in tree.files:
        if not name.endswith(".sh") and name != ".ci/run":
            continue
        path = tree.root / name
        if not os.access(path, os.X_OK):
            problems.append(f"{name}: not executable")
        commands = [["bash", "-n", str(path)]] + ([[shellcheck, str(path)]] if shellcheck else [])
        for command in commands:
            run = subprocess.run(command, capture_output=True, text=True)
            if run.returncode != 0:
                problems.append(f"{name}: {command[0]} says\n{run.stdout}{run.stderr}")
    return problems


def readme_commands(tree):
    """The first two commands of README.md exist and can be run."""
    if not tree.exists("README.md"):
        return ["README.md is missing"]
    commands = re.findall(r"^\s*(?:\$ )?((?:\./)?(?:examples|tests)/[\w./-]+)", tree.read("README.md"), re.MULTILINE)
    if len(commands) < 2:
        return ["README.md: does not show two commands that do everything"]
    return [
        f"README.md: {command} is not there or not executable"
        for command in commands[:2]
        if not os.access(tree.root / command, os.X_OK)
    ]


def map_length(tree):
    lines = tree.read("ARCHITECTURE.md").count("\n")
    return [f"ARCHITECTURE.md: {lines} lines, the limit is {MAP_LINES_MAX}"] if lines > MAP_LINES_MAX else []


def packages(tree):
    """What the build asks for is in the list that the install script reads."""
    listed = set(re.findall(r"^[a-z0-9][a-z0-9.+-]*$", tree.read("tests/packages.txt"), re.MULTILINE))
    needed = re.findall(r"^\s*till_need\((\S+)", tree.read("src/dependencies.cmake"), re.MULTILINE)
    return [f"src/dependencies.cmake: {name} is not in tests/packages.txt" for name in needed if name not in listed]


def migrations(tree):
    """A released migration is never edited. 'unreleased' stands where the checksum will."""
    listed = {}
    for line in tree.read(CHECKSUMS).splitlines():
        if line and not line.startswith("#"):
            checksum, name = line.split()
            listed[name] = checksum
    problems, numbers = [], []
    for path in [path for path in tree.files if path.startswith(MIGRATIONS)]:
        name = path[len(MIGRATIONS) :]
        match = re.fullmatch(r"(\d{4})_[a-z0-9_]+\.sql", name)
        if not match:
            problems.append(f"{path}: a migration is named 0001_what_it_does.sql")
            continue
        numbers.append(int(match[1]))
        if not tree.read(path).startswith("--"):
            problems.append(f"{path}: its first line does not say why")
        checksum = listed.pop(name, None)
        if checksum is None:
            problems.append(f"{path}: not in {CHECKSUMS}")
        elif checksum != "unreleased" and checksum != hashlib.sha256(tree.read(path).encode()).hexdigest():
            problems.append(f"{path}: a released migration was edited; write a new one")
    if numbers != list(range(1, len(numbers) + 1)):
        problems.append(f"{MIGRATIONS}: the numbers are not 1, 2, 3, …")
    return problems + [f"{CHECKSUMS}: {name} is gone; released migrations stay" for name in listed]


def cited(tree):
    """Every numbered invariant of ARCHITECTURE.md is cited where something tests it."""
    section = tree.read("ARCHITECTURE.md").split("## Invariants")[-1].split("\n## ")[0]
    numbers = re.findall(r"^(\d+)\. \*\*", section, re.MULTILINE)
    texts = [tree.read(name) for name in tree.files if name.startswith("tests/") and name.endswith((".cpp", ".py"))]
    if not numbers:
        return ["ARCHITECTURE.md numbers no invariants"]
    return [
        f"ARCHITECTURE.md: no test cites invariant {number}"
        for number in numbers
        if not any(re.search(rf"\bInvariant {number}\b", text, re.IGNORECASE) for text in texts)
    ]


def check(tree):
    return (
        top_level(tree)
        + build_lists(tree)
        + scripts(tree)
        + map_length(tree)
        + packages(tree)
        + migrations(tree)
    )
