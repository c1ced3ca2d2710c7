# SPDX-License-Identifier: MIT
"""python -m till: a shop from the command line."""

import sys

from ._commands import main

if __name__ == "__main__":
    sys.exit(main())
