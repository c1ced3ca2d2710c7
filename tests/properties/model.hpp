// SPDX-License-Identifier: MIT
//
// A small model of orders, payments and refunds, written from the tables and not from the code:
// what each call must answer, and what the shop holds afterwards.
#pragma once

#include "till/till.h"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace model {

struct Actor {
    enum class Kind : std::uint8_t { nobody, user, staff, system };
    Kind kind = Kind::nobody;
    std::int64_t id = 0;  // 0: system, nobody

    bool desk() const { return kind == Kind::staff || kind == Kind::system; }
    bool sees(std::int64_t owner) const { return desk() || (owner != 0 && owner == id); }
};

struct Order {
    std::int64_t owner = 0;
    std::int64_t total = 0;
    till_order_state state = TILL_ORDER_PENDING;
    bool verified = false;
};

struct Payment {
    std::int64_t order = 0;
    std::int64_t amount = 0;
    till_payment_state state = TILL_PAYMENT_PENDING;
    std::int64_t refunding = 0;
    std::int64_t refunded = 0;
};

struct Refund {
    std::int64_t payment = 0;
    std::int64_t amount = 0;
    till_refund_state state = TILL_REFUND_PENDING;
};

// The reasons to refuse a call; which of several it tells is its own choice.
using Reasons = std::set<till_status>;

struct Shop {
    std::map<std::int64_t, Order> orders;
    std::map<std::int64_t, Payment> payments;
    std::map<std::int64_t, Refund> refunds;
    std::int64_t events = 0;

    const Payment* live(std::int64_t order) const {
        for (const auto& [id, payment] : payments) {
            if (payment.order == order && (payment.state == TILL_PAYMENT_PENDING ||
                                           payment.state == TILL_PAYMENT_COMPLETED)) {
                return &payment;
            }
        }
        return nullptr;
    }
    bool paid(std::int64_t order) const {
        const Payment* payment = live(order);
        return payment != nullptr && payment->state == TILL_PAYMENT_COMPLETED;
    }
    bool payable(std::int64_t order) const {
        const till_order_state state = orders.at(order).state;
        return state == TILL_ORDER_PENDING || state == TILL_ORDER_SHIPPED;
    }

    // The refusal of an object that the actor does not see; else none.
    static Reasons unseen(const Actor& actor, const std::int64_t* owner) {
        if (actor.kind == Actor::Kind::nobody) return {TILL_E_UNAUTHENTICATED};
        if (owner == nullptr || !actor.sees(*owner)) return {TILL_E_NOT_FOUND};
        return {};
    }
    Reasons unseen_order(const Actor& actor, std::int64_t id) const {
        const auto found = orders.find(id);
        return unseen(actor, found == orders.end() ? nullptr : &found->second.owner);
    }
    Reasons unseen_payment(const Actor& actor, std::int64_t id) const {
        const auto found = payments.find(id);
        const std::int64_t* owner =
            found == payments.end() ? nullptr : &orders.at(found->second.order).owner;
        return unseen(actor, owner);
    }

    Reasons refuse_payment(const Actor& actor, std::int64_t order, bool complete_now,
                           std::int64_t amount) const {
        Reasons reasons = unseen_order(actor, order);
        if (!reasons.empty()) return reasons;
        if (complete_now && !actor.desk()) reasons.insert(TILL_E_PERMISSION);
        if (amount != 0 && amount != orders.at(order).total) reasons.insert(TILL_E_VALIDATION);
        if (!payable(order) || live(order) != nullptr || orders.at(order).total == 0) {
            reasons.insert(TILL_E_CONFLICT);
        }
        return reasons;
    }

    Reasons refuse_settling(const Actor& actor, std::int64_t id, bool complete) const {
        Reasons reasons = unseen_payment(actor, id);
        if (!reasons.empty()) return reasons;
        if (!actor.desk()) return {TILL_E_PERMISSION};
        const till_payment_state state = payments.at(id).state;
        if (complete && state == TILL_PAYMENT_REFUNDED) return {TILL_E_CONFLICT};
        if (!complete && state != TILL_PAYMENT_PENDING && state != TILL_PAYMENT_FAILED) {
            return {TILL_E_CONFLICT};
        }
        return {};
    }
    // What follows from money that came; gives the number of changes.
    int complete(std::int64_t id) {
        Payment& payment = payments.at(id);
        if (payment.state == TILL_PAYMENT_PENDING) {
            payment.state = TILL_PAYMENT_COMPLETED;
            return 1;
        }
        if (payment.state != TILL_PAYMENT_FAILED) return 0;
        const bool in_time = payable(payment.order) && live(payment.order) == nullptr;
        payment.state = in_time ? TILL_PAYMENT_COMPLETED : TILL_PAYMENT_SURPLUS;
        return 1;
    }
    int fail(std::int64_t id) {
        Payment& payment = payments.at(id);
        if (payment.state == TILL_PAYMENT_FAILED) return 0;
        payment.state = TILL_PAYMENT_FAILED;
        return 1;
    }

