// SPDX-License-Identifier: MIT
#include "sql/sqlite/check.hpp"

#include "base/on_exit.hpp"
#include "base/os.hpp"
#include "sql/sqlite/connection.hpp"
#include "sql/sqlite/errors.hpp"
#include "sql/sqlite/writer.hpp"

#include <sqlite3.h>

#include <array>

namespace till::sqlite {

namespace {

// A check that yields one text a finding and no row when all is well.
struct Check {
    sql::Sql sql;
    const char* sound;  // the one text that means "nothing found", or null
};

// A damaged file can yield any number of findings; the first ones tell enough.
constexpr int findings_max = 100;

const std::array checks{
    Check{{"check_integrity", "PRAGMA integrity_check(100)"}, "ok"},
    Check{{"check_foreign_keys", R"(
        SELECT 'foreign key: a row of ' || "table" || ' points to no row of ' || parent
        FROM pragma_foreign_key_check)"},
          nullptr},
    Check{{"check_order_totals", R"(
        SELECT 'order ' || o.id || ': the total is not the sum of its lines'
        FROM orders AS o
        WHERE o.total_minor <> (
            SELECT COALESCE(SUM(l.amount_minor), 0)
            FROM order_lines AS l
            WHERE l.order_id = o.id AND l.included = 0)
        ORDER BY o.id)"},
          nullptr},
    Check{{"check_order_lines", R"(
        SELECT 'order ' || o.id || ': the number of lines is wrong'
        FROM orders AS o
        WHERE o.line_count <> (
            SELECT COUNT(*)
            FROM order_lines AS l
            WHERE l.order_id = o.id)
        ORDER BY o.id)"},
          nullptr},
    Check{{"check_refunds", R"(
        SELECT 'payment ' || p.id || ': its refund sums do not match its refunds'
        FROM payments AS p
        WHERE p.refunding_minor <> (
                SELECT COALESCE(SUM(r.amount_minor), 0)
                FROM refunds AS r
                WHERE r.payment_id = p.id AND r.status IN ('pending', 'succeeded'))
           OR p.refunded_minor <> (
                SELECT COALESCE(SUM(r.amount_minor), 0)
                FROM refunds AS r
                WHERE r.payment_id = p.id AND r.status = 'succeeded')
        ORDER BY p.id)"},
          nullptr},
    Check{{"check_payments", R"(
        SELECT 'payment ' || p.id || ': it differs from its order in amount or currency'
        FROM payments AS p
        JOIN orders AS o ON o.id = p.order_id
        WHERE p.amount_minor <> o.total_minor OR p.currency <> o.currency
        ORDER BY p.id)"},
          nullptr},
    Check{{"check_order_numbers", R"(
        SELECT 'series ' || s.series || ': its numbers have a gap'
        FROM order_series AS s
        WHERE s.last_number <> (
            SELECT COUNT(*)
            FROM orders AS o
            WHERE o.series = s.series)
        ORDER BY s.series)"},
          nullptr},
    Check{{"check_totals", R"(
        WITH facts (at, measure, currency, label, count, line_count, minor) AS (
            SELECT created_at, 1, currency, COALESCE(series, ''), 1, line_count, total_minor
            FROM orders
            UNION ALL
            SELECT updated_at, 2, currency, COALESCE(series, ''), 1, 0, total_minor
            FROM orders
            WHERE status = 'cancelled'
            UNION ALL
            SELECT o.created_at, 3 + l.included, o.currency, l.kind, 1, 0, l.amount_minor
            FROM order_lines AS l
            JOIN orders AS o ON o.id = l.order_id
            WHERE l.kind <> 'item'
            UNION ALL
            SELECT completed_at, 5, currency, method, 1, 0, amount_minor
            FROM payments
            WHERE completed_at IS NOT NULL
            UNION ALL
            SELECT e.at, 6, p.currency, p.method, 1, 0, p.amount_minor
            FROM events AS e
            JOIN payments AS p ON p.id = e.subject_id
            WHERE e.kind = 'payment.failed'
            UNION ALL
            SELECT r.updated_at, 7, p.currency, p.method, 1, 0, r.amount_minor
            FROM refunds AS r
            JOIN payments AS p ON p.id = r.payment_id
            WHERE r.status = 'succeeded'
            UNION ALL
            SELECT NULL, 8, currency, method, 1, 0, amount_minor
            FROM payments
            WHERE status = 'pending'
        ),
        both (slot, measure, currency, label, count, line_count, high, low) AS (
            SELECT CASE WHEN at IS NULL THEN -9223372036854775808
                        ELSE (at - (at % 900000000 + 900000000) % 900000000) / 900000000 END,
                   measure, currency, label, count, line_count, minor >> 32, minor & 4294967295
            FROM facts
            UNION ALL
            SELECT slot, measure, currency, label, -count, -line_count, -amount_high, -amount_low
            FROM totals
        )
        SELECT 'totals: measure ' || measure || ' of ' || currency || ' "' || label ||
               '" in quarter ' || slot || ' is not the sum of what happened'
        FROM both
        GROUP BY slot, measure, currency, label
        HAVING SUM(count) <> 0 OR SUM(line_count) <> 0 OR SUM(high) <> 0 OR SUM(low) <> 0
        ORDER BY slot, measure, currency, label)"},
          nullptr},
};

void run_check(Connection& reader, const Check& check, std::string& problems) {
    ConnectionTransaction transaction(reader, false);
    sql::Rows rows = transaction.query(check.sql);
    for (int count = 0; count < findings_max && rows.next(); ++count) {
        if (check.sound != nullptr && rows.text(0) == check.sound) continue;
        problems += rows.text(0);
        problems += '\n';
    }
}

// Interrupts what runs on a connection once the deadline has passed.
class Deadline {
public:
    Deadline(Connection& connection, std::int64_t at_us) : connection_(connection), at_us_(at_us) {
        constexpr int instructions = 10'000;  // some 0.1 ms between two looks
        sqlite3_progress_handler(
            connection_.handle(), instructions,
            [](void* self) -> int {
                return os::monotonic_us() >= static_cast<Deadline*>(self)->at_us_ ? 1 : 0;
            },
            this);
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline() { sqlite3_progress_handler(connection_.handle(), 0, nullptr, nullptr); }

private:
    Connection& connection_;
    std::int64_t at_us_;
};

// What was deleted is zeros in the file once the log is folded in, but the log's old pages tell it
// until something is written over them. So the log is emptied. Who reads from it goes first: the
// next upkeep tries again. True: it is empty.
bool empty_log_in_turn(Writer& writer) noexcept {
    writer.connection().set_deadline(os::monotonic_us());
    bool emptied = false;
    // A failure makes the writer reopen before it writes again; upkeep itself is done.
    Error ignored;
    succeeds([&] { emptied = writer.checkpoint(SQLITE_CHECKPOINT_TRUNCATE).log_pages == 0; },
             ignored);
    return emptied;
}

}  // namespace

sql::CheckReport check_database(Connection& reader, std::int64_t deadline_us) {
    const Deadline deadline(reader, deadline_us);
    sql::CheckReport report;
    reader.execute("BEGIN", "begin to read");
    for (const Check& check : checks) {
        // A damaged file may fail the checks instead of answering them.
        Error failure;
        if (!succeeds([&] { run_check(reader, check, report.problems); }, failure)) {
            if (failure.status == Status::busy) throw Failure(std::move(failure));
            report.problems += std::string(check.sql.name) + ": " + failure.message + "\n";
        }
    }
    reader.roll_back();
    return report;
}

sql::MaintainReport maintain_database(Writer& writer, std::int64_t deadline_us) {
    const std::unique_ptr<Writer::Turn> turn =
        writer.take_turn(deadline_us, Writer::Purpose::upkeep);
    sql::MaintainReport report;
    const Writer::Checkpoint folded = writer.checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    report.wal_pages_checkpointed = folded.done_pages;
    report.finished = folded.done_pages >= folded.log_pages;
    // At the end, whatever the budget: what was erased must not wait for an idle minute.
    const OnExit last([&writer, due = report.finished && folded.log_pages > 0] {
        if (due) empty_log_in_turn(writer);
    });
    if (os::monotonic_us() >= deadline_us) {
        report.finished = false;
        return report;
    }
    Connection& connection = writer.connection();
    const OnExit undo([&] { connection.roll_back(); });
    // Bounded: looks at 400 rows an index, and only where the row counts have changed much.
    connection.execute("PRAGMA analysis_limit = 400", "limit the analysis");
    writer.begin();
    const Deadline deadline(connection, deadline_us);
    const int code =
        sqlite3_exec(connection.handle(), "PRAGMA optimize", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) {
        writer.commit_transaction();
    } else if ((code & 0xff) == SQLITE_INTERRUPT) {
        report.finished = false;
    } else {
        throw engine_failure(code, "renew the statistics");
    }
    return report;
}

bool empty_log(Writer& writer, std::int64_t deadline_us) {
    bool emptied = false;
    Error ignored;
    succeeds(
        [&] {
            const auto turn = writer.take_turn(deadline_us, Writer::Purpose::upkeep);
            emptied = empty_log_in_turn(writer);
        },
        ignored);
    return emptied;
}

std::string explain_statement(Connection& reader, const sql::Sql& sql) {
    const std::string text = std::string("EXPLAIN QUERY PLAN ") + sql.text;
    const sql::Sql explained{sql.name, text.c_str()};
    const std::unique_ptr<CachedStatement> statement =
        std::make_unique<CachedStatement>(reader, explained);
    return statement->explanation();
}

}  // namespace till::sqlite
