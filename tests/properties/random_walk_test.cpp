// SPDX-License-Identifier: MIT
//
// Random walks: any actor does anything to any order, payment and refund. After each step the shop
// is what the model says (invariants 3, 4, 6 and 7). TILL_SEED replays one walk.
#include "faults/faults.hpp"
#include "properties/model.hpp"

#include <array>
#include <chrono>
#include <random>
#include <set>

using namespace abi;
using model::Actor;
using model::Reasons;

namespace {

class Walk {
public:
    explicit Walk(std::uint64_t seed) : random_(seed) {
        const std::int64_t staff = create_user(store_, "staff", "", true);
        const std::int64_t ann = create_user(store_, "ann");
        const std::int64_t bob = create_user(store_, "bob");
        actors_ = {{{Actor::Kind::system, 0},
                    {Actor::Kind::staff, staff},
                    {Actor::Kind::user, ann},
                    {Actor::Kind::user, bob},
                    {Actor::Kind::nobody, 0}}};
        shop_.events = last_event(store_);
    }

    void step() {
        actor_ = actors_[pick(20) == 0 ? 4 : pick(4)];
        call_ = call_of(actor_);
        switch (pick(14)) {
            case 0:
            case 1:
                place_one();
                break;
            case 2:
                place_keyed();
                break;
            case 3:
                sell();
                break;
            case 4:
            case 5:
                start_payment();
                break;
            case 6:
            case 7:
                settle_payment();
                break;
            case 8:
                start_refund();
                break;
            case 9:
                settle_refund();
                break;
            case 10:
                read();
                break;
            default:
                move_order();
                break;
        }
        CHECK(last_event(store_) == shop_.events);
    }

    // The whole shop against the model.
    void compare() const {
        for (const auto& [id, order] : shop_.orders) compare_order(id, order);
        for (const auto& [id, payment] : shop_.payments) compare_payment(id, payment);
        compare_events();
        for (const Actor& actor : actors_) compare_list(actor);
        require_sound(store_);
    }

private:
    std::size_t pick(std::size_t below) {
        return static_cast<std::size_t>(std::uniform_int_distribution<std::uint64_t>(
            0, static_cast<std::uint64_t>(below) - 1)(random_));
    }
    // An id among those given out, or one beyond.
    std::int64_t pick_id(std::size_t count) {
        // The newest are the most alive.
        const std::size_t near = std::min<std::size_t>(count, 12);
        const std::size_t from = pick(4) == 0 ? 0 : count - near;
        return static_cast<std::int64_t>(from + pick(count - from + 1)) + 1;
    }
    static till_call call_of(const Actor& actor) {
        if (actor.kind == Actor::Kind::system) return as_system();
        if (actor.kind == Actor::Kind::nobody) return TILL_CALL_INIT;
        return as_user(actor.id);
    }

    // True when the call succeeded, as it must when there is no reason to refuse it.
    bool judge(const char* what, till_status status, const Reasons& reasons) const {
        CAPTURE(std::string(what));
        CAPTURE(std::string(till_status_name(status)));
        CAPTURE(static_cast<int>(actor_.kind));
        if (reasons.empty()) {
            CHECK(status == TILL_OK);
        } else {
            CHECK(reasons.count(status) == 1);
        }
        return status == TILL_OK;
    }

    void note_order(const till_order& order, std::int64_t owner, std::int64_t total,
                    bool verified) {
        CHECK(order.total.minor == total);
        CHECK(order.user_id == owner);
        CHECK(
            shop_.orders.emplace(order.id, model::Order{owner, total, TILL_ORDER_PENDING, verified})
                .second);
        ++shop_.events;
    }

    void place_one() {
        Cart cart(static_cast<std::int64_t>(pick(4)) * 100, 1 + static_cast<std::int64_t>(pick(3)));
        std::int64_t total = cart.lines[0].quantity * cart.lines[0].amount_minor;
        const bool discount = pick(5) == 0;
        if (discount) {
            cart.other(TILL_LINE_DISCOUNT, -100);
            total -= 100;
        }
        if (pick(5) == 0) {
            cart.item(7, 3, "Sugar");
            total += 21;
        }
        const bool for_ann = pick(5) == 0;
        const std::int64_t owner = for_ann ? actors_[2].id : actor_.id;
        if (for_ann) cart.in.user_id = owner;
        Reasons reasons;
        if (actor_.kind == Actor::Kind::nobody) {
            reasons = {TILL_E_UNAUTHENTICATED};
        } else {
            if (!actor_.desk() && (discount || owner != actor_.id)) {
                reasons.insert(TILL_E_PERMISSION);
            }
            if (total < 0) reasons.insert(TILL_E_VALIDATION);
        }
        Owned<till_order> order;
        const till_status status = try_place(store_, call_, cart, order, nullptr);
        if (judge("place", status, reasons)) note_order(*order, owner, total, actor_.desk());
    }

