// SPDX-License-Identifier: MIT
#pragma once

#include "core/store.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace till::core {

// Appends one event to the log, in the transaction that made the change. `kind` is
// "<noun>.<participle>", `subject_id` the noun's id, `order_id` 0 when no order is concerned,
// `data` a JSON object or empty. Never personal data, never a secret.
void append_event(Context& context, std::string_view kind, std::int64_t subject_id,
                  std::int64_t order_id = 0, std::string_view data = {});

// The newest event's sequence; 0 when there is none.
std::int64_t last_event(sql::Transaction& tx);

// The newest event of this kind, 0 when there is none. Not of "order.placed", which no index holds.
std::int64_t last_event_of(sql::Transaction& tx, std::string_view kind);

// The kind of an actor as events store it.
const char* name_of(domain::Actor::Kind kind);

std::span<const sql::Sql* const> event_log_statements();

}  // namespace till::core
