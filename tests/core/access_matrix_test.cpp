// SPDX-License-Identifier: MIT
//
// Every call on orders, payments, refunds, events, settings and the store itself x every actor x
// his own, another's, a walk-in's and a missing object. What to expect is generated from the access
// table, which itself is held against a second writing of it. Accounts have
// tests/c_api/account_access_test.cpp, states access_states_test.cpp.
#include "core/actors.hpp"
#include "core/care.hpp"
#include "core/metrics.hpp"
#include "core/outbox.hpp"
#include "core/reports.hpp"
#include "core/signing_keys.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string>
#include <vector>

using namespace till;
using namespace till::core;
using namespace till::core::testing;
using domain::Action;
using domain::Verdict;

namespace {

enum class Object : std::uint8_t { anns, bobs, clerks, walk_ins, missing };
constexpr std::array all_objects{Object::anns, Object::bobs, Object::clerks, Object::walk_ins,
                                 Object::missing};
constexpr std::int64_t missing_id = 987'654;

std::int64_t owner_of(const Shop& shop, Object object) {
    switch (object) {
        case Object::anns:
            return shop.ann;
        case Object::bobs:
            return shop.bob;
        case Object::clerks:
            return shop.clerk;
        case Object::walk_ins:
        case Object::missing:
            break;
    }
    return 0;
}

// A new order for each try: of its owner, verified, so that everything may happen to it.
std::int64_t order_of(Shop& shop, Object object) {
    if (object == Object::missing) return missing_id;
    Basket basket;
    basket.input.user_id = owner_of(shop, object);
    basket.input.walk_in = object == Object::walk_ins;
    auto answer = place_order(shop, as_system(), basket.input);
    REQUIRE(answer.has_value());
    REQUIRE(answer->value.user_id == owner_of(shop, object));
    return answer->value.id;
}

std::int64_t payment_of(Shop& shop, Object object, bool complete) {
    if (object == Object::missing) return missing_id;
    auto answer = start_payment(shop, as_system(), payment_for(order_of(shop, object), complete));
    REQUIRE(answer.has_value());
    return answer->value.id;
}

std::int64_t refund_of(Shop& shop, Object object) {
    if (object == Object::missing) return missing_id;
    domain::RefundInput input;
    input.payment_id = payment_of(shop, object, true);
    auto answer = start_refund(shop, as_system(), input);
    REQUIRE(answer.has_value());
    return answer->value.id;
}

// What a call says on an object; `make` gives the id of a new one.
struct ObjectCall {
    const char* name;
    Action action;
    const char* not_found;
    std::function<std::int64_t(Shop&, Object)> make;
    std::function<std::string(Shop&, const Call&, std::int64_t)> call;
};

template <class Act>
std::function<std::string(Shop&, const Call&, std::int64_t)> acts(Act act) {
    return [act](Shop& shop, const Call& call, std::int64_t id) {
        return outcome(act(shop, call, id));
    };
}

// A call that takes an order's, a payment's or a refund's act, as one that takes its id.
template <class T, class What>
auto by_id(Result<T> (*call)(Store&, const Call&, const What&)) {
    return acts([call](Store& store, const Call& context, std::int64_t id) {
        What what{};
        if constexpr (requires { what.order_id; }) what.order_id = id;
        if constexpr (requires { what.payment_id; }) what.payment_id = id;
        if constexpr (requires { what.refund_id; }) what.refund_id = id;
        return call(store, context, what);
    });
}

std::string get_among_others(Shop& shop, const Call& call, std::int64_t id) {
    const std::array ids{id};
    const auto answers = get_orders(shop, call, ids);
    return answers.has_value() ? outcome(answers->front()) : answers.error().code;
}

std::string list_of_order(Shop& shop, const Call& call, std::int64_t id) {
    PaymentQuery query;
    query.order_id = id;
    return outcome(list_payments(shop, call, query));
}

std::string history_of_order(Shop& shop, const Call& call, std::int64_t id) {
    EventQuery query;
    query.order_id = id;
    return outcome(list_events(shop, call, query));
}

std::string refund(Shop& shop, const Call& call, std::int64_t id) {
    domain::RefundInput input;
    input.payment_id = id;
    return outcome(start_refund(shop, call, input));
}

std::string refunds(Shop& shop, const Call& call, std::int64_t id) {
    RefundQuery query;
    query.payment_id = id;
    return outcome(list_refunds(shop, call, query));
}

std::vector<ObjectCall> object_calls() {
    const auto pending = [](Shop& s, Object o) { return payment_of(s, o, false); };
    const auto completed = [](Shop& s, Object o) { return payment_of(s, o, true); };
    const auto pay = [](bool now) {
        return [now](Shop& shop, const Call& call, std::int64_t id) {
            return outcome(start_payment(shop, call, payment_for(id, now)));
        };
    };
    const char* const order = "order_not_found";
    const char* const payment = "payment_not_found";
    const char* const refund_id = "refund_not_found";
    return {
        {"get_order", Action::order_read, order, order_of,
         [](Shop& s, const Call& c, std::int64_t id) { return outcome(get_order(s, c, id)); }},
        {"get_orders", Action::order_read, order, order_of, get_among_others},
        {"ship_order", Action::order_fulfil, order, order_of, by_id(&ship_order)},
        {"deliver_order", Action::order_fulfil, order, order_of, by_id(&deliver_order)},
        {"hand_over_order", Action::order_fulfil, order, order_of, by_id(&hand_over_order)},
        {"confirm_order_prices", Action::order_set_prices, order, order_of,
         by_id(&confirm_order_prices)},
        {"cancel_order", Action::order_cancel, order, order_of, by_id(&cancel_order)},
        {"start_payment", Action::payment_start, order, order_of, pay(false)},
        {"start_payment, complete", Action::payment_settle, order, order_of, pay(true)},
        {"list_payments", Action::payment_read, order, order_of, list_of_order},
        {"list_events", Action::event_read_order, order, order_of, history_of_order},
        {"get_payment", Action::payment_read, payment, pending,
         [](Shop& s, const Call& c, std::int64_t id) { return outcome(get_payment(s, c, id)); }},
        {"complete_payment", Action::payment_settle, payment, pending, by_id(&complete_payment)},
        {"fail_payment", Action::payment_settle, payment, pending, by_id(&fail_payment)},
        {"start_refund", Action::payment_settle, payment, completed, refund},
        {"list_refunds", Action::payment_read, payment, completed, refunds},
        {"succeed_refund", Action::payment_settle, refund_id, refund_of, by_id(&succeed_refund)},
        {"fail_refund", Action::payment_settle, refund_id, refund_of, by_id(&fail_refund)},
    };
}

bool is_refusal(const std::string& code) {
    return code == "not_authenticated" || code == "permission_denied" ||
           code.ends_with("_not_found");
}

// Empty: the actor may, and whatever else stands in the way is no matter of access.
std::string expected(const ObjectCall& call, const Who& who, Object object, std::int64_t owner) {
    const Verdict verdict = domain::judge(call.action, who.actor, owner);
    if (verdict == Verdict::unauthenticated) return "not_authenticated";
    // A key is refused before anything is looked up, so that it learns nothing of what there is.
    if (who.actor.is_key() && verdict == Verdict::forbidden) return "permission_denied";
    if (object == Object::missing || verdict == Verdict::hidden) return call.not_found;
    return verdict == Verdict::forbidden ? "permission_denied" : "";
}

// Calls on no particular object.
struct PlainCall {
    const char* name;
    Action action;
    std::function<std::string(Shop&, const Call&)> call;
    std::vector<Action> also = {};  // what a call of several parts needs as well
};

std::string place(Shop& shop, const Call& call, std::int64_t user_id, bool walk_in) {
    Basket basket;
    basket.input.user_id = user_id;
    basket.input.walk_in = walk_in;
    return outcome(place_order(shop, call, basket.input));
}

std::string sell_one(Shop& shop, const Call& call) {
    const Basket basket;
    SaleInput input;
    input.order = basket.input;
    return outcome(sell(shop, call, input));
}

ListQuery all_users() {
    ListQuery query;
    query.all_users = true;
    return query;
}

Call impatient(Call call) {
    call.deadline_us = os::monotonic_us();
    return call;
}

std::vector<PlainCall> plain_calls() {
    return {
        {"place_order", Action::order_place,
         [](Shop& s, const Call& c) {
             // For himself; the system, which is nobody, for a walk-in.
             return place(s, c, 0, c.actor == Call::Actor::system);
         }},
        {"place_order for another", Action::order_place_for,
         [](Shop& s, const Call& c) { return place(s, c, s.add_person(s.fresh_name()), false); }},
        {"place_order for a walk-in", Action::order_place_for,
         [](Shop& s, const Call& c) { return place(s, c, 0, true); }},
        {"list_orders of all", Action::order_list_all,
         [](Shop& s, const Call& c) { return outcome(list_orders(s, c, {all_users()})); }},
        {"list_payments of all", Action::payment_list_all,
         [](Shop& s, const Call& c) {
             PaymentQuery query;
             query.list = all_users();
             return outcome(list_payments(s, c, query));
         }},
        {"sell", Action::order_fulfil, sell_one, {Action::order_place_for, Action::payment_settle}},
        {"list_events", Action::event_read_all,
         [](Shop& s, const Call& c) { return outcome(list_events(s, c, {})); }},
        {"wait_for_event", Action::event_read_all,
         [](Shop& s, const Call& c) { return outcome(wait_for_event(s, impatient(c), 0)); }},
        {"report_totals", Action::report_read,
         [](Shop& s, const Call& c) {
             return outcome(report_totals(s, c, std::array{Time{0}, slot_us}));
         }},
        {"report_standing", Action::report_read,
         [](Shop& s, const Call& c) { return outcome(report_standing(s, c)); }},
        {"list_settings", Action::setting_read,
         [](Shop& s, const Call& c) { return outcome(list_settings(s, c)); }},
        {"update_settings", Action::setting_write,
         [](Shop& s, const Call& c) {
             const std::array changes{SettingChange{"shop_name", "Shop"}};
             return outcome(update_settings(s, c, changes));
         }},
        {"add_currency", Action::setting_write,
         [](Shop& s, const Call& c) { return outcome(add_currency(s, c, "QQQ", 2)); }},
        {"claim_outbox", Action::outbox_work,
         [](Shop& s, const Call& c) { return outcome(claim_outbox(s, c, {})); }},
        {"rotate_signing_key", Action::signing_key_rotate,
         [](Shop& s, const Call& c) { return outcome(rotate_signing_key(s, c)); }},
        {"back_up", Action::store_backup,
         [](Shop& s, const Call& c) { return outcome(back_up(s, c, s.fresh_path())); }},
        {"check", Action::store_check, [](Shop& s, const Call& c) { return outcome(check(s, c)); }},
        {"create_key", Action::key_manage,
         [](Shop& s, const Call& c) {
             return outcome(create_key(s, c, {"till", "orders:place", 0}));
         }},
        {"list_keys", Action::key_manage,
         [](Shop& s, const Call& c) { return outcome(list_keys(s, c, {}, 0)); }},
        {"revoke_key", Action::key_manage,
         [](Shop& s, const Call& c) {
             const auto key = create_key(s, as_system(), {"till", "orders:place", 0});
             return outcome(revoke_key(s, c, key->key.id));
         }},
        {"measure", Action::store_measure,
         [](Shop& s, const Call& c) { return outcome(measure(s, c)); }},
        {"maintain", Action::store_maintain,
         [](Shop& s, const Call& c) { return outcome(maintain(s, c, us_per_second)); }},
    };
}

// Those of users, passwords and sessions: tests/c_api/account_access_test.cpp.
bool is_an_accounts(Action action) {
    return action >= Action::user_create && action <= Action::second_factor_remove;
}

}  // namespace

