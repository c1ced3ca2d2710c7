// SPDX-License-Identifier: MIT
// What the commands share that list and act on a store without HTTP: who acts, verbs, ids, output.
#pragma once

#include "commands.hpp"
#include "output.hpp"
#include "refusal.hpp"

#include <iostream>
#include <optional>
#include <span>

namespace till_server {

// A command's words after its verb, with everything that a verb needs.
struct Desk {
    const Options& options;
    Format format;
    till::store store;
    till::call call;  // the system's, or that of --as
    bool sees_all;    // it lists everybody's without asking for a user's
    std::vector<std::string> words;
};

struct Verb {
    const char* name;
    const char* arguments;  // what follows the verb in a refusal: "ID..."
    size_t words_min;
    size_t words_max;
    int (*run)(Desk& desk);
};
constexpr size_t any_number = 1'000'000;

// Runs the verb that the first word names; without words the first of `verbs`. Throws Refusal with
// exit_usage before the store is opened.
int run_verb(const Options& options, const char* command, std::span<const Verb> verbs);

// The options that every such command takes, and a list of them with more.
CommandSet desk_options();
std::vector<const char*> with_desk_options(std::vector<const char*> more);

// A whole number above 0. Throws Refusal with exit_usage.
int64_t parse_id(const std::string& word, const char* what);
// By id when all are digits, else by user name, else by e-mail address. Throws Refusal.
till::user find_user(const Desk& desk, const std::string& word);
// The id of the user of --user, 0 without it.
int64_t user_filter(const Desk& desk);
int64_t id_option(const Options& options, const char* name);
// What --<name> names, among `choices`; Choice{} without it.
template <typename Choice>
Choice choice_option(const Options& options, const char* name,
                     std::initializer_list<Choice> choices);
// What --<name>, true or false, says; nothing without it. Throws Refusal with exit_usage.
std::optional<bool> truth_option(const Options& options, const char* name);

// Prints the rows of a list that are `wanted`, up to --limit.
inline constexpr auto every_row = [](const auto&) { return true; };
template <typename Range, typename ToRow, typename Wanted = decltype(every_row)>
int print_list(const Desk& desk, const Columns& columns, Range rows, ToRow to_row,
               Wanted wanted = every_row);

// Acts on each id and prints what became of it. A refusal does not keep the others from being done;
// each is told at the end, and the exit code is 1.
template <typename Act, typename ToRow>
int act_on_each(const Desk& desk, const Columns& columns, const char* what, Act act, ToRow to_row);

inline const Columns event_columns{"sequence", "at",    "kind",  "subject",
                                   "order",    "actor", "trace", "data"};
Row event_row(till::event_view event);
// Whether the subject is a user: users, sessions, keys and settings count their ids on their own.
bool is_of_user(till::event_view event);
// All events of an order, oldest first.
Sheet order_history(const Desk& desk, int64_t order_id);

// ---- The templates --------------------------------------------------------------------------

template <typename Choice>
Choice choice_option(const Options& options, const char* name,
                     std::initializer_list<Choice> choices) {
    const std::string wanted = options.get(name);
    if (wanted.empty()) return Choice{};
    std::string known;
    for (const Choice choice : choices) {
        if (till::name(choice) == wanted) return choice;
        known += (known.empty() ? "" : ", ") + std::string(till::name(choice));
    }
    throw Refusal(
        "There is no " + std::string(name) + " \"" + wanted + "\": say one of " + known + ".",
        exit_usage);
}

template <typename Range, typename ToRow, typename Wanted>
int print_list(const Desk& desk, const Columns& columns, Range rows, ToRow to_row, Wanted wanted) {
    const uint64_t limit = desk.options.number("limit", 0, UINT32_MAX).value_or(50);
    RowPrinter printer(std::cout, desk.format, columns);
    uint64_t count = 0;
    for (const auto& row : rows) {
        if (!wanted(row)) continue;
        if (limit != 0 && count++ == limit) break;
        printer.add(to_row(row));
    }
    printer.finish("Nothing.\n");
    return 0;
}

template <typename Act, typename ToRow>
int act_on_each(const Desk& desk, const Columns& columns, const char* what, Act act, ToRow to_row) {
    std::vector<int64_t> ids;  // all of them are looked at before the first is changed
    for (const std::string& word : desk.words) ids.push_back(parse_id(word, what));
    std::string refused;
    RowPrinter printer(std::cout, desk.format, columns);
    for (const int64_t id : ids) {
        const auto outcome = act(id);
        if (outcome) {
            printer.add(to_row(*outcome));
        } else {
            refused += "\n" + std::string(what) + " " + std::to_string(id) + ": " +
                       outcome.error().describe();
        }
    }
    printer.finish();
    if (!refused.empty()) throw Refusal("Not everything was done." + refused);
    return 0;
}

}  // namespace till_server
