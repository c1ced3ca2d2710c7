// SPDX-License-Identifier: MIT
#include "bench/bench.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace bench {
namespace {

std::string text(double value) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, value >= 100 ? "%.0f" : "%.2f", value);
    return buffer;
}

}  // namespace

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void Table::add(const Goal& goal, double measured, const std::string& detail) {
    const bool reached = goal.at_most ? measured <= goal.reach : measured >= goal.reach;
    rows_.push_back({goal.what, (goal.at_most ? "<= " : ">= ") + text(goal.reach), text(measured),
                     detail, reached});
    const Row& row = rows_.back();
    std::printf("  %-58s %10s %10s  %-6s %s\n", row.what.c_str(), row.goal.c_str(),
                row.measured.c_str(), reached ? "" : "missed", row.detail.c_str());
    std::fflush(stdout);
}

void Table::note(const std::string& what, const std::string& value) {
    std::printf("  %-58s %10s %10s\n", what.c_str(), "", value.c_str());
    std::fflush(stdout);
}

void Table::print() const {
    const auto missed =
        std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return !row.reached; });
    std::printf("\n%zu goals, %td missed\n", rows_.size(), missed);
}

double rate(double for_s, const std::function<void()>& operation) {
    const double begin = seconds();
    std::int64_t count = 0;
    double now = begin;
    while (now - begin < for_s) {
        for (int i = 0; i < 16; ++i) operation();
        count += 16;
        now = seconds();
    }
    return static_cast<double>(count) / (now - begin);
}

double paired(int rounds, const std::function<double()>& a, const std::function<double()>& b,
              std::string& detail, const char* unit) {
    std::vector<double> ratios, as, bs;
    for (int round = 0; round < rounds; ++round) {
        // Every other round the other side goes first: the disk's cache favours the second.
        double first = 0, second = 0;
        if (round % 2 == 0) {
            first = a();
            second = b();
        } else {
            second = b();
            first = a();
        }
        as.push_back(first);
        bs.push_back(second);
        ratios.push_back(first / second);
    }
    detail = text(median(as)) + unit + " against " + text(median(bs)) + unit;
    return median(ratios);
}

void require(till_status status, const till_error* error, const char* what) {
    if (status == TILL_OK) return;
    std::fprintf(stderr, "%s: %s: %s\n", what, till_status_name(status),
                 error != nullptr ? error->message.data : "");
    std::exit(1);
}

}  // namespace bench

namespace {

constexpr const char* usage =
    "usage: till_bench [--large] [GROUP]\n"
    "  --large  also with 1 000 000 orders, which takes minutes\n"
    "  GROUP    only groups whose names begin so: core.place core.batch core.get core.list\n"
    "           core.verify core.size core.growth cpp http.hello http.get\n"
    "           http.post http.login http.latency http.memory http.start\n";

// False: the arguments make no sense.
bool read_arguments(int argc, char** argv, bench::Selection& selection) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--large") {
            selection.large = true;
        } else if (argument.empty() || argument[0] == '-' || !selection.prefix.empty()) {
            return false;
        } else {
            selection.prefix = argument;
        }
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    bench::Selection selection;
    if (!read_arguments(argc, argv, selection)) {
        std::fputs(usage, stderr);
        return 2;
    }
    const char* base = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): before any thread
    std::string directory = std::string(base != nullptr ? base : "/var/tmp") + "/till-bench-XXXXXX";
    if (::mkdtemp(directory.data()) == nullptr) {
        std::perror("mkdtemp");
        return 1;
    }
    // Whichever way the program ends: std::exit() runs no destructors of main().
    static const std::filesystem::path made = directory;
    std::atexit([] { std::filesystem::remove_all(made); });
    std::printf("%-60s %10s %10s\n", "ratio to the raw SQLite C API, same SQL, same durability",
                "goal", "measured");
    bench::Table table;
    bench::core_benchmarks(table, directory, selection);
    if (selection.wants("cpp")) bench::cpp_benchmarks(table, directory);
#if defined(TILL_BENCH_SERVER)
    bench::http_benchmarks(table, directory, selection);
#endif
    table.print();
    return 0;
}
