// SPDX-License-Identifier: MIT
#include "crypto/password.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/os.hpp"
#include "base/text.hpp"
#include "crypto/django_password.hpp"
#include "crypto/openssl.hpp"
#include "crypto/secret.hpp"
#include "crypto/sodium.hpp"

#include <sodium.h>

#include <array>
#include <charconv>
#include <optional>
#include <span>

namespace till::crypto {
namespace {

constexpr std::size_t salt_size = crypto_pwhash_SALTBYTES;
constexpr std::size_t hash_size = 32;

// Bounds on what a stored hash may ask for, so that a hostile import cannot stall a login: at most
// 256 MiB, and about a second of work (Django's default asks for 100 MiB, twice).
constexpr std::uint32_t memory_kib_max = 262'144;
constexpr std::uint64_t memory_passes_max = 2'097'152;
constexpr std::uint32_t lanes_max = 64;

std::string normal_form(std::string_view password) {
    // What is not valid UTF-8 was never set as a password; hashing it as it is costs the same.
    return valid_utf8(password) ? nfkc(password) : std::string(password);
}

void argon2id(const PasswordParams& params, std::string_view password,
              std::span<const std::byte, salt_size> salt, std::span<std::byte, hash_size> out) {
    prepare_sodium();
    if (crypto_pwhash(reinterpret_cast<unsigned char*>(out.data()), out.size(), password.data(),
                      password.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                      params.passes, std::size_t{params.memory_kib} * 1024,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw_crypto_failed("password hashing");
    }
}

struct PhcString {
    std::uint32_t memory_kib = 0;
    std::uint32_t passes = 0;
    std::uint32_t lanes = 0;
    std::size_t salt_size = 0;
    std::size_t hash_size = 0;
    std::array<std::byte, 64> salt_bytes{};
    std::array<std::byte, 64> hash_bytes{};
};

// Takes `prefix`, then a decimal number without leading zeros, off the front of `text`.
bool take_number(std::string_view& text, std::string_view prefix, std::uint32_t& out) noexcept {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    if (text.empty() || text.front() < '1' || text.front() > '9') return false;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return true;
}

std::optional<PhcString> parse_phc(std::string_view text) noexcept {
    PhcString phc;
    constexpr std::string_view start = "$argon2id$v=19";
    if (!text.starts_with(start)) return std::nullopt;
    text.remove_prefix(start.size());
    if (!take_number(text, "$m=", phc.memory_kib) || !take_number(text, ",t=", phc.passes) ||
        !take_number(text, ",p=", phc.lanes) || !text.starts_with('$')) {
        return std::nullopt;
    }
    text.remove_prefix(1);
    const std::size_t dollar = text.find('$');
    if (dollar == std::string_view::npos) return std::nullopt;
    const auto salt = parse_base64(text.substr(0, dollar), Base64::standard_no_pad, phc.salt_bytes);
    const auto hash =
        parse_base64(text.substr(dollar + 1), Base64::standard_no_pad, phc.hash_bytes);
    // RFC 9106's least salt; a hash of 128 bits.
    if (!salt || !hash || *salt < 8 || *hash < 16) return std::nullopt;
    phc.salt_size = *salt;
    phc.hash_size = *hash;
    if (phc.lanes > lanes_max || phc.memory_kib > memory_kib_max ||
        phc.memory_kib < 8 * phc.lanes ||
        std::uint64_t{phc.memory_kib} * phc.passes > memory_passes_max) {
        return std::nullopt;
    }
    return phc;
}

// `encoded` is what `phc` was parsed from.
bool argon2id_matches(const PhcString& phc, std::string_view encoded, std::string_view password) {
    if (phc.lanes == 1 && phc.salt_size == salt_size && phc.hash_size == hash_size) {
        Secret<hash_size> computed;
        argon2id({phc.memory_kib, phc.passes}, password,
                 std::span(phc.salt_bytes).first<salt_size>(), computed.bytes());
        return equal(computed.bytes(), std::span(phc.hash_bytes).first(hash_size));
    }
    // Django's: libsodium computes several lanes and other salts only inside its own check, and
    // that calls a lack of memory a mismatch. So we ask for the memory before, and after a
    // mismatch.
    prepare_sodium();
    const std::size_t memory = std::size_t{phc.memory_kib} * 1024;
    if (!os::can_reserve(memory)) throw_crypto_failed("password hashing");
    const std::string terminated(encoded);
    if (crypto_pwhash_argon2id_str_verify(terminated.c_str(), password.data(), password.size()) ==
        0) {
        return true;
    }
    if (!os::can_reserve(memory)) throw_crypto_failed("password hashing");
    return false;
}

bool is_weaker(const PhcString& phc, const PasswordParams& params) noexcept {
    return phc.memory_kib < params.memory_kib || phc.passes < params.passes || phc.lanes != 1 ||
           phc.salt_size < salt_size || phc.hash_size < hash_size;
}

}  // namespace

std::string hash_password(const PasswordParams& params, std::string_view password, Random& random) {
    TILL_ASSERT(password.size() <= password_size_max && valid_utf8(password));
    std::array<std::byte, salt_size> salt;
    random.fill(salt);
    Secret<hash_size> hash;
    const SecretText normal(nfkc(password));
    argon2id(params, normal.view(), salt, hash.bytes());
    std::string phc = "$argon2id$v=19$m=" + std::to_string(params.memory_kib) +
                      ",t=" + std::to_string(params.passes) + ",p=1$";
    append_base64(phc, salt, Base64::standard_no_pad);
    phc += '$';
    append_base64(phc, hash.bytes(), Base64::standard_no_pad);
    return phc;
}

void verify_nothing(const PasswordParams& params, std::string_view password) {
    if (password.size() > password_size_max) return;
    constexpr std::array<std::byte, salt_size> salt{};
    Secret<hash_size> hash;
    const SecretText normal(normal_form(password));
    argon2id(params, normal.view(), salt, hash.bytes());
}

PasswordMatch verify_password(const PasswordParams& params, std::string_view encoded,
                              std::string_view password) {
    // The same for every user: a longer password was never set.
    if (password.size() > password_size_max) return PasswordMatch::no_match;
    const auto upgrade_if = [](bool matches) {
        return matches ? PasswordMatch::match_needs_upgrade : PasswordMatch::no_match;
    };
    if (const auto phc = parse_phc(encoded)) {
        const SecretText normal(normal_form(password));
        const bool matches = argon2id_matches(*phc, encoded, normal.view());
        if (matches && !is_weaker(*phc, params)) return PasswordMatch::match;
        return upgrade_if(matches);
    }
    constexpr std::string_view django_argon2 = "argon2$";
    if (encoded.starts_with(django_argon2)) {
        const std::string_view rest = encoded.substr(django_argon2.size());
        // Django puts the PHC string, without its first dollar, behind the word.
        const std::string encoded_phc = "$" + std::string(rest);
        if (const auto phc = parse_phc(encoded_phc)) {
            return upgrade_if(argon2id_matches(*phc, encoded_phc, password));
        }
    }
    if (const auto matches = django_password_matches(encoded, password))
        return upgrade_if(*matches);
    verify_nothing(params, password);
    return PasswordMatch::no_match;
}

}  // namespace till::crypto
