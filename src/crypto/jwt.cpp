// SPDX-License-Identifier: MIT
#include "crypto/jwt.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "crypto/flat_json.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace till::crypto {
namespace {

constexpr std::string_view algorithm = "HS256";
constexpr std::string_view header_type = "at+jwt";  // RFC 9068.
constexpr std::string_view access_type = "access";  // simplejwt's token_type.
constexpr std::int64_t leeway_s = 60;  // For clocks ahead of ours; RFC 8725 allows "minutes".
constexpr std::int64_t latest_s = 253'402'300'799;  // 9999-12-31T23:59:59Z.
constexpr std::size_t header_size_max = 256;        // Decoded; ours has at most 103 bytes.
constexpr std::size_t claims_room = 256;            // Ours have at most 220 without the issuer.
constexpr std::size_t signature_room = 64;          // Two dots and 43 characters.
constexpr std::size_t members_max = 16;             // Ours have 3 and 7.

bool is_kid_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

bool is_plain(char c) noexcept { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

void append_signature(std::string& token, const HmacKey& key) {
    const Digest signature = key.sign(token);
    token += '.';
    append_base64(token, signature, Base64::url);
}

struct Header {
    std::string_view kid;
    std::string_view typ;
};

// Nothing unless the members are exactly alg, kid and typ, all texts, with our one algorithm.
std::optional<Header> read_header(std::span<char> json) noexcept {
    std::array<FlatMember, 3> members;
    const auto count = parse_flat_object(json, members);
    if (count != members.size()) return std::nullopt;
    Header header;
    bool known = false;
    for (const FlatMember& member : members) {
        if (member.kind != FlatKind::text) return std::nullopt;
        if (member.name == "alg") {
            known = member.value == algorithm;
        } else if (member.name == "kid") {
            header.kid = member.value;
        } else if (member.name == "typ") {
            header.typ = member.value;
        } else {
            return std::nullopt;
        }
    }
    if (!known || header.kid.empty()) return std::nullopt;
    return header;
}

class Payload {
public:
    bool read(std::span<char> json) noexcept {
        const auto count = parse_flat_object(json, storage_);
        members_ = std::span(storage_).first(count.value_or(0));
        return count.has_value();
    }
    const FlatMember* find(std::string_view name) const noexcept {
        for (const FlatMember& member : members_) {
            if (member.name == name) return &member;
        }
        return nullptr;
    }
    bool is_text(std::string_view name, std::string_view value) const noexcept {
        const FlatMember* member = find(name);
        return member != nullptr && member->kind == FlatKind::text && member->value == value;
    }

private:
    std::array<FlatMember, members_max> storage_;
    std::span<const FlatMember> members_;
};

bool whole_number(std::string_view text, std::int64_t& out) noexcept {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, out);
    return error == std::errc() && stop == end;
}

bool seconds(const FlatMember& member, std::int64_t& out) noexcept {
    return member.kind == FlatKind::number && whole_number(member.value, out) && out >= 0 &&
           out <= latest_s;
}

bool id_text(const FlatMember& member, std::int64_t& out) noexcept {
    return member.kind == FlatKind::text && !member.value.empty() && member.value.front() >= '1' &&
           member.value.front() <= '9' && whole_number(member.value, out);
}

bool hex_text(const FlatMember& member, std::span<std::byte> out) noexcept {
    return member.kind == FlatKind::text && parse_hex(member.value, out);
}

TokenVerdict judge(const Payload& payload, std::int64_t now_s, std::string_view issuer,
                   AccessClaims& claims) noexcept {
    if (payload.find("token_type") == nullptr) return TokenVerdict::missing_claim;
    if (!payload.is_text("token_type", access_type)) return TokenVerdict::wrong_type;
    if (payload.find("iss") == nullptr) return TokenVerdict::missing_claim;
    if (!payload.is_text("iss", issuer)) return TokenVerdict::wrong_issuer;
    if (payload.find("aud") != nullptr) return TokenVerdict::wrong_issuer;

    const FlatMember* const exp = payload.find("exp");
    const FlatMember* const iat = payload.find("iat");
    const FlatMember* const user_id = payload.find("user_id");
    const FlatMember* const sid = payload.find("sid");
    const FlatMember* const jti = payload.find("jti");
    if (exp == nullptr || iat == nullptr || user_id == nullptr || sid == nullptr ||
        jti == nullptr) {
        return TokenVerdict::missing_claim;
    }
    AccessClaims read;
    if (!seconds(*exp, read.expires_at) || !seconds(*iat, read.issued_at) ||
        !id_text(*user_id, read.user_id) || !hex_text(*sid, read.sid) ||
        !hex_text(*jti, read.jti)) {
        return TokenVerdict::malformed;
    }
    std::int64_t valid_from = read.issued_at;
    if (const FlatMember* const nbf = payload.find("nbf")) {
        std::int64_t not_before = 0;
        if (!seconds(*nbf, not_before)) return TokenVerdict::malformed;
        valid_from = std::max(valid_from, not_before);
    }
    if (read.expires_at <= now_s) return TokenVerdict::expired;
    if (valid_from > now_s + leeway_s) return TokenVerdict::not_yet_valid;
    claims = read;
    return TokenVerdict::ok;
}

template <std::size_t N>
std::optional<std::span<char>> decoded(std::string_view part,
                                       std::array<char, N>& buffer) noexcept {
    const auto size = parse_base64(part, Base64::url, std::as_writable_bytes(std::span(buffer)));
    if (!size || *size == 0) return std::nullopt;
    return std::span(buffer).first(*size);
}

}  // namespace

