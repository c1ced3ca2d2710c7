// SPDX-License-Identifier: MIT
#include "mail_templates.hpp"

#include "refusal.hpp"
#include "system_text.hpp"
#include "wipe.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace till_server {

namespace {

constexpr std::string_view subject_mark = "Subject: ";
constexpr size_t subject_max = 200;
constexpr size_t file_max = size_t{64} * 1024;

// What a kind's text may name beside the shop, the user and the address.
enum class Extra { none, token, codes_left };

struct Default {
    std::string_view kind;  // without "mail."
    Extra extra;
    std::string_view subject;
    std::string_view body;
};

constexpr Default defaults[] = {
    {"email_verification", Extra::token, "Confirm your e-mail address for {shop_name}",
     "Hello {username},\n\n"
     "please confirm that this is your e-mail address by opening this page:\n\n"
     "{link}\n\n"
     "If you have no account at {shop_name}, somebody mistyped an address: do nothing.\n"},
    {"password_reset", Extra::token, "Reset your password for {shop_name}",
     "Hello {username},\n\n"
     "somebody, probably you, asked to reset your password at {shop_name}. To choose a\n"
     "new one, open this page soon; it works once:\n\n"
     "{link}\n\n"
     "If it was not you, do nothing: your password stays as it is.\n"},
    {"password_changed", Extra::none, "Your password for {shop_name} was changed",
     "Hello {username},\n\n"
     "your password at {shop_name} has just been changed, and all other devices were\n"
     "logged out.\n\n"
     "If it was not you, reset your password at once and tell us.\n"},
    {"email_change", Extra::token, "Confirm your new e-mail address for {shop_name}",
     "Hello {username},\n\n"
     "this is to become the e-mail address of your account at {shop_name}. Please\n"
     "confirm it by opening this page:\n\n"
     "{link}\n\n"
     "If you have no account at {shop_name}, somebody mistyped an address: do nothing.\n"},
    {"email_change_requested", Extra::none,
     "Your e-mail address for {shop_name} is about to change",
     "Hello {username},\n\n"
     "somebody, probably you, asked for another e-mail address for your account at\n"
     "{shop_name}. It changes as soon as the new address confirms it.\n\n"
     "If it was not you, reset your password now: this stops it.\n"},
    {"email_changed", Extra::none, "Your e-mail address for {shop_name} was changed",
     "Hello {username},\n\n"
     "the e-mail address of your account at {shop_name} has just been changed.\n\n"
     "If it was not you, tell us at once.\n"},
    {"address_in_use", Extra::none, "You have an account at {shop_name} already",
     "Hello {username},\n\n"
     "somebody, perhaps you, gave this e-mail address for another account at\n"
     "{shop_name}. It belongs to your account, and stays there.\n\n"
     "If you forgot your password, ask for a new one with this address. If it was\n"
     "not you, do nothing.\n"},
    {"second_factor_enabled", Extra::none, "Second factor set up for {shop_name}",
     "Hello {username},\n\n"
     "from now on a login to your account at {shop_name} takes a code of your\n"
     "authenticator app beside the password, and all other devices were logged out.\n"
     "Keep your recovery codes where you keep passwords.\n\n"
     "If it was not you, somebody else knows your password: tell us at once.\n"},
    {"second_factor_removed", Extra::none, "Second factor removed for {shop_name}",
     "Hello {username},\n\n"
     "the second factor of your account at {shop_name} has just been removed: your\n"
     "password alone logs in again, and your recovery codes count no more.\n\n"
     "If you neither did it nor asked us to, reset your password at once and tell us.\n"},
    {"second_factor_refused", Extra::none, "Wrong codes at a login to {shop_name}",
     "Hello {username},\n\n"
     "somebody who knows your password, perhaps you, tried to log in to your account at\n"
     "{shop_name} and gave several wrong codes. They were refused.\n\n"
     "If it was not you, reset your password now: the code is all that stopped them.\n"},
    {"recovery_codes_renewed", Extra::none, "New recovery codes for {shop_name}",
     "Hello {username},\n\n"
     "new recovery codes were made for your account at {shop_name}. The ones before\n"
     "count no more.\n\n"
     "If it was not you, reset your password at once and tell us.\n"},
    {"recovery_code_used", Extra::codes_left, "Recovery code used for {shop_name}",
     "Hello {username},\n\n"
     "somebody, probably you, logged in to your account at {shop_name} with a recovery\n"
     "code. Codes that are left: {recovery_codes_left}. Make new ones before the last is\n"
     "used.\n\n"
     "If it was not you, reset your password at once and tell us.\n"},
};

const Default* find_default(std::string_view kind) {
    const auto* found = std::find_if(std::begin(defaults), std::end(defaults),
                                     [&](const Default& row) { return row.kind == kind; });
    return found == std::end(defaults) ? nullptr : found;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

// The outer shape of BCP 47: subtags of 1-8 letters or digits, the first of 2-8 letters.
bool is_locale(std::string_view text) {
    size_t length = 0;
    bool first = true;
    for (const char c : text) {
        if (c == '-') {
            if (length < (first ? 2u : 1u) || length > 8) return false;
            length = 0;
            first = false;
            continue;
        }
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (first || c < '0' || c > '9')) return false;
        ++length;
    }
    return length >= (first ? 2u : 1u) && length <= 8 && text.size() <= 35;
}

// RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
    for (size_t i = 0; i < text.size();) {
        const auto at = [&](size_t k) -> unsigned {
            return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u;
        };
        const unsigned lead = at(i);
        const size_t more = lead < 0x80   ? 0
                            : lead < 0xc2 ? 4
                            : lead < 0xe0 ? 1
                            : lead < 0xf0 ? 2
                                          : 3;
        if (more == 4 || lead > 0xf4) return false;
        const unsigned low = lead == 0xe0 ? 0xa0u : lead == 0xf0 ? 0x90u : 0x80u;
        const unsigned high = lead == 0xed ? 0x9fu : lead == 0xf4 ? 0x8fu : 0xbfu;
        if (more > 0 && (at(i + 1) < low || at(i + 1) > high)) return false;
        for (size_t k = 2; k <= more; ++k) {
            if (at(i + k) < 0x80 || at(i + k) > 0xbf) return false;
        }
        i += more + 1;
    }
    return true;
}

