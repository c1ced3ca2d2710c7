// SPDX-License-Identifier: MIT
#include "domain/user.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace till;
using namespace till::domain;

namespace {

std::string username_code(std::string_view text) {
    std::vector<Violation> violations;
    const auto name = parse_username(violations, "/username", text);
    CHECK(name.has_value() == violations.empty());
    for (const Violation& violation : violations) CHECK(violation.path == "/username");
    return violations.empty() ? "" : violations.front().code;
}

std::string repeat(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("a user name has 1 to 150 letters, digits and @ . + - _ of any script") {
    for (const char* name :
         {"a", "alice", "Alice.B+c-d_e@f", "9", "жена", "王小明", "山田٣", "Ω"}) {
        CAPTURE(name);
        CHECK(username_code(name) == "");
    }
    CHECK(username_code("") == "blank");
    for (const char* name : {"a b", " a", "a\n", "a/b", "a\"b", "a'b", "<a>",
                             "a\xE2\x80\x8B"
                             "b" /* zero width space */,
                             "\xF0\x9F\x98\x80" /* an emoji */}) {
        CAPTURE(name);
        CHECK(username_code(name) == "invalid");
    }
    CHECK(username_code(std::string(150, 'u')) == "");
    CHECK(username_code(std::string(151, 'u')) == "too_long");
    CHECK(username_code(repeat("ж", 150)) == "");
    CHECK(username_code(repeat("ж", 151)) == "too_long");
    CHECK(username_code(std::string(1 << 20, 'u')) == "too_long");
    CHECK(username_code("a\xC0\x80") == "invalid_utf8");
    CHECK(username_code(std::string_view("a\0b", 3)) == "nul");
}

TEST_CASE("a user name is kept in NFKC and compared without case") {
    std::vector<Violation> violations;
    const auto name = parse_username(violations, "/username", "\xEF\xBC\xA1lice");  // fullwidth A
    REQUIRE(name.has_value());
    CHECK(name->text == "Alice");
    CHECK(name->key == "alice");
    const auto composed = parse_username(violations, "/username", "Jos\xC3\xA9");
    const auto decomposed = parse_username(violations, "/username", "JOSE\xCC\x81");
    REQUIRE((composed && decomposed));
    CHECK(composed->key == decomposed->key);
    // 150 letters with a mark each count as 150.
    CHECK(parse_username(violations, "/username", repeat("e\xCC\x81", 150)).has_value());
}

TEST_CASE("an e-mail address follows Django's grammar") {
    for (const char* email :
         {"email@here.com", "weirder-email@here.and.there.com", "!def!xyz%abc@example.com",
          "email@[127.0.0.1]", "email@[2001:dB8::1]", "email@[::ffff:127.0.0.1]", "email@[::]",
          "example@valid-----hyphens.com", "example@valid-with-hyphens.com",
          "test@domain.with.idn.tld.उदाहरण.परीक्षा", "a@localhost", "\"test@test\"@example.com",
          "\"\\\"\"@here.com", "a@xn--bcher-kva.example", "a@bücher.example", "a.b.c@d.co",
          "example@atm.aaa",
          "a@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aa"}) {
        CAPTURE(email);
        CHECK(is_email(email));
    }
    for (const char* email :
         {"",
          "abc",
          "abc@",
          "abc@bar",
          "a @x.cz",
          "abc@.com",
          "something@@somewhere.com",
          "email@127.0.0.1",
          "email@[127.0.0.256]",
          "email@[2001:db8::12345]",
          "email@[2001:db8:0:0:0:0:1]",
          "email@[::ffff:127.0.0.256]",
          "email@[2001:dg8::1]",
          "email@[2001:dG8:0:0:0:0:0:1]",
          "email@[::fTzF:127.0.0.1]",
          "email@[1::2::3]",
          "example@invalid-.com",
          "example@-invalid.com",
          "example@invalid.com-",
          "example@inv-.alid-.com",
          "test@example.com\n\n<script src=\"x.js\">",
          "\"\\\011\"@here.com\n",
          "\"tab\t\"@here.com",
          "trailingdot@shouldfail.com.",
          "a@b.com\n",
          "a\n@b.com",
          "\"test@test\"\n@example.com",
          ".a@b.com",
          "a.@b.com",
          "a..b@c.com",
          "@b.com",
          "äöü@example.com",
          "a@b_c.com",
          "a@exam ple.com",
          "a@[127.0.0.1",
          "a@Localhost.",
          "a@x。com",
          "a@ex\xE2\x80\x8B"
          "ample.com",
          "a@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aa"}) {
        CAPTURE(email);
        CHECK_FALSE(is_email(email));
    }
}

TEST_CASE("a label counts in its ASCII form, at most 63 bytes") {
    // Lengths by an independent Punycode encoder.
    CHECK(is_email("a@" + repeat("ü", 57) + ".example"));          // 63
    CHECK_FALSE(is_email("a@" + repeat("ü", 58) + ".example"));    // 64
    CHECK(is_email("a@" + repeat("ü王", 25) + ".example"));        // 62
    CHECK_FALSE(is_email("a@" + repeat("ü王", 26) + ".example"));  // 64
    CHECK(is_email("a@" + repeat("王小明a", 11) + ".example"));
    CHECK_FALSE(is_email("a@" + repeat("王小明a", 12) + ".example"));
}

TEST_CASE("an e-mail address has at most 254 code points and is compared without case") {
    const auto code = [](std::string_view text) -> std::string {
        std::vector<Violation> violations;
        const auto email = parse_email(violations, "/email", text);
        CHECK(email.has_value() == violations.empty());
        return violations.empty() ? "" : violations.front().code;
    };
    const std::string domain = "@example.com";
    CHECK(code(std::string(254 - domain.size(), 'a') + domain) == "");
    CHECK(code(std::string(255 - domain.size(), 'a') + domain) == "too_long");
    CHECK(code("") == "blank");
    CHECK(code("nobody") == "invalid");
    CHECK(code(std::string_view("a@b.co\0m", 8)) == "nul");
    CHECK(code("a@b\xFF.com") == "invalid_utf8");
    CHECK(code("\xEF\xBD\x81@b.com") == "invalid");  // a fullwidth local part is not ASCII

    std::vector<Violation> violations;
    const auto email = parse_email(violations, "/email", "Alice@Example.COM");
    REQUIRE(email.has_value());
    CHECK(email->text == "Alice@Example.COM");
    CHECK(email->key == "alice@example.com");
}

TEST_CASE("every broken profile limit is told at once") {
    std::vector<Violation> violations;
    CHECK(check_profile(violations, {"Ann", "Lee", "+4512345678", "Street 1\nTown"}));
    CHECK(check_profile(violations, {"", "", "", ""}));
    CHECK(check_profile(violations, {std::string(50, 'a'), repeat("ж", 50), std::string(15, '1'),
                                     std::string(2000, 'a')}));
    CHECK(violations.empty());
    CHECK_FALSE(check_profile(
        violations, {std::string(51, 'a'), "a\nb", std::string(16, '1'), std::string(2001, 'a')}));
    REQUIRE(violations.size() == 4);
    CHECK(violations[0].path == "/first_name");
    CHECK(violations[0].code == std::string("too_long"));
    CHECK(violations[1].path == "/last_name");
    CHECK(violations[1].code == std::string("control"));
    CHECK(violations[2].path == "/phone_no");
    CHECK(violations[3].path == "/address");
}

TEST_CASE("a locale is a language tag") {
    for (const char* tag : {"en", "pt-BR", "zh-Hant-TW", "de-1996", "sl-rozaj-biske-1994"}) {
        CAPTURE(tag);
        CHECK(is_locale(tag));
    }
    for (const char* tag :
         {"", "e", "en_US", "en-", "-en", "en--US", "12", "en US", "../etc", "abcdefghi",
          "en-abcdefghi", "de-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa"}) {
        CAPTURE(tag);
        CHECK_FALSE(is_locale(tag));
    }
    std::vector<Violation> violations;
    CHECK(check_locale(violations, "/locale", ""));
    CHECK_FALSE(check_locale(violations, "/locale", "en_US"));
    CHECK(violations.front().path == "/locale");
}
