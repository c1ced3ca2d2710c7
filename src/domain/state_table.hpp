// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

// State machines as tables of rows (from, event, to), checked while compiling. What is not in a
// table is not allowed; guards on amounts, prices and time stay code.
namespace till::domain {

template <class State, class Event>
struct Transition {
    State from;
    Event event;
    State to;
};

template <class Enum>
struct Named {
    Enum value;
    std::string_view name;
};

template <class State, class Event, std::size_t rows, std::size_t states, std::size_t events>
struct StateTable {
    std::array<Transition<State, Event>, rows> transitions;
    std::array<Named<State>, states> state_names;  // the first is the initial state
    std::array<Named<Event>, events> event_names;

    constexpr std::optional<State> next(State from, Event event) const noexcept {
        for (const auto& row : transitions) {
            if (row.from == from && row.event == event) return row.to;
        }
        return std::nullopt;
    }

    constexpr bool terminal(State state) const noexcept {
        for (const auto& row : transitions) {
            if (row.from == state) return false;
        }
        return true;
    }
};

// The name of a value; "unknown" for one that the list does not have.
template <class Enum, std::size_t count>
constexpr std::string_view name_in(const std::array<Named<Enum>, count>& names,
                                   Enum value) noexcept {
    for (const auto& entry : names) {
        if (entry.value == value) return entry.name;
    }
    return "unknown";
}

template <class Enum, std::size_t count>
constexpr std::optional<Enum> parse_in(const std::array<Named<Enum>, count>& names,
                                       std::string_view name) noexcept {
    for (const auto& entry : names) {
        if (entry.name == name) return entry.value;
    }
    return std::nullopt;
}

template <class Enum, std::size_t count>
constexpr bool known_in(const std::array<Named<Enum>, count>& names, Enum value) noexcept {
    for (const auto& entry : names) {
        if (entry.value == value) return true;
    }
    return false;
}

namespace table_checks {

template <class Table>
consteval bool no_duplicates(const Table& table) {
    for (std::size_t i = 0; i < table.transitions.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (table.transitions[i].from == table.transitions[j].from &&
                table.transitions[i].event == table.transitions[j].event) {
                return false;
            }
        }
    }
    return true;
}

template <class Table>
consteval bool every_state_reachable(const Table& table) {
    std::array<bool, std::tuple_size_v<decltype(table.state_names)>> reached{};
    reached[0] = true;
    // As many rounds as there are states reach whatever can be reached.
    for (std::size_t round = 0; round < reached.size(); ++round) {
        for (const auto& row : table.transitions) {
            for (std::size_t from = 0; from < reached.size(); ++from) {
                if (!reached[from] || table.state_names[from].value != row.from) continue;
                for (std::size_t to = 0; to < reached.size(); ++to) {
                    if (table.state_names[to].value == row.to) reached[to] = true;
                }
            }
        }
    }
    for (const bool state : reached) {
        if (!state) return false;
    }
    return true;
}

template <class Table>
consteval bool every_event_used(const Table& table) {
    for (const auto& entry : table.event_names) {
        bool used = false;
        for (const auto& row : table.transitions) used = used || row.event == entry.value;
        if (!used) return false;
    }
    return true;
}

// Exactly the listed states have no exit.
template <class Table, class State, std::size_t count>
consteval bool terminals_are(const Table& table, const std::array<State, count>& terminals) {
    for (const auto& entry : table.state_names) {
        bool listed = false;
        for (const State state : terminals) listed = listed || state == entry.value;
        if (listed != table.terminal(entry.value)) return false;
    }
    return true;
}

// A state and an event never share a spelling, and each is spelled once.
template <class Table>
consteval bool names_differ(const Table& table) {
    for (std::size_t i = 0; i < table.state_names.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (table.state_names[i].name == table.state_names[j].name) return false;
        }
        for (const auto& event : table.event_names) {
            if (table.state_names[i].name == event.name) return false;
        }
    }
    return true;
}

template <class Table, class State, std::size_t count>
consteval bool sound(const Table& table, const std::array<State, count>& terminals) {
    return no_duplicates(table) && every_state_reachable(table) && every_event_used(table) &&
           terminals_are(table, terminals) && names_differ(table);
}

}  // namespace table_checks
}  // namespace till::domain
