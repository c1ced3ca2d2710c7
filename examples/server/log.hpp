// SPDX-License-Identifier: MIT
// The log: one line a request, and messages. Text or JSON.
//
// Lines hold no secret: of a request only its method, its route and, where no route matched, its
// path without query and with long segments (tokens, keys) left out. Control characters are
// escaped, so that one line stays one line.
#pragma once

#include "till/till.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace till_server {

enum class LogFormat { text, json };

struct AccessEntry {
    int64_t at_us = 0;
    std::string_view method;
    std::string_view target;
    std::string_view route;
    std::string_view client;
    std::string_view request_id;
    int status = 0;
    uint64_t bytes = 0;  // of the answer's body
    int64_t micros = 0;
    int64_t user_id = 0;
};

// Any thread.
class Log {
public:
    // An empty path is standard error, "none" keeps no access lines. Throws Refusal when the file
    // cannot be opened.
    Log(std::string path, LogFormat format);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    bool wants_access() const { return access_; }
    // Appends one line to `buffer`, which its owner hands to write() now and then.
    void format(const AccessEntry& entry, std::string& line) const;
    // Whole lines. A full disk loses lines and never a request; the loss is counted and told later.
    void write(std::string_view lines);
    void message(till_log_level level, std::string_view category, std::string_view text,
                 std::string_view request_id = {});
    // After the file was moved away. False (and the old file goes on) when it cannot be opened.
    bool reopen();

    // What the libraries say: for their log_to().
    void operator()(till::log_record_view record);

private:
    std::string path_;
    LogFormat format_;
    bool access_;
    std::mutex mutex_;
    int descriptor_;
    uint64_t lost_bytes_ = 0;
};

// "/orders/12/" as it may be written down: no query, no segment of 20 characters or more.
std::string loggable_path(std::string_view target);

int64_t now_us();

}  // namespace till_server
