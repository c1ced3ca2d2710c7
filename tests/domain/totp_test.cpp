// SPDX-License-Identifier: MIT
#include "domain/totp.hpp"

#include "base/encoding.hpp"
#include "crypto/hmac.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>

using namespace till;
using namespace till::domain;

namespace {

// The secret of both RFCs.
constexpr std::string_view rfc_secret = "12345678901234567890";

std::uint32_t code_of(std::int64_t step) {
    return totp_code(crypto::hmac_sha1(bytes_of(rfc_secret), totp_message(step)));
}

std::string window_of(Time now, std::int64_t last_used) {
    const TotpWindow window = totp_window(now, last_used);
    std::string text;
    for (std::int64_t step = window.first; step <= window.last; ++step) {
        text += std::to_string(step) + " ";
    }
    return text;
}

}  // namespace

// RFC 4226, appendix D.
TEST_CASE("[AU-6] codes agree with the ten vectors of HOTP") {
    constexpr std::array<std::uint32_t, 10> codes{755224, 287082, 359152, 969429, 338314,
                                                  254676, 287922, 162583, 399871, 520489};
    for (std::size_t step = 0; step < codes.size(); ++step) {
        CAPTURE(step);
        CHECK(code_of(static_cast<std::int64_t>(step)) == codes[step]);
    }
}

// RFC 6238, appendix B: the rows of SHA-1, the only mode here, whose eight digits end in our six.
TEST_CASE("[AU-6] codes agree with the vectors of TOTP, by the time they are of") {
    constexpr std::array<std::pair<std::int64_t, std::uint32_t>, 6> rows{{{59, 94287082},
                                                                          {1111111109, 7081804},
                                                                          {1111111111, 14050471},
                                                                          {1234567890, 89005924},
                                                                          {2000000000, 69279037},
                                                                          {20000000000, 65353130}}};
    for (const auto& [seconds, code] : rows) {
        CAPTURE(seconds);
        CHECK(code_of(totp_step(seconds * us_per_second)) == code % 1'000'000);
    }
}

TEST_CASE("a code counts one step early and one late, and never once it or a later one was used") {
    constexpr Time now = 1000 * totp_step_us;
    CHECK(window_of(now, 0) == "999 1000 1001 ");
    CHECK(window_of(now + totp_step_us - 1, 0) == "999 1000 1001 ");
    CHECK(window_of(now + totp_step_us, 0) == "1000 1001 1002 ");
    CHECK(window_of(now, 998) == "999 1000 1001 ");
    CHECK(window_of(now, 999) == "1000 1001 ");
    CHECK(window_of(now, 1000) == "1001 ");
    CHECK(window_of(now, 1001).empty());
    // A clock that was set back waits for the time it had been at.
    CHECK(window_of(now, 5000).empty());
}

TEST_CASE("six digits are a code, with blanks or without") {
    CHECK(parse_totp_code("123456") == 123456U);
    CHECK(parse_totp_code("000001") == 1U);
    CHECK(parse_totp_code(" 123 456 ") == 123456U);
    for (const char* text : {"", " ", "12345", "1234567", "12345a", "+12345", "-12345", "123-456",
                             "1234.6", "\xD9\xA1\xD9\xA2\xD9\xA3\xD9\xA4\xD9\xA5\xD9\xA6"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_totp_code(text));
    }
}

TEST_CASE("the link for the app escapes what shops and users are called") {
    CHECK(totp_uri("Shop", "ann", "JBSWY3DP") ==
          "otpauth://totp/Shop:ann?secret=JBSWY3DP&issuer=Shop");
    CHECK(totp_uri("Tea & Caf\xC3\xA9: 1", "ann@x+y", "AB") ==
          "otpauth://totp/Tea%20%26%20Caf%C3%A9%3A%201:ann%40x%2By?secret=AB"
          "&issuer=Tea%20%26%20Caf%C3%A9%3A%201");
}

TEST_CASE("a recovery code is read as it is shown, in either case, with its hyphens or without") {
    const std::string letters = "ABCDEFGHIJKLMNOPQRSTUV27";
    const std::string shown = "abcd-efgh-ijkl-mnop-qrst-uv27";
    CHECK(recovery_code_text(letters) == shown);
    CHECK(parse_recovery_code(shown) == letters);
    CHECK(parse_recovery_code(letters) == letters);
    CHECK(parse_recovery_code(" abcdefgh ijkl mnop qrst UV27 ") == letters);
    for (const std::string& text :
         {std::string(), std::string("abcd"), letters + "A", letters.substr(1),
          letters.substr(1) + "1", letters.substr(1) + "_", std::string(100'000, '-')}) {
        CHECK_FALSE(parse_recovery_code(text));
    }
}