TEST_CASE("[AZ-1] [AZ-2] every call, actor and object is answered as the access table says") {
    Shop shop;
    for (const ObjectCall& call : object_calls()) {
        for (const Who& who : everybody(shop)) {
            for (const Object object : all_objects) {
                CAPTURE(call.name);
                CAPTURE(who.name);
                CAPTURE(static_cast<int>(object));
                const std::int64_t id = call.make(shop, object);
                const std::string want = expected(call, who, object, owner_of(shop, object));
                const std::string code = call.call(shop, who.call, id);
                if (want.empty()) {
                    CHECK_FALSE(is_refusal(code));
                } else {
                    CHECK(code == want);
                }
            }
        }
    }
}

TEST_CASE("[AZ-2] every call on no particular object is answered as the access table says") {
    Shop shop;
    for (const PlainCall& call : plain_calls()) {
        for (const Who& who : everybody(shop)) {
            CAPTURE(call.name);
            CAPTURE(who.name);
            Verdict verdict = domain::judge(call.action, who.actor, 0);
            for (const Action part : call.also) {
                verdict = std::max(verdict, domain::judge(part, who.actor, 0));
            }
            const std::string code = call.call(shop, who.call);
            if (verdict == Verdict::allowed) {
                CHECK_FALSE(is_refusal(code));
            } else {
                CHECK(code == (verdict == Verdict::unauthenticated ? "not_authenticated"
                                                                   : "permission_denied"));
            }
        }
    }
}