SigningKey::SigningKey(std::string_view kid, std::span<const std::byte, HmacKey::size> key)
    : kid_(kid), key_(key) {
    TILL_ASSERT(!kid.empty() && kid.size() <= 64 &&
                std::all_of(kid.begin(), kid.end(), is_kid_character));
    std::string json = R"({"alg":"HS256","kid":")";
    json += kid;
    json += R"(","typ":"at+jwt"})";
    encoded_header_ = to_base64url(bytes_of(json));
}

std::string sign_access_token(const SigningKey& key, std::string_view issuer,
                              const AccessClaims& claims) {
    TILL_ASSERT(std::all_of(issuer.begin(), issuer.end(), is_plain));
    TILL_ASSERT(claims.user_id > 0 && claims.issued_at >= 0 && claims.expires_at <= latest_s);
    // Room for all of it, here and in the token: a text that grows leaves its bytes behind.
    std::string json;
    json.reserve(claims_room + issuer.size());
    json += R"({"token_type":"access","user_id":")";
    json += std::to_string(claims.user_id);
    json += R"(","sid":")";
    json += to_hex(claims.sid);
    json += R"(","jti":")";
    json += to_hex(claims.jti);
    json += R"(","iss":")";
    json += issuer;
    json += R"(","iat":)";
    json += std::to_string(claims.issued_at);
    json += R"(,"exp":)";
    json += std::to_string(claims.expires_at);
    json += '}';

    std::string token;
    token.reserve(key.encoded_header().size() + 2 * json.size() + signature_room);
    token += key.encoded_header();
    token += '.';
    append_base64(token, bytes_of(json), Base64::url);
    append_signature(token, key.key());
    wipe(json);
    return token;
}

TokenVerdict verify_access_token(std::string_view token, KeyLookup keys, Time now_us,
                                 std::string_view issuer, AccessClaims& claims) {
    if (token.size() > access_token_size_max) return TokenVerdict::malformed;
    const std::size_t first = token.find('.');
    const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || second == first + 1) return TokenVerdict::malformed;

    // A third dot is a foreign character of the signature's base64.
    Digest signature;
    if (parse_base64(token.substr(second + 1), Base64::url, signature) != signature.size()) {
        return TokenVerdict::malformed;
    }
    std::array<char, header_size_max> header_buffer;
    const auto header_json = decoded(token.substr(0, first), header_buffer);
    if (!header_json) return TokenVerdict::malformed;
    const auto header = read_header(*header_json);
    if (!header) return TokenVerdict::malformed;

    const SigningKey* const key = keys(header->kid);
    if (key == nullptr || key->kid() != header->kid) return TokenVerdict::unknown_key;
    if (!key->key().verify(bytes_of(token.substr(0, second)), signature)) {
        return TokenVerdict::bad_signature;
    }
    if (header->typ != header_type) return TokenVerdict::wrong_type;

    std::array<char, access_token_size_max * 3 / 4> payload_buffer;
    const auto payload_json = decoded(token.substr(first + 1, second - first - 1), payload_buffer);
    if (!payload_json) return TokenVerdict::malformed;
    Payload payload;
    const TokenVerdict verdict = payload.read(*payload_json)
                                     ? judge(payload, now_us / us_per_second, issuer, claims)
                                     : TokenVerdict::malformed;
    wipe(std::as_writable_bytes(*payload_json));  // it names the session
    return verdict;
}

std::string forge_token(const HmacKey& key, std::string_view header_json,
                        std::string_view payload_json) {
    std::string token = to_base64url(bytes_of(header_json));
    token += '.';
    append_base64(token, bytes_of(payload_json), Base64::url);
    append_signature(token, key);
    return token;
}

}  // namespace till::crypto
