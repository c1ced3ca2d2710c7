// SPDX-License-Identifier: MIT
// Texts of mails from a directory: what is refused, which one is taken, what they fill in.
#include "mail_templates.hpp"

#include "fixture.hpp"
#include "mail_message.hpp"
#include "refusal.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace till_server_test;
using namespace till_server;

namespace {

void put(const TemporaryDirectory& directory, const std::string& name, const std::string& text) {
    std::ofstream(directory.file(name), std::ios::binary) << text;
}

std::string refusal_of(const TemporaryDirectory& directory) {
    try {
        const MailTemplates templates(directory.path());
        return "";
    } catch (const Refusal& refusal) {
        CHECK(refusal.exit_code() == exit_usage);
        return refusal.what();
    }
}

std::string subject_of(const MailTemplates& templates, std::string_view kind,
                       std::string_view locale, std::string_view shop_locale = "en") {
    const MailTemplate* found = templates.find(kind, locale, shop_locale);
    return found == nullptr ? "none" : found->subject;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

constexpr const char* good = "Subject: x\n\nGo to {link}.\n";

}  // namespace

TEST_CASE("the texts that the command writes are the program's own, and good") {
    TemporaryDirectory directory;
    const std::string to = directory.file("texts");
    MailTemplates::write_defaults(to);
    const MailTemplates written(to);
    const MailTemplates built_in;
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(to)) {
        const std::string name = entry.path().stem().string();
        const std::string kind = "mail." + name.substr(0, name.find('.'));
        CAPTURE(kind);
        const MailTemplate* here = written.find(kind, "en", "en");
        const MailTemplate* there = built_in.find(kind, "en", "en");
        REQUIRE((here != nullptr && there != nullptr));
        CHECK(here->subject == there->subject);
        CHECK(here->body == there->body);
        ++files;
    }
    CHECK(files == 12);
    // What somebody has changed is not written over.
    CHECK_THROWS_AS(MailTemplates::write_defaults(to), Refusal);
}

TEST_CASE("a mail is in the user's language, else a wider one, else the shop's, else English") {
    TemporaryDirectory directory;
    put(directory, "password_reset.de.txt", "Subject: Deutsch\n\n{link}\n");
    put(directory, "password_reset.de-AT.txt", "Subject: Wienerisch\n\n{link}\n");
    put(directory, "password_reset.zh-Hant.txt", "Subject: Hant\n\n{token}\n");
    put(directory, "notes.md", "no template");
    const MailTemplates templates(directory.path());
    constexpr const char* kind = "mail.password_reset";
    CHECK(subject_of(templates, kind, "de-AT") == "Wienerisch");
    CHECK(subject_of(templates, kind, "DE-at") == "Wienerisch");
    CHECK(subject_of(templates, kind, "de-CH") == "Deutsch");
    CHECK(subject_of(templates, kind, "zh-Hant-TW") == "Hant");
    CHECK(subject_of(templates, kind, "zh") == "Reset your password for {shop_name}");
    CHECK(subject_of(templates, kind, "fr", "de-CH") == "Deutsch");
    CHECK(subject_of(templates, kind, "") == "Reset your password for {shop_name}");
    CHECK(subject_of(templates, "mail.password_changed", "de", "de") ==
          "Your password for {shop_name} was changed");
    CHECK(subject_of(templates, "mail.unheard_of", "de") == "none");
    CHECK(subject_of(templates, "password_reset", "de") == "none");
}

