# SPDX-License-Identifier: MIT
"""compat.py catches what breaks programs and lets pass what does not: on headers doctored for it."""

import json
import tempfile
import unittest

from binary import CONTROLS, changed
from compat import incompatible
from describe import COMMITTED, ROOT, Unreadable, describe
from doctor import newer

INCLUDE = ROOT / "include"
TODAY = json.loads(COMMITTED.read_text(encoding="utf-8"))


class Compat(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def problems(self, header, before, after):
        headers = changed(INCLUDE, self.directory.name, "doctored", header, before, after)
        return incompatible(TODAY, describe(headers, TODAY))

    def assert_caught(self, words, header, before, after):
        found = self.problems(header, before, after)
        self.assertTrue(any(words in problem for problem in found), found)

    def test_today_keeps_today(self):
        self.assertEqual(incompatible(TODAY, describe(INCLUDE, TODAY)), [])

    def test_a_changed_constant(self):
        self.assert_caught("TILL_ORDER_SHIPPED: its value was 2", "order.h", "SHIPPED 2", "SHIPPED 9")

    def test_a_constant_of_another_type(self):
        self.assert_caught("TILL_ORDER_SHIPPED: its type", "order.h", "SHIPPED 2", "SHIPPED 2u")

    def test_a_removed_constant(self):
        self.assert_caught("TILL_LINE_TIP is gone", "order.h", "#define TILL_LINE_TIP 6\n", "")

    def test_two_constants_that_swap_their_numbers(self):
        self.assert_caught("TILL_E_CLOSED", "types.h", "CLOSED (-50)", "CLOSED (-51)")

    def test_a_removed_function(self):
        self.assert_caught(
            "till_version is gone", "store.h", "TILL_API int32_t TILL_CALL till_version(void);", ""
        )

    def test_a_parameter_that_may_not_be_null_any_more(self):
        self.assert_caught("result could be NULL", "types.h", "const void *TILL_NULLABLE result", "const void *result")

    def test_a_typedef_of_another_width(self):
        self.assert_caught("till_fault: its type", "testing.h", "typedef int32_t till_fault", "typedef uint32_t till_fault")

    def test_a_callback_with_another_parameter(self):
        self.assert_caught("till_log_function", "store.h", "(uintptr_t userdata, const", "(int64_t userdata, const")

    def test_whatever_abidiff_must_catch(self):
        for name, header, before, after, caught in CONTROLS:
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                headers = changed(INCLUDE, folder, "doctored", header, before, after)
                found = incompatible(TODAY, describe(headers, TODAY))
                self.assertEqual(bool(found), caught, found)

    def test_structs_that_all_grow_at_the_end(self):
        newer(TODAY, self.directory.name)
        grown = describe(self.directory.name, TODAY)
        self.assertEqual(incompatible(TODAY, grown), [])
        # And the other way round every one of them is missing a field.
        broken = {problem.split(":")[0] for problem in incompatible(grown, TODAY)}
        self.assertEqual(broken, {s["name"] for s in TODAY["structs"] if s["role"] in ("in", "out")})


class Described(unittest.TestCase):
    def test_what_an_abi_must_not_hold(self):
        end = "\nTILL_EXTERN_END"
        for words, code in (
            ("variable arguments", "TILL_API int32_t till_v(int32_t n, ...);\n"),
            ("EnumDecl", "enum till_e { TILL_A };\n"),
            ("VarDecl", "TILL_API extern int32_t till_data;\n"),
            ("bit-field", "typedef struct till_b { uint32_t a : 3; } till_b;\n"),
            ("padding", "typedef struct till_p { uint32_t a; uint64_t b; } till_p;\n"),
            ("nests", "typedef struct till_n { struct { int32_t a; } b; } till_n;\n"),
            ("unclear", "#define TILL_ODD (1.5)\n"),
            ("not named TILL", "#define ODD 1\n"),
            ("_INIT", "typedef struct till_i_in { uint32_t struct_size; uint32_t flags; } till_i_in;\n"),
        ):
            with self.subTest(words), tempfile.TemporaryDirectory() as folder:
                headers = changed(INCLUDE, folder, "doctored", "batch.h", end, "\n" + code + end)
                with self.assertRaisesRegex(Unreadable, words):
                    describe(headers, TODAY)


if __name__ == "__main__":
    unittest.main()
