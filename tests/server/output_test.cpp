// SPDX-License-Identifier: MIT
// Tables, JSON and CSV of the commands.
#include "output.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace till_server;

namespace {

std::string printed(Format format, const Columns& columns, const std::vector<Row>& rows) {
    std::ostringstream out;
    RowPrinter printer(out, format, columns);
    for (const Row& row : rows) printer.add(row);
    printer.finish("Nothing.\n");
    return out.str();
}

}  // namespace

TEST_CASE("[IN-5] no cell of a CSV is a formula, and numbers stay numbers") {
    CHECK(csv_cell("plain") == "plain");
    for (const char* formula : {"=1+1", "+49 30 1234", "-2+3", "@SUM(A1)", "-", "+", "-1.", "-.5",
                                "-1.2.3", "=HYPERLINK"}) {
        CAPTURE(formula);
        CHECK(csv_cell(formula) == "'" + std::string(formula));
    }
    CHECK(csv_cell("\tcmd") == "\"'\tcmd\"");
    CHECK(csv_cell("\ncmd") == "\"'\ncmd\"");
    CHECK(csv_cell("\rcmd") == "\"'\rcmd\"");
    CHECK(csv_cell("=\"a\",b") == "\"'=\"\"a\"\",b\"");
    CHECK(csv_cell(int64_t{-7}) == "-7");
    CHECK(csv_cell(Cell::money(till::money(-150, "EUR", 2))) == "-1.50");
    CHECK(csv_cell("-12.50") == "-12.50");
    CHECK(csv_cell("two\nlines") == "\"two\nlines\"");
    CHECK(csv_cell(Cell()).empty());
    CHECK(csv_cell(true) == "true");
}

TEST_CASE("a JSON cell keeps its type, and money its digits") {
    CHECK(json_cell(int64_t{7}) == "7");
    CHECK(json_cell(false) == "false");
    CHECK(json_cell(Cell()) == "null");
    CHECK(json_cell(Cell::id(0)) == "null");
    CHECK(json_cell(std::string_view()) == "null");
    CHECK(json_cell("") == "\"\"");
    CHECK(json_cell("a\"b\\c\n\x01") == "\"a\\\"b\\\\c\\n\\u0001\"");
    CHECK(json_cell(Cell::money(till::money(1250, "EUR", 2))) == "\"12.50\"");
    CHECK(json_cell(Cell::json(R"({"a":1})")) == R"({"a":1})");
    CHECK(json_cell(till::to_time(1'769'862'896'123'456)) == "\"2026-01-31T12:34:56Z\"");
    CHECK(json_cell(till::to_time(-1)) == "\"1969-12-31T23:59:59Z\"");
}

TEST_CASE("[IN-5] a table shows no control character") {
    CHECK(table_cell("a\x1b[2Jb\x7f\n") == "a\\x1b[2Jb\\x7f\\n");
    CHECK(table_cell("\xc2\x9b"
                     "31m\xc3\xa9") == "\\x9b31m\xc3\xa9");
    CHECK(table_cell(true) == "yes");
    CHECK(table_cell(Cell()) == "-");
}

TEST_CASE("rows are printed alike in every format") {
    const Columns columns{"id", "name", "note"};
    const std::vector<Row> rows{{int64_t{9}, "Caf\xc3\xa9", Cell()}, {int64_t{10}, "Tea", "x"}};
    CHECK(printed(Format::table, columns, rows) ==
          "id  name  note\n"
          " 9  Caf\xc3\xa9  -\n"
          "10  Tea   x\n");
    CHECK(printed(Format::csv, columns, rows) == "id,name,note\r\n9,Caf\xc3\xa9,\r\n10,Tea,x\r\n");
    CHECK(printed(Format::json, columns, rows) ==
          "[\n {\"id\": 9, \"name\": \"Caf\xc3\xa9\", \"note\": null},\n"
          " {\"id\": 10, \"name\": \"Tea\", \"note\": \"x\"}\n]\n");
    CHECK(printed(Format::table, columns, {}) == "Nothing.\n");
    CHECK(printed(Format::json, columns, {}) == "[]\n");
    CHECK(printed(Format::csv, columns, {}) == "id,name,note\r\n");
}

TEST_CASE("a long table prints every row once") {
    std::vector<Row> rows;
    for (int64_t i = 0; i < 1234; ++i) rows.push_back({i});
    const std::string text = printed(Format::table, {"id"}, rows);
    std::istringstream lines(text);
    std::string line;
    REQUIRE(std::getline(lines, line));
    CHECK(line == " id");
    for (int64_t i = 0; i < 1234; ++i) {
        REQUIRE(std::getline(lines, line));
        CHECK(std::stoll(line) == i);
    }
    CHECK_FALSE(std::getline(lines, line));
}
