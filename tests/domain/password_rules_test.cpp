// SPDX-License-Identifier: MIT
#include "domain/password_rules.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace till;
using namespace till::domain;

namespace {

using Codes = std::set<std::string>;

const PasswordOwner nobody{};

Codes codes(std::string_view password, const PasswordOwner& owner = nobody) {
    const auto is_common = [](std::string_view text) {
        return text == "password" || text == "123" || text == "12345678" || text == "person";
    };
    std::vector<Violation> violations;
    const bool good = check_password(violations, "/password", password, owner, is_common);
    CHECK(good == violations.empty());
    Codes found;
    for (const Violation& violation : violations) {
        CHECK(violation.path == "/password");
        found.insert(violation.code);
    }
    return found;
}

std::string u8text(const char8_t* text) { return reinterpret_cast<const char*>(text); }

}  // namespace

TEST_CASE("[PW-2] a password has at least 8 code points and at most 1024 bytes") {
    CHECK(codes("sevenx!") == Codes{"password_too_short"});
    CHECK(codes("eight-x!") == Codes{});
    CHECK(codes("ждшцюяфэ") == Codes{});
    CHECK(codes("ждшцюяф") == Codes{"password_too_short"});
    // Seven composed letters, written as fourteen code points, are seven.
    CHECK(codes(u8text(u8"e\u0301o\u0301a\u0301u\u0301i\u0301n\u0303c\u0327")) ==
          Codes{"password_too_short"});
    const std::string pattern = "correct horse battery staple ";
    std::string longest;
    while (longest.size() < 1024) longest += pattern;
    longest.resize(1024);
    CHECK(codes(longest) == Codes{});
    CHECK(codes(longest + "x") == Codes{"password_too_long"});
    CHECK(codes("") == Codes{"blank"});
}

TEST_CASE("all broken password rules are told at once") {
    CHECK(codes("123") ==
          Codes{"password_too_short", "password_too_common", "password_entirely_numeric"});
    CHECK(codes("person", {"person", "", "", ""}) ==
          Codes{"password_too_short", "password_too_common", "password_too_similar"});
}

TEST_CASE("[PW-5] a common password is refused whatever its case and surrounding blanks") {
    CHECK(codes("password") == Codes{"password_too_common"});
    CHECK(codes("PassWord") == Codes{"password_too_common"});
    CHECK(codes("  password ") == Codes{"password_too_common"});
    CHECK(codes("password-of-mine") == Codes{});
}

TEST_CASE("digits of any script alone are no password") {
    CHECK(codes("90210733") == Codes{"password_entirely_numeric"});
    CHECK(codes("٩٠٢١٠٧٣٣") == Codes{"password_entirely_numeric"});
    CHECK(codes("9021073x") == Codes{});
}

TEST_CASE("[PW-5] a password similar to the name, the e-mail or a part of them is refused") {
    CHECK(codes("alice-99", {"alice", "", "", ""}) == Codes{"password_too_similar"});
    CHECK(codes("ecila-99", {"alice", "", "", ""}) == Codes{"password_too_similar"});
    CHECK(codes("testclient", {"TestClient", "", "", ""}) == Codes{"password_too_similar"});
    CHECK(codes("example.com", {"", "", "", "testclient@example.com"}) ==
          Codes{"password_too_similar"});
    CHECK(codes("longlocalpart1", {"", "", "", "longlocalpart@x.org"}) ==
          Codes{"password_too_similar"});
    CHECK(codes("mcgillicuddy", {"", "", "McGillicuddy", ""}) == Codes{"password_too_similar"});
    CHECK(codes("bob-the-great", {"", "Bob The Great", "", ""}) == Codes{"password_too_similar"});
    CHECK(codes("Str0ng-pass!word", {"alice", "Alice", "Ash", "alice@example.com"}) == Codes{});
    // A name a tenth as long as the password says nothing about it.
    CHECK(codes("aaaaaaaaaaaaaaaaaaaa", {"a", "", "", ""}) == Codes{});
}

TEST_CASE("similarity is twice the shared code points over the lengths") {
    CHECK(shared_ratio("", "") == 1.0);
    CHECK(shared_ratio("abcd", "bcde") == doctest::Approx(0.75));
    CHECK(shared_ratio("abcd", "dcba") == 1.0);
    CHECK(shared_ratio("aab", "abb") == doctest::Approx(2.0 * 2 / 6));
    CHECK(shared_ratio("abc", "xyz") == 0.0);
    CHECK(shared_ratio("ж", "ш") == 0.0);
}

TEST_CASE("[PW-4] ill-formed passwords are refused and passwords are never trimmed") {
    CHECK(codes("good-pass\xC0\x80") == Codes{"invalid_utf8"});
    CHECK(codes("good-pass\xED\xA0\x80") == Codes{"invalid_utf8"});
    CHECK(codes("good-pass\xF3\xB0\x80") == Codes{"invalid_utf8"});
    CHECK(codes("good-pass\xCD\xB8") == Codes{"unassigned"});  // U+0378
    CHECK(codes("        ") == Codes{});                       // eight blanks: odd, not forbidden
    CHECK(codes(std::string_view("nul\0nul-x", 9)) == Codes{});
}
