#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A report that cannot say "fail" proves nothing: what must fail it does."""

import unittest

import report

ROWS = """# id, severity, where, text
PW-1	critical	both	Salted.
JW-10	medium	http	In the header.
DA-5	high	inside	Hardened.
OR-5	critical	n.a.	No stock.
"""


def listing(*cases):
    body = "".join(
        f'<TestCase name="{name}"><OverallResultsAsserts test_case_success="{ok}"/></TestCase>' for name, ok in cases
    )
    return f"<doctest>{body}</doctest>".encode()


class Report(unittest.TestCase):
    def setUp(self):
        self.rows = report.read_rows(ROWS)
        self.cases = (
            report.read_results(listing(("[PW-1] salts differ&lt;http&gt;", "true")), "till_security")
            + report.read_results(listing(("[PW-1] [AU-1] alike", "true")), "till_c_api")
            + report.read_results(listing(("[DA-5] hardened", "true"), ("untagged", "false")), "till_unit")
            + report.read_results(listing(("[JW-10] the header alone", "true")), "till_http_test")
        )

    def results(self):
        verdicts, strangers = report.judge(self.rows, self.cases)
        return {verdict.row.id: verdict for verdict in verdicts}, strangers

    def test_rows_pass_by_a_test_through_each_door(self):
        self.cases[1].rows = ["PW-1"]
        verdicts, strangers = self.results()
        self.assertEqual(
            {name: verdict.result for name, verdict in verdicts.items()},
            {"PW-1": "pass", "JW-10": "pass", "DA-5": "pass", "OR-5": "n.a."},
        )
        self.assertEqual(strangers, [])
        lines = []
        self.assertEqual(report.show(verdicts.values(), strangers, lines.append), 0)
        self.assertEqual(lines[-1], "4 rows: 3 pass, 0 fail (0 of them critical or high), 1 not applicable")

    def test_a_row_without_a_test_through_a_door_fails(self):
        del self.cases[0]
        verdicts, _ = self.results()
        self.assertEqual(verdicts["PW-1"].result, "fail")
        self.assertEqual(verdicts["PW-1"].reasons, ["not covered through http"])

    def test_a_failed_test_fails_its_rows(self):
        self.cases[0].passed = False
        verdicts, _ = self.results()
        self.assertEqual(verdicts["PW-1"].result, "fail")

    def test_a_test_that_names_an_unknown_row_fails_the_report(self):
        verdicts, strangers = self.results()
        self.assertEqual(strangers, [("[PW-1] [AU-1] alike", "AU-1")])
        self.assertEqual(report.show(verdicts.values(), strangers, lambda line: None), 1)

    def test_a_row_that_does_not_apply_has_no_test(self):
        self.cases[2].rows = ["OR-5"]
        self.assertEqual(self.results()[0]["OR-5"].result, "fail")

    def test_what_a_crash_cut_off_is_missing(self):
        whole = listing(("[PW-1] one", "true"), ("[PW-1] two", "true"))
        cut = report.read_results(whole[: whole.index(b"two")], "till_c_api")
        self.assertEqual([case.name for case in cut], ["[PW-1] one"])

    def test_broken_rows_are_refused(self):
        for text in ("PW-1\tcritical\tboth\n", "PW-1\tgrave\tboth\tx\n", "PW-1\thigh\there\tx\n", ROWS + ROWS):
            with self.subTest(text=text), self.assertRaises(ValueError):
                report.read_rows(text)


if __name__ == "__main__":
    unittest.main()
