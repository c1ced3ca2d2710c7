#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""reference.py [--out DIR]: makes the API reference with Doxygen and looks at what came out.

A warning of Doxygen is an error. Then: a page a noun, every function of the headers on its page,
no link that leads nowhere.
"""

import argparse
import html
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DECLARATION = re.compile(r"^TILL_API\s[^;(]*?\b(till_\w+)\s*\(", re.MULTILINE)


def version():
    return re.search(r"project\(till VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))[1]


def make(out):
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    environment = dict(
        os.environ,
        TILL_VERSION=version(),
        TILL_OUTPUT=str(out),
        TILL_FILTER=f"{sys.executable} -B {HERE / 'filter.py'}",
    )
    return subprocess.run(["doxygen", "include/guide/Doxyfile"], cwd=ROOT, env=environment, check=False).returncode


def link_statuses(out):
    """Doxygen leaves the names in a table of return values as text: they lead to what to do about them."""
    start = (out / "index.html").read_text(encoding="utf-8")  # Its table of statuses names them all.
    links = re.findall(r'href="(group__types\.html#\w+)"[^>]*>(TILL_E_\w+)</a>', start)
    places = {name: place for place, name in links}
    linked = 0
    for path in out.glob("group__*.html"):
        text, count = re.subn(
            r'(<td class="paramname">)(TILL_E_\w+)(</td>)',
            lambda match: f'{match[1]}<a class="el" href="{places[match[2]]}">{match[2]}</a>{match[3]}',
            path.read_text(encoding="utf-8"),
        )
        path.write_text(text, encoding="utf-8")
        linked += count
    if linked < 100:
        sys.exit(f"{linked} statuses in tables: Doxygen's pages are not what they were")


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.ids, self.links = set(), set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.update(given[name] for name in ("id", "name") if given.get(name))
        if tag == "a" and given.get("href"):
            self.links.add(html.unescape(given["href"]))


def dead_links(pages):
    for name, page in pages.items():
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme or link.startswith(("javascript", "#")) and link == "#":
                continue
            target = unquote(parts.path) or name
            if target not in pages:
                yield f"{name}: {link} leads nowhere"
            elif parts.fragment and unquote(parts.fragment) not in pages[target].ids:
                yield f"{name}: {link}: {target} has no such place"


def missing(out):
    for header in sorted((ROOT / "include/till").glob("*.h")):
        functions = DECLARATION.findall(header.read_text(encoding="utf-8"))
        if not functions:
            continue
        page = out / f"group__{header.stem.replace('_', '__')}.html"  # as Doxygen escapes a name
        if not page.is_file():
            yield f"{header.name} has no page of its own"
            continue
        text = page.read_text(encoding="utf-8")
        # Its heading in the detailed part, not merely a link to it.
        yield from (f"{page.name} does not describe {name}" for name in functions if f"</span>{name}()</h2>" not in text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=ROOT / "build/docs", type=Path)
    out = parser.parse_args().out.resolve()
    if make(out) != 0:
        sys.exit("doxygen found something that is not documented, or documented wrongly")
    link_statuses(out)
    pages = {path.name: Page(path) for path in out.glob("*.html")}
    problems = [*missing(out), *dead_links(pages)]
    print("\n".join(problems) if problems else f"{len(pages)} pages: {out}/index.html")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