bool is_placeholder(std::string_view name, Extra extra) {
    if (name == "shop_name" || name == "username" || name == "to") return true;
    if (extra == Extra::codes_left) return name == "recovery_codes_left";
    return extra == Extra::token && (name == "link" || name == "token");
}

const char* placeholders(Extra extra) {
    switch (extra) {
        case Extra::token:
            return "{shop_name}, {username}, {to}, {link} and {token} are.";
        case Extra::codes_left:
            return "{shop_name}, {username}, {to} and {recovery_codes_left} are.";
        case Extra::none:
            break;
    }
    return "{shop_name}, {username} and {to} are.";
}

using Errors = std::vector<std::string>;

void check_placeholders(Errors& errors, const std::string& file, std::string_view text,
                        Extra extra) {
    for (size_t open = text.find('{'); open != std::string_view::npos;
         open = text.find('{', open + 1)) {
        const size_t close = text.find('}', open);
        const std::string_view name =
            text.substr(open + 1, close == std::string_view::npos ? 0 : close - open - 1);
        if (is_placeholder(name, extra)) continue;
        errors.push_back(file + ": {" + one_line(name.substr(0, 40)) +
                         "} is no placeholder here; " + placeholders(extra));
    }
}

// A file's text; what is wrong with it is appended.
MailTemplate read_template(Errors& errors, const std::string& file, std::string text,
                           const Default& kind) {
    text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
    const auto fail = [&](const char* why) { errors.push_back(file + ": " + why); };
    const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    });
    if (!plain) fail("it has control characters.");
    if (!is_utf8(text)) fail("it is not UTF-8.");
    MailTemplate result;
    const size_t line = text.find('\n');
    const std::string first = text.substr(0, line);
    if (!first.starts_with(subject_mark) || first.size() == subject_mark.size()) {
        fail("its first line is not \"Subject: \" with a subject.");
    } else {
        result.subject = first.substr(subject_mark.size());
        if (result.subject.size() > subject_max) fail("its subject is longer than 200 bytes.");
    }
    if (line == std::string::npos || text.compare(line, 2, "\n\n") != 0) {
        fail("its second line is not blank.");
        return result;
    }
    result.body = text.substr(line + 2);
    if (result.body.find_first_not_of(" \t\n") == std::string::npos) fail("it has no body.");
    check_placeholders(errors, file, result.subject, Extra::none);
    check_placeholders(errors, file, result.body, kind.extra);
    const bool leads = result.body.find("{link}") != std::string::npos ||
                       result.body.find("{token}") != std::string::npos;
    if (kind.extra == Extra::token && !leads) fail("its body has neither {link} nor {token}.");
    return result;
}

