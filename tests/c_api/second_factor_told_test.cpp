// SPDX-License-Identifier: MIT
//
// What a user is told of his second factor, and what wrong codes leave behind.
#include "c_api/second_factors.hpp"

using namespace abi;

namespace {

constexpr std::int64_t minute_us = 60'000'000;
constexpr const char* wrong = "999999";
constexpr const char* refused_event = "second_factor.codes_refused";

struct Shop {
    TestStore store;
    std::int64_t ann = create_user(store, "ann", "ann@example.com");
    Factor factor = set_up_factor(store, ann);

    std::string code() const { return totp(factor.secret, now_of(store)); }
    std::string challenge() const { return challenge_of(store, "ann"); }
    std::string guess(const char* text = wrong) const { return second(store, challenge(), text); }
};

// What waits in the outbox, sent: "kind>to", without "mail.", and how many recovery codes it says.
std::string told(till_store* store) {
    std::string text;
    const auto page = claim(store, 100);
    for (std::size_t i = 0; i < page->count; ++i) {
        const till_message& each = *page->items[i];
        if (!text.empty()) text += ' ';
        text += std::string(view(each.kind)).substr(5) + '>' + std::string(view(each.to));
        if (each.recovery_codes_left != 0) text += '=' + std::to_string(each.recovery_codes_left);
        CHECK(each.token.data == nullptr);
        CHECK(each.link.data == nullptr);
        REQUIRE(acknowledge(store, each) == TILL_OK);
    }
    return text;
}

std::size_t count_events(till_store* store, std::int64_t subject, std::string_view kind) {
    const till_call system = as_system();
    till_event_query query = TILL_EVENT_QUERY_INIT;
    query.subject_id = subject;
    query.limit = 1000;
    Owned<till_event_page> page;
    REQUIRE(till_event_list(store, &system, &query, Out(page), nullptr) == TILL_OK);
    std::size_t count = 0;
    for (std::size_t i = 0; i < page->count; ++i) {
        if (view(page->items[i]->kind) != kind) continue;
        CHECK(page->items[i]->data.data == nullptr);
        ++count;
    }
    return count;
}

void renew(till_store* store, std::int64_t user_id) {
    const till_call call = as_user(user_id);
    Owned<till_recovery_codes> codes;
    REQUIRE(till_recovery_codes_renew(store, &call, nullptr, Out(codes), nullptr) == TILL_OK);
}

// As many wrong codes as are looked at before the next one has to wait.
int guess_until_throttled(const Shop& shop) {
    int looked_at = 0;
    while (shop.guess() == "invalid_code") ++looked_at;
    return looked_at;
}

}  // namespace

TEST_CASE("[AU-8] a user is told that his second factor was set up, renewed and removed") {
    const Shop shop;
    CHECK(told(shop.store) == "second_factor_enabled>ann@example.com");
    renew(shop.store, shop.ann);
    CHECK(told(shop.store) == "recovery_codes_renewed>ann@example.com");
    // By himself, by a superuser, by the command line: it is the same to him.
    const till_call boss = as_user(create_user(shop.store, "boss", "", false, true));
    for (const till_call& remover : {as_user(shop.ann), boss, as_system()}) {
        REQUIRE(remove_factor(shop.store, remover, shop.ann, "", nullptr) == TILL_OK);
        CHECK(told(shop.store) == "second_factor_removed>ann@example.com");
        set_up_factor(shop.store, shop.ann);
        CHECK(told(shop.store) == "second_factor_enabled>ann@example.com");
    }
}

TEST_CASE("what has changed nothing is not told, nor is anybody without an address") {
    const TestStore store;
    const std::int64_t ann = create_user(store, "ann", "ann@example.com");
    Owned<till_second_factor_setup> setup;
    REQUIRE(begin_factor(store, as_user(ann), "", setup, nullptr) == TILL_OK);
    REQUIRE(remove_factor(store, as_user(ann), 0, "", nullptr) == TILL_OK);
    CHECK(told(store).empty());
    const std::int64_t bob = create_user(store, "bob");
    const Factor factor = set_up_factor(store, bob);
    CHECK(second(store, challenge_of(store, "bob"), factor.recovery_codes[0]).empty());
    renew(store, bob);
    for (int i = 0; i < 5; ++i) {
        CHECK(second(store, challenge_of(store, "bob"), wrong) == "invalid_code");
    }
    CHECK(count_events(store, bob, refused_event) == 1);
    REQUIRE(remove_factor(store, as_system(), bob, "", nullptr) == TILL_OK);
    CHECK(told(store).empty());
}

