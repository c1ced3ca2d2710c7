# SPDX-License-Identifier: MIT
"""clang-format 14 has nothing to say. Its output differs between versions, so it is that one or none."""

import shutil
import subprocess


def check(tree):
    command = shutil.which("clang-format-14")
    if command is None:
        return ["clang-format-14 is not installed (apt-get install clang-format-14)"]
    sources = tree.sources()
    # --fallback-style=none and the repository's .clang-format: nothing is formatted by accident.
    run = subprocess.run(
        [command, "--style=file", "--fallback-style=none", "--dry-run", "-Werror", "--ferror-limit=1", *sources],
        cwd=tree.root,
        capture_output=True,
        text=True,
    )
    if run.returncode == 0:
        return []
    files = sorted({line.split(":")[0] for line in run.stderr.splitlines() if "[-Wclang-format-violations]" in line})
    return [f"{name}: clang-format-14 -i {name}" for name in files] or [run.stderr[:2000]]
