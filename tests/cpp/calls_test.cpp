// SPDX-License-Identifier: MIT
//
// Every noun's calls, once each: that they reach the function they are named after with what they
// were given. What the functions do is tested in tests/c_api.
#include "cpp/shop.hpp"

#include <string>

using cpp_tests::Shop;

namespace {

constexpr std::string_view password = "correct horse battery";

// A user who can log in.
till::tokens join(const Shop& shop, std::string_view username, std::string_view email = {}) {
    till::register_in in;
    in.username = username;
    in.email = email;
    in.password = password;
    return shop.store.register_user(till::call(), in);
}

// The newest mail's token.
std::string mailed_token(const Shop& shop) {
    const till::message_page page = shop.store.outbox_claim(shop.system);
    REQUIRE_FALSE(page.empty());
    std::string token;
    for (const till::message_view message : page) {
        token = message.token();
        CHECK(message.attempts() == 1);
        CHECK(message.recovery_codes_left() == 0);
        CHECK_FALSE(message.kind().empty());
        CHECK(message.to() == "ada@example.com");
        shop.store.outbox_acknowledge(shop.system, message.settled());
    }
    return token;
}

constexpr unsigned char pixel[] = {0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1,    0,    1, 0, 0x80, 0,
                                   0,    0,    0,    0,    0xff, 0xff, 0xff, 0x2c, 0, 0, 0,    0,
                                   1,    0,    1,    0,    0,    2,    2,    0x44, 1, 0, 0x3b};

}  // namespace

TEST_CASE("orders: place many, get many, find, ship, deliver, cancel, confirm") {
    const Shop shop;
    const till::store& store = shop.store;
    const std::int64_t ada = shop.user("ada");
    const till::call as_ada = till::call::as_user(ada);

    std::vector<till::order_place_in> queue(3, Shop::basket());
    queue[0].reference = "q-1";
    queue[1].lines[0].quantity = 0;
    queue[2].series = "R-1";
    queue[2].contact_name = "Grace";
    const till::order_batch placed = store.order_place_many(shop.system, queue);
    REQUIRE(placed.size() == 3);
    CHECK(placed.failed_count() == 1);
    REQUIRE(placed[0]);
    CHECK((*placed[0]).reference() == "q-1");
    CHECK_FALSE(placed[1].has_value());
    CHECK(placed[1].error().status() == till::status::validation);
    CHECK(placed[1].error().violations()[0].path().find("quantity") != std::string_view::npos);
    REQUIRE(placed[2]);
    CHECK((*placed[2]).number() == 1);
    CHECK((*placed[2]).series() == "R-1");
    CHECK((*placed[2]).contact_name() == "Grace");
    const std::int64_t first = (*placed[0]).id();

    const till::order_batch got = store.order_get_many(shop.system, {first, 4711});
    CHECK((*got[0]).id() == first);
    CHECK(got[1].error().status() == till::status::not_found);
    till::order_find_in find;
    find.reference = "q-1";
    CHECK(store.order_find(shop.system, find).id() == first);
    find = till::order_find_in();
    find.series = "R-1";
    find.number = 1;
    CHECK(store.order_find(shop.system, find).id() == (*placed[2]).id());
    // The same content by the same reference is the same order.
    CHECK(store.order_place(shop.system, queue[0]).replayed());

    const till::order claimed = store.order_place(as_ada, Shop::basket());
    CHECK(claimed.user_id() == ada);
    CHECK(claimed.placed_by() == ada);
    CHECK_FALSE(claimed.price_verified());
    CHECK(claimed.lines()[0].price_source() == till::price_source::client);
    CHECK(store.order_confirm_prices(shop.system, claimed.id()).price_verified());
    till::payment_start_in pay;
    pay.order_id = claimed.id();
    pay.complete_now = true;
    store.payment_start(shop.system, pay);
    CHECK(store.order_ship(shop.system, claimed.id()).status() == till::order_state::shipped);
    CHECK(store.order_deliver(shop.system, claimed.id()).status() == till::order_state::delivered);
    CHECK(store.order_cancel(shop.system, first).status() == till::order_state::cancelled);

    till::order_place_in gift;
    gift.lines = {{"Tea", 1, 200}};
    gift.lines.push_back({"Welcome", 0, -200, {}, till::line_kind::discount});
    gift.walk_in = true;
    gift.metadata = R"({"table":4})";
    const till::order free = store.order_place(shop.system, gift);
    CHECK(free.total().minor() == 0);
    CHECK(free.lines()[1].kind() == till::line_kind::discount);
    CHECK(till::name(free.lines()[1].kind()) == "discount");
    CHECK(free.metadata() == R"({"table":4})");
    CHECK(store.order_hand_over(shop.system, free.id()).status() == till::order_state::delivered);

    till::order_query query;
    query.user_id = ada;
    query.status = till::order_state::delivered;
    CHECK(store.order_list(shop.system, query).size() == 1);
}