    // One of few keys or references with one of two contents: most are repeats.
    void place_keyed() {
        const bool by_key = pick(2) == 0;
        const std::string word = (by_key ? "k" : "r") + std::to_string(pick(5));
        const auto content = static_cast<std::int64_t>(pick(2));
        Cart cart(500 + content);
        if (by_key) call_.idempotency_key = str(word);
        if (!by_key) cart.in.reference = str(word);
        // A reference belongs to the order's owner, a key to the actor.
        std::string known = word + "/" + std::to_string(actor_.id);
        if (by_key && actor_.kind == Actor::Kind::system) known += "s";
        const auto before = keys_.find(known);
        Reasons reasons;
        if (actor_.kind == Actor::Kind::nobody) {
            reasons = {TILL_E_UNAUTHENTICATED};
        } else if (before != keys_.end() && before->second.content != content) {
            reasons = {by_key ? TILL_E_IDEMPOTENCY_MISMATCH : TILL_E_ALREADY_EXISTS};
        }
        Owned<till_order> order;
        if (!judge("place again", try_place(store_, call_, cart, order, nullptr), reasons)) return;
        CHECK(order->replayed == (before == keys_.end() ? 0 : 1));
        if (before != keys_.end()) {
            CHECK(order->id == before->second.id);
            return;
        }
        keys_[known] = {content, order->id};
        note_order(*order, actor_.id, 500 + content, actor_.desk());
    }

    void sell() {
        const auto price = static_cast<std::int64_t>(pick(3)) * 50;
        const Cart cart(price);
        till_sale_in in = TILL_SALE_IN_INIT;
        in.order = &cart.in;
        Reasons reasons;
        if (actor_.kind == Actor::Kind::nobody) reasons = {TILL_E_UNAUTHENTICATED};
        if (actor_.kind == Actor::Kind::user) reasons = {TILL_E_PERMISSION};
        Owned<till_receipt> receipt;
        const till_status status = till_sale(store_, &call_, &in, Out(receipt), nullptr);
        if (!judge("sale", status, reasons)) return;
        note_order(*receipt->order, actor_.id, price, true);
        CHECK((receipt->payment != nullptr) == (price > 0));
        if (receipt->payment != nullptr) note_payment(*receipt->payment, true);
        shop_.orders.at(receipt->order->id).state = TILL_ORDER_DELIVERED;
        ++shop_.events;
    }

    void note_payment(const till_payment& payment, bool completed) {
        const std::int64_t amount = shop_.orders.at(payment.order_id).total;
        CHECK(payment.amount.minor == amount);
        CHECK(shop_.payments
                  .emplace(payment.id,
                           model::Payment{payment.order_id, amount,
                                          completed ? TILL_PAYMENT_COMPLETED : TILL_PAYMENT_PENDING,
                                          0, 0})
                  .second);
        shop_.events += completed ? 2 : 1;
    }

    void start_payment() {
        till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
        in.order_id = pick_id(shop_.orders.size());
        const bool now = pick(2) == 0;
        if (now) in.flags = TILL_PAYMENT_COMPLETE_NOW;
        if (pick(8) == 0) in.amount_minor = 12'345;
        const Reasons reasons = shop_.refuse_payment(actor_, in.order_id, now, in.amount_minor);
        Owned<till_payment> payment;
        const till_status status = till_payment_start(store_, &call_, &in, Out(payment), nullptr);
        if (judge("payment start", status, reasons)) note_payment(*payment, now);
    }

