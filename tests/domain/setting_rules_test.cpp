// SPDX-License-Identifier: MIT
#include "domain/setting_rules.hpp"

#include "domain/settings.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace till;
using namespace till::domain;

namespace {

// The codes of what is wrong with a value, with blanks between them.
std::string objections(std::string_view name, std::string_view value) {
    std::vector<Violation> violations;
    check_setting(*find_setting(name), value, violations);
    std::string codes;
    for (const Violation& violation : violations) {
        CHECK(violation.path == "/" + std::string(name));
        if (!codes.empty()) codes += ' ';
        codes += violation.code;
    }
    return codes;
}

}  // namespace

TEST_CASE("every setting's default keeps its own rule") {
    for (const SettingDefinition& each : setting_definitions()) {
        CHECK_MESSAGE(objections(each.name, each.default_value).empty(), each.name);
    }
}

TEST_CASE("a time zone has the form of an IANA name") {
    for (const char* good : {"UTC", "Europe/Berlin", "America/Argentina/ComodRivadavia",
                             "Etc/GMT+1", "America/Port-au-Prince", "EST5EDT"}) {
        CHECK_MESSAGE(objections("time_zone", good).empty(), good);
    }
    for (const char* bad :
         {"../../etc/passwd", "/Europe/Berlin", "Europe/", "Europe//Berlin", "europe/berlin",
          ":UTC", "UTC+1 ", "<+01>-1", "Europe/Berlin/A/B", "zone.tab"}) {
        CHECK_MESSAGE(objections("time_zone", bad) == "invalid", bad);
    }
}

TEST_CASE("the locale is a language tag") {
    CHECK(objections("locale", "pt-BR").empty());
    CHECK(objections("locale", "pt_BR") == "invalid");
    CHECK(objections("locale", "--") == "invalid");
}

TEST_CASE("the public URL is scheme, host and perhaps port") {
    for (const char* good : {"https://shop.example", "http://localhost:8000", "https://[::1]:8443",
                             "https://xn--bcher-kva.example", "http://127.0.0.1:1", ""}) {
        CHECK_MESSAGE(objections("public_url", good).empty(), good);
    }
    for (const char* bad :
         {"shop.example", "ftp://shop.example", "https://", "https:///x", "https://shop.example/",
          "https://shop.example/a", "https://shop.example?a=1", "https://shop.example#a",
          "https://me@shop.example", "https://shop.example:0", "https://shop.example:65536",
          "https://shop.example:", "https://shop.example:8a", "https://[::1", "https://[]",
          "https://shop example", "HTTPS//shop.example",
          "https://b\xc3\xbc"
          "cher.example"}) {
        CHECK_MESSAGE(objections("public_url", bad) == "invalid", bad);
    }
}

TEST_CASE("a link holds its secret and begins with the site or a scheme") {
    const char* const reset = "password_reset_link";
    for (const char* good : {"{public_url}/reset/{token}", "app://reset?u={uid}&t={token}",
                             "https://app.example/#/reset/{uid}/{token}/"}) {
        CHECK_MESSAGE(objections(reset, good).empty(), good);
    }
    CHECK(objections(reset, "{public_url}/reset/{uid}") == "missing_placeholder");
    CHECK(objections(reset, "/reset/{token}") == "not_absolute");
    CHECK(objections(reset, "app://{public_url}/{token}") == "invalid");
    CHECK(objections(reset, "app://{token}/{email}") == "unknown_placeholder");
    CHECK(objections(reset, "app://{token}/{") == "unknown_placeholder");
    CHECK(objections(reset, "app://{token}/a b") == "invalid");
    CHECK(objections(reset, "app://{token}\"onclick") == "invalid");
    CHECK(objections(reset, "/a b/{key}") ==
          "missing_placeholder not_absolute "
          "unknown_placeholder invalid");
    // A name left by taking out another one is none.
    CHECK(objections(reset, "app://{to{uid}ken}") != "");
    CHECK(objections("email_verification_link", "app://verify/{key}").empty());
    CHECK(objections("email_verification_link", "app://verify/{token}") ==
          "missing_placeholder unknown_placeholder");
}

TEST_CASE("a link with a line break would write headers into mails, and is refused") {
    CHECK(objections("password_reset_link", "app://{token}\r\nBcc: x") != "");
    CHECK(objections("email_verification_link", "app://{key}\n") != "");
}

TEST_CASE("[AU-3] mailed tokens live for 10 minutes unless a setting within its limits says else") {
    CHECK(default_settings().password_reset_lifetime == 600);
    CHECK(default_settings().email_verification_lifetime == 600);
    CHECK(objections("email_verification_lifetime", "59") == "too_small");
    CHECK(objections("email_verification_lifetime", "2592001") == "too_large");
}
