#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""filter.py FILE: a header as Doxygen reads it, line for line; of a page, its links.

What holds for every call is said once, in types.h; here it is filled in wherever it belongs: the
fields that every struct has, the parameters that every function has, the statuses of any call.
"""

import re
import sys
from pathlib import Path

COMMON_PARAMETERS = {
    "store": "@param store an open store",
    "call": "@param call who calls; NULL: an anonymous call with the defaults",
    "in": "@param in see its fields",
    "query": "@param query see its fields",
    "out": "@param[out] out the result: free it with till_free()",
    "err": "@param[out] err why it failed: free it with till_free(); NULL: not asked for",
}
FIELD_LIST = re.compile(r"^ \* - `(\w+)`: (.*?)(?=^ \* - |^ \*$|\Z)", re.MULTILINE | re.DOTALL)
FUNCTION = re.compile(
    r"(?P<comment>/\*\*(?:(?!\*/).)*)\*/\n(?P<declaration>TILL_API\s[^;]*?\b(?P<name>till_\w+)\((?P<parameters>[^;]*)\));",
    re.DOTALL,
)
STRUCT = re.compile(r"typedef struct \w+ \{\n(.*?)\n\} \w+;", re.DOTALL)
BARE_FIELD = re.compile(r"^(?P<code>    [^/\n]*?(?P<name>\w+);)$", re.MULTILINE)


def common_fields(types_header):
    """field -> meaning, from the list in types.h."""
    listed = types_header.split("@anchor fields")[1].split("\n * @{")[0] + "\n"
    return {
        match[1]: re.sub(r"\s*\n \* *", " ", match[2]).strip()
        for match in FIELD_LIST.finditer(listed)
    }


def with_fields(text, fields):
    def struct(match):
        def field(bare):
            meaning = fields.get(bare["name"])
            return f"{bare['code']} /**< {meaning[0].upper()}{meaning[1:]} */" if meaning else bare[0]

        return match[0].replace(match[1], BARE_FIELD.sub(field, match[1]))

    return STRUCT.sub(struct, text)


def put(comment, words, before):
    """Puts words into a comment before the first line that begins so, else at its end; on a line that is there."""
    place = re.search(rf"\n \*\n \* (?={before})|\n \* (?={before})", comment)
    if not words:
        return comment
    if place is None:
        return f"{comment} {words}"
    blank = place[0].count("\n") == 2
    head = f"\n * {words}" if blank else f" {words}"
    return f"{comment[: place.start()]}{head}\n * {comment[place.end() :]}"


def with_parameters(text):
    def function(match):
        comment = match["comment"].rstrip()
        names = re.findall(r"(\w+)(?:,|$)", " ".join(match["parameters"].split()))
        missing = [
            words
            for name, words in COMMON_PARAMETERS.items()
            if name in names and not re.search(rf"@param(?:\[\w+\])?\s+{name}\b", comment)
        ]
        comment = put(comment, " ".join(missing), "@")
        if "store" in names and "call" in names:
            among = "one of those below, or " if "@retval" in comment else ""
            comment = put(comment, f'@return #TILL_OK, or {among}a @ref anycall "status of any call"', "@retval")
        return f"{comment} */\n{match['declaration']};"

    return FUNCTION.sub(function, text)


def filtered(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".h":
        # Where a page points at a header, the reference has something better.
        return re.sub(r"\[`(till_\w+)`\]\(\.\./till/\w+\.h\)", r"\1()", text)
    fields = common_fields((path.parent / "types.h").read_text(encoding="utf-8"))
    return with_parameters(with_fields(text, fields))


if __name__ == "__main__":
    sys.stdout.write(filtered(Path(sys.argv[1])))