std::string file_name(const Default& row) { return std::string(row.kind) + ".en.txt"; }

}  // namespace

namespace {

void append_one_line(std::string& out, std::string_view text) {
    make_room(out, text.size());
    std::replace_copy_if(
        text.begin(), text.end(), std::back_inserter(out),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
}

}  // namespace

std::string one_line(std::string_view text) {
    std::string result;
    append_one_line(result, text);
    return result;
}

std::string fill(std::string_view text, till::message_view message) {
    std::string result;
    while (!text.empty()) {
        const size_t brace = text.find('{');
        const std::string_view before = text.substr(0, brace);
        make_room(result, before.size());
        result += before;
        if (brace == std::string_view::npos) break;
        text.remove_prefix(brace);
        const size_t end = text.find('}');
        const std::string_view name = text.substr(1, end - 1);
        if (name == "shop_name") append_one_line(result, message.shop_name());
        if (name == "username") append_one_line(result, message.username());
        if (name == "to") append_one_line(result, message.to());
        if (name == "link") append_one_line(result, message.link());
        if (name == "token") append_one_line(result, message.token());
        if (name == "recovery_codes_left") {
            append_one_line(result, std::to_string(message.recovery_codes_left()));
        }
        text.remove_prefix(end + 1);
    }
    return result;
}

MailTemplates::MailTemplates() {
    for (const Default& row : defaults) {
        texts_[std::string(row.kind) + ".en"] = {std::string(row.subject), std::string(row.body)};
    }
}

MailTemplates::MailTemplates(const std::string& directory) : MailTemplates() {
    Errors errors;
    std::error_code failure;
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(directory, failure)) {
        if (entry.path().extension() == ".txt") paths.push_back(entry.path());
    }
    if (failure) {
        throw Refusal("--mail-templates " + directory + ": " + failure.message() + ".", exit_usage);
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        const std::string file = path.filename().string();
        const std::string stem = path.stem().string();
        const size_t dot = std::min(stem.find('.'), stem.size());
        const Default* kind = find_default(std::string_view(stem).substr(0, dot));
        const std::string locale = dot < stem.size() ? stem.substr(dot + 1) : "";
        if (kind == nullptr || !is_locale(locale)) {
            errors.push_back(file + ": its name is not KIND.LOCALE.txt with a kind of mail.");
            continue;
        }
        std::ifstream stream(path, std::ios::binary);
        std::string text(file_max + 1, '\0');
        stream.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<size_t>(stream.gcount()));
        if (stream.bad() || text.empty() || text.size() > file_max) {
            errors.push_back(file + ": it cannot be read, is empty or is longer than 64 KiB.");
            continue;
        }
        const std::string name = std::string(kind->kind) + "." + lower(locale);
        texts_[name] = read_template(errors, file, std::move(text), *kind);
    }
    if (errors.empty()) return;
    std::string all = "The mail templates in " + directory + " are not good:";
    for (const std::string& error : errors) all += "\n  " + error;
    throw Refusal(all, exit_usage);
}

const MailTemplate* MailTemplates::find(std::string_view kind, std::string_view locale,
                                        std::string_view shop_locale) const {
    constexpr std::string_view prefix = "mail.";
    if (!kind.starts_with(prefix)) return nullptr;
    kind.remove_prefix(prefix.size());
    for (const std::string_view wanted : {locale, shop_locale, std::string_view("en")}) {
        std::string tag = lower(wanted);
        while (!tag.empty()) {
            const auto found = texts_.find(std::string(kind) + "." + tag);
            if (found != texts_.end()) return &found->second;
            tag.resize(tag.find('-') == std::string::npos ? 0 : tag.rfind('-'));
        }
    }
    return nullptr;
}

void MailTemplates::write_defaults(const std::string& directory) {
    if (::mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) {
        throw Refusal("Cannot make " + directory + ": " + system_text(errno) + ".");
    }
    for (const Default& row : defaults) {
        const std::string path = directory + "/" + file_name(row);
        std::string text(subject_mark);
        text.append(row.subject).append("\n\n").append(row.body);
        const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file < 0) throw Refusal("Cannot make " + path + ": " + system_text(errno) + ".");
        const ssize_t written = ::write(file, text.data(), text.size());
        const bool closed = ::close(file) == 0;
        if (written != static_cast<ssize_t>(text.size()) || !closed) {
            throw Refusal("Cannot write " + path + ".");
        }
    }
}

}  // namespace till_server
