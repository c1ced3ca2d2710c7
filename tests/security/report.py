#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The security checklist as a report: report.py BUILD [ROW...]

Runs every test that names a row of rows.tsv and prints each row: pass, fail, or not applicable with
its reason. A doctest case names its rows in brackets before its sentence; a ctest test by labels. A
row without a test through each of its doors fails, and so does a test that names an unknown row.
"""

import argparse
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEVERITIES = ("critical", "high", "medium", "low")
DOORS = {"http": {"http"}, "c_api": {"c_api"}, "both": {"http", "c_api"}, "inside": {"inside"}, "n.a.": set()}

# Through which door a program's tests come in. A case that is made for both says so at its end.
PROGRAMS = {
    "till_unit": "inside",
    "till_c_api": "c_api",
    "till_misuse": "c_api",
    "till_faults": "c_api",
    "till_http_test": "http",
    "till_http_misuse": "http",
    "till_server_test": "http",
    "till_security": "c_api",
}
TAGS = re.compile(r"^((?:\[[A-Z]{2}-\d+\] )+)")
TAG = re.compile(r"[A-Z]{2}-\d+")
DOOR_SUFFIX = re.compile(r"<(http|c_api)>$")
TIMEOUT_S = 900


@dataclass
class Row:
    id: str
    severity: str
    where: str
    text: str


@dataclass
class Case:
    name: str
    door: str
    rows: list
    passed: bool = False
    program: str = ""


@dataclass
class Verdict:
    row: Row
    result: str
    reasons: list = field(default_factory=list)
    tests: int = 0


def read_rows(text):
    rows = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        columns = line.split("\t")
        if len(columns) != 4 or not all(columns):
            raise ValueError(f"rows.tsv:{number}: want four columns, found {len(columns)}")
        row = Row(*columns)
        if not TAG.fullmatch(row.id) or row.id in rows:
            raise ValueError(f"rows.tsv:{number}: {row.id} is no id, or is there twice")
        if row.severity not in SEVERITIES or row.where not in DOORS:
            raise ValueError(f"rows.tsv:{number}: no severity or no place that this report knows")
        rows[row.id] = row
    return rows


def case_of(name, program):
    """The case of a doctest name; nothing when it names no row."""
    tags = TAGS.match(name)
    if not tags:
        return None
    suffix = DOOR_SUFFIX.search(name)
    door = suffix.group(1) if suffix else PROGRAMS[program]
    return Case(name, door, TAG.findall(tags.group(1)), program=program)


def read_results(xml, program):
    """Cases with their results; what a crash cut off is missing."""
    cases = []
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(xml)):
            if element.tag != "TestCase" or element.get("skipped") == "true":
                continue
            case = case_of(element.get("name"), program)
            if case:
                result = element.find("OverallResultsAsserts")
                case.passed = result is not None and result.get("test_case_success") == "true"
                cases.append(case)
    except ElementTree.ParseError:
        pass
    return cases


def run_program(path, filters, directory):
    """Every tagged case of a doctest program: what was listed and did not end well has failed."""
    only = ["-tc=" + ",".join(filters), "-r=xml", "-nt=0"]
    listed = subprocess.run([path, "-ltc", *only], capture_output=True, cwd=directory, check=True).stdout
    cases = {case.name: case for case in read_results(listed, path.name)}
    for case in cases.values():
        case.passed = False
    if cases:
        try:
            done = subprocess.run(
                [path, *only], capture_output=True, cwd=directory, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL
            )
            output = done.stdout
        except subprocess.TimeoutExpired as late:
            output = late.stdout or b""
        for case in read_results(output, path.name):
            cases[case.name] = case
    return list(cases.values())


def ctest(build, *arguments):
    return subprocess.run(
        ["ctest", "--test-dir", str(build), *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def run_labelled(name, labels, build):
    door = next((label for label in labels if label in ("http", "c_api")), "inside")
    done = ctest(build, "-R", f"^{re.escape(name)}$", "--timeout", str(TIMEOUT_S), "--no-tests=error")
    rows = [label for label in labels if TAG.fullmatch(label)]
    return Case(name, door, rows, done.returncode == 0, "ctest")


def gather(build, wanted, jobs):
    """Runs what names a row. Programs and labels come from ctest, which knows what was built."""
    described = json.loads(ctest(build, "--show-only=json-v1").stdout)
    programs, labelled = {}, []
    for test in described["tests"]:
        properties = {each["name"]: each["value"] for each in test.get("properties", [])}
        path = Path(test.get("command", [""])[0])
        if path.name in PROGRAMS:
            programs[path] = properties.get("WORKING_DIRECTORY", str(build))
        labels = properties.get("LABELS", [])
        rows = {label for label in labels if TAG.fullmatch(label)}
        if rows and (not wanted or rows & wanted):
            labelled.append((test["name"], labels))
    filters = [f"*[{row}] *" for row in sorted(wanted)] or ["[*"]
    with ThreadPoolExecutor(jobs) as pool:
        runs = [pool.submit(lambda p, d: run_program(p, filters, d), *each) for each in sorted(programs.items())]
        others = [pool.submit(run_labelled, name, labels, build) for name, labels in labelled]
        return [case for run in runs for case in run.result()] + [run.result() for run in others]


def judge(rows, cases):
    """A verdict for each row, and the names of tests that name rows which are not there."""
    strangers = [(case.name, row) for case in cases for row in case.rows if row not in rows]
    verdicts = []
    for row in rows.values():
        mine = [case for case in cases if row.id in case.rows]
        failed = [f"{case.program}: {case.name}" for case in mine if not case.passed]
        doors = {case.door for case in mine}
        missing = sorted(DOORS[row.where] - doors)
        if row.where == "n.a." and mine:
            failed.append("it is said not to apply, but has a test")
        reasons = failed + [f"not covered through {door}" for door in missing]
        result = "fail" if reasons else "n.a." if row.where == "n.a." else "pass"
        verdicts.append(Verdict(row, result, reasons, len(mine)))
    return verdicts, strangers


def show(verdicts, strangers, write=print):
    for verdict in verdicts:
        row = verdict.row
        count = f"{verdict.tests:3d}" if verdict.tests else "  -"
        write(f"{row.id:6}{row.severity:10}{row.where:8}{verdict.result:6}{count}  {row.text}")
        for reason in verdict.reasons:
            write(f"{'':30}{reason}")
    for name, row in strangers:
        write(f"{row}: no such row, named by: {name}")
    count = {result: sum(each.result == result for each in verdicts) for result in ("pass", "fail", "n.a.")}
    bad = count["fail"] + len(strangers)
    grave = sum(each.result == "fail" and each.row.severity in ("critical", "high") for each in verdicts)
    write(
        f"{len(verdicts)} rows: {count['pass']} pass, {bad} fail ({grave} of them critical or high), "
        f"{count['n.a.']} not applicable"
    )
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    arguments = parser.parse_args()
    rows = read_rows((HERE / "rows.tsv").read_text(encoding="utf-8"))
    wanted = set(arguments.rows)
    if wanted - rows.keys():
        parser.error(f"no such row: {', '.join(sorted(wanted - rows.keys()))}")
    if wanted:
        rows = {name: row for name, row in rows.items() if name in wanted}
    cases = gather(arguments.build.resolve(), wanted, arguments.jobs)
    if wanted:
        for case in cases:
            case.rows = [row for row in case.rows if row in wanted]
    verdicts, strangers = judge(rows, cases)
    return 1 if show(verdicts, strangers) else 0


if __name__ == "__main__":
    sys.exit(main())