TEST_CASE("every error of every file is told at once") {
    TemporaryDirectory directory;
    put(directory, "email_verification.de.txt", "Subject: {shop}\n\n{link} {user} {\n");
    put(directory, "password_changed.de.txt", "Subject: x\n\n{link}\n");
    put(directory, "password_reset.de.txt", "Subject: x\nno blank line\n");
    put(directory, "password_reset.en.txt", "Betreff: x\n\nno link\n");
    put(directory, "password_reset.d_e.txt", good);
    put(directory, "greetings.de.txt", good);
    put(directory, "email_change.de.txt", "Subject: {link}\n\n{link}\xff\n");
    put(directory, "email_change.en.txt", std::string("Subject: a\x01\n\n{link}\n"));
    put(directory, "email_changed.en.txt", "Subject: x\n\n \n");
    put(directory, "email_changed.de.txt", "");
    put(directory, "recovery_code_used.de.txt", "Subject: x\n\n{link}\n");
    put(directory, "second_factor_removed.de.txt", "Subject: x\n\n{recovery_codes_left}\n");
    const std::string told = refusal_of(directory);
    CAPTURE(told);
    for (const char* part :
         {"email_verification.de.txt: {shop} is", "email_verification.de.txt: {user} is",
          "email_verification.de.txt: {} is", "password_changed.de.txt: {link} is",
          "password_reset.de.txt: its second line", "password_reset.en.txt: its first line",
          "password_reset.en.txt: its body has neither", "password_reset.d_e.txt: its name",
          "greetings.de.txt: its name", "email_change.de.txt: it is not UTF-8",
          "email_change.de.txt: {link} is no placeholder", "email_change.en.txt: it has control",
          "email_changed.en.txt: it has no body", "email_changed.de.txt: it cannot be read",
          "recovery_code_used.de.txt: {link} is no placeholder here; {shop_name}, {username}, {to} "
          "and "
          "{recovery_codes_left} are.",
          "second_factor_removed.de.txt: {recovery_codes_left} is"}) {
        CAPTURE(part);
        CHECK(contains(told, part));
    }
    CHECK(refusal_of(TemporaryDirectory()).empty());
    CHECK_THROWS_AS(MailTemplates(directory.file("missing")), Refusal);
}

TEST_CASE("the mail of a used recovery code says how many are left") {
    TemporaryDirectory directory;
    put(directory, "recovery_code_used.de.txt", "Subject: x\n\nNoch {recovery_codes_left}.\n");
    const MailTemplates templates(directory.path());
    till_message message{};
    message.struct_size = sizeof message;
    message.kind = TILL_STR("mail.recovery_code_used");
    message.recovery_codes_left = 3;
    const till::message_view view(&message);
    CHECK(fill(templates.find(view.kind(), "de", "en")->body, view) == "Noch 3.\n");
    CHECK(contains(fill(templates.find(view.kind(), "en", "en")->body, view), "are left: 3."));
}

TEST_CASE("no name, address or link of a message leaves its line, in the header or the body") {
    TemporaryDirectory directory;
    put(directory, "email_verification.en.txt",
        "Subject: {username} at {shop_name}\r\n\r\n{username}: {link} {token} for {to}\r\n");
    const MailTemplates templates(directory.path());
    till_message message{};
    message.struct_size = sizeof message;
    message.kind = TILL_STR("mail.email_verification");
    message.to = TILL_STR("a@example.com");
    message.username = TILL_STR("{link}\r\nBcc: evil@example.com");
    message.shop_name = TILL_STR("Shop\nX-Evil: 1");
    message.link = TILL_STR("https://shop.example/?a\r\n.\r\nQUIT");
    message.token = TILL_STR("t0ken");
    const till::message_view view(&message);
    const auto mail = compose_mail(view, *templates.find(view.kind(), "en", "en"),
                                   {"", "shop@example.com"}, 0, "u", MailEncoding::eight_bit);
    REQUIRE(mail);
    CHECK(contains(*mail, "Subject: {link}  Bcc: evil@example.com at Shop X-Evil: 1\r\n"));
    CHECK_FALSE(contains(*mail, "\nBcc"));
    CHECK_FALSE(contains(*mail, "\nX-Evil"));
    CHECK_FALSE(contains(*mail, "\n.\r"));
    // What is filled in is not looked at again.
    CHECK(contains(*mail, "{link}  Bcc: evil@example.com: https://shop.example/?a"));
    CHECK(contains(*mail, "t0ken for a@example.com"));
}