TEST_CASE("lists: orders, payments, events and users are narrowed by what a query says") {
    const Shop shop;
    const till::store& store = shop.store;
    const std::int64_t ada = shop.user("ada");
    till::order_place_in queued = Shop::basket();
    queued.reference = "q-1";
    const std::int64_t first = store.order_place(shop.system, queued).id();
    queued.reference = {};
    queued.series = "R-1";
    store.order_place(shop.system, queued);
    const till::order claimed = store.order_place(till::call::as_user(ada), Shop::basket());
    store.order_confirm_prices(shop.system, claimed.id());
    till::payment_start_in pay;
    pay.order_id = claimed.id();
    pay.complete_now = true;
    store.payment_start(shop.system, pay);
    store.order_hand_over(shop.system, claimed.id());

    till::order_query query;
    query.user_id = ada;
    query.price_verified = false;
    CHECK(store.order_list(shop.system, query).empty());
    query.price_verified = true;
    query.until = claimed.created();
    CHECK(store.order_list(shop.system, query).empty());
    query.until.reset();
    query.from = claimed.created();
    CHECK(store.order_list(shop.system, query).size() == 1);
    query = till::order_query();
    query.reference = "q-1";
    CHECK(store.order_list(shop.system, query)[0].id() == first);
    query.reference = {};
    query.series = "R-1";
    query.number = 1;
    CHECK(store.order_list(shop.system, query).size() == 1);

    till::payment_query payments;
    payments.method = till::payment_method::cash;
    CHECK(store.payment_list(shop.system, payments).empty());
    payments.method = till::payment_method::other;
    payments.from = claimed.created();
    CHECK(store.payment_list(shop.system, payments).size() == 1);
    payments = till::payment_query();
    payments.provider_reference = "pi";
    CHECK(store.payment_list(shop.system, payments).empty());

    till::event_query events;
    events.kind = "order.handed_over";
    events.from = claimed.created();
    CHECK(store.event_list(shop.system, events).size() == 1);
    events = till::event_query();
    events.actor_id = ada;
    CHECK(store.event_list(shop.system, events)[0].kind() == "order.placed");
    events.actor = TILL_ACTOR_KEY;
    CHECK(store.event_list(shop.system, events).empty());
    till::user_query users;
    users.is_active = true;
    users.is_staff = false;
    CHECK(store.user_list(shop.system, users).size() == 1);
}

TEST_CASE("reports: totals, standing") {
    const Shop shop;
    const till::store& store = shop.store;
    const till::order placed = store.order_place(shop.system, Shop::basket());
    const std::chrono::minutes quarter(15);
    const till::time_point from(placed.created().time_since_epoch() / quarter * quarter);
    const till::report_page report =
        store.report_totals(shop.system, {from, from + quarter, from + 2 * quarter});
    REQUIRE(report.size() == 2);
    CHECK(report[0].measure() == till::measure::orders_placed);
    CHECK(till::name(report[0].measure()) == "orders_placed");
    CHECK(report[0].bucket() == 0);
    CHECK(report[0].count() == 1);
    CHECK(report[0].amount().minor() == placed.total().minor());
    CHECK(report[0].label().empty());
    CHECK_FALSE(report[0].exceeds());
    CHECK(report[1].label() == "item");
    till::payment_start_in pay;
    pay.order_id = placed.id();
    store.payment_start(shop.system, pay);
    const till::standing standing = store.report_standing(shop.system);
    CHECK(standing.unverified_orders() == 0);
    REQUIRE(standing.size() == 1);
    CHECK(standing[0].measure() == till::measure::payments_open);
    CHECK(store.try_report_totals(shop.system, {from}).error().status() ==
          till::status::validation);
}

