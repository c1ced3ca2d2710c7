// SPDX-License-Identifier: MIT
#include "core/policy_table.hpp"

#include "core/policy.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace till::core {
namespace {

constexpr sql::Sql select_store{"policy_store", R"sql(
    SELECT settings_version, store_id, epoch, testing, created_at
    FROM store
    WHERE id = 1
)sql"};

// Small tables, read whole once a change: the only lists without a limit.
constexpr sql::Sql select_settings{"policy_settings", R"sql(
    SELECT name, value
    FROM settings
    ORDER BY name
)sql"};

constexpr sql::Sql select_currencies{"policy_currencies", R"sql(
    SELECT code, exponent
    FROM currencies
    ORDER BY code
)sql"};

constexpr sql::Sql select_keys{"policy_keys", R"sql(
    SELECT kid, secret, retired_at, tokens_until
    FROM signing_keys
    ORDER BY created_at DESC, kid
)sql"};

constexpr sql::Sql upsert_setting{"setting_upsert", R"sql(
    INSERT INTO settings (name, value, changed_at)
    VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
)sql"};

constexpr sql::Sql delete_setting{"setting_delete", R"sql(
    DELETE FROM settings
    WHERE name = $1
)sql"};

constexpr sql::Sql insert_currency{"currency_insert", R"sql(
    INSERT INTO currencies (code, exponent)
    VALUES ($1, $2)
    ON CONFLICT (code) DO NOTHING
    RETURNING exponent
)sql"};

constexpr sql::Sql select_currency{"currency_select", R"sql(
    SELECT exponent
    FROM currencies
    WHERE code = $1
)sql"};

constexpr sql::Sql update_version{"settings_version_update", R"sql(
    UPDATE store
    SET settings_version = $1
    WHERE id = 1
)sql"};

constexpr std::array<const sql::Sql*, 9> statements{
    &select_store,   &select_settings, &select_currencies, &select_keys,   &upsert_setting,
    &delete_setting, &insert_currency, &select_currency,   &update_version};

}  // namespace

std::span<const sql::Sql* const> policy_statements() { return statements; }

Policy load_policy(sql::Transaction& tx) {
    Policy policy;
    {
        auto rows = tx.query(select_store);
        TILL_ASSERT(rows.next());
        policy.version = rows.integer(0);
        policy.store_id = rows.string(1);
        policy.issuer = "till:" + policy.store_id;
        policy.epoch = rows.integer(2);
        policy.testing = rows.boolean(3);
        policy.created_at = rows.integer(4);
    }
    policy.settings = domain::default_settings();
    for (auto rows = tx.query(select_settings); rows.next();) {
        // A name this version does not know belongs to a newer one that wrote here; it waits.
        const auto* definition = domain::find_setting(rows.text(0));
        if (definition == nullptr) continue;
        definition->assign(policy.settings, rows.text(1));
        policy.changed_settings.emplace(rows.string(0), rows.string(1));
    }
    for (auto rows = tx.query(select_currencies); rows.next();) {
        policy.exponents.emplace_back(rows.string(0), static_cast<std::int32_t>(rows.integer(1)));
    }
    for (auto rows = tx.query(select_keys); rows.next();) {
        const sql::Bytes secret = rows.bytes(1);
        TILL_ASSERT(secret.size() == crypto::HmacKey::size);
        policy.keys.push_back(
            {crypto::SigningKey(rows.text(0), secret.first<crypto::HmacKey::size>()),
             rows.is_null(2) ? std::nullopt : std::optional<Time>(rows.integer(3))});
    }
    return policy;
}

std::optional<std::int32_t> Policy::exponent_of(std::string_view currency) const {
    const auto found = std::lower_bound(
        exponents.begin(), exponents.end(), currency,
        [](const auto& known, std::string_view code) { return known.first < code; });
    if (found == exponents.end() || found->first != currency) return std::nullopt;
    return found->second;
}

const crypto::SigningKey* Policy::find_key(std::string_view kid, Time now) const noexcept {
    for (const StoredKey& each : keys) {
        if (each.key.kid() != kid) continue;
        return each.expires_at && *each.expires_at <= now ? nullptr : &each.key;
    }
    return nullptr;
}

bool Policy::has_expired_key(Time now) const noexcept {
    return std::any_of(keys.begin(), keys.end(), [now](const StoredKey& each) {
        return each.expires_at && *each.expires_at <= now;
    });
}

const crypto::SigningKey& Policy::signing_key() const {
    for (const StoredKey& each : keys) {
        if (!each.expires_at) return each.key;
    }
    throw Defect("the store has no signing key");
}

void PolicyTable::set(sql::Transaction& tx, std::string_view name, std::string_view value,
                      std::int64_t now) {
    tx.execute(upsert_setting, name, value, now);
}

void PolicyTable::unset(sql::Transaction& tx, std::string_view name) {
    tx.execute(delete_setting, name);
}

bool PolicyTable::add_currency(sql::Transaction& tx, std::string_view code,
                               std::int32_t& exponent) {
    {
        auto rows = tx.query(insert_currency, code, exponent);
        if (rows.next()) {
            while (rows.next()) {
            }
            return true;
        }
    }
    auto rows = tx.query(select_currency, code);
    TILL_ASSERT(rows.next());
    exponent = static_cast<std::int32_t>(rows.integer(0));
    return false;
}

void PolicyTable::renew_version(sql::Transaction& tx, Random& random) {
    std::array<std::byte, sizeof(std::int64_t)> bytes{};
    random.fill(bytes);
    tx.execute(update_version, std::bit_cast<std::int64_t>(bytes));
}

}  // namespace till::core
