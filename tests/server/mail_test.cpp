// SPDX-License-Identifier: MIT
#include "c_text.hpp"
#include "fixture.hpp"
#include "mail_message.hpp"
#include "mail_transport.hpp"
#include "refusal.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <sys/stat.h>

using namespace till_server_test;
using namespace till_server;

namespace {

till_message message_of(std::string_view kind) {
    till_message message{};
    message.struct_size = sizeof message;
    message.id = 7;
    message.kind = borrow(kind);
    message.to = TILL_STR("alice@example.com");
    message.username = TILL_STR("alice");
    message.link = TILL_STR("https://shop.example/verify-email/abc/");
    message.shop_name = TILL_STR("Shop");
    return message;
}

std::string compose(const till_message& message,
                    MailEncoding encoding = MailEncoding::quoted_printable) {
    const MailTemplates templates;
    const till::message_view view(&message);
    const MailTemplate* text = templates.find(view.kind(), view.locale(), "");
    if (text == nullptr) return "none";
    // 2026-01-31 12:34:56 UTC.
    return compose_mail(view, *text, {"The Shop", "shop@example.com"}, 1'769'862'896'000'000,
                        "unique", encoding)
        .value_or("none");
}

std::string headers_of(const std::string& mail) {
    return mail.substr(0, mail.find("\r\n\r\n") + 2);
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a mail has the headers of RFC 5322, a readable body and its link whole") {
    const std::string mail = compose(message_of("mail.email_verification"));
    CHECK(contains(mail, "Date: Sat, 31 Jan 2026 12:34:56 +0000\r\n"));
    CHECK(contains(mail, "From: The Shop <shop@example.com>\r\n"));
    CHECK(contains(mail, "To: alice@example.com\r\n"));
    CHECK(contains(mail, "Subject: Confirm your e-mail address for Shop\r\n"));
    CHECK(contains(mail, "Message-ID: <unique@example.com>\r\n"));
    CHECK(contains(mail, "Content-Transfer-Encoding: 7bit\r\n"));
    CHECK(contains(mail, "\r\nhttps://shop.example/verify-email/abc/\r\n"));
    CHECK(contains(mail, "Hello alice,\r\n"));
    for (size_t i = 0; i < mail.size(); ++i) {
        if (mail[i] == '\n') CHECK(mail[i - 1] == '\r');
    }
}

TEST_CASE("every kind the library sends has a text, others have none") {
    for (const char* kind :
         {"mail.email_verification", "mail.password_reset", "mail.password_changed",
          "mail.email_change", "mail.email_changed", "mail.email_change_requested",
          "mail.address_in_use", "mail.second_factor_enabled", "mail.second_factor_removed",
          "mail.second_factor_refused", "mail.recovery_codes_renewed", "mail.recovery_code_used"}) {
        CHECK(contains(compose(message_of(kind)), "Hello alice"));
    }
    CHECK(compose(message_of("mail.unheard_of")) == "none");
}

TEST_CASE("[HT-6] no name, link or address starts a header line of its own") {
    till_message message = message_of("mail.password_reset");
    message.shop_name = TILL_STR("Shop\r\nBcc: evil@example.com");
    message.link = TILL_STR("https://a\r\n.\r\nQUIT");
    const std::string mail = compose(message);
    CHECK(contains(mail, "Subject: Reset your password for Shop  Bcc: evil@example.com\r\n"));
    CHECK_FALSE(contains(mail, "\nBcc:"));
    CHECK_FALSE(contains(mail, "\n.\r\n"));
    for (const char* bad :
         {"a@b\r\nBcc: c@d", "a@b>, <c@d", "a b@c", "@b", "a@", "a@b@c", "-oQ@b", "a@b,c@d", "a"}) {
        CAPTURE(bad);
        message = message_of("mail.password_reset");
        message.to = till_str{bad, TILL_STRLEN};
        message.to.len = std::string_view(bad).size();
        CHECK(compose(message) == "none");
        CHECK_FALSE(parse_mailbox(bad));
    }
}

TEST_CASE("text beyond ASCII goes as encoded words and quoted-printable") {
    till_message message = message_of("mail.password_changed");
    message.shop_name = TILL_STR("Caf\xc3\xa9 \xe2\x98\x95");
    const std::string mail = compose(message);
    CHECK(contains(mail, "Content-Transfer-Encoding: quoted-printable\r\n"));
    CHECK(contains(mail, "Caf=C3=A9 =E2=98=95"));
    CHECK(contains(headers_of(mail), "Subject: =?utf-8?B?"));
    for (const char c : mail) CHECK(static_cast<unsigned char>(c) < 0x80);

    const std::string eight_bit = compose(message, MailEncoding::eight_bit);
    CHECK(contains(eight_bit, "Content-Transfer-Encoding: 8bit\r\n"));
    CHECK(contains(eight_bit, "at Caf\xc3\xa9 \xe2\x98\x95"));
    for (const char c : headers_of(eight_bit)) CHECK(static_cast<unsigned char>(c) < 0x80);

    CHECK(encode_header_text("plain") == "plain");
    CHECK(encode_header_text("\xc3\xa9") == "=?utf-8?B?w6k=?=");
    CHECK(encode_header_text("=?utf-8?B?w6k=?=").starts_with("=?utf-8?B?PT91"));
    std::string umlauts;
    for (int i = 0; i < 100; ++i) umlauts += "\xc3\xbc";
    std::stringstream lines(encode_header_text(umlauts));
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 78);
    CHECK_FALSE(contains(encode_header_text(umlauts), "77+9"));  // no cut characters
}

TEST_CASE("[DA-1] a mail directory gets private, complete files") {
    TemporaryDirectory directory;
    auto transport = make_directory_transport(directory.path());
    CHECK(transport->deliver("a@b", "c@d", "1-7-password_reset", "hello\r\n").problem.empty());
    const std::string path = directory.file("1-7-password_reset.eml");
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    CHECK(text.str() == "hello\r\n");
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    int files = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(directory.path())) {
        ++files;
    }
    CHECK(files == 1);
    CHECK_FALSE(transport->deliver("a@b", "c@d", "no/such/name", "x").problem.empty());
    CHECK_THROWS_WITH_AS(make_directory_transport(directory.file("missing")),
                         doctest::Contains("mkdir"), Refusal);
}

TEST_CASE("[DA-2] a mail server that is not there is a reason, not a crash, and shows no secret") {
    // A port that was just free: nobody answers.
    uint16_t port = 0;
    {
        Fixture fixture;
        fixture.start();
        port = fixture.port();
    }
    MailConfig config;
    config.smtp_url = "smtp://127.0.0.1:" + std::to_string(port);
    config.smtp_user = "user";
    config.smtp_password = "canary";
    auto transport = make_smtp_transport(config);
    const std::string problem = transport->deliver("a@b.c", "d@e.f", "name", "hello\r\n").problem;
    CHECK_FALSE(problem.empty());
    CHECK_FALSE(contains(problem, "canary"));
}
