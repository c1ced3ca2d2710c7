// SPDX-License-Identifier: MIT
#include "domain/order_placement.hpp"

#include "domain/builders.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace till;
using namespace till::domain;
using namespace till::domain::testing;

namespace {

PlacementInput input_of(const std::vector<LineInput>& lines) {
    PlacementInput input;
    input.lines = lines;
    return input;
}

std::vector<std::string> violations_of(const PlacementInput& input,
                                       const PlacementFacts& facts = facts_for(system_actor())) {
    const auto order = place_order(draft_order(input), facts);
    if (order.has_value()) return {};
    CHECK(order.error().status == Status::validation);
    return broken(order.error().violations);
}

std::string refusal_of(const PlacementInput& input, const Actor& actor) {
    const auto order = place_order(draft_order(input), facts_for(actor));
    return order.has_value() ? "placed" : order.error().code;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("an order's total is the sum of its lines that are not included") {
    const std::vector<LineInput> lines{item(2, 1'250), other(LineKind::discount, -300),
                                       other(LineKind::tax, 400, true),
                                       other(LineKind::shipping, 490)};
    const auto order = place_order(draft_order(input_of(lines)), facts_for(system_actor()));
    REQUIRE(order.has_value());
    CHECK(order->total_minor == 2'500 - 300 + 490);
    CHECK(order->lines[0].amount_minor == 2'500);
    CHECK(order->lines[0].unit_price_minor == 1'250);
    CHECK(order->lines[1].quantity == 1);
    CHECK(order->created_at == noon);
    CHECK(order->currency == eur);
}

TEST_CASE("every prices mode and actor gives prices the right source and trust") {
    struct Row {
        Actor actor;
        Prices prices;
        PriceSource source;
        bool verified;
    };
    const std::vector<Row> rows{
        {user_actor(3), Prices::open, PriceSource::client, false},
        {user_actor(3), Prices::trusted, PriceSource::client, true},
        {staff_actor(3), Prices::open, PriceSource::staff, true},
        {staff_actor(3), Prices::trusted, PriceSource::staff, true},
        {superuser_actor(3), Prices::open, PriceSource::staff, true},
        {superuser_actor(3), Prices::trusted, PriceSource::staff, true},
        {system_actor(), Prices::open, PriceSource::host, true},
        {system_actor(), Prices::trusted, PriceSource::host, true},
    };
    const std::vector<LineInput> lines{item(1, 100)};
    for (const Row& row : rows) {
        const auto order =
            place_order(draft_order(input_of(lines)), facts_for(row.actor, row.prices));
        REQUIRE(order.has_value());
        CHECK(order->lines[0].price_source == row.source);
        CHECK(order->price_verified == row.verified);
        CHECK(order->placed_by == row.actor.user_id);
        CHECK(order->user_id == row.actor.user_id);
    }
}

TEST_CASE("a plain user asks for nothing that is not his to ask") {
    const std::vector<LineInput> lines{item(1, 100)};
    const std::vector<LineInput> tipped{item(1, 100), other(LineKind::tip, 50)};
    PlacementInput plain = input_of(lines);
    PlacementInput own = plain;
    own.user_id = 3;
    PlacementInput anothers = plain;
    anothers.user_id = 4;
    PlacementInput walk_in = plain;
    walk_in.walk_in = true;
    PlacementInput with_tip = input_of(tipped);
    PlacementInput series = plain;
    series.series = "TILL-1";

    for (const PlacementInput& input : {plain, own}) {
        CHECK(refusal_of(input, user_actor(3)) == "placed");
        CHECK(refusal_of(input, staff_actor(3)) == "placed");
    }
    for (const PlacementInput& input : {anothers, walk_in, with_tip, series}) {
        CHECK(refusal_of(input, user_actor(3)) == "permission_denied");
        CHECK(refusal_of(input, staff_actor(3)) == "placed");
        CHECK(refusal_of(input, superuser_actor(3)) == "placed");
        CHECK(refusal_of(input, system_actor()) == "placed");
    }
    for (const PlacementInput& input : {plain, own, anothers, walk_in, with_tip, series}) {
        CHECK(refusal_of(input, Actor{}) == "not_authenticated");
        CHECK(refusal_of(input, Actor{Actor::Kind::key}) == "permission_denied");
    }
}

TEST_CASE("who may not ask learns nothing about the rest of his input") {
    PlacementInput input;
    input.walk_in = true;
    CHECK(refusal_of(input, user_actor(3)) == "permission_denied");
    CHECK(refusal_of(input, Actor{}) == "not_authenticated");
    CHECK(refusal_of(input, system_actor()) == "invalid_input");
}

TEST_CASE("an order of the system without an owner is a walk-in's") {
    const std::vector<LineInput> lines{item(1, 100)};
    PlacementInput input = input_of(lines);
    CHECK(place_order(draft_order(input), facts_for(system_actor()))->user_id == 0);
    CHECK(place_order(draft_order(input), facts_for(staff_actor(8)))->user_id == 8);
    input.walk_in = true;
    CHECK(place_order(draft_order(input), facts_for(staff_actor(8)))->user_id == 0);
    input.walk_in = false;
    input.user_id = 12;
    const auto order = place_order(draft_order(input), facts_for(staff_actor(8)));
    CHECK(order->user_id == 12);
    CHECK(order->placed_by == 8);
}

TEST_CASE("all that is wrong is told at once, each by its path") {
    const std::string long_name(101, 'n');
    LineInput wrong = item(0, -1, "");
    wrong.included = true;
    wrong.sku = std::string_view("a\tb");
    LineInput tax = other(LineKind::tax, 10);
    tax.quantity = 2;
    tax.sku = "T-1";
    LineInput unknown = item(1, 1);
    unknown.kind = 8;
    const std::vector<LineInput> lines{wrong, tax, unknown};
    PlacementInput input = input_of(lines);
    input.user_id = 4;
    input.currency = "eur";
    input.reference = "";
    input.series = "till 1";
    input.contact_name = long_name;
    input.contact_email = "nobody";
    input.metadata = "[1]";
    PlacementFacts facts = facts_for(system_actor());
    facts.currency.reset();
    facts.owner_exists = false;
    CHECK(violations_of(input, facts) ==
          Texts{"/lines/0/included not_allowed", "/lines/0/quantity too_small",
                "/lines/0/amount too_small", "/lines/0/name blank", "/lines/0/sku control",
                "/lines/1/quantity too_large", "/lines/1/sku not_allowed",
                "/lines/2/kind invalid_choice", "/reference blank", "/series invalid",
                "/contact_name too_long", "/contact_email invalid", "/metadata invalid_json",
                "/currency unknown_currency", "/user_id unknown_user",
                "/contact_name not_allowed"});
}

TEST_CASE("[OR-3] each limit holds on both of its sides") {
    const auto quantity = [](std::int64_t value) {
        const std::vector<LineInput> lines{item(value, 0)};
        return violations_of(input_of(lines));
    };
    CHECK(quantity(1).empty());
    CHECK(quantity(2'147'483'647).empty());
    CHECK(quantity(0) == Texts{"/lines/0/quantity too_small"});
    CHECK(quantity(-1) == Texts{"/lines/0/quantity too_small"});
    CHECK(quantity(2'147'483'648) == Texts{"/lines/0/quantity too_large"});
    CHECK(quantity(INT64_MAX) == Texts{"/lines/0/quantity too_large"});

    const auto name = [](const std::string& value) {
        const std::vector<LineInput> lines{item(1, 1, value)};
        return violations_of(input_of(lines));
    };
    CHECK(name(std::string(100, 'x')).empty());
    CHECK(name(std::string(101, 'x')) == Texts{"/lines/0/name too_long"});
    CHECK(name("  ") == Texts{"/lines/0/name blank"});
    CHECK(name("\xFF") == Texts{"/lines/0/name invalid_utf8"});
    CHECK(name(std::string("a\0b", 3)).size() >= 1);

    const auto count = [](std::size_t lines) {
        const std::vector<LineInput> all(lines, item(1, 1));
        return violations_of(input_of(all));
    };
    CHECK(count(0) == Texts{"/lines too_few"});
    CHECK(count(100).empty());
    CHECK(count(101) == Texts{"/lines too_many"});

    const auto text = [](auto field, const std::string& value) {
        const std::vector<LineInput> lines{item(1, 1)};
        PlacementInput input = input_of(lines);
        input.walk_in = true;
        input.*field = value;
        return violations_of(input);
    };
    CHECK(text(&PlacementInput::reference, std::string(64, 'r')).empty());
    CHECK(text(&PlacementInput::reference, std::string(65, 'r')) == Texts{"/reference too_long"});
    CHECK(text(&PlacementInput::series, std::string(16, 'S')).empty());
    CHECK(text(&PlacementInput::series, std::string(17, 'S')) == Texts{"/series too_long"});
    CHECK(text(&PlacementInput::series, "") == Texts{"/series blank"});
    CHECK(text(&PlacementInput::contact_name, std::string(100, 'c')).empty());
    CHECK(text(&PlacementInput::contact_email, "ann@example.org").empty());
    CHECK(text(&PlacementInput::metadata, "{\"k\":\"" + std::string(4'088, 'm') + "\"}").empty());
    CHECK(text(&PlacementInput::metadata, "{\"k\":\"" + std::string(4'089, 'm') + "\"}") ==
          Texts{"/metadata too_long"});
}

TEST_CASE("metadata is text before it is JSON") {
    const auto metadata = [](std::string_view value) {
        const std::vector<LineInput> lines{item(1, 1)};
        PlacementInput input = input_of(lines);
        input.metadata = value;
        return violations_of(input);
    };
    CHECK(metadata("").empty());
    CHECK(metadata(R"({"a":"b"})").empty());
    CHECK(metadata("{\"a\":\"\xFF\"}") == Texts{"/metadata invalid_utf8"});
    CHECK(metadata("{\"a\":\"\xF3\xB0\x80\xFF\"}") == Texts{"/metadata invalid_utf8"});
    CHECK(metadata("{\"a\":\"\xEF\xBF\xBF\"}") == Texts{"/metadata unassigned"});
    CHECK(metadata(std::string_view("{\"a\":\"\0\"}", 9)) == Texts{"/metadata nul"});
    CHECK(metadata("[]") == Texts{"/metadata invalid_json"});
}

TEST_CASE("[OR-2] a total is neither negative nor more than 64 bits hold") {
    const auto total = [](const std::vector<LineInput>& lines) {
        return violations_of(input_of(lines));
    };
    CHECK(total({item(1, INT64_MAX)}).empty());
    CHECK(total({item(1, INT64_MAX), item(1, 1)}) == Texts{"/lines total_overflow"});
    CHECK(total({item(3, INT64_MAX / 2)}) == Texts{"/lines total_overflow"});
    CHECK(total({item(2'147'483'647, INT64_MAX)}) == Texts{"/lines total_overflow"});
    CHECK(total({item(1, 100), other(LineKind::discount, -100)}).empty());
    CHECK(total({item(1, 100), other(LineKind::discount, -101)}) == Texts{"/lines total_negative"});
    CHECK(total({item(1, 1), other(LineKind::discount, INT64_MIN)}) ==
          Texts{"/lines total_negative"});
    CHECK(total({item(1, 100), other(LineKind::tax, INT64_MAX, true)}).empty());
}

TEST_CASE("a walk-in has no owner and only he has a contact") {
    const std::vector<LineInput> lines{item(1, 1)};
    PlacementInput input = input_of(lines);
    input.contact_name = "Ann";
    CHECK(violations_of(input).empty());
    CHECK(violations_of(input, facts_for(staff_actor(8))) == Texts{"/contact_name not_allowed"});
    input.contact_name = "";
    CHECK(violations_of(input, facts_for(staff_actor(8))).empty());
    input.walk_in = true;
    input.user_id = 3;
    CHECK(violations_of(input) == Texts{"/user_id not_allowed"});
    input.walk_in = false;
    input.user_id = -1;
    CHECK(violations_of(input) == Texts{"/user_id unknown_user"});
}

// Invariant 4.
TEST_CASE("whatever the lines, a placed order's total is their sum and never negative") {
    std::mt19937_64 random(20'261'123);  // NOLINT(cert-msc51-cpp): the same walk every time
    int placed = 0;
    for (int round = 0; round < 2'000; ++round) {
        std::vector<LineInput> lines;
        const std::size_t count = 1 + random() % 6;
        for (std::size_t i = 0; i < count; ++i) {
            const bool huge = random() % 10 == 0;
            const auto amount = static_cast<std::int64_t>(huge ? random() >> 1 : random() % 5'000);
            if (random() % 2 == 0) {
                lines.push_back(item(static_cast<std::int64_t>(1 + random() % 9), amount));
            } else {
                lines.push_back(other(static_cast<LineKind>(2 + random() % 6),
                                      random() % 2 == 0 ? amount : -amount, random() % 4 == 0));
            }
        }
        const auto order = place_order(draft_order(input_of(lines)), facts_for(system_actor()));
        if (!order.has_value()) continue;
        ++placed;
        long double sum = 0;
        for (const OrderLine& line : order->lines) {
            if (!line.included) sum += static_cast<long double>(line.amount_minor);
            CHECK(line.amount_minor == line.quantity * line.unit_price_minor);
        }
        CHECK(static_cast<long double>(order->total_minor) == sum);
        CHECK(order->total_minor >= 0);
    }
    CHECK(placed > 500);
}
