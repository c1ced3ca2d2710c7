#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What holds the documents to the library must see a lie: each check is shown one."""

import tempfile
import unittest
from pathlib import Path

import filter as reference_filter
import reference
import samples
import statuses
import tables


class Statuses(unittest.TestCase):
    functions = {"till_do": ({"TILL_E_NOT_FOUND"}, {"TILL_E_BUSY"})}

    def test_what_is_returned_must_be_named(self):
        seen = {("till_do", "TILL_E_NOT_FOUND"), ("till_do", "TILL_E_BUSY"), ("till_do", "TILL_OK")}
        self.assertEqual(list(statuses.problems(self.functions, seen)), [])
        found = list(statuses.problems(self.functions, seen | {("till_do", "TILL_E_CONFLICT")}))
        self.assertEqual(found, ["till_do returned TILL_E_CONFLICT, which its comment does not name"])

    def test_what_is_named_must_be_seen(self):
        found = list(statuses.problems(self.functions, {("till_do", "TILL_OK")}))
        self.assertEqual(found, ["till_do names TILL_E_NOT_FOUND, and no test provokes it"])

    def test_the_headers_are_read(self):
        functions = statuses.named()
        own, general = functions["till_order_place"]
        self.assertIn("TILL_E_ALREADY_EXISTS", own)
        self.assertIn("TILL_E_OUTCOME_UNKNOWN", general)
        self.assertNotIn("TILL_E_NOT_FOUND", general)
        for name, status in statuses.UNSEEN:
            self.assertIn(status, functions[name][0], f"{name} does not name {status} any more")


class Pages(unittest.TestCase):
    def test_a_link_that_leads_nowhere_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.html"
            path.write_text('<a id="here"></a><a href="#here">x</a><a href="#there">x</a><a href="b.html">x</a>', encoding="utf-8")
            found = list(reference.dead_links({"a.html": reference.Page(path)}))
        self.assertEqual(found, ["a.html: #there: a.html has no such place", "a.html: b.html leads nowhere"])

    def test_a_table_that_differs_is_found(self):
        found = list(tables.compare("the table", [("TILL_OK", "0")], [("TILL_OK", "1")]))
        self.assertEqual(len(found), 2)

    def test_samples_keep_their_lines(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.md"
            path.write_text("text\n\n```c\nint a;\n```\n\n```sh\nls\n```\n", encoding="utf-8")
            self.assertEqual(samples.blocks(path), [(4, "int a;\n")])


class Filter(unittest.TestCase):
    def test_what_is_said_once_is_filled_in_and_no_line_moves(self):
        for header in sorted(statuses.HEADERS.glob("*.h")):
            before, after = header.read_text(encoding="utf-8"), reference_filter.filtered(header)
            self.assertEqual(before.count("\n"), after.count("\n"), header.name)
        order = reference_filter.filtered(statuses.HEADERS / "order.h")
        self.assertIn("@param store an open store", order)
        self.assertIn("int64_t id; /**< Never reused", order)


if __name__ == "__main__":
    unittest.main()