    Reasons refuse_refund(const Actor& actor, std::int64_t id, std::int64_t amount) const {
        Reasons reasons = unseen_payment(actor, id);
        if (!reasons.empty()) return reasons;
        if (!actor.desk()) return {TILL_E_PERMISSION};
        const Payment& payment = payments.at(id);
        if (amount < 0) reasons.insert(TILL_E_VALIDATION);
        const bool has_money =
            payment.state == TILL_PAYMENT_COMPLETED || payment.state == TILL_PAYMENT_SURPLUS;
        const std::int64_t left = payment.amount - payment.refunding;
        if (!has_money || left == 0 || amount > left) reasons.insert(TILL_E_CONFLICT);
        return reasons;
    }
    int start_refund(std::int64_t id, std::int64_t payment_id, std::int64_t amount, bool now) {
        Payment& payment = payments.at(payment_id);
        if (amount == 0) amount = payment.amount - payment.refunding;
        payment.refunding += amount;
        refunds[id] = {payment_id, amount, TILL_REFUND_PENDING};
        return now ? 1 + succeed_refund(id) : 1;
    }
    int succeed_refund(std::int64_t id) {
        Refund& refund = refunds.at(id);
        if (refund.state == TILL_REFUND_SUCCEEDED) return 0;
        refund.state = TILL_REFUND_SUCCEEDED;
        Payment& payment = payments.at(refund.payment);
        payment.refunded += refund.amount;
        if (payment.refunded < payment.amount) return 1;
        payment.state = TILL_PAYMENT_REFUNDED;
        return 2;
    }
    int fail_refund(std::int64_t id) {
        Refund& refund = refunds.at(id);
        if (refund.state == TILL_REFUND_FAILED) return 0;
        refund.state = TILL_REFUND_FAILED;
        payments.at(refund.payment).refunding -= refund.amount;
        return 1;
    }
    Reasons refuse_refund_end(const Actor& actor, std::int64_t id, bool succeed) const {
        const auto found = refunds.find(id);
        if (found == refunds.end()) {
            // Nobody's refund: plain users may not settle anything.
            if (actor.kind == Actor::Kind::nobody) return {TILL_E_UNAUTHENTICATED};
            return {TILL_E_NOT_FOUND};
        }
        Reasons reasons = unseen_payment(actor, found->second.payment);
        if (!reasons.empty()) return reasons;
        if (!actor.desk()) return {TILL_E_PERMISSION};
        const till_refund_state other = succeed ? TILL_REFUND_FAILED : TILL_REFUND_SUCCEEDED;
        if (found->second.state == other) return {TILL_E_CONFLICT};
        return {};
    }

    enum class Move : std::uint8_t { ship, deliver, hand_over, cancel, confirm };
    Reasons refuse_move(const Actor& actor, std::int64_t id, Move move) const {
        Reasons reasons = unseen_order(actor, id);
        if (!reasons.empty()) return reasons;
        if (move != Move::cancel && !actor.desk()) return {TILL_E_PERMISSION};
        const Order& order = orders.at(id);
        if (move == Move::confirm && order.verified) return {};
        const till_order_state from =
            move == Move::deliver ? TILL_ORDER_SHIPPED : TILL_ORDER_PENDING;
        bool refused = order.state != from;
        if (move == Move::cancel) refused = refused || paid(id);
        if (move == Move::ship || move == Move::hand_over) {
            refused = refused || !order.verified || (order.total > 0 && !paid(id));
        }
        if (refused) return {TILL_E_CONFLICT};
        return {};
    }
    int make_move(std::int64_t id, Move move) {
        Order& order = orders.at(id);
        switch (move) {
            case Move::ship:
                order.state = TILL_ORDER_SHIPPED;
                return 1;
            case Move::deliver:
            case Move::hand_over:
                order.state = TILL_ORDER_DELIVERED;
                return 1;
            case Move::confirm:
                if (order.verified) return 0;
                order.verified = true;
                return 1;
            case Move::cancel:
                break;
        }
        order.state = TILL_ORDER_CANCELLED;
        for (auto& [payment_id, payment] : payments) {
            if (payment.order != id || payment.state != TILL_PAYMENT_PENDING) continue;
            payment.state = TILL_PAYMENT_FAILED;
            return 2;
        }
        return 1;
    }
};

}  // namespace model
