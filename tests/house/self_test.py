#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A rule that cannot fail is none: each is given a small repository that breaks it, and must say so."""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import abi
import check
import comments
import formatting
import headers
import includes
import layout
import places
import text
from tree import Tree, functions_of

TABLES = """
<!-- includes -->
| folder | may include | outside |
|---|---|---|
| src/base | — | posix |
| src/domain | src/base | — |
| src/sql | src/base | — |
<!-- /includes -->
<!-- catches -->
| file | function | why |
|---|---|---|
<!-- /catches -->
<!-- opens -->
| file | function | what |
|---|---|---|
<!-- /opens -->
"""
LICENCE = "// SPDX-License-Identifier: MIT\n"
HEADER = """/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#define TILL_API __attribute__((visibility("default")))
#if defined(__cplusplus)
extern "C" {
#endif
%s
#if defined(__cplusplus)
}
#endif
"""


class Case(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.write("ARCHITECTURE.md", TABLES)

    def write(self, name, content):
        path = Path(self.directory.name) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def tree(self):
        return Tree(self.directory.name)

    def assert_says(self, problems, words):
        self.assertTrue(any(words in problem for problem in problems), f"{words!r} not in {problems}")


class Registration(unittest.TestCase):
    def test_every_rule_is_run_by_the_build(self):
        lists = (Path(__file__).parent / "CMakeLists.txt").read_text(encoding="utf-8")
        in_loop = re.search(r"foreach\(rule ([^)]*)\)", lists)[1].split()
        self.assertEqual(sorted(in_loop + ["exports"]), sorted(check.RULES))
        self.assertIn("check.py exports ${till_house_libraries}", lists)


class Includes(Case):
    def check(self, name, line):
        self.write("src/base/text.hpp", LICENCE)
        self.write("src/sql/database.hpp", LICENCE)
        self.write(name, LICENCE + line + "\n")
        return includes.check(self.tree())

    def test_a_listed_folder_and_the_language_are_free(self):
        self.assertEqual(self.check("src/domain/a.cpp", '#include "base/text.hpp"\n#include <vector>'), [])

    def test_a_folder_that_is_not_listed_is_refused(self):
        self.assert_says(self.check("src/domain/a.cpp", '#include "sql/database.hpp"'), "may not include sql/database.hpp")

    def test_a_library_that_is_not_listed_is_refused(self):
        self.assert_says(self.check("src/domain/a.cpp", "#  include <SQLiteCpp/Database.h>"), "(sqlite)")
        self.assert_says(self.check("src/domain/a.cpp", "#include <openssl/evp.h>"), "(openssl)")

    def test_the_platform_is_not_the_language(self):
        self.assert_says(self.check("src/domain/a.cpp", "#include <unistd.h>"), "(posix)")

    def test_a_listed_library_is_free(self):
        self.assertEqual(self.check("src/base/b.cpp", "#include <unistd.h>"), [])

    def test_what_a_comment_includes_is_no_include(self):
        self.assertEqual(self.check("src/domain/a.cpp", "// #include <unistd.h>\n/*\n#include <sodium.h>\n*/"), [])

    def test_a_folder_without_a_row_is_refused(self):
        self.assert_says(self.check("src/new/a.cpp", ""), "no row of the include table")


class Lengths(Case):
    def test_a_long_function_is_found_wherever_it_hides(self):
        body = "    ++n;\n" * 71
        for code in (
            f"namespace a {{\nclass B {{\n    int f(int n) {{\n{body}    }}\n}};\n}}\n",
            f"struct A {{ A() : a_{{1}}, b_(2) {{\n{body}}} int a_; int b_; }};\n",
            f"template <class T> requires (sizeof(T) > 1)\nauto f(T n) -> int {{\n{body}}}\n",
            f"bool operator==(A n, B) {{\n{body}}}\n",
            f"void Class::operator()(int n) const noexcept {{\n{body}}}\n",
        ):
            self.write("src/base/a.cpp", LICENCE + code)
            self.assert_says(text.check(self.tree(), report=lambda _: None), "the limit is 70")

    def test_seventy_lines_and_long_tables_are_fine(self):
        rows = "    {1, 2},\n" * 100
        code = f'constexpr int table[][2] = {{\n{rows}}};\nconst auto s = R"({{)";\nint f() {{\n' + "    f();\n" * 69 + "}\n"
        self.write("src/base/a.cpp", LICENCE + code)
        self.assertEqual(text.check(self.tree(), report=lambda _: None), [])

    def test_a_class_is_not_a_function(self):
        code = "enum class E : int { a };\nclass alignas(64) A final : public B {\n" + "    int f() { return 1; }\n" * 100 + "};\n"
        self.assertEqual({function.name for function in functions_of(code)}, {"f"})

    def test_a_long_file_is_refused(self):
        self.write("src/base/a.cpp", LICENCE + "int a;\n" * 600)
        self.assert_says(text.check(self.tree(), report=lambda _: None), "601 lines")

    def test_marks_foreign_words_and_missing_licences_are_refused(self):
        self.write("src/base/a.cpp", "// TO" "DO: later\n// see /wo" "rk/main\nint a; \n")
        problems = text.check(self.tree(), report=lambda _: None)
        for words in ("a mark for later", "not about till", "no licence", "white space"):
            self.assert_says(problems, words)

    def test_a_fuzz_targets_inputs_end_where_they_end(self):
        self.write("tests/fuzz/corpus/json/seed", "{}")
        self.assertEqual(text.check(self.tree(), report=lambda _: None), [])
        self.write("tests/fuzz/corpus.txt", "{}")
        self.assert_says(text.check(self.tree(), report=lambda _: None), "no line end")


class Places(Case):
    def test_catch_outside_a_listed_place_is_refused(self):
        self.write("src/base/a.cpp", LICENCE + "void A::f() {\n    try {\n    } catch (...) {\n    }\n}\n")
        self.assert_says(places.check(self.tree()), "catch in A::f")

    def test_a_destructor_may_catch_and_a_comment_does_not(self):
        self.write("src/base/a.cpp", LICENCE + "A::~A() {\n    try {\n    } catch (...) {\n    }\n}\n// catch (x)\n")
        self.assertEqual(places.check(self.tree()), [])

    def test_opening_a_file_outside_a_listed_place_is_refused(self):
        for call in ("::open(p, 0)", 'fopen(p, "r")', "std::ifstream f(p)", "os::read_head(p, b)", "SQLite::Database d{p}"):
            self.write("src/sql/a.cpp", LICENCE + f"void f() {{\n    {call};\n}}\n")
            self.assert_says(places.check(self.tree()), "open in f")

    def test_a_listed_place_that_is_gone_is_named(self):
        row = "|---|---|---|\n| src/sql/a.cpp | gone | x |\n<!-- /opens -->"
        self.write("ARCHITECTURE.md", TABLES.replace("|---|---|---|\n<!-- /opens -->", row))
        self.assert_says(places.check(self.tree()), "there is none")

    def test_a_decision_that_reads_a_clock_is_refused(self):
        for call in ("now(const Clock& c)", "now() { return std::chrono::system_clock::now(); }", "now() { time(nullptr); }"):
            self.write("src/domain/a.cpp", LICENCE + f"Time {call}\n")
            self.assert_says(places.check(self.tree()), "is given the time")

    def test_extern_c_is_for_the_boundary(self):
        self.write("src/base/a.cpp", LICENCE + 'extern "C" int f();\n')
        self.assert_says(places.check(self.tree()), 'extern "C"')


class Layout(Case):
    def test_a_new_top_level_folder_is_refused(self):
        self.write("docs/a.md", "x\n")
        self.assert_says(layout.top_level(self.tree()), "docs")

    def test_a_source_that_nobody_builds_is_found(self):
        self.write("src/base/CMakeLists.txt", "target_sources(x PRIVATE\n  text.cpp\n  # lost.cpp\n)\n")
        self.write("src/base/text.cpp", LICENCE)
        self.write("src/base/lost.cpp", LICENCE)
        self.assertEqual(len(layout.build_lists(self.tree())), 1)

    def test_a_broken_script_is_found(self):
        self.write("tests/a.sh", "#!/bin/bash\nif true\n")
        self.assert_says(layout.scripts(self.tree()), "bash says")

    def test_a_released_migration_cannot_be_edited(self):
        self.write(layout.MIGRATIONS + "0001_first.sql", "-- Why.\n")
        self.write(layout.MIGRATIONS + "0003_gap.sql", "CREATE\n")
        self.write(layout.CHECKSUMS, "0" * 64 + " 0001_first.sql\nunreleased 0002_gone.sql\n")
        problems = layout.migrations(self.tree())
        for words in ("was edited", "does not say why", "the numbers", "is gone", "not in tests/house"):
            self.assert_says(problems, words)

    def test_an_invariant_that_no_test_cites_is_found(self):
        self.write("ARCHITECTURE.md", "## Invariants\n\n1. **A.** b\n2. **C.** d\n\n## Next\n\n3. **No.**\n")
        self.write("tests/a_test.cpp", "// Invari" "ant 1.\n")
        self.assertEqual(layout.cited(self.tree()), ["ARCHITECTURE.md: no test cites invariant 2"])

    def test_a_package_that_the_install_script_lacks_is_found(self):
        self.write("tests/packages.txt", "[build]\ng++\n")
        self.write("src/dependencies.cmake", "till_need(libfoo-dev foo_FOUND)\n")
        self.assert_says(layout.packages(self.tree()), "libfoo-dev")


class Abi(Case):
    def test_an_undocumented_untested_and_unlisted_function_is_found(self):
        self.write("include/till/a.h", HEADER % "/** Says why. */\n\nTILL_API int32_t till_a(void);\n")
        self.assert_says(comments.check(self.tree()), "till_a")
        self.assert_says(abi.untested(self.tree()), "till_a")
        self.assert_says(abi.stale_maps(self.tree()), "is missing")

    def test_a_documented_and_called_function_is_fine(self):
        self.write("include/till/a.h", HEADER.replace("#define TILL_API", "/** Exports. */\n#define TILL_API") % "/** Says why. */\nTILL_API int32_t till_a(void);\n")
        self.write("tests/c_api/a_test.cpp", "int a = till_a();\n")
        self.assertEqual(comments.check(self.tree()) + abi.untested(self.tree()), [])

    def test_a_constant_type_or_field_without_a_comment_is_found(self):
        self.write("include/till/types.h", HEADER % (
            "/** Conventions.\n *\n * @anchor fields\n * - `struct_size`: sizeof the struct.\n */\n"
            "/** Wrong. */\n#define TILL_E_IO (-60)\n"
            "#define TILL_LOUD 1\ntypedef int32_t till_volume;\n"
            "/** A thing. */\ntypedef struct till_thing {\n    uint32_t struct_size;\n    uint32_t loudness;\n} till_thing;\n"
            "/** Does it.\n * @retval TILL_E_IO\n * @retval TILL_E_NONE  never */\nTILL_API int32_t till_do(void);\n"))
        problems = comments.check(self.tree())
        for words in (
            "TILL_LOUD has no", "till_volume has no", "till_thing.loudness has no",
            "till_do names TILL_E_NONE", "till_do says nothing of TILL_E_IO",
        ):
            self.assert_says(problems, words)
        self.assertFalse(any("struct_size" in problem or "TILL_E_IO has" in problem for problem in problems), problems)

    def test_a_foreign_or_forgotten_symbol_is_found(self):
        self.write("include/till/a.h", HEADER % "/* Says why. */\nTILL_API int32_t till_a(void);\n")
        self.write("a.c", "int foreign(void) { return 1; }\n")
        library = Path(self.directory.name) / "liba.so"
        subprocess.run(["gcc", "-shared", "-o", str(library), str(library.parent / "a.c")], check=True)
        problems = abi.wrong_exports(self.tree(), {"till": library})
        for words in ("till_a is declared and not exported", "foreign is exported and not declared", "not TILL_1.0"):
            self.assert_says(problems, words)

    def test_a_header_that_pads_warns_or_trips_over_a_macro_is_found(self):
        for code, words in (
            ("typedef struct till_a { int8_t a; int64_t b; } till_a;", "padding"),
            ("typedef struct till_a { int64_t emit; } till_a;", "hostile macros"),
            ("int64_t till_a(size_t n);", "size_t"),
            (
                "typedef struct till_a { int32_t b; int32_t c; } till_a;\n#define TILL_A_INIT \\\n    { 0 }",
                "missing",
            ),
            ("typedef struct till_a { union { int32_t a; int32_t b; }; } till_a;", "c99"),
        ):
            self.write("include/till/a.h", HEADER % code)
            self.assert_says(headers.check(self.tree()), words)

    def test_unformatted_code_is_found(self):
        self.write(".clang-format", "BasedOnStyle: Google\n")
        self.write("src/base/a.cpp", "int  a ;\n")
        self.assert_says(formatting.check(self.tree()), "src/base/a.cpp")


if __name__ == "__main__":
    sys.exit(unittest.main())
