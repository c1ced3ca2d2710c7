// SPDX-License-Identifier: MIT
#include "domain/totp.hpp"

#include <algorithm>

namespace till::domain {
namespace {

constexpr std::uint32_t code_limit = 1'000'000;
constexpr std::size_t code_digits = 6;
constexpr std::size_t group_size = 4;
constexpr std::size_t recovery_letters = recovery_code_size * 8 / 5;
static_assert(recovery_code_size * 8 % 5 == 0);

bool is_digit(char letter) noexcept { return letter >= '0' && letter <= '9'; }

// RFC 3986, section 2.3: everything but the unreserved.
void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (const char letter : text) {
        const bool plain = is_digit(letter) || (letter >= 'A' && letter <= 'Z') ||
                           (letter >= 'a' && letter <= 'z') || letter == '-' || letter == '.' ||
                           letter == '_' || letter == '~';
        if (plain) {
            out += letter;
            continue;
        }
        const auto byte = static_cast<unsigned char>(letter);
        out += '%';
        out += hex[byte >> 4U];
        out += hex[byte & 15U];
    }
}

}  // namespace

std::int64_t totp_step(Time now) noexcept { return now / totp_step_us; }

std::array<std::byte, 8> totp_message(std::int64_t step) noexcept {
    auto rest = static_cast<std::uint64_t>(step);
    std::array<std::byte, 8> message{};
    for (std::size_t i = message.size(); i-- > 0; rest >>= 8U) {
        message[i] = static_cast<std::byte>(rest & 0xFFU);
    }
    return message;
}

std::uint32_t totp_code(std::span<const std::byte, 20> mac) noexcept {
    const auto at = std::to_integer<std::size_t>(mac[19] & std::byte{0xF});
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        bits = bits << 8U | std::to_integer<std::uint32_t>(mac[at + i]);
    }
    return (bits & 0x7FFF'FFFFU) % code_limit;
}

std::optional<std::uint32_t> parse_totp_code(std::string_view text) noexcept {
    std::uint32_t code = 0;
    std::size_t digits = 0;
    for (const char letter : text) {
        if (letter == ' ') continue;
        if (!is_digit(letter) || ++digits > code_digits) return std::nullopt;
        code = code * 10 + static_cast<std::uint32_t>(letter - '0');
    }
    return digits == code_digits ? std::optional(code) : std::nullopt;
}

TotpWindow totp_window(Time now, std::int64_t last_used_step) noexcept {
    const std::int64_t step = totp_step(now);
    return {std::max(step - totp_tolerance, last_used_step + 1), step + totp_tolerance};
}

std::string totp_uri(std::string_view shop, std::string_view user, std::string_view secret_base32) {
    std::string uri;
    // At once: a text that grows leaves copies of the secret behind.
    uri.reserve(64 + 3 * (2 * shop.size() + user.size()) + secret_base32.size());
    uri += "otpauth://totp/";
    append_encoded(uri, shop);
    uri += ':';
    append_encoded(uri, user);
    uri += "?secret=";
    uri += secret_base32;
    uri += "&issuer=";
    append_encoded(uri, shop);
    return uri;
}

std::string recovery_code_text(std::string_view base32) {
    std::string text;
    text.reserve(base32.size() + base32.size() / group_size);
    for (std::size_t i = 0; i < base32.size(); ++i) {
        if (i > 0 && i % group_size == 0) text += '-';
        const char letter = base32[i];
        text += is_digit(letter) ? letter : static_cast<char>(letter - 'A' + 'a');
    }
    return text;
}

std::optional<std::string> parse_recovery_code(std::string_view text) {
    std::string code;
    code.reserve(recovery_letters);
    for (const char letter : text) {
        if (letter == ' ' || letter == '-') continue;
        const bool lower = letter >= 'a' && letter <= 'z';
        const char upper = lower ? static_cast<char>(letter - 'a' + 'A') : letter;
        const bool known = (upper >= 'A' && upper <= 'Z') || (upper >= '2' && upper <= '7');
        if (!known || code.size() == recovery_letters) return std::nullopt;
        code += upper;
    }
    return code.size() == recovery_letters ? std::optional(std::move(code)) : std::nullopt;
}

}  // namespace till::domain
