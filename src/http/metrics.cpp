// SPDX-License-Identifier: MIT
#include "http/metrics.hpp"

#include "http/handlers.hpp"
#include "http/json_writer.hpp"
#include "http/routes.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <string_view>

namespace till::http {

namespace {

constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::array<std::string_view, 8> method_names{"GET",   "HEAD",   "POST",    "PUT",
                                                       "PATCH", "DELETE", "OPTIONS", "other"};
constexpr std::int64_t us_per_s = 1'000'000;

constexpr std::uint32_t key_of(Method method, int status) noexcept {
    return static_cast<std::uint32_t>(method) << 16U | static_cast<std::uint32_t>(status);
}

void begin(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    out.append(name).append(" ").append(type).append("\n");
}

void append_value(std::string& out, std::int64_t value) {
    out += ' ';
    append_number(out, value);
    out += '\n';
}

// Exact: a double would lose microseconds after some years.
void append_seconds(std::string& out, std::int64_t micros) {
    append_number(out, micros / us_per_s);
    const std::string digits =
        std::to_string(us_per_s + std::max<std::int64_t>(0, micros) % us_per_s);
    out.append(".").append(digits, 1);
}

void write_one(std::string& out, std::string_view name, std::string_view type,
               std::string_view help, std::int64_t value) {
    begin(out, name, type, help);
    append_value(out.append(name), value);
}

// Cumulative buckets, sum and count. `labels` is empty or ends with a comma.
struct HistogramLines {
    std::string_view name;
    std::string_view labels;
    bool in_seconds = false;  // bounds and sum are microseconds

    void write(std::string& out, std::span<const std::int64_t> bounds,
               std::span<const std::int64_t> counts, std::int64_t sum) const {
        std::int64_t total = 0;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            total += counts[i];
            out.append(name).append("_bucket{").append(labels).append("le=\"");
            if (i == bounds.size()) {
                out += "+Inf";
            } else {
                append_amount(out, bounds[i]);
            }
            append_value(out += "\"}", total);
        }
        append_labelled(out, "_sum");
        append_amount(out += ' ', sum);
        out += '\n';
        append_labelled(out, "_count");
        append_value(out, total);
    }

private:
    void append_amount(std::string& out, std::int64_t amount) const {
        if (in_seconds) {
            append_seconds(out, amount);
        } else {
            append_number(out, amount);
        }
    }
    void append_labelled(std::string& out, std::string_view suffix) const {
        out.append(name).append(suffix);
        if (!labels.empty()) {
            out.append("{").append(labels.substr(0, labels.size() - 1)).append("}");
        }
    }
};

std::string_view label_of(std::size_t index) {
    return index < routes().size() ? routes()[index].name : std::string_view("none");
}

// The store's figures in the same format.
void write_metrics(std::string& out, const till_store_metrics& metrics, std::int64_t now_us) {
    const auto counter = [&](std::string_view name, std::string_view help, std::int64_t value) {
        write_one(out, name, "counter", help, value);
    };
    const auto gauge = [&](std::string_view name, std::string_view help, std::int64_t value) {
        write_one(out, name, "gauge", help, value);
    };
    counter("till_commits_total", "Durable commits of this process.", metrics.commits);
    counter("till_writes_total", "Operations run by the writer.", metrics.writes);
    counter("till_checkpoints_total", "Checkpoints of the write-ahead log.", metrics.checkpoints);
    begin(out, "till_commit_duration_seconds", "histogram", "Writing the log and syncing it.");
    HistogramLines{"till_commit_duration_seconds", "", true}.write(
        out, metrics.commit_us_bounds, metrics.commit_us_counts, metrics.commit_us);
    begin(out, "till_commit_writes", "histogram", "Operations that one commit kept.");
    HistogramLines{"till_commit_writes", ""}.write(out, metrics.group_bounds, metrics.group_counts,
                                                   metrics.group_writes);
    gauge("till_readers", "Open read connections.", metrics.readers);
    counter("till_password_hashes_total", "Passwords hashed.", metrics.hashes);
    counter("till_password_hashes_refused_total", "Callers told to try again later.",
            metrics.hashes_refused);
    gauge("till_password_hashes_running", "Passwords being hashed.", metrics.hashes_running);
    gauge("till_password_hashes_waiting", "Callers in the queue.", metrics.hashes_waiting);
    gauge("till_sessions", "Live sessions, of at most 100000.", metrics.sessions);
    gauge("till_outbox_messages", "Mails that wait, of at most 100000.", metrics.outbox);
    begin(out, "till_outbox_oldest_age_seconds", "gauge", "Age of the oldest of them; 0: none.");
    const bool is_empty = metrics.outbox_oldest_us == TILL_TIME_NONE;
    append_seconds(out += "till_outbox_oldest_age_seconds ",
                   is_empty ? 0 : std::max<std::int64_t>(0, now_us - metrics.outbox_oldest_us));
    out += '\n';
    gauge("till_store_bytes", "The store's file.", metrics.file_bytes);
    gauge("till_store_log_bytes", "Its write-ahead log's file.", metrics.log_bytes);
}

}  // namespace

