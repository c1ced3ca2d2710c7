// SPDX-License-Identifier: MIT
//
// The C++ headers against the C headers: every function is reachable, every failing call has its
// two forms.
#include "till/http.hpp"
#include "till/testing.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

// Every member compiles, also those that no test calls.
template class till::user_calls<till::store_ref>;
template class till::session_calls<till::store_ref>;
template class till::order_calls<till::store_ref>;
template class till::payment_calls<till::store_ref>;
template class till::event_calls<till::store_ref>;
template class till::key_calls<till::store_ref>;
template class till::second_factor_calls<till::store_ref>;
template class till::setting_calls<till::store_ref>;
template class till::report_calls<till::store_ref>;

namespace {

// The code of all headers with this suffix: comments and preprocessor lines left out.
std::string code_of(const std::string& suffix) {
    std::string code;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(TILL_HEADERS)) {
        if (entry.path().extension() != suffix) continue;
        std::ifstream file(entry.path());
        std::stringstream whole;
        whole << file.rdbuf();
        std::string text = whole.str();
        for (std::size_t at = 0; (at = text.find("/*", at)) != std::string::npos;) {
            text.erase(at, text.find("*/", at) + 2 - at);
        }
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            if (line.rfind('#', 0) == 0) continue;
            code += line.substr(0, line.find("//")) + "\n";
        }
    }
    return code;
}

bool is_name(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

// Names that begin with `prefix` and are followed by one of `next`.
std::set<std::string> names(const std::string& code, const std::string& prefix,
                            const std::string& next) {
    std::set<std::string> found;
    for (std::size_t at = 0; (at = code.find(prefix, at)) != std::string::npos;) {
        const std::size_t begin = at;
        while (at < code.size() && is_name(code[at])) ++at;
        if (begin > 0 && is_name(code[begin - 1])) continue;
        if (next.find(code[at]) != std::string::npos) found.insert(code.substr(begin, at - begin));
    }
    return found;
}

// The functions that the C headers declare.
std::set<std::string> exported() {
    const std::string code = code_of(".h");
    std::set<std::string> found;
    for (std::size_t at = 0; (at = code.find("TILL_API ", at)) != std::string::npos; ++at) {
        const std::string declaration = code.substr(at, code.find(';', at) - at);
        const std::string head = declaration.substr(0, declaration.find('('));
        std::size_t end = head.size();
        while (end > 0 && !is_name(head[end - 1])) --end;
        std::size_t begin = end;
        while (begin > 0 && is_name(head[begin - 1])) --begin;
        found.insert(head.substr(begin, end - begin));
    }
    return found;
}

}  // namespace

TEST_CASE("every C function is reachable from C++") {
    const std::set<std::string> declared = exported();
    REQUIRE(declared.size() > 60);
    REQUIRE(declared.count("till_order_place") == 1);
    // Called, or handed to what calls it.
    const std::set<std::string> called = names(code_of(".hpp"), "till_", "(,");
    for (const std::string& function : declared) {
        CAPTURE(function);
        CHECK(called.count(function) == 1);
    }
}

TEST_CASE("every try_ form has a throwing twin, and nothing else throws") {
    const std::string code = code_of(".hpp");
    const std::set<std::string> tried = names(code, "try_", "(");
    REQUIRE(tried.size() > 50);
    // pager::try_next() and so on included: a declaration `… name(`, or `name(` after a type.
    for (const std::string& name : tried) {
        CAPTURE(name);
        const std::string twin = " " + name.substr(4) + "(";
        CHECK(code.find(twin) != std::string::npos);
    }
}

TEST_CASE("every record field of the C structs has an accessor or stands behind one") {
    const std::string c = code_of(".h");
    const std::string cpp = code_of(".hpp");
    std::size_t checked = 0;
    for (const char* record : {"till_order",
                               "till_order_line",
                               "till_payment",
                               "till_refund",
                               "till_receipt",
                               "till_user",
                               "till_image",
                               "till_tokens",
                               "till_session",
                               "till_key",
                               "till_event",
                               "till_message",
                               "till_setting",
                               "till_currency",
                               "till_store_info",
                               "till_store_metrics",
                               "till_report",
                               "till_error",
                               "till_violation",
                               "till_log_record",
                               "till_http_response",
                               "till_testing_token",
                               "till_order_batch",
                               "till_second_factor",
                               "till_second_factor_setup",
                               "till_recovery_codes"}) {
        const std::string head = "typedef struct " + std::string(record) + " {";
        const std::size_t begin = c.find(head);
        REQUIRE(begin != std::string::npos);
        const std::string body =
            c.substr(begin + head.size(), c.find('}', begin) - begin - head.size());
        const std::string view_of = "pointer_to<" + std::string(record) + ">";
        const bool error = std::string(record) == "till_error";
        std::size_t from = cpp.find(error ? "class error_view" : view_of);
        REQUIRE(from != std::string::npos);
        const std::string view = cpp.substr(from, cpp.find("\n};", from) - from);
        std::istringstream fields(body);
        for (std::string field; std::getline(fields, field, ';');) {
            std::size_t end = field.find('[');
            if (end == std::string::npos) end = field.size();
            while (end > 0 && !is_name(field[end - 1])) --end;
            std::size_t at = end;
            while (at > 0 && is_name(field[at - 1])) --at;
            const std::string name = field.substr(at, end - at);
            if (name.empty() || name == "struct_size" || name == "block_size" ||
                name.rfind("reserved", 0) == 0 || name == "kind_reserved") {
                continue;
            }
            // The head's `kind` is the library's; only lines, events and messages have one to read.
            const bool heads = body.find("block_size") != std::string::npos;
            if (name == "kind" && heads) continue;
            CAPTURE(record);
            CAPTURE(name);
            CHECK((view.find("raw_->" + name) != std::string::npos ||
                   view.find("till_error::" + name) != std::string::npos ||
                   (error && name == "status")));
            ++checked;
        }
    }
    CHECK(checked > 120);
}
