// SPDX-License-Identifier: MIT
#include "core/metrics.hpp"

#include "core/outbox_table.hpp"
#include "core/session_table.hpp"

namespace till::core {

Result<Metrics> measure(Store& store, const Call& call) {
    auto metrics = store.read(call, [](Context& context) -> Result<Metrics> {
        TILL_CHECK(authorise(domain::Action::store_measure, context.actor));
        Metrics found;
        found.sessions = SessionTable::count_live(context.tx, context.now, metrics_rows_max);
        const OutboxDepth outbox = OutboxTable::depth(context.tx, metrics_rows_max);
        found.outbox = outbox.rows;
        found.outbox_oldest_at = outbox.oldest_at;
        return found;
    });
    if (!metrics.has_value()) return metrics;
    metrics->engine = store.database().counters();
    metrics->hashing = store.hasher().load();
    return metrics;
}

}  // namespace till::core
