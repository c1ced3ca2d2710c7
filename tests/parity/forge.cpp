// SPDX-License-Identifier: MIT
#include "json.hpp"
#include "world.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace till_parity {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64url_decode(std::string_view encoded) {
    std::string bytes;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : encoded) {
        bits = (bits << 6) | static_cast<unsigned>(alphabet.find(c));
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>((bits >> count) & 0xFF);
        }
    }
    return bytes;
}

std::string base64url_encode(std::string_view bytes) {
    std::string encoded;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(c);
        count += 8;
        while (count >= 6) {
            count -= 6;
            encoded += alphabet[(bits >> count) & 0x3F];
        }
    }
    if (count > 0) encoded += alphabet[(bits << (6 - count)) & 0x3F];
    return encoded;
}

struct Parts {
    std::string header;
    std::string payload;
    std::string signature;
};

Parts take_apart(const std::string& token) {
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first + 1);
    if (first == std::string::npos || second == std::string::npos)
        throw std::runtime_error("the access token is no JWT");
    return {token.substr(0, first), token.substr(first + 1, second - first - 1),
            token.substr(second + 1)};
}

std::string sign(till::store_ref store, const Json& claims, const std::optional<Json>& header) {
    const std::string claims_text = write_json(claims);
    const std::string header_text = header ? write_json(*header) : std::string();
    return std::string(
        till::testing::token_forge(store, claims_text,
                                   header ? std::string_view(header_text) : std::string_view())
            .token());
}

// Another store has another key.
std::string sign_elsewhere(const Json& claims, const Json& header) {
    till::testing::store_in in;
    in.seed = 4711;
    in.now = till::to_time(start_us);
    const till::store store = till::testing::store_open(in);
    return sign(store, claims, header);
}

std::int64_t seconds_of(const Json& claims, const char* name) {
    const std::string digits = write_json(claims.at(name));
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

void set_seconds(Json& claims, const char* name, std::int64_t value) {
    claims[name] = number(std::to_string(value));
}

// A token that somebody altered on its way: one bit of the signature, and the same length.
std::string tampered(std::string token) {
    char& c = token[token.size() - 5];
    c = c == 'A' ? 'B' : 'A';
    return token;
}

constexpr std::int64_t an_hour = 3600;

struct Forgery {
    Json claims;
    Json header;
    bool unsigned_token = false;
    bool other_key = false;
    bool altered = false;
};

bool remove_claim(Json& claims, std::string_view name) {
    constexpr std::array<std::pair<std::string_view, const char*>, 10> claim_of{{
        {"user", "user_id"},
        {"user_id", "user_id"},
        {"uid", "user_id"},
        {"jti", "jti"},
        {"exp", "exp"},
        {"iat", "iat"},
        {"type", "token_type"},
        {"token_type", "token_type"},
        {"sid", "sid"},
        {"iss", "iss"},
    }};
    for (const auto& [word, claim] : claim_of) {
        if (word != name) continue;
        claims.erase(claim);
        return true;
    }
    return false;
}

// What the name says besides the kind of token: "no_jti", "alg_none", … False: unknown.
bool spoil(Forgery& forgery, const std::string& flaw) {
    Json& claims = forgery.claims;
    const auto is = [&](std::initializer_list<std::string_view> names) {
        return std::find(names.begin(), names.end(), flaw) != names.end();
    };
    if (flaw.starts_with("no_")) return remove_claim(claims, std::string_view(flaw).substr(3));
    if (flaw.starts_with("without_")) return remove_claim(claims, std::string_view(flaw).substr(8));
    if (is({"expired", "exp_past", "past_exp"})) {
        set_seconds(claims, "exp", seconds_of(claims, "iat") - an_hour);
        set_seconds(claims, "iat", seconds_of(claims, "iat") - 2 * an_hour);
    } else if (is({"alg_none", "none", "none_alg", "unsigned"})) {
        forgery.header["alg"] = "none";
        forgery.unsigned_token = true;
    } else if (is({"no_signature", "nosig"})) {
        forgery.unsigned_token = true;
    } else if (is({"alg_hs384", "alg_hs512", "alg_rs256", "alg_es256", "hs384", "hs512", "rs256",
                   "wrong_alg", "other_alg", "bad_alg"})) {
        const std::string digits = flaw.find("384") != std::string::npos ? "384" : "512";
        const bool rsa = flaw.find("rs256") != std::string::npos;
        forgery.header["alg"] = rsa ? "RS256" : "HS" + digits;
    } else if (is({"tampered", "bad_sig", "bad_signature", "wrong_sig", "wrong_signature"})) {
        forgery.altered = true;
    } else if (is({"wrong_key", "other_key", "bad_key", "foreign", "foreign_key"})) {
        forgery.other_key = true;
    } else if (is({"wrong_type", "bad_type", "type_refresh", "other_type"})) {
        claims["token_type"] = "refresh";
    } else if (is({"type_sliding", "sliding"})) {
        claims["token_type"] = "sliding";
    } else if (is({"unknown_user", "missing_user", "bad_user", "wrong_user", "ghost",
                   "user_unknown", "other_user"})) {
        claims["user_id"] = "999999";
    } else if (is({"int_user", "user_int"})) {
        claims["user_id"] = number(claims.at("user_id").get<std::string>());
    } else if (is({"text_user", "user_text", "user_garbage"})) {
        claims["user_id"] = "abc";
    } else if (is({"future_iat", "iat_future"})) {
        set_seconds(claims, "iat", seconds_of(claims, "iat") + an_hour);
        set_seconds(claims, "exp", seconds_of(claims, "iat") + an_hour);
    } else if (is({"future_nbf", "nbf_future", "nbf", "not_yet"})) {
        set_seconds(claims, "nbf", seconds_of(claims, "iat") + an_hour);
    } else if (is({"bad_exp", "text_exp", "exp_text"})) {
        claims["exp"] = "soon";
    } else {
        return false;
    }
    return true;
}

}  // namespace

std::string forge_token(till::store_ref store, const std::string& name, const std::string& access,
                        const std::string& refresh) {
    const bool for_refresh =
        name.find("refresh") != std::string::npos && name.find("access") == std::string::npos;
    const std::string kind = for_refresh ? "refresh" : "access";
    const std::size_t at = name.find(kind);
    if (at == std::string::npos) return {};
    // "expired_access" and "access_expired" are the same.
    std::string flaw = name.substr(0, at) + name.substr(at + kind.size());
    while (flaw.starts_with('_')) flaw.erase(0, 1);
    while (flaw.ends_with('_')) flaw.pop_back();
    if (flaw.empty()) return {};

    const Parts parts = take_apart(access);
    Forgery forgery;
    forgery.claims = parse_json(base64url_decode(parts.payload));
    forgery.header = parse_json(base64url_decode(parts.header));
    // A refresh token is no JWT here: who holds the signing key may still try one.
    if (for_refresh) forgery.claims["token_type"] = "refresh";
    if (!spoil(forgery, flaw)) return {};
    if (forgery.altered) return tampered(for_refresh ? refresh : access);
    if (forgery.other_key) return sign_elsewhere(forgery.claims, forgery.header);
    if (!forgery.unsigned_token) return sign(store, forgery.claims, forgery.header);
    return base64url_encode(write_json(forgery.header)) + "." +
           base64url_encode(write_json(forgery.claims)) + ".";
}

}  // namespace till_parity
