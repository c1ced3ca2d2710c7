// SPDX-License-Identifier: MIT
// What commands print: a table to read, JSON for programs, CSV for spreadsheets.
#pragma once

#include "till/till.hpp"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace till_server {

enum class Format { table, json, csv };

// One value, as text and as what it is.
class Cell {
public:
    enum class Kind { absent, text, number, boolean, json };

    Cell() = default;
    // What a command has becomes a cell where it stands: {order.status(), order.created(), …}. An
    // absent view is an absent cell.
    // NOLINTBEGIN(google-explicit-constructor)
    Cell(std::string_view text);
    Cell(const char* text) : Cell(std::string_view(text)) {}
    Cell(const std::string& text) : Cell(std::string_view(text)) {}
    Cell(int64_t number);
    Cell(bool value);
    Cell(till::time_point at);
    Cell(std::optional<till::time_point> at);
    // NOLINTEND(google-explicit-constructor)
    // Digits as they are: JSON has them as text, since a reader's floating point would not do.
    static Cell money(const till::money& amount);
    // 0 is "none" for ids and numbers that are drawn.
    static Cell id(int64_t id);
    // A JSON text, absent or not.
    static Cell json(std::string_view text);

    Kind kind() const { return kind_; }
    const std::string& text() const { return text_; }

private:
    Cell(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}

    Kind kind_ = Kind::absent;
    std::string text_;
};

using Columns = std::vector<const char*>;
using Row = std::vector<Cell>;

struct Sheet {
    Columns columns;
    std::vector<Row> rows;
};

// Prints rows as they come, so that a list may be longer than memory. A table's first rows decide
// how wide its columns are.
class RowPrinter {
public:
    RowPrinter(std::ostream& out, Format format, Columns columns);
    void add(Row row);
    // After the last row. A table without any says `if_none`.
    void finish(std::string_view if_none = "");

private:
    void print_table_rows();

    std::ostream& out_;
    Format format_;
    Columns columns_;
    std::vector<size_t> widths_;
    std::vector<Row> waiting_;
    bool begun_ = false;
};

// One thing with what belongs to it. CSV has the thing alone.
struct Part {
    const char* name;
    Sheet sheet;
};
void print_record(std::ostream& out, Format format, const Columns& columns, const Row& row,
                  const std::vector<Part>& parts);

// For tests: what a cell becomes.
std::string csv_cell(const Cell& cell);
std::string json_cell(const Cell& cell);
// No control character, so that a name cannot steer the terminal.
std::string table_cell(const Cell& cell);

}  // namespace till_server
