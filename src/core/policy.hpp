// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/jwt.hpp"
#include "domain/settings.hpp"
#include "sql/database.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace till::core {

struct StoredKey {
    crypto::SigningKey key;
    std::optional<Time> expires_at;  // retired: signs no more, and verifies until then
};

// What changes rarely and every call needs: settings, currencies, signing keys and the store's
// identity. Immutable; loaded anew when the store's settings_version says so.
struct Policy {
    std::int64_t version = 0;
    std::string store_id;
    std::string issuer;  // "till:" + store_id
    std::int64_t epoch = 0;
    bool testing = false;
    Time created_at = 0;
    domain::Settings settings;
    std::map<std::string, std::string, std::less<>> changed_settings;  // those off their defaults
    std::vector<std::pair<std::string, std::int32_t>> exponents;       // sorted by currency code
    std::vector<StoredKey> keys;                                       // newest first

    std::optional<std::int32_t> exponent_of(std::string_view currency) const;
    // Null when the name is no key's, or the key's last token has run out.
    const crypto::SigningKey* find_key(std::string_view kid, Time now) const noexcept;
    const crypto::SigningKey& signing_key() const;
    bool has_expired_key(Time now) const noexcept;
};

Policy load_policy(sql::Transaction& tx);

}  // namespace till::core