    void settle_payment() {
        till_payment_act_in in = TILL_PAYMENT_ACT_IN_INIT;
        in.payment_id = pick_id(shop_.payments.size());
        const bool complete = pick(2) == 0;
        const auto change = complete ? till_payment_complete : till_payment_fail;
        Owned<till_payment> payment;
        const Reasons reasons = shop_.refuse_settling(actor_, in.payment_id, complete);
        const till_status status = change(store_, &call_, &in, Out(payment), nullptr);
        if (!judge(complete ? "complete" : "fail", status, reasons)) return;
        shop_.events += complete ? shop_.complete(in.payment_id) : shop_.fail(in.payment_id);
        CHECK(payment->status == shop_.payments.at(in.payment_id).state);
    }

    void start_refund() {
        till_refund_start_in in = TILL_REFUND_START_IN_INIT;
        in.payment_id = pick_id(shop_.payments.size());
        const std::array<std::int64_t, 5> amounts{0, 40, 150, 1'000, -1};
        in.amount_minor = amounts[pick(amounts.size())];
        const bool now = pick(2) == 0;
        if (now) in.flags = TILL_REFUND_SUCCEED_NOW;
        const Reasons reasons = shop_.refuse_refund(actor_, in.payment_id, in.amount_minor);
        Owned<till_refund> refund;
        const till_status status = till_refund_start(store_, &call_, &in, Out(refund), nullptr);
        if (!judge("refund start", status, reasons)) return;
        shop_.events += shop_.start_refund(refund->id, in.payment_id, in.amount_minor, now);
    }

    void settle_refund() {
        till_refund_act_in in = TILL_REFUND_ACT_IN_INIT;
        in.refund_id = pick_id(shop_.refunds.size());
        const bool succeed = pick(2) == 0;
        const auto change = succeed ? till_refund_succeed : till_refund_fail;
        const Reasons reasons = shop_.refuse_refund_end(actor_, in.refund_id, succeed);
        Owned<till_refund> refund;
        const till_status status = change(store_, &call_, &in, Out(refund), nullptr);
        if (!judge(succeed ? "refund succeed" : "refund fail", status, reasons)) return;
        shop_.events +=
            succeed ? shop_.succeed_refund(in.refund_id) : shop_.fail_refund(in.refund_id);
        CHECK(refund->status == shop_.refunds.at(in.refund_id).state);
    }

    void move_order() {
        using Move = model::Shop::Move;
        static constexpr std::array<OrderAct, 5> calls{till_order_ship, till_order_deliver,
                                                       till_order_hand_over, till_order_cancel,
                                                       till_order_confirm_prices};
        const std::size_t which = pick(calls.size());
        const auto move = static_cast<Move>(which);
        till_order_act_in in = TILL_ORDER_ACT_IN_INIT;
        in.order_id = pick_id(shop_.orders.size());
        Reasons reasons = shop_.refuse_move(actor_, in.order_id, move);
        if (pick(8) == 0) {
            // A version that no order has.
            in.if_version = 1'000;
            const bool seen = shop_.unseen_order(actor_, in.order_id).empty();
            if (seen) reasons.insert(TILL_E_PRECONDITION);
        }
        Owned<till_order> order;
        const till_status status = calls[which](store_, &call_, &in, Out(order), nullptr);
        if (!judge("order", status, reasons)) return;
        shop_.events += shop_.make_move(in.order_id, move);
        CHECK(order->status == shop_.orders.at(in.order_id).state);
    }

    void read() {
        const std::int64_t order_id = pick_id(shop_.orders.size());
        Owned<till_order> order;
        judge("get order", till_order_get(store_, &call_, order_id, Out(order), nullptr),
              shop_.unseen_order(actor_, order_id));
        const std::int64_t payment_id = pick_id(shop_.payments.size());
        Owned<till_payment> payment;
        judge("get payment", till_payment_get(store_, &call_, payment_id, Out(payment), nullptr),
              shop_.unseen_payment(actor_, payment_id));
        till_event_query query = TILL_EVENT_QUERY_INIT;
        query.order_id = order_id;
        Owned<till_event_page> events;
        judge("order's events", till_event_list(store_, &call_, &query, Out(events), nullptr),
              shop_.unseen_order(actor_, order_id));
    }

    void compare_order(std::int64_t id, const model::Order& expected) const {
        CAPTURE(id);
        const till_call system = as_system();
        Owned<till_order> order;
        REQUIRE(till_order_get(store_, &system, id, Out(order), nullptr) == TILL_OK);
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < order->line_count; ++i) sum += order->lines[i]->amount_minor;
        CHECK(order->total.minor == sum);
        CHECK(order->total.minor == expected.total);
        CHECK(order->user_id == expected.owner);
        CHECK(order->status == expected.state);
        CHECK(order->price_verified == (expected.verified ? 1 : 0));
    }

