// SPDX-License-Identifier: MIT
#include "http/body.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace till::http;

namespace {

constexpr std::string_view text_part =
    "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx y\r\n--B--\r\n";

std::string multipart_error(std::string_view text) {
    Body body;
    parse_multipart(text, "B", body);
    return std::string(body.error);
}

std::string part(std::string_view head, std::string_view content) {
    return "--B\r\n" + std::string(head) + "\r\n\r\n" + std::string(content) + "\r\n";
}

}  // namespace

TEST_CASE("a url-encoded body is an object of texts, decoded") {
    Body body;
    parse_urlencoded("a=1&b=x+y%26z&&c&d=%C3%A9&e=", body);
    REQUIRE(body.error.empty());
    CHECK(body.is_form);
    CHECK(body.root.find("a")->kind == NodeKind::text);
    CHECK(body.root.find("a")->text == "1");
    CHECK(body.root.find("b")->text == "x y&z");
    CHECK(body.root.find("c")->text.empty());
    CHECK(body.root.find("d")->text == "\xC3\xA9");
    CHECK(body.root.find("e")->text.empty());
}

TEST_CASE("of a repeated form field the last value counts") {
    Body body;
    parse_urlencoded("a=1&a=2", body);
    CHECK(body.root.find("a")->text == "2");
}

TEST_CASE("[IN-2] malformed escapes, invalid UTF-8 and floods of fields are refused in forms") {
    for (const std::string_view text : {"a=%", "a=%4", "a=%zz", "%=1", "a=%FF", "%C0%80=1"}) {
        CAPTURE(text);
        Body body;
        parse_urlencoded(text, body);
        CHECK_FALSE(body.error.empty());
    }
    std::string flood;
    for (int i = 0; i < 1001; ++i) flood += "a=1&";
    Body body;
    parse_urlencoded(flood, body);
    CHECK_FALSE(body.error.empty());
}

TEST_CASE("a multipart form gives texts and one file as its bytes") {
    const std::string bytes("\x89PNG\r\n--\0\xFF", 10);
    const std::string text = part("Content-Disposition: form-data; name=\"first_name\"", "Al") +
                             part(
                                 "content-disposition: form-data; name=\"img\"; "
                                 "filename=\"a\\\"b;c.png\"\r\nContent-Type: image/png",
                                 bytes) +
                             part("Content-Disposition: form-data; name=note", "") + "--B--\r\n";
    Body body;
    parse_multipart(text, "B", body);
    REQUIRE(body.error.empty());
    CHECK(body.root.find("first_name")->text == "Al");
    CHECK(body.root.find("note")->text.empty());
    const Node* file = body.root.find("img");
    REQUIRE(file != nullptr);
    CHECK(file->kind == NodeKind::file);
    CHECK(file->text == bytes);
    CHECK(file->file_name == "a\"b;c.png");
}

TEST_CASE("a file input in which nothing was chosen is absent") {
    Body body;
    parse_multipart(
        part("Content-Disposition: form-data; name=\"img\"; filename=\"\"", "") + "--B--", "B",
        body);
    CHECK(body.error.empty());
    CHECK(body.root.find("img") == nullptr);
}

TEST_CASE("a malformed multipart body is refused") {
    CHECK(multipart_error(text_part).empty());
    const std::string good(text_part);
    CHECK_FALSE(multipart_error("").empty());
    CHECK_FALSE(multipart_error("preamble\r\n" + good).empty());
    CHECK_FALSE(multipart_error(good + "epilogue").empty());
    CHECK_FALSE(multipart_error(good.substr(0, good.size() - 8)).empty());
    CHECK_FALSE(multipart_error("--B \r\n" + good.substr(5)).empty());
    CHECK_FALSE(multipart_error("--Bx\r\n" + good.substr(5)).empty());
    CHECK_FALSE(multipart_error(part("Content-Type: text/plain", "x") + "--B--").empty());
    CHECK_FALSE(multipart_error(part("Content-Disposition: attachment; name=\"a\"", "x") + "--B--")
                    .empty());
    CHECK_FALSE(multipart_error(part("Content-Disposition: form-data", "x") + "--B--").empty());
    CHECK_FALSE(
        multipart_error(part("Content-Disposition: form-data; name=\"a", "x") + "--B--").empty());
    CHECK_FALSE(multipart_error(
                    part("Content-Disposition: form-data; name=\"a\"; name=\"b\"", "x") + "--B--")
                    .empty());
    CHECK_FALSE(
        multipart_error(
            part("Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64",
                 "eA==") +
            "--B--")
            .empty());
    CHECK_FALSE(
        multipart_error(part("Content-Disposition: form-data; name=\"a\"", "\xFF") + "--B--")
            .empty());
    CHECK_FALSE(multipart_error(part("X: " + std::string(2000, 'x') +
                                         "\r\nContent-Disposition: form-data; name=\"a\"",
                                     "x") +
                                "--B--")
                    .empty());
}

TEST_CASE("[IN-1] two files and floods of parts are refused") {
    const std::string file =
        part("Content-Disposition: form-data; name=\"f\"; filename=\"f\"", "x");
    CHECK(multipart_error(file + "--B--").empty());
    CHECK_FALSE(multipart_error(file + file + "--B--").empty());
    std::string flood;
    for (int i = 0; i < 101; ++i) flood += part("Content-Disposition: form-data; name=\"a\"", "x");
    CHECK_FALSE(multipart_error(flood + "--B--").empty());
}