TEST_CASE("[AU-6] a login by a recovery code is told, with how many are left when it is sent") {
    const Shop shop;
    CHECK(told(shop.store) == "second_factor_enabled>ann@example.com");
    CHECK(shop.guess(shop.factor.recovery_codes[0].c_str()).empty());
    CHECK(told(shop.store) == "recovery_code_used>ann@example.com=9");
    CHECK(second(shop.store, shop.challenge(), shop.code()).empty());
    CHECK(told(shop.store).empty());
    CHECK(shop.guess(shop.factor.recovery_codes[1].c_str()).empty());
    CHECK(shop.guess(shop.factor.recovery_codes[2].c_str()).empty());
    CHECK(told(shop.store) == "recovery_code_used>ann@example.com=7");
    // Also when the factor is gone until then: he is told of the login all the same.
    CHECK(shop.guess(shop.factor.recovery_codes[3].c_str()).empty());
    REQUIRE(remove_factor(shop.store, as_system(), shop.ann, "", nullptr) == TILL_OK);
    CHECK(told(shop.store) ==
          "recovery_code_used>ann@example.com second_factor_removed>ann@example.com");
}

TEST_CASE("[AU-6] wrong codes after the right password are an event and a mail, once in a row") {
    const Shop shop;
    told(shop.store);
    for (int i = 0; i < 4; ++i) CHECK(shop.guess() == "invalid_code");
    CHECK(count_events(shop.store, shop.ann, refused_event) == 0);
    CHECK(told(shop.store).empty());
    CHECK(shop.guess("aaaa-aaaa-aaaa-aaaa-aaaa-aaaa") == "invalid_code");
    CHECK(count_events(shop.store, shop.ann, refused_event) == 1);
    CHECK(told(shop.store) == "second_factor_refused>ann@example.com");
    // Whoever goes on says nothing new.
    for (int i = 0; i < 4; ++i) {
        shop.store.advance(minute_us);
        CHECK(shop.guess() == "invalid_code");
    }
    CHECK(count_events(shop.store, shop.ann, refused_event) == 1);
    CHECK(told(shop.store).empty());
    // After a code that is right it would be somebody else, or anew.
    shop.store.advance(15 * minute_us);
    CHECK(second(shop.store, shop.challenge(), shop.code()).empty());
    CHECK(guess_until_throttled(shop) == 5);
    CHECK(count_events(shop.store, shop.ann, refused_event) == 2);
    CHECK(told(shop.store) == "second_factor_refused>ann@example.com");
    // So it is after an hour without any.
    shop.store.advance(62 * minute_us);
    CHECK(guess_until_throttled(shop) == 5);
    CHECK(count_events(shop.store, shop.ann, refused_event) == 3);
    CHECK(told(shop.store) == "second_factor_refused>ann@example.com");
}

TEST_CASE("[AU-6] wrong codes without the password, and those of a set-up, are no alarm") {
    const Shop shop;
    told(shop.store);
    for (int i = 0; i < 8; ++i) second(shop.store, "nonsense", wrong);
    const std::int64_t bob = create_user(shop.store, "bob", "bob@example.com");
    Owned<till_second_factor_setup> setup;
    Owned<till_recovery_codes> codes;
    REQUIRE(begin_factor(shop.store, as_user(bob), "", setup, nullptr) == TILL_OK);
    for (int i = 0; i < 8; ++i) {
        confirm_factor(shop.store, as_user(bob), wrong, codes, nullptr);
    }
    CHECK(count_events(shop.store, shop.ann, refused_event) == 0);
    CHECK(count_events(shop.store, bob, refused_event) == 0);
    CHECK(told(shop.store).empty());
}

TEST_CASE("[AU-6] in a batch a wrong code counts when the batch is committed") {
    const Shop shop;
    told(shop.store);
    const std::string challenge = shop.challenge();
    const auto guess_in_batch = [&](auto end) {
        till_batch* batch = nullptr;
        REQUIRE(till_batch_begin(shop.store, nullptr, &batch, nullptr) == TILL_OK);
        till_call call = TILL_CALL_INIT;
        call.batch = batch;
        for (int i = 0; i < 5; ++i) {
            CHECK(second(shop.store, challenge, wrong, &call) == "invalid_code");
        }
        CHECK(second(shop.store, challenge, wrong, &call) == "throttled");
        end(batch);
    };
    guess_in_batch([](till_batch* batch) { till_batch_rollback(batch); });
    CHECK(count_events(shop.store, shop.ann, refused_event) == 0);
    guess_in_batch(
        [](till_batch* batch) { REQUIRE(till_batch_commit(batch, nullptr) == TILL_OK); });
    CHECK(count_events(shop.store, shop.ann, refused_event) == 1);
    CHECK(second(shop.store, challenge, shop.code()) == "throttled");
    CHECK(told(shop.store) == "second_factor_refused>ann@example.com");
}
