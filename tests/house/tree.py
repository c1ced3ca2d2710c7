# SPDX-License-Identifier: MIT
"""The repository as the house rules see it: files, C++ text without its comments, functions."""

import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SOURCE_SUFFIXES = (".c", ".h", ".cpp", ".hpp")


def blank(text):
    """The same text with everything but line ends made into spaces: positions stay what they were."""
    return re.sub(r"[^\n]", " ", text)


_TOKEN = re.compile(
    r"""//(?:\\\n|[^\n])*            # line comment
      | /\*.*?\*/                    # block comment
      | R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"   # raw string
      | "(?:\\.|[^"\\\n])*"          # string
      | (?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'           # character, not a digit separator
    """,
    re.VERBOSE | re.DOTALL,
)


def without_comments(text):
    """Comments made blank; string literals stay."""
    return _TOKEN.sub(lambda m: blank(m[0]) if m[0].startswith("/") else m[0], text)


def code_only(text):
    """Comments, literals and preprocessor lines made blank."""
    bare = _TOKEN.sub(lambda m: blank(m[0]), text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: blank(m[0]), bare, flags=re.MULTILINE)


@dataclass(frozen=True)
class Function:
    header: str  # from the end of the statement before it to its brace, on one line
    name: str
    first_line: int
    last_line: int
    start: int  # of its body in the text
    end: int

    @property
    def length(self):
        return self.last_line - self.first_line


_SCOPE = re.compile(r'^(?:inline\s+)?namespace\b|^extern\s*$|^TILL_EXTERN_BEGIN')
_CLASS = re.compile(r"^(?:template\s*<.*>\s*)?(?:requires\b.*\s)?(?:typedef\s+)?(?:class|struct|union|enum)\b[^()]*$")
_NAME = re.compile(r"((?:~\s*)?[A-Za-z_]\w*|operator\s*(?:\(\)|\[\]|[^\s\w(]+|[\w:]+))\s*\(")


def _opens_function(header):
    if not header or "(" not in header or _CLASS.match(header) or _SCOPE.match(header):
        return False
    depth = 0
    for at, letter in enumerate(header):
        if letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == "=" and depth == 0 and not re.search(r"operator\s*[=!<>+\-*/%&|^]*$", header[:at]):
            return False  # an initialiser
    return True


def functions_of(text):
    """Every function with a body, outermost only: what is nested in one belongs to it.

    A brace that opens no function is looked into when it is a namespace or a class and skipped when
    it is an initialiser.
    """
    bare = code_only(text)
    found, stack, statement_start, line, parens = [], [], 0, 1, 0
    for at, letter in enumerate(bare):
        if letter == "\n":
            line += 1
        elif letter == "(":
            parens += 1
        elif letter == ")":
            parens -= 1
        elif letter == "{":
            inside = any(kind != "scope" for kind, *_ in stack)
            header = " ".join(bare[statement_start:at].split())
            header = re.sub(r"\balignas\s*\([^)]*\)\s*", "", header)
            header = re.sub(r"^(?:(?:public|private|protected)\s*:\s*)+", "", header)
            if inside or parens > 0:
                kind = "nested"
            elif _opens_function(header):
                kind = "function"
            elif header.endswith("=") or ("=" in header and not _CLASS.match(header)):
                kind = "nested"
            else:
                kind = "scope"
            stack.append((kind, header, line, at))
            if kind == "scope":
                statement_start = at + 1
        elif letter == "}" and stack:
            kind, header, first, start = stack.pop()
            # A member's brace initialiser in a constructor's list closes before the body opens.
            initialiser = kind == "function" and re.match(r"\s*(?:,|\{)", bare[at + 1 :])
            if kind == "function" and not initialiser:
                match = _NAME.search(header)
                name = match[1].replace(" ", "") if match else header
                found.append(Function(header, name, first, line, start, at))
            if not initialiser and kind in ("scope", "function"):
                statement_start = at + 1
        elif letter == ";" and not any(kind != "scope" for kind, *_ in stack):
            statement_start = at + 1
    return found


class Tree:
    """A checkout, or a small directory made to look like one."""

    def __init__(self, root):
        self.root = Path(root)

    @cached_property
    def files(self):
        """Paths of every file of the repository, relative and sorted: tracked or about to be."""
        if (self.root / ".git").exists():
            listed = subprocess.run(
                ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.split("\0")
            names = [name for name in listed if name and (self.root / name).is_file()]
        else:
            names = [
                str(path.relative_to(self.root))
                for path in self.root.rglob("*")
                if path.is_file() and path.relative_to(self.root).parts[0] != "build"
            ]
        return sorted(set(names))

    def sources(self, *folders):
        return [
            name
            for name in self.files
            if name.endswith(SOURCE_SUFFIXES) and (not folders or name.startswith(tuple(f + "/" for f in folders)))
        ]

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def exists(self, name):
        return (self.root / name).is_file()

    def section(self, name, marker):
        """What stands between <!-- marker --> and <!-- /marker --> of a Markdown file."""
        match = re.search(rf"<!-- {re.escape(marker)} -->\n(.*?)<!-- /{re.escape(marker)} -->", self.read(name), re.DOTALL)
        if not match:
            raise LookupError(f"{name} has no section <!-- {marker} -->")
        return match[1]

    def table(self, name, marker):
        """The rows of the Markdown table in a marked section, without its two head lines."""
        rows = [line for line in self.section(name, marker).splitlines() if line.startswith("|")][2:]
        return [[cell.strip().replace("`", "") for cell in row.strip().strip("|").split("|")] for row in rows]


def line_of(text, at):
    return text.count("\n", 0, at) + 1
