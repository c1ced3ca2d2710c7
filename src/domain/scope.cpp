// SPDX-License-Identifier: MIT
#include "domain/scope.hpp"

#include <algorithm>
#include <array>

namespace till::domain {
namespace {

constexpr std::array names{
    ScopeName{scope::orders_place, "orders:place"},
    ScopeName{scope::orders_read, "orders:read"},
    ScopeName{scope::orders_fulfil, "orders:fulfil"},
    ScopeName{scope::prices_set, "prices:set"},
    ScopeName{scope::payments_read, "payments:read"},
    ScopeName{scope::payments_write, "payments:write"},
    ScopeName{scope::users_read, "users:read"},
    ScopeName{scope::events_read, "events:read"},
    ScopeName{scope::outbox_work, "outbox:work"},
    ScopeName{scope::reports_read, "reports:read"},
};

constexpr bool each_a_bit_of_its_own() {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].scope != 1U << i) return false;
    }
    return true;
}
static_assert(each_a_bit_of_its_own());

Scopes scope_of(std::string_view name) noexcept {
    const auto* found = std::find_if(names.begin(), names.end(),
                                     [&](const ScopeName& each) { return name == each.name; });
    return found == names.end() ? Scopes{0} : found->scope;
}

// Calls `each` for every word.
template <class F>
void for_each_word(std::string_view text, F each) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) each(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::string all_names() {
    std::string text;
    for (const ScopeName& each : names) text += std::string(text.empty() ? "" : " ") + each.name;
    return text;
}

}  // namespace

std::span<const ScopeName> scope_names() noexcept { return names; }

std::string to_text(Scopes scopes) {
    std::string text;
    for (const ScopeName& each : names) {
        if ((scopes & each.scope) == 0) continue;
        if (!text.empty()) text += ' ';
        text += each.name;
    }
    return text;
}

Scopes check_scopes(std::vector<Violation>& violations, std::string_view path,
                    std::string_view text) {
    unsigned scopes = 0;
    bool unknown = false;
    for_each_word(text, [&](std::string_view word) {
        const Scopes scope = scope_of(word);
        unknown = unknown || scope == 0;
        scopes |= scope;
    });
    if (unknown) {
        violations.push_back({std::string(path),
                              "invalid_choice",
                              "Give names of scopes with blanks between them.",
                              {{"choices", all_names()}}});
    } else if (scopes == 0) {
        violations.push_back({std::string(path), "blank", "Give one scope at least.", {}});
    }
    return static_cast<Scopes>(scopes);
}

Scopes parse_scopes(std::string_view text) noexcept {
    unsigned scopes = 0;
    for_each_word(text, [&](std::string_view word) { scopes |= scope_of(word); });
    return static_cast<Scopes>(scopes);
}

}  // namespace till::domain