TEST_CASE("an order of a hundred lines crosses as one of three does") {
    const Shop shop;
    till::order_place_in order;
    std::vector<std::string> names;
    for (int i = 0; i < 100; ++i) names.push_back("Item " + std::to_string(i));
    for (const std::string& name : names) order.lines.push_back({name, 1, 1});
    const till::order placed = shop.store.order_place(shop.system, order);
    REQUIRE(placed.lines().size() == 100);
    CHECK(placed.lines()[16].name() == "Item 16");
    CHECK(placed.lines()[99].name() == "Item 99");
    CHECK(placed.total().minor() == 100);
    order.lines.clear();
    CHECK_THROWS_AS(shop.store.order_place(shop.system, order), till::validation_failed);
}

TEST_CASE("payments and refunds") {
    const Shop shop;
    const till::store& store = shop.store;
    const till::order order = store.order_place(shop.system, Shop::basket());
    till::payment_start_in start;
    start.order_id = order.id();
    start.method = till::payment_method::card;
    start.provider = "acme";
    start.provider_reference = "tx-1";
    const till::payment failed = store.payment_start(shop.system, start);
    CHECK(failed.provider() == "acme");
    CHECK_FALSE(failed.completed());
    till::payment_act_in act;
    act.payment_id = failed.id();
    CHECK(store.payment_fail(shop.system, act).status() == till::payment_state::failed);
    start.provider_reference = {};
    act.payment_id = store.payment_start(shop.system, start).id();
    act.provider_reference = "tx-2";
    const till::payment paid = store.payment_complete(shop.system, act);
    CHECK(paid.status() == till::payment_state::completed);
    CHECK(till::name(paid.method()) == "card");
    CHECK(till::name(paid.status()) == "completed");
    CHECK(paid.provider_reference() == "tx-2");
    CHECK(paid.completed() == cpp_tests::start_time);
    CHECK(paid.amount() == order.total());
    CHECK(store.payment_get(shop.system, paid.id()).id() == paid.id());
    till::payment_query of_order;
    of_order.order_id = order.id();
    CHECK(store.payment_list(shop.system, of_order).size() == 2);
    int count = 0;
    of_order.limit = 1;
    for (auto& payment : store.payments(shop.system, of_order)) {
        CHECK(payment.order_id() == order.id());
        ++count;
    }
    CHECK(count == 2);

    till::refund_start_in back;
    back.payment_id = paid.id();
    back.amount_minor = 100;
    back.reason = "cold";
    till::refund_act_in settle;
    settle.refund_id = store.refund_start(shop.system, back).id();
    CHECK(store.payment_get(shop.system, paid.id()).refunding().text() == "1.00 EUR");
    const till::refund refund = store.refund_succeed(shop.system, settle);
    CHECK(refund.status() == till::refund_state::succeeded);
    CHECK(till::name(refund.status()) == "succeeded");
    CHECK(refund.reason() == "cold");
    settle.refund_id = store.refund_start(shop.system, back).id();
    CHECK(store.refund_fail(shop.system, settle).status() == till::refund_state::failed);
    till::refund_query of_payment;
    of_payment.payment_id = paid.id();
    CHECK(store.refund_list(shop.system, of_payment).size() == 2);
    of_payment.limit = 1;
    count = 0;
    for (auto& each : store.refunds(shop.system, of_payment)) count += each.id() > 0 ? 1 : 0;
    CHECK(count == 2);
    CHECK(store.payment_get(shop.system, paid.id()).refunded().minor() == 100);
}

