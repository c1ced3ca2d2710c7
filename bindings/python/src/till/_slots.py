# SPDX-License-Identifier: MIT
"""Slots for the frozen dataclasses of results, where Python can make them (3.10)."""

import sys
from typing import Any, Dict

SLOTS: Dict[str, Any] = {"slots": True} if sys.version_info >= (3, 10) else {}
