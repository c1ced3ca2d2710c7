// SPDX-License-Identifier: MIT
#include "core/key_uses.hpp"

#include <array>

namespace till::core {
namespace {

constexpr sql::Sql update_use{"key_use", R"sql(
    UPDATE api_keys
    SET last_used_at = $1
    WHERE id = $2
)sql"};

constexpr std::array<const sql::Sql*, 1> statements{&update_use};

// What a list shows need not be finer, and a busy key must not cost a row's write in every call.
constexpr std::int64_t grain_us = us_per_minute;

}  // namespace

void KeyUses::note(std::int64_t key_id, std::optional<Time> saved_at, Time now) {
    // A clock that was set back is written, too.
    if (saved_at && now >= *saved_at && now - *saved_at < grain_us) return;
    const std::lock_guard lock(mutex_);
    noted_[key_id] = now;
    any_.store(true, std::memory_order_relaxed);
}

KeyUses::Saved KeyUses::save(sql::Transaction& tx) {
    if (!any_.load(std::memory_order_relaxed)) return {};
    Saved saved;
    {
        const std::lock_guard lock(mutex_);
        saved.assign(noted_.begin(), noted_.end());
    }
    for (const auto& [key_id, used_at] : saved) tx.execute(update_use, used_at, key_id);
    return saved;
}

void KeyUses::forget(const Saved& saved) {
    if (saved.empty()) return;
    const std::lock_guard lock(mutex_);
    for (const auto& [key_id, used_at] : saved) {
        const auto found = noted_.find(key_id);
        if (found != noted_.end() && found->second <= used_at) noted_.erase(found);
    }
    any_.store(!noted_.empty(), std::memory_order_relaxed);
}

std::span<const sql::Sql* const> key_use_statements() { return statements; }

}  // namespace till::core