TEST_CASE("a counter sale is one call, and its key makes it one sale") {
    const Shop shop;
    const till::call sale = shop.system.with_key("till-3-0001");
    till::sale_in card;
    card.method = till::payment_method::card;
    const till::receipt receipt = shop.store.sale(sale, Shop::basket(), card);
    CHECK(receipt.order().status() == till::order_state::delivered);
    REQUIRE(receipt.payment());
    CHECK(receipt.payment()->method() == till::payment_method::card);
    CHECK_FALSE(receipt.replayed());
    const till::receipt again = shop.store.sale(sale, Shop::basket(), card);
    CHECK(again.replayed());
    CHECK(again.order().id() == receipt.order().id());
    till::order_place_in gift;
    gift.lines = {{"Water", 1, 0}};
    CHECK_FALSE(shop.store.sale(shop.system, gift).payment());
}

TEST_CASE("users: create, get, find, list, update, delete, image") {
    const Shop shop;
    const till::store& store = shop.store;
    till::user_create_in create;
    create.username = "grace";
    create.email = "grace@example.com";
    create.first_name = "Grace";
    create.is_staff = true;
    const till::user grace = store.user_create(shop.system, create);
    CHECK(grace.is_staff());
    CHECK_FALSE(grace.has_password());
    CHECK_FALSE(grace.last_login());
    CHECK(grace.created() == cpp_tests::start_time);
    CHECK(store.user_get(till::call::as_user(grace.id())).username() == "grace");
    till::user_find_in find;
    find.email = "GRACE@example.com";
    CHECK(store.user_find(shop.system, find).id() == grace.id());
    shop.user("ada");
    int count = 0;
    till::user_query by_one;
    by_one.limit = 1;
    for (auto& user : store.users(shop.system, by_one)) count += user.is_active() ? 1 : 0;
    CHECK(count == 2);

    // What is not set stays, what is set to "" is made empty.
    till::user_update_in update;
    update.user_id = grace.id();
    update.last_name = "Hopper";
    update.first_name = "";
    update.is_staff = false;
    const till::user updated = store.user_update(shop.system, update);
    CHECK(updated.username() == "grace");
    CHECK(updated.first_name().empty());
    CHECK(updated.last_name() == "Hopper");
    CHECK_FALSE(updated.is_staff());
    CHECK(updated.version() > grace.version());

    till::user_image_set_in image;
    image.user_id = grace.id();
    image.data = std::string_view(reinterpret_cast<const char*>(pixel), sizeof pixel);
    const std::string name(store.user_image_set(shop.system, image).image_name());
    const till::image stored = store.user_image_get(till::call(), name);
    CHECK(stored.media_type() == "image/gif");
    CHECK(stored.data() == image.data);
    CHECK(stored.name() == name);

    till::user_delete_in gone;
    gone.user_id = grace.id();
    store.user_delete(shop.system, gone);
    const till::user tombstone = store.user_get(shop.system, grace.id());
    CHECK(tombstone.deleted() == cpp_tests::start_time);
    CHECK(tombstone.username().data() == nullptr);
}

