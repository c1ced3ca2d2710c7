// SPDX-License-Identifier: MIT
#include "core/idempotency.hpp"

#include <algorithm>
#include <array>

namespace till::core {
namespace {

constexpr sql::Sql select_key{"idempotency_select", R"sql(
    SELECT input_hash, result_id
    FROM idempotency
    WHERE key_hash = $1 AND created_at > $2
)sql"};

constexpr sql::Sql insert_key{"idempotency_insert", R"sql(
    INSERT INTO idempotency (key_hash, input_hash, result_id, created_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (key_hash) DO NOTHING
)sql"};

constexpr sql::Sql delete_key{"idempotency_delete", R"sql(
    DELETE FROM idempotency
    WHERE key_hash = $1
)sql"};

constexpr sql::Sql sweep_keys{"idempotency_sweep", R"sql(
    DELETE FROM idempotency
    WHERE id <= (SELECT MIN(id) FROM idempotency) + 1
      AND created_at <= $1
)sql"};

constexpr std::array<const sql::Sql*, 4> statements{&select_key, &insert_key, &delete_key,
                                                    &sweep_keys};

template <class Integer>
std::array<char, sizeof(Integer)> little_endian(Integer value) {
    std::array<char, sizeof(Integer)> bytes{};
    for (std::size_t i = 0; i < sizeof(Integer); ++i) {
        bytes[i] = static_cast<char>((value >> (8 * i)) & 0xff);
    }
    return bytes;
}

template <std::size_t N>
std::string_view view(const std::array<char, N>& bytes) {
    return {bytes.data(), bytes.size()};
}

Time oldest_kept(const Context& context) {
    return context.now - context.policy.settings.idempotency_retention * us_per_second;
}

// Two a write keep up with the one that it adds. Where none has expired the next ones need not
// look: keys live for a day at least, so a second more or less is nothing.
void sweep_two(Context& context) {
    constexpr Time pause = us_per_second;
    std::atomic<Time>& swept_at = context.store.keys_swept_at();
    const Time since = context.now - swept_at.load(std::memory_order_relaxed);
    if (since >= 0 && since < pause) return;
    if (sweep_idempotency(context) == 0) swept_at.store(context.now, std::memory_order_relaxed);
}

Error mismatch() {
    return make_error(Status::idempotency_mismatch, "idempotency_mismatch",
                      "The idempotency key was used with another input; use a new key.");
}

}  // namespace

void InputDigest::put(std::uint32_t tag, std::uint64_t size, std::string_view bytes) {
    hash_.update(view(little_endian(tag)));
    hash_.update(view(little_endian(size)));
    hash_.update(bytes);
}

void InputDigest::add(std::uint32_t tag, std::int64_t value) {
    if (value == 0) return;
    put(tag, sizeof value, view(little_endian(static_cast<std::uint64_t>(value))));
}

void InputDigest::add(std::uint32_t tag, std::string_view value) {
    if (value.empty()) return;
    put(tag, value.size(), value);
}

Idempotency::Idempotency(const Context& context, std::string_view function,
                         const crypto::Digest& input, std::int64_t position)
    : used_(!context.call.idempotency_key.empty()), input_(input) {
    if (!used_) return;
    InputDigest scope;
    scope.add(1, static_cast<std::int64_t>(context.actor.kind) + 1);
    scope.add(2, context.actor.id());
    scope.add(3, function);
    scope.add(4, context.call.idempotency_key);
    scope.add(5, position);
    // 128 bits suffice: who finds a collision of his own keys only refuses himself.
    const crypto::Digest full = scope.finish();
    std::copy_n(full.begin(), key_.size(), key_.begin());
}

Result<std::optional<std::int64_t>> Idempotency::find(Context& context) const {
    if (!used_) return std::optional<std::int64_t>();
    auto rows = context.tx.query(select_key, sql::Bytes(key_), oldest_kept(context));
    if (!rows.next()) return std::optional<std::int64_t>();
    const sql::Bytes stored = rows.bytes(0);
    if (!std::equal(stored.begin(), stored.end(), input_.begin(), input_.end())) return mismatch();
    return std::optional<std::int64_t>(rows.integer(1));
}

void Idempotency::remember(Context& context, std::int64_t result_id) const {
    if (!used_) return;
    const auto insert = [&] {
        return context.tx.execute(insert_key, sql::Bytes(key_), sql::Bytes(input_), result_id,
                                  context.now);
    };
    if (insert() == 0) {
        // Only an expired row can be in the way: find() saw no other. A new row keeps the table
        // ascending in time, which the sweep relies on.
        context.tx.execute(delete_key, sql::Bytes(key_));
        insert();
    }
    sweep_two(context);
}

std::int64_t sweep_idempotency(Context& context) {
    return context.tx.execute(sweep_keys, oldest_kept(context));
}

std::span<const sql::Sql* const> idempotency_statements() { return statements; }

}  // namespace till::core
