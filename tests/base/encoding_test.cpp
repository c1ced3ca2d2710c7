// SPDX-License-Identifier: MIT
#include "base/encoding.hpp"

#include "base/testing.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

using till::Base64;
using till::bytes_of;

namespace {

// The decoded bytes, or "refused".
std::string decoded(std::string_view text, Base64 kind) {
    std::array<std::byte, 64> out{};
    const auto size = till::parse_base64(text, kind, out);
    return size ? std::string(till::text_of(std::span(out).first(*size))) : "refused";
}

}  // namespace

TEST_CASE("base64 agrees with the vectors of RFC 4648 section 10") {
    const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"fooba", "Zm9vYmE="},
                                                                      {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, padded] : vectors) {
        CAPTURE(plain);
        CHECK(till::to_base64(bytes_of(plain), Base64::standard) == padded);
        CHECK(decoded(padded, Base64::standard) == plain);
        const std::string bare = padded.substr(0, padded.find('='));
        CHECK(till::to_base64url(bytes_of(plain)) == bare);
        CHECK(decoded(bare, Base64::url) == plain);
        CHECK(decoded(bare, Base64::standard_no_pad) == plain);
    }
}

TEST_CASE("the two base64 alphabets do not mix") {
    CHECK(till::to_base64url(bytes_of("\xFB\xFF\xFE")) == "-__-");
    CHECK(till::to_base64(bytes_of("\xFB\xFF\xFE"), Base64::standard) == "+//+");
    CHECK(decoded("+//+", Base64::url) == "refused");
    CHECK(decoded("-__-", Base64::standard) == "refused");
}

TEST_CASE("base64 that is not canonical is refused") {
    for (const char* text : {"Zh", "Zm9", "Z", "Zm9vY", "Zg==", "Zg=", "Zm9v\n", " Zm9v", "Zm 9v",
                             "Zm9v=", "Zm9\xC3", "=", "===="}) {
        CAPTURE(std::string(text));
        CHECK(decoded(text, Base64::url) == "refused");
    }
    for (const char* text :
         {"Zg", "Zg=", "Zh==", "Zm9=", "Zm8", "Z===", "====", "Zg==Zg==", "Zm9v====", "=Zg=",
          "Zg=="
          "\n"}) {
        CAPTURE(std::string(text));
        CHECK(decoded(text, Base64::standard) == "refused");
    }
}

TEST_CASE("base64 never writes beyond the buffer it is given") {
    std::array<std::byte, 2> small{};
    CHECK_FALSE(till::parse_base64("Zm9v", Base64::url, small).has_value());
    CHECK(till::parse_base64("Zm8", Base64::url, small) == 2u);
}

TEST_CASE("any bytes come back from base64 and hex unchanged") {
    till::testing::SeededRandom random(7);
    for (std::size_t size = 0; size < 64; ++size) {
        std::vector<std::byte> bytes(size);
        random.fill(bytes);
        for (const Base64 kind : {Base64::url, Base64::standard, Base64::standard_no_pad}) {
            const std::string text = till::to_base64(bytes, kind);
            CHECK(text.size() == till::base64_size(size, kind));
            CHECK(decoded(text, kind) == till::text_of(bytes));
        }
        std::vector<std::byte> back(size);
        CHECK(till::parse_hex(till::to_hex(bytes), back));
        CHECK(back == bytes);
    }
}

TEST_CASE("hex is lower case and of exact length") {
    std::array<std::byte, 2> out{};
    CHECK(till::to_hex(bytes_of("\x01\xAF")) == "01af");
    CHECK(till::parse_hex("01af", out));
    CHECK(out[1] == std::byte{0xAF});
    for (const char* text : {"01AF", "01a", "01af0", "01ag", "", " 1af", "0x1f"}) {
        CAPTURE(std::string(text));
        CHECK_FALSE(till::parse_hex(text, out));
    }
}

TEST_CASE("base32 agrees with the vectors of RFC 4648 section 10, without their padding") {
    const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                      {"f", "MY"},
                                                                      {"fo", "MZXQ"},
                                                                      {"foo", "MZXW6"},
                                                                      {"foob", "MZXW6YQ"},
                                                                      {"fooba", "MZXW6YTB"},
                                                                      {"foobar", "MZXW6YTBOI"}};
    for (const auto& [plain, text] : vectors) {
        CAPTURE(plain);
        CHECK(till::to_base32(bytes_of(plain)) == text);
    }
}
