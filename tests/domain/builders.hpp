// SPDX-License-Identifier: MIT
#pragma once

#include "domain/actor.hpp"
#include "domain/order.hpp"
#include "domain/order_placement.hpp"
#include "domain/payment.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

// Values for the tests of the domain: small, valid, and changed by the test that uses them.
namespace till::domain::testing {

inline Actor system_actor() { return {Actor::Kind::system}; }
inline Actor user_actor(std::int64_t id) { return {Actor::Kind::user, id}; }
inline Actor staff_actor(std::int64_t id) { return {Actor::Kind::user, id, true}; }
inline Actor superuser_actor(std::int64_t id) { return {Actor::Kind::user, id, false, true}; }

inline constexpr Currency eur = make_currency("EUR", 2);
inline constexpr Time noon = 1'700'000'000'000'000;

inline LineInput item(std::int64_t quantity, std::int64_t price, std::string_view name = "Tea") {
    LineInput line;
    line.quantity = quantity;
    line.amount_minor = price;
    line.name = name;
    return line;
}

inline LineInput other(LineKind kind, std::int64_t amount, bool included = false) {
    LineInput line;
    line.kind = static_cast<std::int32_t>(kind);
    line.included = included;
    line.amount_minor = amount;
    line.name = name_of(kind);
    return line;
}

inline PlacementFacts facts_for(const Actor& actor, Prices prices = Prices::open) {
    PlacementFacts facts;
    facts.actor = actor;
    facts.prices = prices;
    facts.currency = eur;
    facts.now = noon;
    return facts;
}

inline Order order_of(OrderState status, std::int64_t total = 1'000, bool verified = true) {
    Order order;
    order.id = 7;
    order.user_id = 3;
    order.placed_by = 3;
    order.status = status;
    order.currency = eur;
    order.total_minor = total;
    order.price_verified = verified;
    OrderLine line;
    line.price_source = verified ? PriceSource::staff : PriceSource::client;
    line.unit_price_minor = total;
    line.amount_minor = total;
    line.name = "Tea";
    order.lines.push_back(line);
    return order;
}

inline Payment payment_of(PaymentState status, std::int64_t amount = 1'000) {
    Payment payment;
    payment.id = 5;
    payment.order_id = 7;
    payment.user_id = 3;
    payment.status = status;
    payment.amount_minor = amount;
    payment.currency = eur;
    if (is_refundable(status) || status == PaymentState::refunded) payment.completed_at = noon;
    if (status == PaymentState::refunded) {
        payment.refunding_minor = amount;
        payment.refunded_minor = amount;
    }
    return payment;
}

// "path code", one for each violation, in order.
inline std::vector<std::string> broken(const std::vector<Violation>& violations) {
    std::vector<std::string> all;
    for (const Violation& violation : violations)
        all.push_back(violation.path + " " + violation.code);
    return all;
}

}  // namespace till::domain::testing
