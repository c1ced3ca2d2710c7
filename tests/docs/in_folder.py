#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""in_folder.py PROGRAM: runs it in an empty folder, which is its argument too, and removes that."""

import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory(prefix="till-docs-") as folder:
    sys.exit(subprocess.run([sys.argv[1], folder], cwd=folder, check=False).returncode)
