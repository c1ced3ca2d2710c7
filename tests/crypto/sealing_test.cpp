// SPDX-License-Identifier: MIT
#include "crypto/sealing.hpp"

#include "base/encoding.hpp"
#include "base/testing.hpp"
#include "crypto/token.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace till;

namespace {

const std::array<std::byte, crypto::sealing_key_size> key = [] {
    testing::SeededRandom random(11);
    return crypto::random_bytes<crypto::sealing_key_size>(random);
}();
const crypto::Nonce nonce{std::byte{7}};
constexpr std::string_view plain = "a secret of 20 bytes";
constexpr std::string_view place = "till user 1";

std::string opened(std::span<const std::byte> sealed, std::string_view bound_to) {
    std::array<std::byte, plain.size()> out{};
    if (!crypto::unseal(key, bound_to, sealed, out)) {
        CHECK(out == std::array<std::byte, plain.size()>{});
        return "refused";
    }
    return std::string(text_of(out));
}

}  // namespace

TEST_CASE("what is sealed opens with its key, in its place, and nothing else") {
    const auto sealed = crypto::seal(key, nonce, place, bytes_of(plain));
    CHECK(sealed.size() == plain.size() + crypto::sealing_overhead);
    CHECK(text_of(sealed).find(plain.substr(0, 4)) == std::string_view::npos);
    CHECK(opened(sealed, place) == plain);
    CHECK(opened(sealed, "till user 2") == "refused");
    CHECK(opened(sealed, "") == "refused");
    CHECK(opened(std::span(sealed).first(sealed.size() - 1), place) == "refused");
    CHECK(opened({}, place) == "refused");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto other = sealed;
        other[i] ^= std::byte{1};
        CAPTURE(i);
        CHECK(opened(other, place) == "refused");
    }
    auto other_key = key;
    other_key[31] ^= std::byte{1};
    std::array<std::byte, plain.size()> out{};
    CHECK_FALSE(crypto::unseal(other_key, place, sealed, out));
}

// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
TEST_CASE("sealing is XChaCha20-Poly1305 as the draft's vector has it") {
    std::array<std::byte, 32> draft_key{};
    for (std::size_t i = 0; i < 32; ++i) draft_key[i] = static_cast<std::byte>(0x80 + i);
    crypto::Nonce draft_nonce{};
    for (std::size_t i = 0; i < 24; ++i) draft_nonce[i] = static_cast<std::byte>(0x40 + i);
    std::array<std::byte, 12> bound_to{};
    REQUIRE(parse_hex("50515253c0c1c2c3c4c5c6c7", bound_to));
    const auto sealed = crypto::seal(
        draft_key, draft_nonce, text_of(bound_to),
        bytes_of("Ladies and Gentlemen of the class of '99: If I could offer you only one tip "
                 "for the future, sunscreen would be it."));
    CHECK(to_hex(std::span(sealed).subspan(24, 16)) == "bd6d179d3e83d43b9576579493c0e939");
    CHECK(to_hex(std::span(sealed).last(16)) == "c0875924c1c7987947deafd8780acf49");
}

TEST_CASE("a locked key holds its bytes") {
    const crypto::LockedKey locked(key);
    CHECK(std::equal(key.begin(), key.end(), locked.bytes().begin()));
}
