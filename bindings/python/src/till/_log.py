# SPDX-License-Identifier: MIT
"""The library's log goes to Python's: a category "storage" is the logger "till.storage".

One C function is made for the whole process and kept for ever; a store says which logger it means
by a number, never by a Python object.
"""

import itertools
import logging
from typing import Any, Dict

from . import _abi
from ._decode import MEMORY

LEVELS = {
    _abi.TILL_LOG_DEBUG: logging.DEBUG,
    _abi.TILL_LOG_INFO: logging.INFO,
    _abi.TILL_LOG_WARNING: logging.WARNING,
    _abi.TILL_LOG_ERROR: logging.ERROR,
}

_loggers: Dict[int, logging.Logger] = {}
_numbers = itertools.count(1)


def _write(userdata: int, record: Any) -> None:
    logger = _loggers.get(userdata)
    if logger is None:
        return
    head = record.contents
    name, text, trace_id = (
        MEMORY[given.data : given.data + given.len].decode() if given.data else ""
        for given in (head.category, head.message, head.trace_id)
    )
    where = logger.getChild(name) if name else logger
    # What a handler raises goes to sys.unraisablehook: no exception crosses the C side.
    where.log(LEVELS.get(head.level, logging.ERROR), "%s", text, extra={"trace_id": trace_id})


THUNK = _abi.till_log_function(_write)
"""Kept as long as the process lives."""


def register(logger: logging.Logger) -> int:
    """A number for a logger, for `log_userdata`."""
    if not logger.handlers and logger.name == "till":
        logger.addHandler(logging.NullHandler())  # Silence unless the program configures logging.
    number = next(_numbers)
    _loggers[number] = logger
    return number


def unregister(number: int) -> None:
    _loggers.pop(number, None)


def level_for(level: int) -> int:
    """The library's level for one of `logging`."""
    for ours, theirs in sorted(LEVELS.items()):
        if level <= theirs:
            return ours
    return _abi.TILL_LOG_ERROR
