# SPDX-License-Identifier: MIT
"""Writes _async_view.pyi: the types of the asynchronous views, from the views' own.

async_stub.py [--check]   with --check nothing is written and a difference fails
"""

import ast
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "bindings/python/src/till"
STUB = PACKAGE / "_async_view.pyi"

HEAD = '''# SPDX-License-Identifier: MIT
# Made by tests/python/async_stub.py from the views: do not edit.

from datetime import datetime
from typing import Any, AsyncIterator, Awaitable, Callable, Generic, Iterable, Mapping, Optional, Sequence
from typing import Tuple, TypeVar, Union

from . import _records
from ._caller import Client
from ._enums import ActorKind, OrderState, PaymentMethod, PaymentState
from ._input import PathLike
from ._listing import Listing
from ._money import Money
from ._order_input import Line, NewOrder
from ._records import Page
from ._view.care import SettingValue

T = TypeVar("T")
Run = Callable[..., Awaitable[Any]]

class AsyncListing(Generic[T]):
    def __init__(self, run: Run, listing: Listing[T]) -> None: ...
    def pages(self) -> AsyncIterator[Page[T]]: ...
    def __aiter__(self) -> AsyncIterator[T]: ...
    async def page(self) -> Page[T]: ...
    async def first(self) -> Optional[T]: ...

'''


def methods(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    yield method


def line(method):
    answer = ast.unparse(method.returns)
    listing = answer.startswith("Listing[")
    return f"    {'' if listing else 'async '}def {method.name}({ast.unparse(method.args)}) -> " + (
        f"Async{answer}: ..." if listing else f"{answer}: ..."
    )


def stub():
    text = HEAD
    for name, files in (
        ("AsyncPublicView", ["visitor"]),
        ("AsyncView", ["visitor", "users", "sessions", "orders", "payments", "events", "care"]),
    ):
        text += f"class {name}:\n    def __init__(self, run: Run, view: Any) -> None: ...\n"
        for file in files:
            text += "".join(line(method) + "\n" for method in methods(PACKAGE / f"_view/{file}.py"))
        text += "\n"
    return text.rstrip() + "\n"


def main():
    if sys.argv[1:] == ["--check"]:
        return 0 if STUB.exists() and STUB.read_text(encoding="utf-8") == stub() else 1
    STUB.write_text(stub(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
