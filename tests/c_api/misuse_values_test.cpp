// SPDX-License-Identifier: MIT
//
// Values that break a rule: each has its own status, and nothing changes (invariant 10).
#include "c_api/misuse.hpp"

#include <array>

using namespace abi;

namespace {

std::int64_t last_event(till_store* store) {
    Owned<till_store_info> info;
    REQUIRE(till_store_info_get(store, nullptr, Out(info), nullptr) == TILL_OK);
    return info->last_event;
}

std::string name(till_status status) { return till_status_name(status); }

struct BadText {
    const char* what;
    std::string text;
};

// What no text of the store may hold.
const std::array<BadText, 6>& bad_texts() {
    static const std::array<BadText, 6> all{{
        {"a broken sequence", "a\xc3"},
        {"an overlong form", "a\xc0\xaf"},
        {"a surrogate", "a\xed\xa0\x80"},
        {"a NUL", std::string("a\0b", 3)},
        {"an unassigned code point", "a\xf3\xa0\x82\x80"},  // U+E0080
        {"a mebibyte", std::string(1'048'576, 'a')},
    }};
    return all;
}

using Fill =
    std::function<till_status(till_store*, const till_call&, const till_str&, const till_error**)>;

struct Field {
    const char* what;
    Fill fill;
    till_status status = TILL_E_VALIDATION;
};

template <class Change>
Field order_field(const char* what, Change change) {
    return {what, [change](till_store* store, const till_call& call, const till_str& text,
                           const till_error** err) {
                Cart cart;
                change(cart, text);
                Owned<till_order> order;
                return try_place(store, call, cart, order, err);
            }};
}

Field user_field(const char* what, std::uint64_t mask, till_str till_user_update_in::*member) {
    return {what, [mask, member](till_store* store, const till_call& call, const till_str& text,
                                 const till_error** err) {
                till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
                in.user_id = 1;
                in.mask = mask;
                in.*member = text;
                Owned<till_user> user;
                return till_user_update(store, &call, &in, Out(user), err);
            }};
}

std::vector<Field> order_and_user_fields() {
    return {
        order_field("line name", [](Cart& c, const till_str& t) { c.lines[0].name = t; }),
        order_field("sku", [](Cart& c, const till_str& t) { c.lines[0].sku = t; }),
        order_field("currency", [](Cart& c, const till_str& t) { c.in.currency = t; }),
        order_field("reference", [](Cart& c, const till_str& t) { c.in.reference = t; }),
        order_field("series", [](Cart& c, const till_str& t) { c.in.series = t; }),
        order_field("contact name", [](Cart& c, const till_str& t) { c.in.contact_name = t; }),
        order_field("contact e-mail", [](Cart& c, const till_str& t) { c.in.contact_email = t; }),
        order_field("metadata", [](Cart& c, const till_str& t) { c.in.metadata = t; }),
        user_field("username", TILL_USER_USERNAME, &till_user_update_in::username),
        user_field("e-mail", TILL_USER_EMAIL, &till_user_update_in::email),
        user_field("first name", TILL_USER_FIRST_NAME, &till_user_update_in::first_name),
        user_field("last name", TILL_USER_LAST_NAME, &till_user_update_in::last_name),
        user_field("phone number", TILL_USER_PHONE_NO, &till_user_update_in::phone_no),
        user_field("address", TILL_USER_ADDRESS, &till_user_update_in::address),
        user_field("locale", TILL_USER_LOCALE, &till_user_update_in::locale),
    };
}

std::vector<Field> fields() {
    std::vector<Field> all = order_and_user_fields();
    all.push_back({"refund reason", [](till_store* store, const till_call& call,
                                       const till_str& text, const till_error** err) {
                       till_refund_start_in in = TILL_REFUND_START_IN_INIT;
                       in.payment_id = 1;
                       in.reason = text;
                       Owned<till_refund> refund;
                       return till_refund_start(store, &call, &in, Out(refund), err);
                   }});
    all.push_back({"provider reference", [](till_store* store, const till_call& call,
                                            const till_str& text, const till_error** err) {
                       till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
                       in.order_id = 2;
                       in.provider = str("bank");
                       in.provider_reference = text;
                       Owned<till_payment> payment;
                       return till_payment_start(store, &call, &in, Out(payment), err);
                   }});
    all.push_back({"setting", [](till_store* store, const till_call& call, const till_str& text,
                                 const till_error** err) {
                       const till_param change{TILL_STR("shop_name"), text};
                       till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
                       in.values = &change;
                       in.count = 1;
                       Owned<till_setting_page> page;
                       return till_setting_update(store, &call, &in, Out(page), err);
                   }});
    all.push_back({"currency code", [](till_store* store, const till_call& call,
                                       const till_str& text, const till_error** err) {
                       till_currency_add_in in = TILL_CURRENCY_ADD_IN_INIT;
                       in.code = text;
                       return till_currency_add(store, &call, &in, err);
                   }});
    all.push_back({"registration", [](till_store* store, const till_call&, const till_str& text,
                                      const till_error** err) {
                       till_register_in in = TILL_REGISTER_IN_INIT;
                       in.username = text;
                       in.password = str(good_password);
                       Owned<till_tokens> tokens;
                       return till_register(store, nullptr, &in, Out(tokens), err);
                   }});
    all.push_back(
        {"login",
         [](till_store* store, const till_call&, const till_str& text, const till_error** err) {
             till_login_in in = TILL_LOGIN_IN_INIT;
             in.username = text;
             in.password = text;
             Owned<till_tokens> tokens;
             return till_login(store, nullptr, &in, Out(tokens), err);
         },
         TILL_E_UNAUTHENTICATED});
    all.push_back({"cursor",
                   [](till_store* store, const till_call& call, const till_str& text,
                      const till_error** err) {
                       till_order_query query = TILL_ORDER_QUERY_INIT;
                       query.cursor = text;
                       Owned<till_order_page> page;
                       return till_order_list(store, &call, &query, Out(page), err);
                   },
                   TILL_E_CURSOR});
    return all;
}

// User 1, order 1 paid by payment 1, order 2 unpaid.
struct Shop : TestStore {
    Shop() {
        create_user(*this, "ann", "ann@example.com");
        pay(*this, as_system(), place(*this, as_system()), TILL_PAYMENT_COMPLETE_NOW);
        place(*this, as_system());
    }
};

}  // namespace

