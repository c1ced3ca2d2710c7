# SPDX-License-Identifier: MIT
"""The C headers' comments are a contract: nothing that a caller can name is without one.

What holds for every call is said once, in types.h; a rule that stands there need not be repeated.
That the comments are true, tests/docs/statuses.py sees to.
"""

import re

import abi
from tree import line_of

TYPES = "include/till/types.h"
COMMENT_ABOVE = re.compile(r"^/\*\*(?:(?!\*/).)*\*/\n\Z", re.MULTILINE | re.DOTALL)
DEFINE = re.compile(r"^#define (TILL_\w+)(?P<rest>(?:[^\n]*\\\n)*[^\n]*)$", re.MULTILINE)
TYPEDEF = re.compile(r"^typedef (?!struct \w+ \{)[^;]*?(till_\w+)\)?[^;]*;", re.MULTILINE)
STRUCT = re.compile(r"^typedef struct \w+ \{\n(.*?)\n\} (\w+);", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^ {4}(?=\w)[^/\n]*?(\w+)(?:\[\w+\])?;[ ]*(/\*\*<)?", re.MULTILINE)
STATUS = re.compile(r"^#define (TILL_E_\w+)", re.MULTILINE)
COMMON_FIELD = re.compile(r"^ \* - `(\w+)`: ", re.MULTILINE)
GUARD = re.compile(r"TILL_\w+_H$")


def has_comment_above(text, at):
    return COMMENT_ABOVE.search(text[:at]) is not None


def common_fields(tree):
    if not tree.exists(TYPES):
        return set()
    return set(COMMON_FIELD.findall(tree.read(TYPES).split("@anchor fields")[-1]))


def uncommented(header, text, common):
    """Constants, types and fields of one header."""
    for match in DEFINE.finditer(text):
        if not GUARD.match(match[1]) and "/**<" not in match["rest"] and not has_comment_above(text, match.start()):
            yield f"{header}:{line_of(text, match.start())}: {match[1]} has no /** comment */"
    for match in TYPEDEF.finditer(text):
        if not has_comment_above(text, match.start()):
            yield f"{header}:{line_of(text, match.start())}: {match[1]} has no /** comment */"
    for match in STRUCT.finditer(text):
        if not has_comment_above(text, match.start()):
            yield f"{header}:{line_of(text, match.start())}: {match[2]} has no /** comment */"
        for field in FIELD.finditer(match[1]):
            if field[2] is None and field[1] not in common:
                where = line_of(text, match.start(1) + field.start())
                yield f"{header}:{where}: {match[2]}.{field[1]} has no /**< comment, and types.h says nothing of it"


def wrong_functions(tree, known):
    """Functions without a comment directly above, or whose comment names a status that there is not."""
    for function, (header, at) in abi.declared(tree).items():
        text = tree.read(header)
        comment = COMMENT_ABOVE.search(text[:at])
        if comment is None:
            yield f"{header}:{line_of(text, at)}: {function} has no /** comment */ directly above it"
            continue
        named = re.findall(r"@retval\s+(\S+)", comment[0])
        for status in sorted(set(named) - known):
            yield f"{header}:{line_of(text, at)}: {function} names {status}, which is no status"
        for status in sorted({each for each in named if named.count(each) > 1}):
            yield f"{header}:{line_of(text, at)}: {function} names {status} twice"
        for words in re.findall(r"@retval\s+\S+[ ]*(?:\n|\*/)", comment[0]):
            yield f"{header}:{line_of(text, at)}: {function} says nothing of{words.strip()[7:].rstrip('*/')}"


def check(tree):
    known = set(STATUS.findall(tree.read(TYPES))) if tree.exists(TYPES) else set()
    common = common_fields(tree)
    problems = list(wrong_functions(tree, known))
    for header in tree.sources("include/till"):
        if header.endswith(".h"):
            problems += uncommented(header, tree.read(header), common)
    return problems
