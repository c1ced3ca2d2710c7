// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// The second factor's codes: TOTP (RFC 6238) as every authenticator app makes them, six digits of
// HMAC-SHA-1 each 30 seconds, and recovery codes. Pure: the HMAC is the caller's.
namespace till::domain {

inline constexpr std::int64_t totp_step_us = 30 * us_per_second;
// RFC 4226, section 4: as long as the HMAC's output.
inline constexpr std::size_t totp_secret_size = 20;
// A clock may be one step off, or a code be typed slowly (RFC 6238, section 5.2).
inline constexpr std::int64_t totp_tolerance = 1;

// The number of the step that a moment is in.
std::int64_t totp_step(Time now) noexcept;

// What the HMAC of a step's code is taken of: its number in eight bytes, most significant first.
std::array<std::byte, 8> totp_message(std::int64_t step) noexcept;

// The code that an HMAC means (RFC 4226, section 5.3): below 1,000,000.
std::uint32_t totp_code(std::span<const std::byte, 20> mac) noexcept;

// Six digits as a user types them, blanks between them or not.
std::optional<std::uint32_t> parse_totp_code(std::string_view text) noexcept;

// The steps whose codes count: those about now that are newer than the last one used, so that no
// code counts twice. May be empty (first > last).
struct TotpWindow {
    std::int64_t first = 0;
    std::int64_t last = 0;
};
TotpWindow totp_window(Time now, std::int64_t last_used_step) noexcept;

// The link behind the QR code of an authenticator app:
// otpauth://totp/<shop>:<user>?secret=…&issuer=<shop>.
std::string totp_uri(std::string_view shop, std::string_view user, std::string_view secret_base32);

// ---- Recovery codes ----

inline constexpr std::size_t recovery_code_count = 10;
// 120 bits: from 112 on (ASVS 5.0, 6.5.2) a plain digest at rest is enough.
inline constexpr std::size_t recovery_code_size = 15;

// 24 letters and digits in base32, as they are shown: lower case, a hyphen after every fourth.
std::string recovery_code_text(std::string_view base32);
// As they are hashed: without hyphens and blanks, upper case. Nothing when it cannot be one.
std::optional<std::string> parse_recovery_code(std::string_view text);

}  // namespace till::domain
