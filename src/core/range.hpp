// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "sql/database.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

// Stretches of time as stretches of ids. Ids ascend in commit order and so does time, nearly; a
// list that is asked for a week therefore needs no index on time: two searches by halves over the
// ids say where the week lies, and every index that ends in an id can be cut there.
namespace till::core {

// From `from` to before `until`; 0: open.
struct TimeRange {
    Time from = 0;
    Time until = 0;

    bool is_open() const noexcept { return from == 0 && until == 0; }
};

// Ids above one and below another, and times between two. Both are needed: the ids cut the list,
// the times say what the cut's edges hold.
struct Bounds {
    std::int64_t above = 0;
    std::int64_t below = std::numeric_limits<std::int64_t>::max();
    Time from = std::numeric_limits<Time>::min();
    Time until = std::numeric_limits<Time>::max();

    // Goes on after the row that a page ended with.
    void go_on_after(std::int64_t id, bool oldest_first) noexcept {
        if (oldest_first) {
            above = std::max(above, id);
        } else {
            below = std::min(below, id);
        }
    }
};

// How far a clock may have been set back while a store was written: rows are looked for this much
// beyond both ends of a stretch of time. An hour is what is corrected by hand; what is more hides
// some rows of that time from a list by time, and from nothing else (include/till/order.h).
inline constexpr Time clock_slack_us = Time{3600} * 1'000'000;

// The two statements that a table is searched by: its highest id, and the id and the time of its
// first row from an id on.
struct Searched {
    const sql::Sql& last;
    const sql::Sql& at_or_after;
};

// The lowest id from which on, in a table that ascends, rows have at least `key`; one beyond
// `last` when none has. `probe(id)` gives the first row from `id` on as {id, key}, or nothing.
template <class Probe>
std::int64_t first_with(std::int64_t last, std::int64_t key, Probe probe) {
    std::int64_t low = 0;
    std::int64_t high = last + 1;
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        const auto row = probe(middle);
        if (!row || row->second >= key) {
            high = middle;
        } else {
            low = row->first;
        }
    }
    return high;
}

Bounds bounds_of(sql::Transaction& tx, const TimeRange& range, const Searched& table);

// The rows of several ranges, each in the list's order, as one list of at most `limit`.
template <class T>
class Merge {
public:
    Merge(bool oldest_first, std::int64_t limit) : oldest_first_(oldest_first), limit_(limit) {}

    void add(std::vector<T> rows) {
        if (rows_.empty()) {
            rows_ = std::move(rows);
            return;
        }
        if (rows.empty()) return;
        std::vector<T> merged;
        merged.reserve(rows_.size() + rows.size());
        std::merge(std::make_move_iterator(rows_.begin()), std::make_move_iterator(rows_.end()),
                   std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()),
                   std::back_inserter(merged), [this](const T& a, const T& b) {
                       return oldest_first_ ? key_of(a) < key_of(b) : key_of(a) > key_of(b);
                   });
        if (merged.size() > static_cast<std::size_t>(limit_)) {
            merged.erase(merged.begin() + limit_, merged.end());
        }
        rows_ = std::move(merged);
    }

    std::vector<T> rows() && { return std::move(rows_); }

private:
    static std::int64_t key_of(const T& row) noexcept {
        if constexpr (requires { row.sequence; }) {
            return row.sequence;
        } else {
            return row.id;
        }
    }

    bool oldest_first_;
    std::int64_t limit_;
    std::vector<T> rows_;
};

}  // namespace till::core
