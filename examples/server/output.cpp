// SPDX-License-Identifier: MIT
#include "output.hpp"

#include <algorithm>
#include <ctime>
#include <ostream>

namespace till_server {

namespace {

// How many rows decide a table's widths.
constexpr size_t measured_rows = 500;

std::string iso_time(till::time_point at) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(at);
    const std::time_t seconds = whole.time_since_epoch().count();
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// -?digits(.digits)?
bool is_numeric(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const size_t point = text.find('.');
    const auto all_digits = [](std::string_view part) {
        return !part.empty() && std::all_of(part.begin(), part.end(), is_digit);
    };
    if (point == std::string_view::npos) return all_digits(text);
    return all_digits(text.substr(0, point)) && all_digits(text.substr(point + 1));
}

void append_hex_escape(std::string& result, const char* prefix, unsigned char byte) {
    static constexpr char digits[] = "0123456789abcdef";
    result += prefix;
    result += digits[byte >> 4];
    result += digits[byte & 15];
}

std::string json_text(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            append_hex_escape(result, "\\u00", byte);
        } else {
            result += c;
        }
    }
    return result += '"';
}

std::string json_object(const Columns& columns, const Row& row) {
    std::string result = "{";
    for (size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) result += ", ";
        result += json_text(columns[i]) + ": " + json_cell(row[i]);
    }
    return result;  // its user closes it
}

template <typename Values, typename Write>
std::string csv_line(const Values& values, Write write) {
    std::string line;
    for (size_t i = 0; i < values.size(); ++i) {
        if (i > 0) line += ',';
        line += write(values[i]);
    }
    return line += "\r\n";  // RFC 4180
}

std::string csv_row(const Row& row) { return csv_line(row, csv_cell); }
std::string csv_head(const Columns& columns) {
    return csv_line(columns, [](const char* name) { return std::string(name); });
}

// Code points. Terminals draw some of them two columns wide; such rows stand out a little.
size_t width_of(std::string_view text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

void print_padded(std::string& line, const std::string& text, size_t width, bool right) {
    const size_t own = width_of(text);
    const std::string blanks(width > own ? width - own : 0, ' ');
    line += right ? blanks + text : text + blanks;
}

void print_line(std::ostream& out, std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << "\n";
}

void print_sheet(std::ostream& out, const Sheet& sheet) {
    RowPrinter printer(out, Format::table, sheet.columns);
    for (const Row& row : sheet.rows) printer.add(row);
    printer.finish();
}

}  // namespace

Cell::Cell(std::string_view text) {
    if (text.data() == nullptr) return;
    kind_ = Kind::text;
    text_ = text;
}
Cell::Cell(int64_t number) : kind_(Kind::number), text_(std::to_string(number)) {}
Cell::Cell(bool value) : kind_(Kind::boolean), text_(value ? "true" : "false") {}
Cell::Cell(till::time_point at) : kind_(Kind::text), text_(iso_time(at)) {}
Cell::Cell(std::optional<till::time_point> at) {
    if (at) *this = Cell(*at);
}
Cell Cell::money(const till::money& amount) { return {Kind::text, amount.decimal()}; }
Cell Cell::id(int64_t id) { return id == 0 ? Cell() : Cell(id); }
Cell Cell::json(std::string_view text) {
    return text.data() == nullptr ? Cell() : Cell(Kind::json, std::string(text));
}

std::string csv_cell(const Cell& cell) {
    std::string text = cell.text();
    // A spreadsheet takes such a cell for a formula, which may reach out of the file.
    if (!text.empty() && std::string_view("=+-@\t\r\n").find(text[0]) != std::string_view::npos &&
        !is_numeric(text)) {
        text.insert(0, 1, '\'');
    }
    if (text.find_first_of(",\"\r\n\t") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted += '"';
}

std::string json_cell(const Cell& cell) {
    if (cell.kind() == Cell::Kind::absent) return "null";
    return cell.kind() == Cell::Kind::text ? json_text(cell.text()) : cell.text();
}

std::string table_cell(const Cell& cell) {
    if (cell.kind() == Cell::Kind::absent) return "-";
    if (cell.kind() == Cell::Kind::boolean) return cell.text() == "true" ? "yes" : "no";
    const std::string& text = cell.text();
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        // U+0080 to U+009F are control characters too.
        const bool second_set =
            byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (text[i] == '\n') {
            result += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            append_hex_escape(result, "\\x", byte);
        } else if (second_set) {
            append_hex_escape(result, "\\x", static_cast<unsigned char>(text[++i]));
        } else {
            result += text[i];
        }
    }
    return result;
}

