// SPDX-License-Identifier: MIT
//
// What the benchmarks share: time, medians of paired runs, the table of results.
#pragma once

#include "till/till.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

inline double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct Goal {
    const char* what;
    double reach;
    bool at_most = false;  // else: at least
};

// Collects rows "what, goal, measured"; prints the table. A ratio is the median over rounds in
// which both sides ran one after the other, since these machines drift.
class Table {
public:
    void add(const Goal& goal, double measured, const std::string& detail);
    void note(const std::string& what, const std::string& value);
    void print() const;

private:
    struct Row {
        std::string what, goal, measured, detail;
        bool reached = true;
    };
    std::vector<Row> rows_;
};

// Operations a second of `operation`, run for about `for_s` seconds.
double rate(double for_s, const std::function<void()>& operation);

double median(std::vector<double> values);

// Median of a/b over rounds; `a` and `b` give rates, or what `unit` says. The two medians go to
// `detail`.
double paired(int rounds, const std::function<double()>& a, const std::function<double()>& b,
              std::string& detail, const char* unit = "/s");

// What of the benchmarks to run.
struct Selection {
    std::string prefix;  // of a group's name ("core", "core.get"); empty: every group
    bool large = false;  // also what takes minutes
    bool wants(std::string_view group) const { return group.substr(0, prefix.size()) == prefix; }
};

void core_benchmarks(Table& table, const std::string& directory, const Selection& selection);
void cpp_benchmarks(Table& table, const std::string& directory);
void http_benchmarks(Table& table, const std::string& directory, const Selection& selection);

// Ends the program with the error's message: a benchmark of errors is none.
void require(till_status status, const till_error* error, const char* what);

}  // namespace bench
