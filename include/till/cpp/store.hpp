// SPDX-License-Identifier: MIT
//
// The store: opening it, caring for it, and the calls of every noun as its members. Rules are told
// in till/store.h.
#pragma once

#include <till/cpp/batch.hpp>
#include <till/cpp/event.hpp>
#include <till/cpp/key.hpp>
#include <till/cpp/order_calls.hpp>
#include <till/cpp/payment_calls.hpp>
#include <till/cpp/report.hpp>
#include <till/cpp/second_factor.hpp>
#include <till/cpp/session.hpp>
#include <till/cpp/setting.hpp>
#include <till/cpp/user_calls.hpp>
#include <till/store.h>

#include <iterator>
#include <optional>

namespace till {
inline namespace v1 {

// major * 1000000 + minor * 1000 + patch of the library that is linked.
inline std::int32_t version() noexcept { return till_version(); }
// "0.1.0 (sqlite 3.40.1, openssl 3.0.17, …)".
inline std::string_view build_info() noexcept { return till_build_info(); }

enum class log_level : till_log_level {
    unset = 0,  // warning
    debug = TILL_LOG_DEBUG,
    info = TILL_LOG_INFO,
    warning = TILL_LOG_WARNING,
    error = TILL_LOG_ERROR,
};

// What a log function is given. Borrowed during its call.
class log_record_view : public detail::pointer_to<till_log_record> {
public:
    using pointer_to::pointer_to;

    log_level level() const noexcept { return static_cast<log_level>(raw_->level); }
    time_point at() const noexcept { return to_time(raw_->at_us); }
    std::string_view category() const noexcept { return detail::view(raw_->category); }
    std::string_view message() const noexcept { return detail::view(raw_->message); }
    // Of the call it belongs to; absent: none.
    std::string_view trace_id() const noexcept { return detail::view(raw_->trace_id); }
};

namespace detail {

// A till_log_function whose userdata is a Sink.
template <class Sink>
void log_into(std::uintptr_t userdata, const till_log_record *record) noexcept {
    (*reinterpret_cast<Sink *>(userdata))(log_record_view(record));
}

}  // namespace detail

// What belongs to this opener's machine. What is policy lives in the store, as settings.
struct store_open_in {
    std::string_view path = {};      // UTF-8; its directory must exist
    bool must_exist = false;         // never create the file
    bool allow_network = false;      // the caller knows that this network file system locks right
    bool testing = false;            // see testing.hpp
    std::uint32_t hashing_max = 0;   // password hashes at once; 0: one a core
    std::uint32_t cache_kib = 0;     // page cache a connection; 0: SQLite's default
    std::uint32_t mmap_mib = 0;      // mapped for reads; 0: none
    till_log_function log = nullptr;  // log_to() sets it and its userdata
    std::uintptr_t log_userdata = 0;
    log_level level = log_level::unset;  // lowest level that is logged
    const till_testing_in *testing_in = nullptr;
    std::string_view secret_key = {};  // 32 bytes kept outside the store; none: absent

    // Logs to sink(till::log_record_view), called on the threads of calls, several at once. Borrows
    // the sink, which outlives the store. What it throws ends the program; a call of the same store
    // from within it is refused.
    template <class Sink>
    void log_to(Sink &sink, log_level lowest = log_level::warning) noexcept {
        log = &detail::log_into<Sink>;
        log_userdata = reinterpret_cast<std::uintptr_t>(&sink);
        level = lowest;
    }

    till_store_open_in c() const noexcept {
        till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
        in.flags = (must_exist ? TILL_OPEN_MUST_EXIST : 0u) |
                   (allow_network ? TILL_OPEN_ALLOW_NETWORK : 0u) |
                   (testing ? TILL_OPEN_TESTING : 0u);
        in.path = detail::str(path);
        in.api_version = TILL_API_VERSION;
        in.hashing_max = hashing_max;
        in.cache_kib = cache_kib;
        in.mmap_mib = mmap_mib;
        in.log = log;
        in.log_userdata = log_userdata;
        in.log_level = static_cast<till_log_level>(level);
        in.testing = testing_in;
        in.secret_key = detail::str(secret_key);
        return in;
    }
};

class store_info_view : public detail::pointer_to<till_store_info> {
public:
    using pointer_to::pointer_to;

    std::string_view store_id() const noexcept { return detail::view(raw_->store_id); }
    std::int64_t epoch() const noexcept { return raw_->epoch; }  // raised by every restore
    std::int32_t schema_version() const noexcept { return raw_->schema_version; }
    bool testing() const noexcept { return raw_->testing != 0; }
    time_point created() const noexcept { return to_time(raw_->created_us); }
    std::string_view path() const noexcept { return detail::view(raw_->path); }
    // Durable commits of this process since it opened the store, and operations in them.
    std::int64_t commits() const noexcept { return raw_->commits; }
    std::int64_t writes() const noexcept { return raw_->writes; }
    std::int64_t readers() const noexcept { return raw_->readers; }
    std::int64_t last_event() const noexcept { return raw_->last_event; }  // 0: none
};

// How many values fell up to each bound, and above the last.
struct histogram {
    const std::int64_t *bounds = nullptr;
    const std::int64_t *counts = nullptr;  // one more than bounds
    std::size_t bound_count = 0;
    std::int64_t sum = 0;  // of the values
};

// Borrows what it shows. Counters are of this process since it opened the store.
class store_metrics_view : public detail::pointer_to<till_store_metrics> {
public:
    using pointer_to::pointer_to;

    std::int64_t commits() const noexcept { return raw_->commits; }
    std::int64_t writes() const noexcept { return raw_->writes; }
    std::int64_t checkpoints() const noexcept { return raw_->checkpoints; }
    std::int64_t readers() const noexcept { return raw_->readers; }
    // Microseconds that commits took.
    histogram commit_us() const noexcept {
        return {raw_->commit_us_bounds, raw_->commit_us_counts, std::size(raw_->commit_us_bounds),
                raw_->commit_us};
    }
    // Operations that a commit kept.
    histogram groups() const noexcept {
        return {raw_->group_bounds, raw_->group_counts, std::size(raw_->group_bounds),
                raw_->group_writes};
    }
    std::int64_t hashes() const noexcept { return raw_->hashes; }
    std::int64_t hashes_refused() const noexcept { return raw_->hashes_refused; }
    std::int64_t hashes_running() const noexcept { return raw_->hashes_running; }
    std::int64_t hashes_waiting() const noexcept { return raw_->hashes_waiting; }
    std::int64_t sessions() const noexcept { return raw_->sessions; }  // live ones
    std::int64_t outbox() const noexcept { return raw_->outbox; }
    std::optional<time_point> outbox_oldest() const noexcept {
        return detail::time_or_none(raw_->outbox_oldest_us);
    }
    std::int64_t file_bytes() const noexcept { return raw_->file_bytes; }
    std::int64_t log_bytes() const noexcept { return raw_->log_bytes; }
};

class report_view : public detail::pointer_to<till_report> {
public:
    using pointer_to::pointer_to;

    // Check: nothing found; backup, maintain: finished.
    bool sound() const noexcept { return raw_->sound != 0; }
    std::int64_t bytes() const noexcept { return raw_->bytes; }  // backup: size of the copy
    std::int64_t swept() const noexcept { return raw_->swept; }  // maintain: expired rows removed
    // Check: one finding a line.
    std::string_view text() const noexcept { return detail::view(raw_->text); }
};

using store_info = owned<store_info_view>;
using store_metrics = owned<store_metrics_view>;
using report = owned<report_view>;

// A store that somebody else keeps open: as large as a pointer, copied freely. Everything that can
// be asked of a store is a member of it. Any thread, any time.
class store_ref : public user_calls<store_ref>,
                  public session_calls<store_ref>,
                  public order_calls<store_ref>,
                  public payment_calls<store_ref>,
                  public event_calls<store_ref>,
                  public key_calls<store_ref>,
                  public second_factor_calls<store_ref>,
                  public setting_calls<store_ref>,
                  public report_calls<store_ref> {
public:
    store_ref(till_store *raw) noexcept : raw_(raw) {}

    // The handle of the C functions. Borrowed.
    till_store *get() const noexcept { return raw_; }
    explicit operator bool() const noexcept { return raw_ != nullptr; }

    // Takes the writer; waits at most the call's timeout. Its actor is not used.
    result<batch> try_batch_begin(const call &who) const noexcept {
        return begin(till_batch_begin, who);
    }
    // Takes a reading connection, for calls that shall see one moment: till_batch_begin_read().
    result<batch> try_batch_begin_read(const call &who) const noexcept {
        return begin(till_batch_begin_read, who);
    }
    // Identity and figures: till_store_info_get().
    result<store_info> try_info(const call &who) const noexcept {
        return detail::ask<store_info>(till_store_info_get, raw_, who);
    }
    // Figures for monitoring: till_store_metrics_get().
    result<store_metrics> try_metrics(const call &who) const noexcept {
        return detail::ask<store_metrics>(till_store_metrics_get, raw_, who);
    }
    // Copies the store to a new file while it is in use: till_store_backup().
    result<report> try_backup(const call &who, std::string_view path) const noexcept {
        till_backup_in in = TILL_BACKUP_IN_INIT;
        in.path = detail::str(path);
        return detail::ask<report>(till_store_backup, raw_, who, &in);
    }
    // Reads everything and reports what is wrong: till_store_check().
    result<report> try_check(const call &who) const noexcept {
        return detail::ask<report>(till_store_check, raw_, who);
    }
    // Checkpoints, sweeps, optimises; stops after the budget (0: 50 ms): till_store_maintain().
    result<report> try_maintain(const call &who,
                                std::chrono::milliseconds budget = {}) const noexcept {
        till_maintain_in in = TILL_MAINTAIN_IN_INIT;
        in.budget_ms = detail::to_ms(budget);
        return detail::ask<report>(till_store_maintain, raw_, who, &in);
    }
    // Waits for the calls in flight, then closes: every later call answers status::closed.
    result<void> try_close() const noexcept {
        const till_status status = till_store_close(raw_);
        if (status != TILL_OK) return error(status, nullptr);
        return {};
    }

#if TILL_CPP_EXCEPTIONS
    batch batch_begin(const call &who) const { return try_batch_begin(who).value(); }
    batch batch_begin_read(const call &who) const { return try_batch_begin_read(who).value(); }
    store_info info(const call &who) const { return try_info(who).value(); }
    store_metrics metrics(const call &who) const { return try_metrics(who).value(); }
    report backup(const call &who, std::string_view path) const {
        return try_backup(who, path).value();
    }
    report check(const call &who) const { return try_check(who).value(); }
    report maintain(const call &who, std::chrono::milliseconds budget = {}) const {
        return try_maintain(who, budget).value();
    }
    void close() const { try_close().value(); }
#endif

protected:
    till_store *raw_;

private:
    using begin_function = till_status(TILL_CALL *)(till_store *, const till_call *, till_batch **,
                                                    const till_error **);

    result<batch> begin(begin_function function, const call &who) const noexcept {
        till_batch *out = nullptr;
        const till_error *err = nullptr;
        const till_status status = function(raw_, who.get(), &out, &err);
        if (status != TILL_OK) return error(status, err);
        return batch(out);
    }
};

// One reference to an open store. A copy is another reference; the last one closes and frees. It
// lives longer than its batches and the ranges over its lists; records and pages outlive it.
class store : public store_ref {
public:
    store() noexcept : store_ref(nullptr) {}
    // Takes over a reference, such as one from till_store_open().
    explicit store(till_store *raw) noexcept : store_ref(raw) {}
    store(const store &other) noexcept : store_ref(till_store_retain(other.raw_)) {}
    store(store &&other) noexcept : store_ref(std::exchange(other.raw_, nullptr)) {}
    store &operator=(store other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~store() { till_store_release(raw_); }

    // Opens a store; creates the file (mode 0600) and brings its schema up to date if need be.
    static result<store> try_open(const store_open_in &in) noexcept {
        const till_store_open_in c = in.c();
        till_store *out = nullptr;
        const till_error *err = nullptr;
        const till_status status = till_store_open(&c, &out, &err);
        if (status != TILL_OK) return error(status, err);
        return store(out);
    }
    static result<store> try_open(std::string_view path) noexcept {
        store_open_in in;
        in.path = path;
        return try_open(in);
    }
    // Puts a backup in the place of a store that nobody has open: till_store_restore().
    static result<void> try_restore(std::string_view from, std::string_view to,
                                    bool allow_network = false) noexcept {
        till_restore_in in = TILL_RESTORE_IN_INIT;
        in.flags = allow_network ? TILL_OPEN_ALLOW_NETWORK : 0u;
        in.from = detail::str(from);
        in.to = detail::str(to);
        const till_error *err = nullptr;
        const till_status status = till_store_restore(&in, &err);
        if (status != TILL_OK) return error(status, err);
        return {};
    }

#if TILL_CPP_EXCEPTIONS
    static store open(const store_open_in &in) { return try_open(in).value(); }
    static store open(std::string_view path) { return try_open(path).value(); }
    static void restore(std::string_view from, std::string_view to, bool allow_network = false) {
        try_restore(from, to, allow_network).value();
    }
#endif

    // Hands the reference over: release it with till_store_release().
    [[nodiscard]] till_store *release() noexcept { return std::exchange(raw_, nullptr); }
};

}  // namespace v1
}  // namespace till
