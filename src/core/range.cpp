// SPDX-License-Identifier: MIT
#include "core/range.hpp"

#include "base/result.hpp"

#include <optional>

namespace till::core {

Bounds bounds_of(sql::Transaction& tx, const TimeRange& range, const Searched& table) {
    Bounds bounds;
    if (range.is_open()) return bounds;
    std::int64_t last = 0;
    {
        auto rows = tx.query(table.last);
        TILL_ASSERT(rows.next());
        last = rows.integer(0);
    }
    const auto probe = [&](std::int64_t id) -> std::optional<std::pair<std::int64_t, Time>> {
        auto rows = tx.query(table.at_or_after, id);
        if (!rows.next()) return std::nullopt;
        return std::pair{rows.integer(0), rows.integer(1)};
    };
    using Limits = std::numeric_limits<Time>;
    if (range.from != 0) {
        bounds.from = range.from;
        const Time sure = range.from < Limits::min() + clock_slack_us ? Limits::min()
                                                                      : range.from - clock_slack_us;
        bounds.above = first_with(last, sure, probe) - 1;
    }
    if (range.until != 0) {
        bounds.until = range.until;
        const Time sure = range.until > Limits::max() - clock_slack_us
                              ? Limits::max()
                              : range.until + clock_slack_us;
        bounds.below = first_with(last, sure, probe);
    }
    return bounds;
}

}  // namespace till::core
