// SPDX-License-Identifier: MIT
//
// Second factors: how they are set up, used at a login, lost and removed. The key that seals them
// is second_factor_key_test.cpp's.
#include "c_api/files.hpp"
#include "c_api/second_factors.hpp"

#include <atomic>
#include <set>
#include <thread>

using namespace abi;

namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t minute_us = 60 * second_us;
constexpr std::int64_t step_us = 30 * second_us;

struct Shop {
    TestStore store;
    std::int64_t ann = create_user(store, "ann");
    Factor factor = set_up_factor(store, ann);

    std::string code(std::int64_t steps = 0) const {
        return totp(factor.secret, now_of(store), steps);
    }
    std::string challenge() const { return challenge_of(store, "ann"); }
};

std::vector<std::string> kinds_of(till_store* store, std::int64_t subject) {
    const till_call system = as_system();
    till_event_query query = TILL_EVENT_QUERY_INIT;
    query.subject_id = subject;
    Owned<till_event_page> page;
    REQUIRE(till_event_list(store, &system, &query, Out(page), nullptr) == TILL_OK);
    std::vector<std::string> kinds;
    for (std::size_t i = 0; i < page->count; ++i) {
        const std::string kind(view(page->items[i]->kind));
        if (!kind.starts_with("second_factor.")) continue;
        std::string data(view(page->items[i]->data));
        kinds.push_back(data.empty() ? kind : kind + " " + data);
    }
    return kinds;
}

void set_password(till_store* store, std::int64_t id, std::string_view password) {
    const till_call system = as_system();
    till_password_change_in in = TILL_PASSWORD_CHANGE_IN_INIT;
    in.user_id = id;
    in.new_password = str(password);
    REQUIRE(till_password_change(store, &system, &in, nullptr) == TILL_OK);
}

void set_active(till_store* store, std::int64_t id, bool active) {
    const till_call system = as_system();
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = id;
    in.mask = TILL_USER_IS_ACTIVE;
    in.is_active = active ? 1 : 0;
    Owned<till_user> user;
    REQUIRE(till_user_update(store, &system, &in, Out(user), nullptr) == TILL_OK);
}

till_status renew(till_store* store, const till_call& call, std::string_view password,
                  Owned<till_recovery_codes>& codes, const till_error** err) {
    till_recovery_codes_renew_in in = TILL_RECOVERY_CODES_RENEW_IN_INIT;
    if (!password.empty()) in.password = str(password);
    return till_recovery_codes_renew(store, &call, &in, Out(codes), err);
}

}  // namespace

