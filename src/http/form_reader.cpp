// SPDX-License-Identifier: MIT
#include "http/body.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <optional>

namespace till::http {

namespace {

constexpr std::size_t fields_max = 1000;     // Django's DATA_UPLOAD_MAX_NUMBER_FIELDS
constexpr std::size_t parts_max = 100;       // our forms have a dozen
constexpr std::size_t part_head_max = 1024;  // bytes of a part's header lines
constexpr std::string_view crlf = "\r\n";

Node& add_member(Body& body, std::string_view name, NodeKind kind) {
    Node& node = body.root.children.emplace_back();
    node.name = name;
    node.kind = kind;
    return node;
}

struct PartHead {
    std::optional<std::string> name;
    std::optional<std::string> file_name;
};

// The WHATWG form encoding of names: %22, %0D and %0A stand for a quote and line breaks; older
// clients write backslash escapes.
std::string decode_parameter(std::string_view quoted) {
    std::string out;
    for (std::size_t i = 0; i < quoted.size(); ++i) {
        const std::string_view rest = quoted.substr(i);
        if (rest.starts_with("%22")) {
            out += '"';
            i += 2;
        } else if (rest.starts_with("%0D") || rest.starts_with("%0A")) {
            out += ' ';
            i += 2;
        } else if (rest.starts_with("\\\"") || rest.starts_with("\\\\")) {
            out += rest[1];
            ++i;
        } else {
            out += rest[0];
        }
    }
    return out;
}

// `name="value"` or `name=token`; takes it off the front of `rest`, which is at the name.
bool take_parameter(std::string_view& rest, std::string_view& name, std::string& value) {
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return false;
    name = trim_blanks(rest.substr(0, equals));
    rest.remove_prefix(equals + 1);
    if (rest.starts_with('"')) {
        std::size_t end = 1;
        while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2U : 1U;
        if (end >= rest.size()) return false;
        value = decode_parameter(rest.substr(1, end - 1));
        rest.remove_prefix(end + 1);
    } else {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        value = std::string(trim_blanks(rest.substr(0, end)));
        rest.remove_prefix(end);
    }
    rest = trim_blanks(rest);
    return rest.empty() || rest.front() == ';';
}

bool read_disposition(std::string_view value, PartHead& head) {
    const std::size_t semicolon = std::min(value.find(';'), value.size());
    if (!equal_ignoring_case(trim_blanks(value.substr(0, semicolon)), "form-data")) return false;
    std::string_view rest = value.substr(semicolon);
    while (!rest.empty()) {
        rest = trim_blanks(rest.substr(1));
        if (rest.empty()) break;
        std::string_view name;
        std::string parameter;
        if (!take_parameter(rest, name, parameter) || !is_utf8(parameter)) return false;
        if (equal_ignoring_case(name, "name")) {
            if (head.name) return false;
            head.name = std::move(parameter);
        } else if (equal_ignoring_case(name, "filename")) {
            if (head.file_name) return false;
            head.file_name = std::move(parameter);
        }
    }
    return head.name.has_value();
}

bool read_part_head(std::string_view lines, PartHead& head) {
    bool has_disposition = false;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find(crlf), lines.size());
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + crlf.size(), lines.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0) return false;
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trim_blanks(line.substr(colon + 1));
        if (equal_ignoring_case(name, "content-disposition")) {
            if (has_disposition || !read_disposition(value, head)) return false;
            has_disposition = true;
        } else if (equal_ignoring_case(name, "content-transfer-encoding")) {
            // RFC 7578 4.7 deprecates it; an encoded part would be stored as if it were not.
            if (!equal_ignoring_case(value, "binary") && !equal_ignoring_case(value, "8bit") &&
                !equal_ignoring_case(value, "7bit")) {
                return false;
            }
        }
    }
    return has_disposition;
}

}  // namespace

void parse_urlencoded(std::string_view text, Body& body) {
    body.is_form = true;
    body.root.kind = NodeKind::object;
    body.reserve_text(text.size());
    std::string name;
    std::string value;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        if (body.root.children.size() == fields_max) {
            body.error = "Too many form fields.";
            return;
        }
        const std::size_t equals = std::min(pair.find('='), pair.size());
        name.clear();
        value.clear();
        const bool is_encoded =
            append_percent_decoded(name, pair.substr(0, equals), true) &&
            append_percent_decoded(value, pair.substr(std::min(equals + 1, pair.size())), true);
        if (!is_encoded || !is_utf8(name) || !is_utf8(value)) {
            body.error = "Malformed form: a percent sign without two hex digits, or no UTF-8.";
            return;
        }
        add_member(body, body.keep(name), NodeKind::text).text = body.keep(value);
    }
}

void parse_multipart(std::string_view text, std::string_view boundary, Body& body) {
    body.is_form = true;
    body.root.kind = NodeKind::object;
    const std::string delimiter = "\r\n--" + std::string(boundary);
    const auto refuse = [&](std::string_view why) { body.error = why; };

    // The first delimiter stands at the very begin: no preamble.
    if (!text.starts_with(std::string_view(delimiter).substr(2))) {
        return refuse("Multipart form: the body does not begin with the boundary.");
    }
    text.remove_prefix(delimiter.size() - 2);
    bool has_file = false;
    for (std::size_t parts = 0;; ++parts) {
        if (text.starts_with("--")) {
            text.remove_prefix(2);
            if (!text.empty() && text != crlf)
                return refuse("Multipart form: bytes after its end.");
            return;
        }
        if (!text.starts_with(crlf)) return refuse("Multipart form: malformed boundary line.");
        if (parts == parts_max) return refuse("Multipart form: too many parts.");
        text.remove_prefix(crlf.size());
        const std::size_t head_end = text.substr(0, part_head_max).find("\r\n\r\n");
        PartHead head;
        if (head_end == std::string_view::npos || !read_part_head(text.substr(0, head_end), head)) {
            return refuse("Multipart form: malformed part header.");
        }
        text.remove_prefix(head_end + 4);
        const std::size_t end = text.find(delimiter);
        if (end == std::string_view::npos)
            return refuse("Multipart form: the last boundary is missing.");
        const std::string_view content = text.substr(0, end);
        text.remove_prefix(end + delimiter.size());

        const std::string_view name = body.keep(*head.name);
        if (!head.file_name) {
            if (!is_utf8(content)) return refuse("Multipart form: a text is not UTF-8.");
            add_member(body, name, NodeKind::text).text = content;
        } else if (!head.file_name->empty() || !content.empty()) {
            if (has_file) return refuse("Multipart form: more than one file.");
            has_file = true;
            Node& file = add_member(body, name, NodeKind::file);
            file.text = content;
            file.file_name = body.keep(*head.file_name);
        }
        // Else: a file input in which nothing was chosen.
    }
}

}  // namespace till::http
