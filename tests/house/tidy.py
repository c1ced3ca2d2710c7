#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""clang-tidy over src and examples: tidy.py [--changed] [-j JOBS] BUILD_DIR [PATTERN...]

A file that was clean is not looked at again until it, a header of ours that it includes, its
compile command or the list of checks changes. The whole tree takes a quarter of an hour of two
cores; with --changed a file that was never looked at is left out, too, unless it or its headers
differ from the commit before this one.
"""

import argparse
import concurrent.futures
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIDY = "clang-tidy-14"


def dependencies(build):
    """Object -> the files of ours that it was made from, as the compiler said."""
    text = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], check=True, capture_output=True, text=True).stdout
    found, current = {}, None
    for line in text.splitlines():
        if not line.startswith(" "):
            current = found.setdefault(line.split(":")[0], set()) if line else None
        elif current is not None:
            path = Path(build, line.strip()).resolve()
            if path.is_relative_to(ROOT) and not path.is_relative_to(build):
                current.add(path)
    return found


def digest(entry, files):
    state = hashlib.sha256()
    for part in (entry["command"], (ROOT / ".clang-tidy").read_text(encoding="utf-8")):
        state.update(part.encode() + b"\0")
    for path in sorted(files):
        state.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return state.hexdigest()


def changed_files():
    """What differs from the commit before this one; everything where nobody can tell."""
    run = subprocess.run(
        ["git", "-C", str(ROOT), "diff", "--name-only", "HEAD~1"], check=False, capture_output=True, text=True
    )
    return {ROOT / name for name in run.stdout.split()} if run.returncode == 0 else None


def check(entry, build):
    run = subprocess.run(
        [TIDY, "--quiet", "-p", str(build / "tidy"), entry["file"]], check=False, capture_output=True, text=True
    )
    return run.returncode == 0, run.stdout


def write_commands(build):
    """The build's compile commands without what GCC alone understands: clang-tidy refuses the rest with it."""
    text = (build / "compile_commands.json").read_text(encoding="utf-8")
    (build / "tidy/compile_commands.json").write_text(text.replace(" -fno-gnu-unique", ""), encoding="utf-8")


def work_of(build, patterns, only_changed):
    """(entry, stamp, digest) of every file that has to be looked at."""
    deps, changed = dependencies(build), changed_files() if only_changed else None
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        name = Path(entry["file"]).resolve()
        relative = str(name.relative_to(ROOT)) if name.is_relative_to(ROOT) else ""
        if not relative.startswith(("src/", "examples/")):
            continue
        if patterns and not any(re.search(pattern, relative) for pattern in patterns):
            continue
        output = re.search(r" -o (\S+)", entry["command"])[1]
        files = deps.get(output, set()) | {name}
        stamp = build / "tidy" / relative.replace("/", "-")
        now = digest(entry, files)
        known = stamp.read_text(encoding="utf-8") if stamp.exists() else None
        if known == now or (known is None and changed is not None and not files & changed):
            continue
        yield entry, stamp, now


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changed", action="store_true")
    parser.add_argument("-j", type=int, default=1, dest="jobs")
    parser.add_argument("build", type=lambda text: Path(text).resolve())
    parser.add_argument("pattern", nargs="*")
    options = parser.parse_args()
    (options.build / "tidy").mkdir(exist_ok=True)
    write_commands(options.build)
    # A file may be compiled for several targets.
    work = {entry["file"]: (entry, stamp, now) for entry, stamp, now in
            work_of(options.build, options.pattern, options.changed)}
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        tasks = {pool.submit(check, entry, options.build): (stamp, now) for entry, stamp, now in work.values()}
        for done, task in enumerate(concurrent.futures.as_completed(tasks), 1):
            clean, text = task.result()
            stamp, now = tasks[task]
            if clean:
                stamp.write_text(now, encoding="utf-8")
            else:
                bad += 1
                print(text, flush=True)
            print(f"[{done}/{len(tasks)}] {stamp.name}", flush=True)
    print(f"{len(work)} files looked at, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