TEST_CASE(
    "[AU-6] a second factor is begun, confirmed by a code, and then asked for at each login") {
    const TestStore store;
    const std::int64_t ann = create_user(store, "ann");
    const Login session = login(store, "ann");
    const till_call call = as_token(session.access);
    CHECK(get_factor(store, ann)->is_enabled == 0);
    CHECK(get_factor(store, ann)->is_pending == 0);

    Owned<till_second_factor_setup> setup;
    Err err;
    REQUIRE(begin_factor(store, call, "", setup, err) == TILL_OK);
    const std::string secret(view(setup->secret));
    CHECK(secret.size() == 32);
    CHECK(view(setup->uri) == "otpauth://totp/Shop:ann?secret=" + secret + "&issuer=Shop");
    CHECK(get_factor(store, ann)->is_pending == 1);
    CHECK(get_factor(store, ann)->enabled_us == TILL_TIME_NONE);
    CHECK(!login(store, "ann").access.empty());  // not in force yet

    Owned<till_recovery_codes> codes;
    CHECK(confirm_factor(store, call, "000000", codes, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/code:wrong");
    store.advance(second_us);
    REQUIRE(confirm_factor(store, call, totp(secret, now_of(store)), codes, err) == TILL_OK);
    const auto texts = texts_of(codes);
    CHECK(texts.size() == 10);
    CHECK(std::set<std::string>(texts.begin(), texts.end()).size() == 10);
    CHECK(texts.front().size() == 29);
    const auto factor = get_factor(store, ann);
    CHECK(factor->is_enabled == 1);
    CHECK(factor->is_pending == 0);
    CHECK(factor->is_required == 0);
    CHECK(factor->enabled_us == start_time + second_us);
    CHECK(factor->recovery_codes_left == 10);
    CHECK(kinds_of(store, ann) == std::vector<std::string>{"second_factor.enabled"});

    Owned<till_tokens> tokens;
    REQUIRE(try_login(store, "ann", good_password, tokens, err) == TILL_OK);
    CHECK(tokens->session_id == 0);
    CHECK(tokens->access.data == nullptr);
    CHECK(tokens->refresh.data == nullptr);
    CHECK(tokens->access_expires_us == TILL_TIME_NONE);
    CHECK(tokens->challenge.len == 43);
    CHECK(tokens->challenge_expires_us == now_of(store) + 5 * minute_us);
    // The code that confirmed it is used; the next one is let in a step early.
    const std::string challenge(view(tokens->challenge));
    CHECK(second(store, challenge, totp(secret, now_of(store))) == "invalid_code");
    REQUIRE(try_second(store, challenge, totp(secret, now_of(store), 1), tokens, err) == TILL_OK);
    CHECK(tokens->session_id > 0);
    CHECK(tokens->challenge.data == nullptr);
    CHECK(tokens->challenge_expires_us == TILL_TIME_NONE);
    CHECK(whoami(store, view(tokens->access)) == TILL_OK);
}

TEST_CASE("beside a challenge stands nothing of the user but what was typed") {
    const TestStore store;
    const std::int64_t ann = create_user(store, "Ann", "ann@example.com", true);
    set_up_factor(store, ann);
    Owned<till_tokens> tokens;
    REQUIRE(try_login(store, "ann", good_password, tokens, nullptr) == TILL_OK);
    CHECK(tokens->user->id == ann);
    CHECK(view(tokens->user->username) == "Ann");
    CHECK(view(tokens->user->email).empty());
    CHECK(tokens->user->is_staff == 0);
    CHECK(tokens->user->version == 0);
    // Neither is anything told to who does not know the password.
    Err err;
    CHECK(try_login(store, "ann", "Wrong-pass-1!", tokens, err) == TILL_E_UNAUTHENTICATED);
    CHECK(err.code() == "invalid_credentials");
}

TEST_CASE("[AU-6] sessions that the password alone opened end when a factor is confirmed") {
    const TestStore store;
    create_user(store, "ann");
    const Login thief = login(store, "ann");
    const Login own = login(store, "ann");
    const till_call call = as_token(own.access);
    Owned<till_second_factor_setup> setup;
    Owned<till_recovery_codes> codes;
    Err err;
    REQUIRE(begin_factor(store, call, "", setup, err) == TILL_OK);
    const std::string secret(view(setup->secret));
    REQUIRE(confirm_factor(store, call, totp(secret, now_of(store)), codes, err) == TILL_OK);
    CHECK(whoami(store, own.access) == TILL_OK);
    CHECK(whoami(store, thief.access) == TILL_E_UNAUTHENTICATED);
    Owned<till_tokens> tokens;
    CHECK(try_refresh(store, thief.refresh, tokens, nullptr) == TILL_E_UNAUTHENTICATED);
    CHECK(try_refresh(store, own.refresh, tokens, nullptr) == TILL_OK);
}

TEST_CASE("[AU-6] a code counts one step either side of now, and the steps beyond are refused") {
    for (const int steps : {-2, -1, 0, 1, 2}) {
        CAPTURE(steps);
        const Shop shop;
        shop.store.advance(10 * step_us);  // past what confirmed it
        const std::string want = steps == -2 || steps == 2 ? "invalid_code" : "";
        CHECK(second(shop.store, shop.challenge(), shop.code(steps)) == want);
    }
}

TEST_CASE("[AU-6] a code counts once, and with it all that are older") {
    const Shop shop;
    shop.store.advance(10 * step_us);
    CHECK(second(shop.store, shop.challenge(), shop.code()).empty());
    const std::string challenge = shop.challenge();
    CHECK(second(shop.store, challenge, shop.code()) == "invalid_code");
    CHECK(second(shop.store, challenge, shop.code(-1)) == "invalid_code");
    CHECK(second(shop.store, challenge, shop.code(1)).empty());
}

TEST_CASE("[AU-6] a challenge lives for five minutes, is met once, and survives a wrong code") {
    const Shop shop;
    const std::string challenge = shop.challenge();
    CHECK(second(shop.store, challenge, "12345") == "invalid_code");
    CHECK(second(shop.store, challenge, "hello") == "invalid_code");
    CHECK(second(shop.store, challenge, shop.code()).empty());
    shop.store.advance(step_us);
    CHECK(second(shop.store, challenge, shop.code(1)) == "challenge_not_valid");

    const std::string late = shop.challenge();
    shop.store.advance(5 * minute_us - 1);
    CHECK(second(shop.store, late, "12345") == "invalid_code");
    shop.store.advance(1);
    CHECK(second(shop.store, late, shop.code()) == "challenge_not_valid");
    CHECK(second(shop.store, "nonsense", shop.code()) == "challenge_not_valid");

    Owned<till_tokens> tokens;
    Err err;
    CHECK(try_second(shop.store, "", "", tokens, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/challenge:blank /code:blank");
    till_call keyed = TILL_CALL_INIT;
    keyed.idempotency_key = str("once");
    CHECK(second(shop.store, shop.challenge(), shop.code(), &keyed) == "no_idempotency_key");
}

TEST_CASE("several logins may wait for their code at once") {
    const Shop shop;
    const std::string desk = shop.challenge();
    const std::string phone = shop.challenge();
    CHECK(second(shop.store, desk, shop.code()).empty());
    CHECK(second(shop.store, phone, shop.code(1)).empty());
}

TEST_CASE("[AU-6] sixteen threads with one code, each with its own challenge: one is let in") {
    const Shop shop;
    std::vector<std::string> challenges;
    for (int i = 0; i < 16; ++i) challenges.push_back(shop.challenge());
    const std::string code = shop.code();
    std::atomic<int> let_in = 0;
    std::atomic<int> ready = 0;
    std::vector<std::thread> threads;
    for (const std::string& challenge : challenges) {
        threads.emplace_back([&] {
            ++ready;
            while (ready < 16) std::this_thread::yield();
            Owned<till_tokens> tokens;
            if (try_second(shop.store, challenge, code, tokens, nullptr) == TILL_OK) ++let_in;
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(let_in == 1);
}

TEST_CASE("[AU-6] sixteen threads with one challenge and a recovery code each: one is let in") {
    const Shop shop;
    const std::string challenge = shop.challenge();
    std::atomic<int> let_in = 0;
    std::atomic<int> ready = 0;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 16; ++i) {
        threads.emplace_back([&, i] {
            ++ready;
            while (ready < 16) std::this_thread::yield();
            Owned<till_tokens> tokens;
            const std::string& code = shop.factor.recovery_codes[i % 10];
            if (try_second(shop.store, challenge, code, tokens, nullptr) == TILL_OK) ++let_in;
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(let_in == 1);
    // Who came late used nothing up.
    CHECK(get_factor(shop.store, shop.ann)->recovery_codes_left == 9);
}

TEST_CASE("[AU-6] a recovery code counts once, however it is typed, and is one user's") {
    const Shop shop;
    const std::int64_t bob = create_user(shop.store, "bob");
    set_up_factor(shop.store, bob);
    const std::string& code = shop.factor.recovery_codes[3];
    CHECK(second(shop.store, challenge_of(shop.store, "bob"), code) == "invalid_code");
    CHECK(second(shop.store, shop.challenge(), code).empty());
    CHECK(second(shop.store, shop.challenge(), code) == "invalid_code");
    std::string typed;
    for (const char letter : shop.factor.recovery_codes[4]) {
        if (letter != '-') typed += letter >= 'a' ? static_cast<char>(letter - 32) : letter;
    }
    CHECK(second(shop.store, shop.challenge(), typed).empty());
    CHECK(get_factor(shop.store, shop.ann)->recovery_codes_left == 8);
    CHECK(kinds_of(shop.store, shop.ann) ==
          std::vector<std::string>{"second_factor.enabled",
                                   R"(second_factor.recovery_code_used {"left":9})",
                                   R"(second_factor.recovery_code_used {"left":8})"});
}

TEST_CASE("new recovery codes void the old ones") {
    const Shop shop;
    Owned<till_recovery_codes> codes;
    REQUIRE(renew(shop.store, as_user(shop.ann), "", codes, nullptr) == TILL_OK);
    const auto fresh = texts_of(codes);
    CHECK(fresh.size() == 10);
    CHECK(second(shop.store, shop.challenge(), shop.factor.recovery_codes[0]) == "invalid_code");
    CHECK(second(shop.store, shop.challenge(), fresh[0]).empty());
    CHECK(get_factor(shop.store, shop.ann)->recovery_codes_left == 9);
    const std::int64_t bob = create_user(shop.store, "bob");
    Err err;
    CHECK(renew(shop.store, as_user(bob), "", codes, err) == TILL_E_NOT_FOUND);
    CHECK(err.code() == "second_factor_not_found");
}

TEST_CASE(
    "[AU-6] a hundred wrong codes in an hour: few are looked at, and the owner gets in after "
    "that") {
    const Shop shop;
    const std::string wrong = "999999";
    int looked_at = 0;
    for (int i = 0; i < 100; ++i) {
        const std::string refused = second(shop.store, shop.challenge(), wrong);
        CHECK((refused == "invalid_code" || refused == "throttled"));
        if (refused == "invalid_code") ++looked_at;
        shop.store.advance(36 * second_us);
    }
    CHECK(looked_at >= 5);
    CHECK(looked_at <= 20);
    // Not even the right code, until the wait is over; nobody waits for longer than 15 minutes.
    Owned<till_tokens> tokens;
    Err err;
    for (int i = 0; i < 30; ++i) second(shop.store, shop.challenge(), wrong);
    CHECK(try_second(shop.store, shop.challenge(), shop.code(), tokens, err) ==
          TILL_E_RATE_LIMITED);
    CHECK(err->retry_after_ms > 0);
    CHECK(err->retry_after_ms <= 15 * 60 * 1000 + 1);
    shop.store.advance(15 * minute_us);
    CHECK(second(shop.store, shop.challenge(), shop.code()).empty());
    // A success clears the count.
    for (int i = 0; i < 4; ++i)
        CHECK(second(shop.store, shop.challenge(), wrong) == "invalid_code");
}

TEST_CASE("[AU-6] guesses at a set-up are counted, and it waits for 10 minutes") {
    const TestStore store;
    const std::int64_t ann = create_user(store, "ann");
    const till_call call = as_user(ann);
    Owned<till_second_factor_setup> setup;
    Owned<till_recovery_codes> codes;
    Err err;
    REQUIRE(begin_factor(store, call, "", setup, err) == TILL_OK);
    till_status last = TILL_OK;
    int looked_at = 0;
    for (int i = 0; i < 20; ++i) {
        last = confirm_factor(store, call, "999999", codes, err);
        if (last == TILL_E_VALIDATION) ++looked_at;
    }
    CHECK(last == TILL_E_RATE_LIMITED);
    CHECK(looked_at < 8);
    store.advance(9 * minute_us);
    CHECK(get_factor(store, ann)->is_pending == 1);
    store.advance(minute_us);
    CHECK(get_factor(store, ann)->is_pending == 0);
    const std::string code = totp(std::string(view(setup->secret)), now_of(store));
    CHECK(confirm_factor(store, call, code, codes, err) == TILL_E_CONFLICT);
    CHECK(err.code() == "second_factor_not_begun");
    CHECK(begin_factor(store, call, "", setup, err) == TILL_OK);
}

TEST_CASE("[AU-6] what is laxer for passwords does not count for codes") {
    const Shop shop;
    set(shop.store, "throttle_login_failures", "100");
    set(shop.store, "throttle_login_delay", "1");
    int looked_at = 0;
    for (int i = 0; i < 60; ++i) {
        if (second(shop.store, shop.challenge(), "999999") == "invalid_code") ++looked_at;
        shop.store.advance(second_us);
    }
    CHECK(looked_at >= 5);
    CHECK(looked_at <= 12);
}

TEST_CASE(
    "[AU-6] codes are limited also where passwords are not, and the owner's own place is his") {
    const Shop shop;
    till_call home = TILL_CALL_INIT;
    home.client_address = str("192.0.2.7");
    CHECK(second(shop.store, shop.challenge(), shop.code(), &home).empty());
    set(shop.store, "throttle_login_failures", "0");
    till_call elsewhere = TILL_CALL_INIT;
    elsewhere.client_address = str("198.51.100.9");
    std::string refused;
    for (int i = 0; i < 6; ++i)
        refused = second(shop.store, shop.challenge(), "999999", &elsewhere);
    CHECK(refused == "throttled");
    CHECK(second(shop.store, shop.challenge(), shop.code(1), &home).empty());
}

TEST_CASE("[AU-6] wrong codes of one challenge at once are counted like those one after another") {
    const Shop shop;
    const std::string challenge = shop.challenge();
    std::atomic<int> looked_at = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] {
            for (int tries = 0; tries < 10; ++tries) {
                Owned<till_tokens> tokens;
                Err err;
                try_second(shop.store, challenge, "999999", tokens, err);
                if (err.code() == "invalid_code") ++looked_at;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(looked_at == 5);
}

TEST_CASE("a new password, a reset by staff, disabling and deleting end the logins that wait") {
    const Shop shop;
    const std::string before = shop.challenge();
    set_password(shop.store, shop.ann, "An0ther-pass!");
    CHECK(second(shop.store, before, shop.code()) == "challenge_not_valid");
    const std::string waiting = challenge_of(shop.store, "ann", "An0ther-pass!");
    set_active(shop.store, shop.ann, false);
    CHECK(second(shop.store, waiting, shop.code()) == "challenge_not_valid");
    set_active(shop.store, shop.ann, true);
    CHECK(second(shop.store, waiting, shop.code()) == "challenge_not_valid");
    // The factor itself outlives all of this but the account.
    const std::string again = challenge_of(shop.store, "ann", "An0ther-pass!");
    CHECK(get_factor(shop.store, shop.ann)->is_enabled == 1);
    const till_call system = as_system();
    till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
    in.user_id = shop.ann;
    REQUIRE(till_user_delete(shop.store, &system, &in, nullptr) == TILL_OK);
    CHECK(second(shop.store, again, shop.code()) == "challenge_not_valid");
}

TEST_CASE(
    "[AU-8] what changes a second factor needs a login of the last ten minutes, or the password") {
    const TestStore store;
    const std::int64_t ann = create_user(store, "ann");
    const Login session = login(store, "ann");
    set(store, "access_token_lifetime", "86400");
    const Login kept = login(store, "ann");
    const till_call call = as_token(kept.access);
    store.advance(10 * minute_us + 1);
    Owned<till_second_factor_setup> setup;
    Owned<till_recovery_codes> codes;
    Err err;
    CHECK(begin_factor(store, call, "", setup, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password:required");
    CHECK(begin_factor(store, call, "Wrong-pass-1!", setup, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password:wrong");
    REQUIRE(begin_factor(store, call, good_password, setup, err) == TILL_OK);
    const std::string secret(view(setup->secret));
    // What was begun so is confirmed by its code alone.
    REQUIRE(confirm_factor(store, call, totp(secret, now_of(store)), codes, err) == TILL_OK);
    CHECK(renew(store, call, "", codes, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password:required");
    CHECK(renew(store, call, "Wrong-pass-1!", codes, err) == TILL_E_VALIDATION);
    CHECK(renew(store, call, good_password, codes, err) == TILL_OK);
    CHECK(remove_factor(store, call, 0, "", err) == TILL_E_VALIDATION);
    CHECK(remove_factor(store, call, ann, "Wrong-pass-1!", err) == TILL_E_VALIDATION);
    CHECK(get_factor(store, ann)->is_enabled == 1);
    CHECK(remove_factor(store, call, 0, good_password, err) == TILL_OK);
    CHECK(!login(store, "ann").access.empty());
}

TEST_CASE("[AU-8] a superuser's session proves itself before it removes somebody's factor") {
    const Shop shop;
    create_user(shop.store, "boss", "", false, true);
    set(shop.store, "access_token_lifetime", "86400");
    const Login old = login(shop.store, "boss");
    const till_call boss = as_token(old.access);
    shop.store.advance(10 * minute_us + 1);
    Err err;
    CHECK(remove_factor(shop.store, boss, shop.ann, "", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password:required");
    // His own password, not the user's.
    set_password(shop.store, shop.ann, "An0ther-pass!");
    CHECK(remove_factor(shop.store, boss, shop.ann, "An0ther-pass!", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/password:wrong");
    CHECK(get_factor(shop.store, shop.ann)->is_enabled == 1);
    CHECK(remove_factor(shop.store, boss, shop.ann, good_password, err) == TILL_OK);
    set_up_factor(shop.store, shop.ann);
    const Login fresh = login(shop.store, "boss");
    CHECK(remove_factor(shop.store, as_token(fresh.access), shop.ann, "", err) == TILL_OK);
}

TEST_CASE("a second factor is its user's to set up; a superuser and the system remove it") {
    const Shop shop;
    const till_call system = as_system();
    const till_call boss = as_user(create_user(shop.store, "boss", "", false, true));
    Owned<till_second_factor_setup> setup;
    Owned<till_recovery_codes> codes;
    Err err;
    CHECK(begin_factor(shop.store, system, "", setup, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/user_id:required");
    CHECK(begin_factor(shop.store, as_user(shop.ann), "", setup, err) == TILL_E_CONFLICT);
    CHECK(err.code() == "second_factor_enabled");
    CHECK(confirm_factor(shop.store, as_user(shop.ann), "123456", codes, err) == TILL_E_CONFLICT);
    CHECK(err.code() == "second_factor_enabled");
    CHECK(confirm_factor(shop.store, boss, "123456", codes, err) == TILL_E_CONFLICT);
    CHECK(err.code() == "second_factor_not_begun");
    const std::string waiting = shop.challenge();
    CHECK(remove_factor(shop.store, boss, shop.ann, "", err) == TILL_OK);
    CHECK(second(shop.store, waiting, shop.code()) == "challenge_not_valid");
    CHECK(!login(shop.store, "ann").access.empty());
    CHECK(remove_factor(shop.store, boss, shop.ann, "", err) == TILL_E_NOT_FOUND);
    CHECK(err.code() == "second_factor_not_found");
    CHECK(kinds_of(shop.store, shop.ann) ==
          std::vector<std::string>{"second_factor.enabled", "second_factor.removed"});
    // Old recovery codes died with it.
    set_up_factor(shop.store, shop.ann);
    CHECK(second(shop.store, shop.challenge(), shop.factor.recovery_codes[0]) == "invalid_code");
    CHECK(remove_factor(shop.store, system, shop.ann, "", err) == TILL_OK);
}

TEST_CASE("a second factor that was begun twice has the second secret") {
    const TestStore store;
    const std::int64_t ann = create_user(store, "ann");
    const till_call call = as_user(ann);
    Owned<till_second_factor_setup> first;
    Owned<till_second_factor_setup> other;
    Owned<till_recovery_codes> codes;
    REQUIRE(begin_factor(store, call, "", first, nullptr) == TILL_OK);
    REQUIRE(begin_factor(store, call, "", other, nullptr) == TILL_OK);
    CHECK(view(first->secret) != view(other->secret));
    CHECK(confirm_factor(store, call, totp(view(first->secret), start_time), codes, nullptr) ==
          TILL_E_VALIDATION);
    CHECK(confirm_factor(store, call, totp(view(other->secret), start_time), codes, nullptr) ==
          TILL_OK);
}

TEST_CASE("no second factor call takes an idempotency key, nor a password in a batch") {
    const TestStore store;
    const std::int64_t ann = create_user(store, "ann");
    till_call keyed = as_user(ann);
    keyed.idempotency_key = str("once");
    Owned<till_second_factor_setup> setup;
    Owned<till_recovery_codes> codes;
    CHECK(begin_factor(store, keyed, "", setup, nullptr) == TILL_E_MISUSE);
    CHECK(confirm_factor(store, keyed, "123456", codes, nullptr) == TILL_E_MISUSE);
    CHECK(renew(store, keyed, "", codes, nullptr) == TILL_E_MISUSE);
    CHECK(remove_factor(store, keyed, 0, "", nullptr) == TILL_E_MISUSE);

    const Login session = login(store, "ann");
    till_batch* batch = nullptr;
    REQUIRE(till_batch_begin(store, nullptr, &batch, nullptr) == TILL_OK);
    till_call batched = as_token(session.access);
    batched.batch = batch;
    CHECK(begin_factor(store, batched, good_password, setup, nullptr) == TILL_E_MISUSE);
    CHECK(begin_factor(store, batched, "", setup, nullptr) == TILL_OK);
    till_batch_rollback(batch);
    CHECK(get_factor(store, ann)->is_pending == 0);
}

TEST_CASE("staff of a shop that demands it read themselves, log out and set one up, no more") {
    const TestStore store;
    const std::int64_t sam = create_user(store, "sam", "", true);
    const std::int64_t ann = create_user(store, "ann");
    set(store, "second_factor_staff", "required");
    const Login session = login(store, "sam");
    const till_call call = as_token(session.access);
    CHECK(whoami(store, session.access) == TILL_OK);
    // That the session lives says nothing of what it may.
    Owned<till_session> live;
    CHECK(till_session_verify(store, nullptr, session.access.data(), session.access.size(),
                              Out(live), nullptr) == TILL_OK);
    Owned<till_second_factor> factor;
    REQUIRE(till_second_factor_get(store, &call, 0, Out(factor), nullptr) == TILL_OK);
    CHECK(factor->is_required == 1);
    CHECK(get_factor(store, ann)->is_required == 0);
    Owned<till_session_page> sessions;
    CHECK(till_session_list(store, &call, nullptr, Out(sessions), nullptr) == TILL_OK);

    Err err;
    Owned<till_user> user;
    CHECK(till_user_get(store, &call, ann, Out(user), err) == TILL_E_PERMISSION);
    CHECK(err.code() == "second_factor_required");
    CHECK(till_user_get(store, &call, 4711, Out(user), err) == TILL_E_PERMISSION);
    CHECK(err.code() == "second_factor_required");
    Owned<till_order_page> orders;
    CHECK(till_order_list(store, &call, nullptr, Out(orders), err) == TILL_E_PERMISSION);
    CHECK(err.code() == "second_factor_required");
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.mask = TILL_USER_FIRST_NAME;
    CHECK(till_user_update(store, &call, &in, Out(user), err) == TILL_E_PERMISSION);

    Owned<till_second_factor_setup> setup;
    Owned<till_recovery_codes> codes;
    REQUIRE(begin_factor(store, call, "", setup, err) == TILL_OK);
    CHECK(till_order_list(store, &call, nullptr, Out(orders), err) == TILL_E_PERMISSION);
    REQUIRE(confirm_factor(store, call, totp(view(setup->secret), now_of(store)), codes, err) ==
            TILL_OK);
    // The very next call.
    CHECK(till_order_list(store, &call, nullptr, Out(orders), err) == TILL_OK);
    CHECK(till_user_get(store, &call, ann, Out(user), err) == TILL_OK);
    CHECK(remove_factor(store, call, 0, "", err) == TILL_OK);
    CHECK(till_order_list(store, &call, nullptr, Out(orders), err) == TILL_E_PERMISSION);
    till_session_end_in end = TILL_SESSION_END_IN_INIT;
    CHECK(till_session_end(store, &call, &end, err) == TILL_OK);
    CHECK(whoami(store, session.access) == TILL_E_UNAUTHENTICATED);
    set(store, "second_factor_staff", "off");
    const till_call again = as_user(sam);
    CHECK(till_order_list(store, &again, nullptr, Out(orders), err) == TILL_OK);
}