TEST_CASE("sessions: register, log in, refresh, verify, list, end, log out") {
    const Shop shop;
    const till::store& store = shop.store;
    const till::tokens joined = join(shop, "ada");
    const std::int64_t ada = joined.user().id();
    till::login_in login;
    login.username = "ada";
    login.password = password;
    const till::tokens tokens = store.login(till::call().with_client("192.0.2.1", "till"), login);
    const till::call as_ada = till::call::as_token(tokens.access());
    CHECK(store.user_get(as_ada).id() == ada);
    CHECK(tokens.access_expires() > cpp_tests::start_time);
    CHECK(tokens.refresh_expires() > tokens.access_expires());
    const till::session session = store.session_verify(till::call(), tokens.access());
    CHECK(session.id() == tokens.session_id());
    CHECK(session.user_id() == ada);
    CHECK(session.client_address() == "192.0.2.1");
    CHECK(session.expires() > session.created());
    int current = 0, all = 0;
    till::session_query by_one;
    by_one.limit = 1;
    for (auto& each : store.sessions(as_ada, by_one)) {
        current += each.is_current() ? 1 : 0;
        ++all;
    }
    CHECK(all == 2);
    CHECK(current == 1);
    const till::tokens next = store.session_refresh(till::call(), tokens.refresh());
    CHECK(next.session_id() == tokens.session_id());
    const till::signing_key key = store.signing_key_rotate(shop.system);
    CHECK(key.kid() != key.previous_kid());
    CHECK(key.previous_expires() > key.created());
    CHECK(store.user_get(as_ada).id() == ada);
    store.logout(till::call(), joined.refresh());
    till::session_end_in end;
    end.session_id = tokens.session_id();
    store.session_end(as_ada, end);
    CHECK_THROWS_AS(store.user_get(as_ada), till::unauthenticated);
    CHECK(store.session_list(till::call::as_user(ada)).empty());
}

TEST_CASE("API keys: make one, call with it, list, revoke") {
    const Shop shop;
    const till::store& store = shop.store;
    till::key_create_in in;
    in.name = "Till at the door";
    in.scopes = "orders:place prices:set";
    in.expires = cpp_tests::start_time + std::chrono::hours(1);
    const till::key key = store.key_create(shop.system, in);
    CHECK(key.name() == in.name);
    CHECK(key.expires() == in.expires);
    CHECK(key.created_by() == 0);
    CHECK_FALSE(key.last_used());
    const till::order order = store.order_place(till::call::as_key(key.secret()), Shop::basket());
    CHECK(order.price_verified());
    CHECK_THROWS_AS(store.order_get(till::call::as_key(key.secret()), order.id()),
                    till::permission_denied);
    int listed = 0;
    for (auto& each : store.keys(shop.system)) {
        CHECK(each.scopes() == in.scopes);
        CHECK(each.secret().empty());
        CHECK(each.last_used() == cpp_tests::start_time);
        CHECK_FALSE(each.revoked());
        ++listed;
    }
    CHECK(listed == 1);
    CHECK(store.key_list(shop.system).size() == 1);
    CHECK(store.key_revoke(shop.system, key.id()).revoked() == cpp_tests::start_time);
    CHECK_THROWS_AS(store.order_place(till::call::as_key(key.secret()), Shop::basket()),
                    till::unauthenticated);
}

TEST_CASE("a new address waits until its token comes back") {
    const Shop shop;
    const till::store& store = shop.store;
    const till::tokens tokens = join(shop, "ada", "ada@example.com");
    till::user_update_in change;
    change.email = "lady@example.com";
    change.password = password;
    const till::user user = store.user_update(till::call::as_token(tokens.access()), change);
    CHECK(user.email() == "ada@example.com");
    CHECK(user.new_email() == "lady@example.com");
    std::string token;
    for (const till::message_view& mail : store.outbox_claim(shop.system)) {
        if (mail.kind() == "mail.email_change") token = mail.token();
    }
    store.email_verify(till::call(), token);
    const till::user after = store.user_get(shop.system, user.id());
    CHECK(after.email() == "lady@example.com");
    CHECK(after.new_email().empty());
    CHECK(after.email_verified());
}

