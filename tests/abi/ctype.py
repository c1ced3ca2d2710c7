# SPDX-License-Identifier: MIT
"""C types as the description spells them: "const till_order *const *", "char[4]", "till_time"."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class CType:
    base: str  # without qualifiers, "struct" and pointers
    pointers: int = 0
    array: int = 0  # 0: none


def parse(text):
    match = re.fullmatch(r"(?:const )?(?:struct )?(\w+(?: \w+)*?)((?:\s*\*(?:const)?)*)\s*(?:\[(\d+)\])?", text.strip())
    if match is None:
        raise ValueError(f"not a type of this ABI: {text}")
    return CType(match[1], match[2].count("*"), int(match[3] or 0))
