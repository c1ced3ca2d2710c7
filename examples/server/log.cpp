// SPDX-License-Identifier: MIT
#include "log.hpp"

#include "plain_text.hpp"
#include "refusal.hpp"
#include "system_text.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace till_server {

namespace {

// Tokens, keys and image names are longer than anything a path of ours holds besides.
constexpr size_t segment_max = 20;
constexpr size_t path_max = 200;

int open_log(const std::string& path) {
    return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
}

// ASCII stays; control characters, quotes, back slashes and everything above ASCII (other line
// separators hide there) become \u00XX escapes, valid in JSON and harmless in a terminal.
void append_escaped(std::string& line, std::string_view text) {
    const auto is_clear = [](char c) { return c != '"' && c != '\\'; };
    if (is_plain(text) && std::all_of(text.begin(), text.end(), is_clear)) {
        line += text;
        return;
    }
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
            line += c;
        } else {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", unsigned{byte});
            line += escape;
        }
    }
}

void append_digits(std::string& line, int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    line.append(digits, static_cast<size_t>(end - digits));
}

void append_quoted(std::string& line, const char* key, std::string_view value) {
    line += ",\"";
    line += key;
    line += "\":\"";
    append_escaped(line, value);
    line += '"';
}

void append_number(std::string& line, const char* key, int64_t value) {
    line += ",\"";
    line += key;
    line += "\":";
    append_digits(line, value);
}

// "2026-01-31T12:34:56.123456Z". The date part is made once a second and thread.
void append_time(std::string& line, int64_t at_us) {
    thread_local std::time_t cached = -1;
    thread_local char date[24];
    const std::time_t seconds = at_us / 1'000'000;
    if (seconds != cached) {
        std::tm parts{};
        gmtime_r(&seconds, &parts);
        std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
        cached = seconds;
    }
    char fraction[] = ".000000Z";
    int64_t rest = at_us % 1'000'000;
    for (int i = 6; i > 0; --i, rest /= 10) fraction[i] = static_cast<char>('0' + rest % 10);
    line += date;
    line += fraction;
}

const char* level_name(till_log_level level) {
    switch (level) {
        case TILL_LOG_DEBUG:
            return "debug";
        case TILL_LOG_INFO:
            return "info";
        case TILL_LOG_WARNING:
            return "warning";
        default:
            return "error";
    }
}

}  // namespace

int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string loggable_path(std::string_view target) {
    std::string_view path = target.substr(0, target.find('?'));
    std::string result;
    while (!path.empty()) {
        const size_t end = path.find('/', 1);
        const std::string_view segment = path.substr(0, end);
        if (segment.size() > segment_max) {
            result += "/...";
        } else {
            result += segment;
        }
        if (result.size() > path_max) return result.substr(0, path_max) + "...";
        path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    }
    return result;
}

Log::Log(std::string path, LogFormat format)
    : path_(std::move(path)), format_(format), access_(path_ != "none"), descriptor_(-1) {
    if (path_.empty() || path_ == "none") {
        descriptor_ = STDERR_FILENO;
        return;
    }
    descriptor_ = open_log(path_);
    if (descriptor_ < 0) {
        throw Refusal("Cannot open the log " + path_ + ": " + system_text(errno) +
                      ". Name a file in a writable directory with --log.");
    }
}

Log::~Log() {
    if (descriptor_ != STDERR_FILENO) ::close(descriptor_);
}

void Log::format(const AccessEntry& entry, std::string& line) const {
    const std::string path = entry.route.empty() ? loggable_path(entry.target) : std::string();
    if (format_ == LogFormat::json) {
        line += "{\"time\":\"";
        append_time(line, entry.at_us);
        line += '"';
        append_quoted(line, "client", entry.client);
        append_quoted(line, "method", entry.method);
        if (path.empty()) {
            append_quoted(line, "route", entry.route);
        } else {
            append_quoted(line, "path", path);
        }
        append_number(line, "status", entry.status);
        append_number(line, "bytes", static_cast<int64_t>(entry.bytes));
        append_number(line, "micros", entry.micros);
        if (entry.user_id != 0) append_number(line, "user", entry.user_id);
        append_quoted(line, "request_id", entry.request_id);
        line += "}\n";
        return;
    }
    append_time(line, entry.at_us);
    line += ' ';
    append_escaped(line, entry.client);
    line += ' ';
    append_escaped(line, entry.method);
    line += ' ';
    append_escaped(line, path.empty() ? entry.route : std::string_view(path));
    line += ' ';
    append_digits(line, entry.status);
    line += " bytes=";
    append_digits(line, static_cast<int64_t>(entry.bytes));
    line += " micros=";
    append_digits(line, entry.micros);
    line += " user=";
    if (entry.user_id == 0) {
        line += '-';
    } else {
        append_digits(line, entry.user_id);
    }
    line += " id=";
    append_escaped(line, entry.request_id);
    line += '\n';
}

void Log::write(std::string_view lines) {
    const std::lock_guard lock(mutex_);
    while (!lines.empty()) {
        const ssize_t written = ::write(descriptor_, lines.data(), lines.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            lost_bytes_ += lines.size();
            return;
        }
        lines.remove_prefix(static_cast<size_t>(written));
    }
}

void Log::message(till_log_level level, std::string_view category, std::string_view text,
                  std::string_view request_id) {
    std::string line;
    if (format_ == LogFormat::json) {
        line += "{\"time\":\"";
        append_time(line, now_us());
        line += '"';
        append_quoted(line, "level", level_name(level));
        append_quoted(line, "category", category);
        append_quoted(line, "message", text);
        if (!request_id.empty()) append_quoted(line, "request_id", request_id);
        line += "}\n";
    } else {
        append_time(line, now_us());
        line += ' ';
        line += level_name(level);
        line += ' ';
        append_escaped(line, category);
        line += ": ";
        append_escaped(line, text);
        if (!request_id.empty()) {
            line += " id=";
            append_escaped(line, request_id);
        }
        line += '\n';
    }
    write(line);
}

bool Log::reopen() {
    if (descriptor_ == STDERR_FILENO) return true;
    uint64_t lost = 0;
    {
        const std::lock_guard lock(mutex_);
        const int fresh = open_log(path_);
        if (fresh < 0) return false;
        ::close(descriptor_);
        descriptor_ = fresh;
        lost = std::exchange(lost_bytes_, 0);
    }
    if (lost > 0) {
        message(TILL_LOG_WARNING, "log",
                std::to_string(lost) + " bytes of earlier lines could not be written.");
    }
    return true;
}

void Log::operator()(till::log_record_view record) {
    message(static_cast<till_log_level>(record.level()), record.category(), record.message(),
            record.trace_id());
}

}  // namespace till_server