TEST_CASE("[IN-2] text that is no text is refused in every field, by its own status") {
    const Shop shop;
    const std::int64_t before = last_event(shop);
    for (const Field& field : fields()) {
        CAPTURE(std::string(field.what));
        for (const BadText& bad : bad_texts()) {
            CAPTURE(std::string(bad.what));
            Err err;
            CHECK(name(field.fill(shop, as_system(), str(bad.text), err)) == name(field.status));
            if (field.status == TILL_E_VALIDATION) CHECK_FALSE(err.violations().empty());
        }
        Err err;
        CHECK(name(field.fill(shop, as_system(), {nullptr, 3}, err)) == "TILL_E_MISUSE");
    }
    CHECK(last_event(shop) == before);
}

TEST_CASE(
    "[OR-2] [OR-3] quantities and amounts at the ends of 64 bits are refused, never wrapped "
    "around") {
    const Shop shop;
    const std::int64_t before = last_event(shop);
    struct Row {
        std::int64_t price;
        std::int64_t quantity;
        const char* violation;
    };
    const std::int64_t most = 2'147'483'647;
    for (const Row& row :
         {Row{INT64_MAX, 2, "/lines:total_overflow"},
          Row{INT64_MAX / most + 1, most, "/lines:total_overflow"},
          Row{INT64_MIN, 1, "/lines/0/amount:too_small"}, Row{-1, 1, "/lines/0/amount:too_small"},
          Row{1, 0, "/lines/0/quantity:too_small"},
          Row{1, INT64_MIN, "/lines/0/quantity:too_small"},
          Row{1, most + 1, "/lines/0/quantity:too_large"},
          Row{0, INT64_MAX, "/lines/0/quantity:too_large"}}) {
        const Cart cart(row.price, row.quantity);
        Owned<till_order> order;
        Err err;
        CHECK(name(try_place(shop, as_system(), cart, order, err)) == "TILL_E_VALIDATION");
        const std::string violations = err.violations();
        CAPTURE(violations);
        CHECK(violations.find(row.violation) != std::string::npos);
    }
    Cart sum(INT64_MAX);
    sum.item(1);
    Owned<till_order> order;
    Err err;
    CHECK(try_place(shop, as_system(), sum, order, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/lines:total_overflow");
    Cart below(5);
    below.other(TILL_LINE_DISCOUNT, INT64_MIN);
    CHECK(try_place(shop, as_system(), below, order, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/lines:total_negative");
    CHECK(last_event(shop) == before);
    // The largest total there is can be placed, paid and refunded.
    const std::int64_t id = place(shop, as_system(), Cart(INT64_MAX))->id;
    const std::int64_t payment = pay(shop, as_system(), id, TILL_PAYMENT_COMPLETE_NOW)->id;
    till_refund_start_in in = TILL_REFUND_START_IN_INIT;
    in.payment_id = payment;
    in.amount_minor = INT64_MAX;
    const till_call system = as_system();
    Owned<till_refund> refund;
    CHECK(till_refund_start(shop, &system, &in, Out(refund), err) == TILL_OK);
    in.amount_minor = 1;
    CHECK(till_refund_start(shop, &system, &in, Out(refund), err) == TILL_E_CONFLICT);
    in.amount_minor = INT64_MIN;
    CHECK(till_refund_start(shop, &system, &in, Out(refund), err) == TILL_E_VALIDATION);
}

TEST_CASE("[AZ-1] ids of nothing are not found, in whatever call and by whomever") {
    const Shop shop;
    const std::int64_t before = last_event(shop);
    const till_call ann = as_user(1);
    const till_call system = as_system();
    for (const till_call* call : {&ann, &system}) {
        for (const std::int64_t id : {std::int64_t{0}, std::int64_t{-1}, INT64_MAX, INT64_MIN}) {
            CAPTURE(id);
            std::string code;
            Owned<till_order> order;
            Owned<till_payment> payment;
            Owned<till_refund> refund;
            Owned<till_refund_page> refunds;
            CHECK(till_order_get(shop, call, id, Out(order), nullptr) == TILL_E_NOT_FOUND);
            CHECK(till_payment_get(shop, call, id, Out(payment), nullptr) == TILL_E_NOT_FOUND);
            CHECK(try_pay(shop, *call, id, payment, nullptr) == TILL_E_NOT_FOUND);
            for (const OrderAct act_on : {till_order_ship, till_order_deliver, till_order_hand_over,
                                          till_order_cancel, till_order_confirm_prices}) {
                CHECK(act(shop, *call, act_on, id, code) == TILL_E_NOT_FOUND);
            }
            till_payment_act_in settle = TILL_PAYMENT_ACT_IN_INIT;
            settle.payment_id = id;
            CHECK(till_payment_complete(shop, call, &settle, Out(payment), nullptr) ==
                  TILL_E_NOT_FOUND);
            CHECK(till_payment_fail(shop, call, &settle, Out(payment), nullptr) ==
                  TILL_E_NOT_FOUND);
            till_refund_act_in end = TILL_REFUND_ACT_IN_INIT;
            end.refund_id = id;
            CHECK(till_refund_succeed(shop, call, &end, Out(refund), nullptr) == TILL_E_NOT_FOUND);
            CHECK(till_refund_fail(shop, call, &end, Out(refund), nullptr) == TILL_E_NOT_FOUND);
            till_refund_query query = TILL_REFUND_QUERY_INIT;
            query.payment_id = id;
            CHECK(till_refund_list(shop, call, &query, Out(refunds), nullptr) == TILL_E_NOT_FOUND);
        }
    }
    CHECK(last_event(shop) == before);
}

TEST_CASE("[AZ-5] a cursor of another query, another list or nobody is refused") {
    const Shop shop;
    const till_call system = as_system();
    till_order_query orders = TILL_ORDER_QUERY_INIT;
    orders.limit = 1;
    Owned<till_order_page> page;
    REQUIRE(till_order_list(shop, &system, &orders, Out(page), nullptr) == TILL_OK);
    const std::string good(view(page->next_cursor));
    REQUIRE_FALSE(good.empty());
    orders.cursor = str(good);
    CHECK(till_order_list(shop, &system, &orders, Out(page), nullptr) == TILL_OK);
    orders.flags = TILL_LIST_OLDEST_FIRST;
    CHECK(till_order_list(shop, &system, &orders, Out(page), nullptr) == TILL_E_CURSOR);
    orders.flags = 0;
    orders.user_id = 1;
    CHECK(till_order_list(shop, &system, &orders, Out(page), nullptr) == TILL_E_CURSOR);
    till_payment_query payments = TILL_PAYMENT_QUERY_INIT;
    payments.cursor = str(good);
    Owned<till_payment_page> other;
    CHECK(till_payment_list(shop, &system, &payments, Out(other), nullptr) == TILL_E_CURSOR);
    orders.user_id = 0;
    for (std::size_t i = 0; i < good.size(); ++i) {
        // One character off: either no cursor any more, or a place in the caller's own list.
        std::string forged = good;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        orders.cursor = str(forged);
        const till_status status = till_order_list(shop, &system, &orders, Out(page), nullptr);
        CHECK((status == TILL_E_CURSOR || status == TILL_OK));
        const std::string cut = good.substr(0, i);
        if (cut.empty()) continue;
        orders.cursor = str(cut);
        const till_status short_status =
            till_order_list(shop, &system, &orders, Out(page), nullptr);
        CHECK((short_status == TILL_E_CURSOR || short_status == TILL_OK));
    }
}

namespace {

std::string forge(till_store* store, const std::string& claims, const std::string& header = "") {
    Owned<till_testing_token> token;
    REQUIRE(till_testing_token_forge(store, claims.data(), claims.size(),
                                     header.empty() ? nullptr : header.data(), header.size(),
                                     Out(token), nullptr) == TILL_OK);
    return std::string(view(token->token));
}

// Tokens that nobody was given.
std::vector<std::string> forged_tokens(till_store* store, const Login& login) {
    std::vector<std::string> all{
        "",
        "x",
        "a.b.c",
        "..",
        std::string("a\0b", 3),
        std::string(1'048'576, 'a'),
        login.refresh,  // the wrong kind
        login.access + "A",
        login.access.substr(0, login.access.size() - 1),
        forge(store, "{}"),
        forge(store, "not json"),
        forge(store, R"({"token_type":"access","user_id":1,"sid":"AAAAAAAAAAAAAAAAAAAAAA",)"
                     R"("jti":"x","iat":1700000000,"exp":9999999999})"),
        forge(store, R"({"token_type":"access"})", R"({"alg":"none"})"),
    };
    std::string flipped = login.access;
    char& in_claims = flipped[flipped.find('.') + 5];
    in_claims = in_claims == 'A' ? 'B' : 'A';
    all.push_back(flipped);
    return all;
}

}  // namespace

TEST_CASE("[JW-1] a forged token acts for nobody, in whatever call it comes") {
    const Shop shop;
    const Login ann = login(shop, "ann");
    const std::vector<std::string> tokens = forged_tokens(shop, ann);
    const std::int64_t before = last_event(shop);
    World world;
    world.store = shop;
    for (const Function& function : functions()) {
        CAPTURE(function.name);
        for (std::size_t i = 0; i < function.parameters.size(); ++i) {
            if (!function.parameters[i].call) continue;
            // Taking a connection is no act of anybody: the calls within have their own actors.
            if (function.name.starts_with("till_batch_begin")) continue;
            for (const std::string& token : tokens) {
                for (const till_actor_kind kind : {TILL_ACTOR_TOKEN, TILL_ACTOR_KEY}) {
                    till_call call = as_token(token);
                    call.actor = kind;
                    call.timeout_ms = 20;
                    const Outcome outcome = function(world, {Bend::How::call, i, 0, &call});
                    CAPTURE(token.substr(0, 200));
                    CAPTURE(name(outcome.status));
                    // Or the input was refused before anybody was asked for.
                    CHECK((outcome.status == TILL_E_UNAUTHENTICATED ||
                           outcome.status == TILL_E_VALIDATION));
                    CHECK(outcome.kept_promises);
                }
            }
        }
    }
    for (const std::string& token : tokens) {
        if (token == ann.refresh) continue;
        Owned<till_tokens> fresh;
        Owned<till_session> session;
        CHECK(try_refresh(shop, token, fresh, nullptr) == TILL_E_UNAUTHENTICATED);
        CHECK(till_session_verify(shop, nullptr, token.data(), token.size(), Out(session),
                                  nullptr) == TILL_E_UNAUTHENTICATED);
        CHECK(till_logout(shop, nullptr, token.data(), token.size(), nullptr) ==
              TILL_E_UNAUTHENTICATED);
        CHECK(till_email_verify(shop, nullptr, token.data(), token.size(), nullptr) ==
              TILL_E_NOT_FOUND);
    }
    CHECK(last_event(shop) == before);
    CHECK(whoami(shop, ann.access) == TILL_OK);
}

TEST_CASE("counts beyond any array are refused before the array is read") {
    const Shop shop;
    const till_call system = as_system();
    const Cart cart;
    const std::vector<const till_order_place_in*> inputs(1'001, &cart.in);
    const std::vector<std::int64_t> ids(1'001, 1);
    Owned<till_order_batch> batch;
    Err err;
    const std::int64_t before = last_event(shop);
    // The arrays hold one more than is allowed: no call may look further.
    CHECK(till_order_place_many(shop, &system, inputs.data(), SIZE_MAX, Out(batch), err) ==
          TILL_E_VALIDATION);
    CHECK(till_order_get_many(shop, &system, ids.data(), SIZE_MAX, Out(batch), err) ==
          TILL_E_VALIDATION);
    till_order_place_in in = cart.in;
    const std::vector<const till_order_line_in*> lines(101, &cart.lines[0]);
    in.lines = lines.data();
    in.line_count = SIZE_MAX;
    Owned<till_order> order;
    CHECK(till_order_place(shop, &system, &in, Out(order), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/lines:too_many");
    const std::vector<till_param> values(101, {TILL_STR("shop_name"), TILL_STR("Corner")});
    till_setting_update_in update = TILL_SETTING_UPDATE_IN_INIT;
    update.values = values.data();
    update.count = SIZE_MAX;
    Owned<till_setting_page> page;
    CHECK(till_setting_update(shop, &system, &update, Out(page), err) == TILL_E_VALIDATION);
    const std::vector<const till_order_place_in*> hole{&cart.in, nullptr};
    REQUIRE(till_order_place_many(shop, &system, hole.data(), 2, Out(batch), err) == TILL_OK);
    CHECK(batch->failed_count == 1);
    CHECK(batch->errors[1]->status == TILL_E_MISUSE);
    CHECK(last_event(shop) == before + 1);
}

TEST_CASE("a line that breaks the contract is refused like any other input") {
    const Shop shop;
    const till_call system = as_system();
    const std::int64_t before = last_event(shop);
    const auto place_line = [&](auto change) {
        Cart cart;
        change(cart.lines[0]);
        Owned<till_order> order;
        return name(try_place(shop, system, cart, order, nullptr));
    };
    CHECK(place_line([](till_order_line_in& l) { l.struct_size = 4; }) == "TILL_E_STRUCT_SIZE");
    CHECK(place_line([](till_order_line_in& l) { l.struct_size = UINT32_MAX; }) ==
          "TILL_E_STRUCT_SIZE");
    CHECK(place_line([](till_order_line_in& l) { l.flags = 1; }) == "TILL_E_UNSUPPORTED_FIELD");
    CHECK(place_line([](till_order_line_in& l) { l.kind = 8; }) == "TILL_E_VALIDATION");
    CHECK(place_line([](till_order_line_in& l) { l.kind = -1; }) == "TILL_E_VALIDATION");
    CHECK(place_line([](till_order_line_in& l) { l.included = 2; }) == "TILL_E_MISUSE");
    Cart cart;
    cart.pointers[0] = nullptr;
    Owned<till_order> order;
    CHECK(name(try_place(shop, system, cart, order, nullptr)) == "TILL_E_MISUSE");
    CHECK(last_event(shop) == before);
}

TEST_CASE("a testing clock stays within the years that times are made of") {
    const Shop shop;
    for (const till_time time :
         {INT64_MIN, till_time{-1}, till_time{32'503'680'000'000'000}, INT64_MAX}) {
        CHECK(till_testing_clock_set(shop, time, nullptr) == TILL_E_VALIDATION);
    }
    for (const std::int64_t by : {INT64_MIN, INT64_MAX, -start_time - 1}) {
        CHECK(till_testing_clock_advance(shop, by, nullptr) == TILL_E_VALIDATION);
    }
    till_time now = 0;
    CHECK(till_testing_clock_get(shop, &now, nullptr) == TILL_OK);
    CHECK(now == start_time);
    // At the last moment there is, whatever adds a lifetime to it still works.
    CHECK(till_testing_clock_set(shop, 32'503'679'999'999'999, nullptr) == TILL_OK);
    login(shop, "ann");
    place(shop, as_system());
}
