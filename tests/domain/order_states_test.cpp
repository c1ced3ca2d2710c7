// SPDX-License-Identifier: MIT
#include "domain/order_states.hpp"

#include "domain/payment_states.hpp"
#include "domain/refund_states.hpp"
#include "domain/state_markdown.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>

using namespace till::domain;

namespace {

// What stands between the markers <!-- name --> and <!-- /name --> of ARCHITECTURE.md.
std::string section(const std::string& name) {
    std::ifstream file(TILL_SOURCE_DIR "/ARCHITECTURE.md");
    REQUIRE(file.is_open());
    std::stringstream all;
    all << file.rdbuf();
    const std::string text = all.str();
    const std::string open = "<!-- " + name + " -->\n";
    const std::size_t begin = text.find(open);
    const std::size_t end = text.find("<!-- /" + name + " -->");
    REQUIRE(begin != std::string::npos);
    REQUIRE(end != std::string::npos);
    return text.substr(begin + open.size(), end - begin - open.size());
}

template <class State>
constexpr bool broken_table_is_found() {
    using Table = StateTable<State, OrderEvent, 2, 2, 2>;
    constexpr auto names =
        std::array<Named<State>, 2>{{{State::pending, "pending"}, {State::shipped, "shipped"}}};
    constexpr auto events = std::array<Named<OrderEvent>, 2>{
        {{OrderEvent::ship, "ship"}, {OrderEvent::deliver, "deliver"}}};
    constexpr Table duplicate{{{{State::pending, OrderEvent::ship, State::shipped},
                                {State::pending, OrderEvent::ship, State::pending}}},
                              names,
                              events};
    constexpr Table unreachable{{{{State::pending, OrderEvent::ship, State::pending},
                                  {State::shipped, OrderEvent::deliver, State::pending}}},
                                names,
                                events};
    return !table_checks::no_duplicates(duplicate) && !table_checks::every_event_used(duplicate) &&
           !table_checks::every_state_reachable(unreachable) &&
           !table_checks::terminals_are(unreachable, std::array{State::shipped});
}
static_assert(broken_table_is_found<OrderState>());

}  // namespace

TEST_CASE("ARCHITECTURE.md prints the state tables as they are") {
    CHECK(section("states:orders") == order_states_markdown());
    CHECK(section("states:payments") == payment_states_markdown());
    CHECK(section("states:refunds") == refund_states_markdown());
}

TEST_CASE("every state has a name that leads back to it") {
    for (const auto& entry : order_states.state_names) {
        CHECK(parse_in(order_states.state_names, name_of(entry.value)) == entry.value);
    }
    for (const auto& entry : payment_states.state_names) {
        CHECK(parse_in(payment_states.state_names, name_of(entry.value)) == entry.value);
    }
    for (const auto& entry : refund_states.state_names) {
        CHECK(parse_in(refund_states.state_names, name_of(entry.value)) == entry.value);
    }
    CHECK(name_of(static_cast<OrderState>(99)) == "unknown");
    CHECK(!parse_in(order_states.state_names, "lost"));
}

TEST_CASE("a live payment is one that holds the order's place") {
    CHECK(is_live(PaymentState::pending));
    CHECK(is_live(PaymentState::completed));
    CHECK(!is_live(PaymentState::failed));
    CHECK(!is_live(PaymentState::surplus));
    CHECK(!is_live(PaymentState::refunded));
}