TEST_CASE("passwords and e-mail, with the tokens of the outbox") {
    const Shop shop;
    const till::store& store = shop.store;
    store.setting_update(
        shop.system, {{"public_url", "https://shop.example"}, {"email_verification", "optional"}});
    const till::tokens tokens = join(shop, "ada", "ada@example.com");
    const std::int64_t ada = tokens.user().id();
    store.email_resend(till::call(), "ada@example.com");
    store.email_verify(till::call(), mailed_token(shop));
    CHECK(store.user_get(shop.system, ada).email_verified());

    till::password_change_in change;
    change.old_password = password;
    change.new_password = "another long phrase";
    store.password_change(till::call::as_token(tokens.access()), change);
    store.password_reset_request(till::call(), "ada@example.com");
    till::password_reset_in reset;
    const std::string token = mailed_token(shop);
    reset.user_id = ada;
    reset.token = token;
    reset.new_password = "a third long phrase";
    store.password_reset(till::call(), reset);
    till::login_in login;
    login.username = "ada";
    login.password = reset.new_password;
    CHECK(store.login(till::call(), login).session_id() != 0);

    store.password_reset_request(till::call(), "ada@example.com");
    const till::message_page page = store.outbox_claim(shop.system);
    REQUIRE(page.size() == 2);
    CHECK(page[0].kind() == "mail.password_changed");
    const till::message_view mail = page[1];
    CHECK(mail.kind() == "mail.password_reset");
    CHECK(mail.user_id() == ada);
    CHECK(mail.link().find("https://shop.example") == 0);
    CHECK(mail.expires() > mail.created());
    store.outbox_acknowledge(shop.system, page[0].settled());
    store.outbox_fail(shop.system, mail.settled(std::chrono::hours(1)));
    CHECK(store.outbox_claim(shop.system).empty());
    CHECK_THROWS_AS(store.outbox_acknowledge(shop.system, mail.settled()), till::not_found);
    till::testing::clock_advance(shop.store, std::chrono::minutes(61));
    CHECK(store.outbox_claim(shop.system)[0].id() == mail.id());
}

TEST_CASE("events tell an order's history") {
    const Shop shop;
    const till::order order =
        shop.store.order_place(shop.system.with_trace("trace-1"), Shop::basket());
    shop.store.order_cancel(shop.system, order.id());
    till::event_query query;
    query.order_id = order.id();
    const till::event_page history = shop.store.event_list(shop.system, query);
    REQUIRE(history.size() == 2);
    CHECK(history[0].kind() == "order.placed");
    CHECK(history[0].trace_id() == "trace-1");
    CHECK(history[0].actor() == till::actor_kind::system);
    CHECK(history[0].order_id() == order.id());
    CHECK(history[0].at() == cpp_tests::start_time);
    CHECK(history[1].kind() == "order.cancelled");
    CHECK(shop.store.event_wait(shop.system, 0) == history[1].sequence());
}

TEST_CASE("settings and currencies") {
    const Shop shop;
    const till::store& store = shop.store;
    const till::setting_page updated =
        store.setting_update(shop.system, {{"shop_name", "Corner"}, {"currency", "BHD"}});
    CHECK(updated.value("shop_name") == "Corner");
    CHECK(updated.value("no_such_setting").data() == nullptr);
    // An absent value is the default again.
    store.setting_update(shop.system, {{"shop_name", {}}}, updated.version());
    const till::setting_page settings = store.setting_list(shop.system);
    CHECK(settings.version() > updated.version());
    const auto late =
        store.try_setting_update(shop.system, {{"shop_name", "Late"}}, updated.version());
    CHECK(late.error().status() == till::status::precondition);
    for (const till::setting_view setting : settings) {
        CHECK_FALSE(setting.description().empty());
        if (setting.name() == "prices") {
            CHECK(setting.type() == till::setting_type::choice);
            CHECK(setting.choices().find("trusted") != std::string_view::npos);
        }
        if (setting.name() == "shop_name") {
            CHECK(setting.value() == setting.default_value());
            CHECK(setting.highest() > setting.lowest());
        }
    }
    CHECK(store.order_place(shop.system, Shop::basket()).total().text() == "0.840 BHD");

    store.currency_add(shop.system, "XTS", 4);
    bool found = false;
    for (const till::currency_view currency : store.currency_list(till::call())) {
        found |= currency.code() == "XTS" && currency.exponent() == 4;
    }
    CHECK(found);
    CHECK_THROWS_AS(store.currency_add(shop.system, "XTS", 3), till::already_exists);
}