RowPrinter::RowPrinter(std::ostream& out, Format format, Columns columns)
    : out_(out), format_(format), columns_(std::move(columns)) {
    if (format_ == Format::csv) out_ << csv_head(columns_);
    if (format_ == Format::json) out_ << "[";
}

void RowPrinter::add(Row row) {
    switch (format_) {
        case Format::csv:
            out_ << csv_row(row);
            return;
        case Format::json:
            out_ << (begun_ ? ",\n " : "\n ") << json_object(columns_, row) << "}";
            begun_ = true;
            return;
        case Format::table:
            waiting_.push_back(std::move(row));
            if (waiting_.size() == measured_rows) print_table_rows();
            return;
    }
}

void RowPrinter::print_table_rows() {
    const auto is_number = [&](size_t column) {
        bool any = false;
        const bool all = std::all_of(waiting_.begin(), waiting_.end(), [&](const Row& row) {
            if (row[column].kind() == Cell::Kind::absent) return true;
            any = true;
            return is_numeric(row[column].text());
        });
        return any && all;
    };
    if (!begun_) {
        for (size_t i = 0; i < columns_.size(); ++i) {
            widths_.push_back(width_of(columns_[i]));
            for (const Row& row : waiting_) {
                widths_[i] = std::max(widths_[i], width_of(table_cell(row[i])));
            }
        }
    }
    std::vector<bool> right;
    for (size_t i = 0; i < columns_.size(); ++i) right.push_back(is_number(i));
    const auto print = [&](auto text_of) {
        std::string line;
        for (size_t i = 0; i < columns_.size(); ++i) {
            if (i > 0) line += "  ";
            print_padded(line, text_of(i), widths_[i], right[i]);
        }
        print_line(out_, std::move(line));
    };
    if (!begun_) print([&](size_t i) { return std::string(columns_[i]); });
    begun_ = true;
    for (const Row& row : waiting_) print([&](size_t i) { return table_cell(row[i]); });
    waiting_.clear();
}

void RowPrinter::finish(std::string_view if_none) {
    if (format_ == Format::json) out_ << (begun_ ? "\n]\n" : "]\n");
    if (format_ != Format::table) return;
    if (!waiting_.empty()) print_table_rows();
    if (!begun_) out_ << if_none;
}

void print_record(std::ostream& out, Format format, const Columns& columns, const Row& row,
                  const std::vector<Part>& parts) {
    if (format == Format::csv) {
        out << csv_head(columns) << csv_row(row);
        return;
    }
    if (format == Format::json) {
        out << json_object(columns, row);
        for (const Part& part : parts) {
            out << ",\n " << json_text(part.name) << ": [";
            for (size_t i = 0; i < part.sheet.rows.size(); ++i) {
                out << (i > 0 ? ",\n  " : "\n  ")
                    << json_object(part.sheet.columns, part.sheet.rows[i]) << "}";
            }
            out << "]";
        }
        out << "}\n";
        return;
    }
    size_t width = 0;
    for (const char* name : columns) width = std::max(width, width_of(name));
    for (size_t i = 0; i < columns.size(); ++i) {
        std::string line;
        print_padded(line, columns[i], width, false);
        print_line(out, line + "  " + table_cell(row[i]));
    }
    for (const Part& part : parts) {
        out << "\n" << part.name << (part.sheet.rows.empty() ? ": none\n" : ":\n");
        if (!part.sheet.rows.empty()) print_sheet(out, part.sheet);
    }
}

}  // namespace till_server
