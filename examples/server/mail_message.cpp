// SPDX-License-Identifier: MIT
#include "mail_message.hpp"

#include "wipe.hpp"

#include <algorithm>
#include <ctime>

namespace till_server {

namespace {

// RFC 5322, 2.1.1.
constexpr size_t line_max = 78;
// An encoded word is at most 75 characters: "=?utf-8?B?" + 60 of base64 (45 bytes) + "?=".
constexpr size_t encoded_bytes_max = 45;

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string base64(std::string_view bytes) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string result;
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](size_t at) {
            return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0u;
        };
        const unsigned group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        result += digits[group >> 18];
        result += digits[group >> 12 & 63];
        result += i + 1 < bytes.size() ? digits[group >> 6 & 63] : '=';
        result += i + 2 < bytes.size() ? digits[group & 63] : '=';
    }
    return result;
}

// RFC 2045, 6.7. Line feeds become CRLF.
void append_quoted_printable(std::string& result, std::string_view text) {
    static const char digits[] = "0123456789ABCDEF";
    make_room(result, 4 * text.size());  // three characters a byte, and a break after 75 of them
    size_t column = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == '\n') {
            result += "\r\n";
            column = 0;
            continue;
        }
        const bool line_end = i + 1 == text.size() || text[i + 1] == '\n';
        const bool plain = byte > 0x20 && byte < 0x7f && byte != '=';
        const bool blank = byte == ' ' && !line_end;
        const size_t width = plain || blank ? 1 : 3;
        if (column + width > 75) {
            result += "=\r\n";
            column = 0;
        }
        if (plain || blank) {
            result += text[i];
        } else {
            result += '=';
            result += digits[byte >> 4];
            result += digits[byte & 15];
        }
        column += width;
    }
}

// RFC 5322, 2.1.1: 998 characters a line. Within that a body goes as it is: links stay whole.
bool has_short_lines(std::string_view body) {
    size_t column = 0;
    for (const char c : body) {
        column = c == '\n' ? 0 : column + 1;
        if (column > 990) return false;
    }
    return true;
}

void append_crlf(std::string& result, std::string_view text) {
    make_room(result, 2 * text.size());
    for (const char c : text) {
        if (c == '\n') result += '\r';
        result += c;
    }
}

std::string date_header(int64_t now_us) {
    const std::time_t seconds = now_us / 1'000'000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char buffer[64];
    const size_t length =
        std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S +0000", &parts);
    return std::string(buffer, length);
}

std::string format_mailbox(const Mailbox& mailbox) {
    if (mailbox.name.empty()) return mailbox.address;
    const bool atoms = std::all_of(mailbox.name.begin(), mailbox.name.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == ' ' || c == '-' || c == '_';
    });
    // Anything that would need quoting goes as an encoded word, which needs none.
    const std::string name = atoms ? mailbox.name : "=?utf-8?B?" + base64(mailbox.name) + "?=";
    return name + " <" + mailbox.address + ">";
}

}  // namespace

bool is_mailable(std::string_view address) {
    const size_t at = address.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
           address.find('@', at + 1) == std::string_view::npos && address.size() <= 254 &&
           address.front() != '-' && std::none_of(address.begin(), address.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte <= 0x20 || byte == 0x7f ||
                      std::string_view("<>()[],;:\\\"").find(c) != std::string_view::npos;
           });
}

std::optional<Mailbox> parse_mailbox(std::string_view text) {
    Mailbox result;
    const size_t open = text.find('<');
    if (open == std::string_view::npos) {
        result.address = text;
    } else {
        if (text.back() != '>') return std::nullopt;
        result.address = text.substr(open + 1, text.size() - open - 2);
        std::string_view name = text.substr(0, open);
        while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
        if (name.size() > encoded_bytes_max || one_line(name) != name) return std::nullopt;
        result.name = name;
    }
    if (!is_mailable(result.address)) return std::nullopt;
    return result;
}

std::string encode_header_text(std::string_view text) {
    const std::string safe = one_line(text);
    // A text that looks like an encoded word must not be decoded as one.
    if (is_ascii(safe) && safe.size() <= line_max - 10 && safe.find("=?") == std::string::npos) {
        return safe;
    }
    std::string result;
    for (size_t begin = 0; begin < safe.size();) {
        size_t end = std::min(safe.size(), begin + encoded_bytes_max);
        // Back to the start of a character (RFC 2047, 5: no character is cut).
        while (end < safe.size() && (static_cast<unsigned char>(safe[end]) & 0xc0) == 0x80) --end;
        if (!result.empty()) result += "\r\n ";
        result += "=?utf-8?B?" + base64(std::string_view(safe).substr(begin, end - begin)) + "?=";
        begin = end;
    }
    return result;
}

std::optional<std::string> compose_mail(till::message_view message, const MailTemplate& text,
                                        const Mailbox& from, int64_t now_us,
                                        std::string_view unique, MailEncoding encoding) {
    if (!is_mailable(message.to())) return std::nullopt;
    std::string body = fill(text.body, message);
    const bool ascii = is_ascii(body);
    const bool plain = has_short_lines(body) && (ascii || encoding == MailEncoding::eight_bit);
    const char* name = !plain ? "quoted-printable" : ascii ? "7bit" : "8bit";
    const std::string domain = from.address.substr(from.address.find('@') + 1);
    std::string mail;
    mail += "Date: " + date_header(now_us) + "\r\n";
    mail += "From: " + format_mailbox(from) + "\r\n";
    mail += "To: " + std::string(message.to()) + "\r\n";
    mail += "Subject: " + encode_header_text(fill(text.subject, message)) + "\r\n";
    mail += "Message-ID: <" + std::string(unique) + "@" + domain + ">\r\n";
    mail += "Auto-Submitted: auto-generated\r\n";  // RFC 3834: no vacation replies
    mail += "MIME-Version: 1.0\r\n";
    mail += "Content-Type: text/plain; charset=utf-8\r\n";
    mail += std::string("Content-Transfer-Encoding: ") + name + "\r\n\r\n";
    if (plain) {
        append_crlf(mail, body);
    } else {
        append_quoted_printable(mail, body);
    }
    wipe(body);
    return mail;
}

}  // namespace till_server