Metrics::Metrics() : series_(std::make_unique<Series[]>(routes().size() + 1)) {}

void Metrics::count(const Route* route, Method method, int status, std::int64_t micros) noexcept {
    const std::size_t index =
        route == nullptr ? routes().size() : static_cast<std::size_t>(route - routes().data());
    series_[index].count_answer(key_of(method, status));
    series_[index].count_time(micros);
}

void Metrics::count_refusal(int status) noexcept {
    refusals_[static_cast<std::size_t>(status) - 400].fetch_add(1, std::memory_order_relaxed);
}

void Metrics::Series::count_answer(std::uint32_t key) noexcept {
    for (std::size_t i = 0; i < pairs_max; ++i) {
        Pair& pair = pairs[(key + i) % pairs_max];
        std::uint32_t found = pair.key.load(std::memory_order_relaxed);
        // Of several threads that find it free, one puts its key there.
        if (found == 0 && pair.key.compare_exchange_strong(found, key, std::memory_order_relaxed)) {
            found = key;
        }
        if (found == key) {
            pair.answers.fetch_add(1, std::memory_order_relaxed);
            return;
        }
    }
    others.fetch_add(1, std::memory_order_relaxed);
}

void Metrics::Series::count_time(std::int64_t spent) noexcept {
    std::size_t at = 0;
    while (at < bounds_us.size() && spent > bounds_us[at]) ++at;
    times[at].fetch_add(1, std::memory_order_relaxed);
    micros.fetch_add(spent, std::memory_order_relaxed);
}

void Metrics::write_answers(std::string& out) const {
    begin(out, "till_http_requests_total", "counter", "Answered requests.");
    for (std::size_t index = 0; index <= routes().size(); ++index) {
        for (const Pair& pair : series_[index].pairs) {
            const std::uint32_t key = pair.key.load(std::memory_order_relaxed);
            if (key == 0) continue;
            out.append("till_http_requests_total{route=\"").append(label_of(index));
            out.append("\",method=\"").append(method_names.at(key >> 16U)).append("\",status=\"");
            append_number(out, key & 0xffffU);
            append_value(out += "\"}", pair.answers.load(std::memory_order_relaxed));
        }
        const std::int64_t others = series_[index].others.load(std::memory_order_relaxed);
        if (others == 0) continue;
        out.append("till_http_requests_total{route=\"").append(label_of(index));
        append_value(out.append("\",method=\"other\",status=\"other\"}"), others);
    }
}

void Metrics::write_times(std::string& out) const {
    constexpr std::string_view name = "till_http_request_duration_seconds";
    begin(out, name, "histogram", "From a request's arrival to its answer.");
    for (std::size_t index = 0; index <= routes().size(); ++index) {
        const Series& series = series_[index];
        std::array<std::int64_t, bounds_us.size() + 1> counts{};
        for (std::size_t i = 0; i < counts.size(); ++i) {
            counts[i] = series.times[i].load(std::memory_order_relaxed);
        }
        // A route that nobody asked for has no lines.
        if (std::all_of(counts.begin(), counts.end(), [](auto count) { return count == 0; })) {
            continue;
        }
        const std::string labels = "route=\"" + std::string(label_of(index)) + "\",";
        HistogramLines{name, labels, true}.write(out, bounds_us, counts,
                                                 series.micros.load(std::memory_order_relaxed));
    }
}

void Metrics::write_refusals(std::string& out) const {
    begin(out, "till_http_refusals_total", "counter", "Refused by the host itself.");
    std::int64_t status = 400;
    for (const std::atomic<std::int64_t>& refusals : refusals_) {
        const std::int64_t count = refusals.load(std::memory_order_relaxed);
        if (count > 0) {
            append_number(out.append("till_http_refusals_total{status=\""), status);
            append_value(out.append("\"}"), count);
        }
        ++status;
    }
}

void Metrics::write(std::string& out) const {
    write_answers(out);
    write_times(out);
    write_refusals(out);
}

// Who may see this route at all is the host's to say; the figures are the system's.
void get_metrics(Exchange& x) {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    call.batch = x.call.batch;
    Owned<till_store_metrics> metrics;
    const till_status status =
        till_store_metrics_get(x.app.store, &call, out(metrics), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    x.reply.content_type = content_type;
    x.reply.body.reserve(std::size_t{16} * 1024);
    x.app.metrics.write(x.reply.body);
    write_metrics(x.reply.body, *metrics,
                  std::chrono::duration_cast<std::chrono::microseconds>(now).count());
    begin(x.reply.body, "till_build_info", "gauge", "The library's version.");
    x.reply.body.append("till_build_info{version=\"");
    append_number(x.reply.body, TILL_VERSION_MAJOR);
    append_number(x.reply.body += '.', TILL_VERSION_MINOR);
    append_number(x.reply.body += '.', TILL_VERSION_PATCH);
    x.reply.body += "\"} 1\n";
}

}  // namespace till::http