TEST_CASE("[AZ-2] staff who lack a second factor that is demanded reach nothing of the shop") {
    Shop shop;
    shop.set("second_factor_staff", "required");
    for (const std::int64_t id : {shop.clerk, shop.boss}) {
        const Call call = as_user(id);
        CAPTURE(id);
        for (const ObjectCall& each : object_calls()) {
            for (const Object object : all_objects) {
                CAPTURE(each.name);
                CHECK(each.call(shop, call, each.make(shop, object)) == "second_factor_required");
            }
        }
        for (const PlainCall& each : plain_calls()) {
            CAPTURE(each.name);
            CHECK(each.call(shop, call) == "second_factor_required");
        }
        CHECK(outcome(list_orders(shop, call, {})) == "second_factor_required");
        CHECK(outcome(list_payments(shop, call, {})) == "second_factor_required");
    }
    // Nobody else is asked.
    CHECK(outcome(list_orders(shop, as_user(shop.ann), {})) == "ok");
    CHECK(outcome(list_orders(shop, as_system(), {})) == "ok");
}

TEST_CASE("no action of the access table is without a call that was tried") {
    std::set<Action> tried;
    for (const ObjectCall& call : object_calls()) tried.insert(call.action);
    for (const PlainCall& call : plain_calls()) tried.insert(call.action);
    for (const domain::AccessRule& rule : domain::access_rules()) {
        CAPTURE(rule.name);
        CHECK(is_an_accounts(rule.action) != (tried.count(rule.action) == 1));
    }
}