    void compare_payment(std::int64_t id, const model::Payment& expected) const {
        CAPTURE(id);
        const till_call system = as_system();
        Owned<till_payment> payment;
        REQUIRE(till_payment_get(store_, &system, id, Out(payment), nullptr) == TILL_OK);
        CHECK(payment->status == expected.state);
        CHECK(payment->refunding_minor == expected.refunding);
        CHECK(payment->refunded_minor == expected.refunded);
        CHECK(payment->refunded_minor <= payment->refunding_minor);
        CHECK(payment->refunding_minor <= payment->amount.minor);
        int live = 0;
        for (const auto& [other, each] : shop_.payments) {
            if (each.order != expected.order) continue;
            if (each.state == TILL_PAYMENT_PENDING || each.state == TILL_PAYMENT_COMPLETED) ++live;
        }
        CHECK(live <= 1);
        till_refund_query query = TILL_REFUND_QUERY_INIT;
        query.payment_id = id;
        Owned<till_refund_page> refunds;
        REQUIRE(till_refund_list(store_, &system, &query, Out(refunds), nullptr) == TILL_OK);
        for (std::size_t i = 0; i < refunds->count; ++i) {
            const till_refund& refund = *refunds->items[i];
            CHECK(refund.amount.minor == shop_.refunds.at(refund.id).amount);
            CHECK(refund.status == shop_.refunds.at(refund.id).state);
        }
    }

    void compare_events() const {
        const till_call system = as_system();
        till_event_query query = TILL_EVENT_QUERY_INIT;
        query.limit = 1'000;
        for (;;) {
            Owned<till_event_page> page;
            REQUIRE(till_event_list(store_, &system, &query, Out(page), nullptr) == TILL_OK);
            if (page->count == 0) break;
            for (std::size_t i = 0; i < page->count; ++i) {
                CHECK(page->items[i]->sequence == ++query.after);
            }
        }
        CHECK(query.after == shop_.events);
    }

    // Who lists sees his own orders, all of them, and nobody else's.
    void compare_list(const Actor& actor) const {
        if (actor.kind != Actor::Kind::user) return;
        const till_call call = call_of(actor);
        till_order_query query = TILL_ORDER_QUERY_INIT;
        std::set<std::int64_t> seen;
        std::string cursor;
        do {
            query.cursor = str(cursor);
            Owned<till_order_page> page;
            REQUIRE(till_order_list(store_, &call, &query, Out(page), nullptr) == TILL_OK);
            for (std::size_t i = 0; i < page->count; ++i) {
                CHECK(seen.insert(page->items[i]->id).second);
            }
            cursor = view(page->next_cursor);
        } while (!cursor.empty());
        std::set<std::int64_t> own;
        for (const auto& [id, order] : shop_.orders) {
            if (order.owner == actor.id) own.insert(id);
        }
        CHECK(seen == own);
        Owned<till_order_page> page;
        query.cursor = {nullptr, 0};
        query.flags = TILL_LIST_ALL_USERS;
        CHECK(till_order_list(store_, &call, &query, Out(page), nullptr) == TILL_E_PERMISSION);
    }

    struct Known {
        std::int64_t content = 0;
        std::int64_t id = 0;
    };

    const FaultyStore store_;
    std::mt19937_64 random_;
    std::array<Actor, 5> actors_;
    model::Shop shop_;
    std::map<std::string, Known> keys_;
    Actor actor_;
    till_call call_ = TILL_CALL_INIT;
};

void walk(std::uint64_t seed) {
    INFO("TILL_SEED=", seed);
    Walk walk(seed);
    for (int round = 0; round < 5; ++round) {
        for (int step = 0; step < 120; ++step) walk.step();
        walk.compare();
    }
}

}  // namespace

TEST_CASE("whatever anybody does in whatever order, the shop is what the tables say") {
    const char* given = std::getenv("TILL_SEED");  // NOLINT(concurrency-mt-unsafe)
    if (given != nullptr) {
        walk(std::strtoull(given, nullptr, 10));
        return;
    }
    // The same walks in every run, and one that nobody took before.
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) walk(seed);
    walk(static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()));
}