TEST_CASE("[AZ-2] the access table says what it said when it was agreed") {
    // may, see: a anyone, u user, o owner, s staff, r superuser, y system. Then the scopes of which
    // one lets a key do it.
    const std::string agreed =
        "setting.read sry auosry\n"
        "setting.write ry auosry\n"
        "user.create ry auosry\n"
        "user.read osry osry users:read\n"
        "user.search sry auosry users:read\n"
        "user.update osry osry\n"
        "user.update_state sry osry\n"
        "user.update_roles ry osry\n"
        "user.delete ory osry\n"
        "user.image_write osry osry\n"
        "password.change o osry\n"
        "password.set ry osry\n"
        "session.read ory osry\n"
        "session.end ory osry\n"
        "second_factor.read ory osry\n"
        "second_factor.setup o osry\n"
        "second_factor.remove ory osry\n"
        "order.place usry auosry orders:place\n"
        "order.place_for sry auosry orders:place\n"
        "order.read osry osry orders:read orders:fulfil\n"
        "order.list_all sry auosry orders:read\n"
        "order.cancel osry osry orders:fulfil\n"
        "order.fulfil sry osry orders:fulfil\n"
        "order.set_prices sry osry prices:set\n"
        "payment.start osry osry payments:write\n"
        "payment.read osry osry payments:read payments:write\n"
        "payment.list_all sry auosry payments:read\n"
        "payment.settle sry osry payments:write\n"
        "event.read_order osry osry events:read\n"
        "event.read_all sry auosry events:read\n"
        "report.read sry auosry reports:read\n"
        "outbox.work y auosry outbox:work\n"
        "signing_key.rotate ry auosry\n"
        "store.backup ry auosry\n"
        "store.check ry auosry\n"
        "store.maintain y auosry\n"
        "store.measure sry auosry reports:read\n"
        "key.manage ry auosry\n";
    const auto letters = [](domain::Relations relations) {
        std::string text;
        for (std::size_t bit = 0; bit < 6; ++bit) {
            if ((relations >> bit & 1) != 0) text += "auosry"[bit];
        }
        return text;
    };
    std::string found;
    for (const domain::AccessRule& rule : domain::access_rules()) {
        found += std::string(rule.name) + " " + letters(rule.may) + " " + letters(rule.see);
        if (rule.scopes != 0) found += " " + domain::to_text(rule.scopes);
        found += "\n";
    }
    CHECK(found == agreed);
}
