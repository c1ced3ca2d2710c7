// SPDX-License-Identifier: MIT
//
// Whose an address is: several may hold one that nobody has proved; who proves it keeps it.
#include "c_api/addresses.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

using namespace abi;

namespace {

constexpr const char* shared = "box@example.com";
constexpr const char* other_password = "Fresh-pass-77";
constexpr int threads = 16;

std::string kinds_of_events(till_store* store, std::int64_t user_id) {
    till_event_query query = TILL_EVENT_QUERY_INIT;
    query.subject_id = user_id;
    const till_call system = as_system();
    Owned<till_event_page> page;
    REQUIRE(till_event_list(store, &system, &query, Out(page), nullptr) == TILL_OK);
    std::string text;
    for (std::size_t i = 0; i < page->count; ++i) {
        const std::string_view kind = view(page->items[i]->kind);
        if (kind.substr(0, 5) != "user.") continue;
        CHECK(view(page->items[i]->data).find('@') == std::string_view::npos);
        if (!text.empty()) text += ' ';
        text += kind.substr(5);
    }
    return text;
}

std::vector<std::string> tokens_of(const std::vector<Mail>& mails, std::string_view kind) {
    std::vector<std::string> tokens;
    for (const Mail& each : mails) {
        if (each.kind == kind) tokens.push_back(each.token);
    }
    return tokens;
}

// Calls `each(i)` in as many threads, all at once.
template <class Each>
void at_once(int count, Each each) {
    std::atomic<int> ready{0};
    std::vector<std::thread> racers;
    for (int i = 0; i < count; ++i) {
        racers.emplace_back([&, i] {
            ++ready;
            while (ready < count) std::this_thread::yield();
            each(i);
        });
    }
    for (std::thread& racer : racers) racer.join();
}

void check_sound(till_store* store) {
    const till_call system = as_system();
    Owned<till_report> report;
    REQUIRE(till_store_check(store, &system, Out(report), nullptr) == TILL_OK);
    CHECK(report->sound == 1);
}

}  // namespace

TEST_CASE("an address that nobody has proved may be several accounts'; who proves it keeps it") {
    const TestStore store;
    const std::int64_t squatter = sign_up(store, "squatter", shared);
    const std::int64_t owner = sign_up(store, "owner", "BOX@example.com");
    const auto mails = take_mails(store);
    CHECK(told(mails) == "email_verification>box@example.com email_verification>BOX@example.com");
    REQUIRE(verify(store, mails[1].token) == TILL_OK);
    CHECK(email_of(store, owner) == "BOX@example.com");
    CHECK(get_user(store, owner)->email_verified == 1);
    CHECK(email_of(store, squatter).empty());
    CHECK(kinds_of_events(store, squatter) == "created email_lost");
    CHECK(kinds_of_events(store, owner) == "created email_verified");
    // The loser lives on, by his name, and his token is void.
    CHECK(login(store, "squatter").user_id == squatter);
    CHECK(verify(store, mails[0].token) == TILL_E_NOT_FOUND);
    CHECK(email_of(store, owner) == "BOX@example.com");
    // Now it is taken.
    Owned<till_tokens> tokens;
    Err err;
    CHECK(try_register(store, "third", shared, good_password, tokens, err) ==
          TILL_E_ALREADY_EXISTS);
    CHECK(err.violations() == "/email:taken");
    CHECK(move_to(store, as_user(squatter), shared, 0, "", err) == TILL_E_ALREADY_EXISTS);
    CHECK(err.violations() == "/email:taken");
}

TEST_CASE(
    "who waits for an address loses it to who proves it, and proves it against who holds it") {
    const TestStore store;
    const std::int64_t ann = create_user(store, "ann", "ann@example.com");
    const std::int64_t bob = create_user(store, "bob", "bob@example.com");
    const std::int64_t holder = create_user(store, "holder", shared);
    REQUIRE(move_to(store, as_user(ann), shared) == TILL_OK);
    REQUIRE(move_to(store, as_user(bob), shared) == TILL_OK);
    const auto tokens = tokens_of(take_mails(store), "mail.email_change");
    REQUIRE(tokens.size() == 2);
    REQUIRE(verify(store, tokens[1]) == TILL_OK);
    CHECK(email_of(store, bob) == shared);
    CHECK(email_of(store, holder).empty());
    CHECK(email_of(store, ann) == "ann@example.com");
    CHECK(new_email_of(store, ann).empty());
    CHECK(kinds_of_events(store, ann) == "created updated email_lost");
    CHECK(verify(store, tokens[0]) == TILL_E_NOT_FOUND);
    CHECK(told(take_mails(store)) == "email_changed>bob@example.com");
}

TEST_CASE("a reset is one account's: the proved one's, else of the active ones the oldest's") {
    const TestStore store;
    const std::int64_t first = create_user(store, "first", shared);
    const std::int64_t second_one = create_user(store, "second", shared);
    const std::int64_t third = create_user(store, "third", shared);
    const auto reset_of = [&] {
        REQUIRE(ask_reset(store, shared) == TILL_OK);
        const auto mails = take_mails(store);
        REQUIRE(mails.size() == 1);
        return mails[0];
    };
    CHECK(reset_of().user_id == first);
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = first;
    in.mask = TILL_USER_IS_ACTIVE;
    const till_call system = as_system();
    Owned<till_user> user;
    REQUIRE(till_user_update(store, &system, &in, Out(user), nullptr) == TILL_OK);
    const Mail mail = reset_of();
    CHECK(mail.user_id == second_one);
    CHECK(mail.username == "second");
    // Found as it is meant.
    till_user_find_in find = TILL_USER_FIND_IN_INIT;
    find.email = str(shared);
    REQUIRE(till_user_find(store, &system, &find, Out(user), nullptr) == TILL_OK);
    CHECK(user->id == first);
    // A token is its account's alone, and proves the address for it.
    CHECK(reset_to(store, third, mail.token, other_password) == TILL_E_VALIDATION);
    REQUIRE(reset_to(store, second_one, mail.token, other_password) == TILL_OK);
    CHECK(email_of(store, first).empty());
    CHECK(email_of(store, third).empty());
    CHECK(get_user(store, second_one)->email_verified == 1);
    take_mails(store);
    CHECK(reset_of().user_id == second_one);
    REQUIRE(till_user_find(store, &system, &find, Out(user), nullptr) == TILL_OK);
    CHECK(user->id == second_one);
    // Nobody but its owner: also not when he may not log in.
    in.user_id = second_one;
    REQUIRE(till_user_update(store, &system, &in, Out(user), nullptr) == TILL_OK);
    REQUIRE(ask_reset(store, shared) == TILL_OK);
    CHECK(take_mails(store).empty());
}

TEST_CASE("[AU-3] a reset token of who lost the address is void") {
    const TestStore store;
    const std::int64_t squatter = create_user(store, "squatter", shared);
    const std::int64_t owner = create_user(store, "owner", shared);
    REQUIRE(ask_reset(store, shared) == TILL_OK);
    const std::string token = token_of(take_mails(store), "mail.password_reset");
    prove(store, owner);
    CHECK(reset_to(store, squatter, token, other_password) == TILL_E_VALIDATION);
    CHECK(email_of(store, squatter).empty());
    // Nor does what was not claimed yet find its way to him.
    const std::int64_t late = create_user(store, "late", "late@example.com");
    REQUIRE(move_to(store, as_user(late), "next@example.com") == TILL_OK);
    prove(store, create_user(store, "next", "next@example.com"));
    CHECK(take_mails(store).empty());
}

TEST_CASE("a link is mailed again to all who wait for one, five of them, until one has proved it") {
    const TestStore store;
    for (int i = 0; i < 8; ++i) create_user(store, "user" + std::to_string(i), shared);
    const std::int64_t ann = create_user(store, "ann", "ann@example.com");
    REQUIRE(move_to(store, as_user(ann), shared) == TILL_OK);
    take_mails(store);
    REQUIRE(resend(store, shared) == TILL_OK);
    const auto mails = take_mails(store);
    CHECK(tokens_of(mails, "mail.email_verification").size() == 5);
    REQUIRE(verify(store, token_of(mails, "mail.email_change")) == TILL_OK);
    take_mails(store);
    REQUIRE(resend(store, shared) == TILL_OK);
    CHECK(take_mails(store).empty());
}

TEST_CASE("[AU-2] an address gets a bounded number of links, however many accounts give it") {
    const TestStore store;
    for (int i = 0; i < 9; ++i) sign_up(store, "user" + std::to_string(i), shared);
    CHECK(take_mails(store).size() == 5);
    CHECK(resend(store, shared) == TILL_E_RATE_LIMITED);
    store.advance(3600 * second);
    CHECK(resend(store, shared) == TILL_OK);
}

TEST_CASE("users of one address are listed one after the other over pages") {
    const TestStore store;
    std::vector<std::int64_t> all;
    for (int i = 0; i < 5; ++i) {
        all.push_back(create_user(store, "user" + std::to_string(i), shared));
    }
    all.push_back(create_user(store, "zoe", "box@example.org"));
    till_user_query query = TILL_USER_QUERY_INIT;
    query.email_prefix = str("box@");
    query.limit = 2;
    const till_call system = as_system();
    std::vector<std::int64_t> found;
    std::string cursor;
    do {
        query.cursor = str(cursor);
        Owned<till_user_page> page;
        REQUIRE(till_user_list(store, &system, &query, Out(page), nullptr) == TILL_OK);
        for (std::size_t i = 0; i < page->count; ++i) found.push_back(page->items[i]->id);
        cursor = view(page->next_cursor);
    } while (!cursor.empty());
    CHECK(found == all);
}

TEST_CASE("[AU-2] where accounts are not revealed a taken address is answered as a free one") {
    for (const char* verification : {"optional", "mandatory", "off"}) {
        CAPTURE(verification);
        const TestStore store;
        set(store, "email_verification", verification);
        set(store, "reveal_accounts", "false");
        const std::int64_t owner = create_user(store, "owner", shared);
        if (std::string_view(verification) != "off") prove(store, owner);
        Owned<till_tokens> taken;
        Owned<till_tokens> vacant;
        Err err;
        REQUIRE(try_register(store, "one", shared, good_password, taken, err) == TILL_OK);
        REQUIRE(try_register(store, "two", "free@example.com", good_password, vacant, err) ==
                TILL_OK);
        // What the visitor gets differs in nothing but what he gave.
        CHECK((taken->session_id == 0) == (vacant->session_id == 0));
        CHECK(taken->access.len == vacant->access.len);
        CHECK(view(taken->user->email) == shared);
        CHECK(taken->user->email_verified == vacant->user->email_verified);
        const auto mails = take_mails(store);
        CHECK(told(mails) == (std::string_view(verification) == "off"
                                  ? "address_in_use>box@example.com"
                                  : "address_in_use>box@example.com "
                                    "email_verification>free@example.com"));
        CHECK(mails[0].user_id == owner);
        CHECK(mails[0].username == "owner");
        CHECK(mails[0].token.empty());
        // The owner keeps it, whatever is tried with it.
        REQUIRE(resend(store, shared) == TILL_OK);
        for (const Mail& each : take_mails(store)) CHECK(each.username != "one");
        REQUIRE(ask_reset(store, shared) == TILL_OK);
        CHECK(take_mails(store)[0].user_id == owner);
        // A name is always told.
        CHECK(try_register(store, "ONE", "", good_password, taken, err) != TILL_OK);
        // A change is answered so, too, and staff see what is.
        const std::int64_t two = vacant->user->id;
        CHECK(move_to(store, as_user(two), shared, 0, "", err) == TILL_OK);
        for (const Mail& each : take_mails(store)) CHECK(each.kind != "mail.email_change");
        CHECK(move_to(store, as_system(), shared, create_user(store, "four", "4@example.com"), "",
                      err) == TILL_E_ALREADY_EXISTS);
        CHECK(err.violations() == "/email:taken");
        check_sound(store);
    }
}

TEST_CASE("[AU-2] that a name is taken is told a bounded number of times") {
    const TestStore store;
    create_user(store, "ann");
    set(store, "throttle_registration_source", "3");
    till_call call = TILL_CALL_INIT;
    call.client_address = str("192.0.2.1");
    till_register_in in = TILL_REGISTER_IN_INIT;
    in.username = str("ann");
    in.password = str(good_password);
    Owned<till_tokens> tokens;
    const auto ask = [&] { return till_register(store, &call, &in, Out(tokens), nullptr); };
    CHECK(ask() == TILL_E_ALREADY_EXISTS);
    in.password = str("123");  // a question all the same
    CHECK(ask() == TILL_E_VALIDATION);
    in.password = str(good_password);
    CHECK(ask() == TILL_E_ALREADY_EXISTS);
    CHECK(ask() == TILL_E_RATE_LIMITED);
    in.username = str("free");
    CHECK(ask() == TILL_E_RATE_LIMITED);
    call.client_address = str("192.0.2.2");
    CHECK(ask() == TILL_OK);
}

TEST_CASE("of sixteen who prove one address at once, one keeps it") {
    const TestStore store;
    set(store, "throttle_mail_address", "0");
    std::vector<std::int64_t> users;
    for (int i = 0; i < threads; ++i) {
        const std::string name = "user" + std::to_string(i);
        if (i % 2 == 0) {
            users.push_back(sign_up(store, name, shared));
        } else {
            users.push_back(create_user(store, name, name + "@example.com"));
            REQUIRE(move_to(store, as_user(users.back()), shared) == TILL_OK);
        }
    }
    std::vector<std::string> tokens;
    for (const Mail& each : take_mails(store)) {
        if (!each.token.empty()) tokens.push_back(each.token);
    }
    REQUIRE(tokens.size() == threads);
    std::atomic<int> won{0};
    at_once(threads, [&](int i) {
        const till_status status = verify(store, tokens[static_cast<std::size_t>(i)]);
        if (status == TILL_OK) ++won;
        if (status != TILL_OK) CHECK(status == TILL_E_NOT_FOUND);
    });
    CHECK(won == 1);
    const auto holds = [&](std::int64_t id) { return email_of(store, id) == shared; };
    CHECK(std::count_if(users.begin(), users.end(), holds) == 1);
    const auto waits = [&](std::int64_t id) { return !new_email_of(store, id).empty(); };
    CHECK(std::none_of(users.begin(), users.end(), waits));
    check_sound(store);
}

TEST_CASE("resets, proofs and registrations of one address at once leave it with one account") {
    const TestStore store;
    set(store, "throttle_mail_address", "0");
    const std::int64_t first = sign_up(store, "first", shared);
    const std::int64_t rival = sign_up(store, "rival", shared);
    REQUIRE(ask_reset(store, shared) == TILL_OK);
    const auto mails = take_mails(store);
    const std::string reset_token = token_of(mails, "mail.password_reset");
    const std::string rivals = tokens_of(mails, "mail.email_verification")[1];
    std::atomic<int> proved{0};
    at_once(threads, [&](int i) {
        if (i == 0 && reset_to(store, first, reset_token, other_password) == TILL_OK) ++proved;
        if (i == 1 && verify(store, rivals) == TILL_OK) ++proved;
        if (i < 2) return;
        Owned<till_tokens> tokens;
        const till_status status =
            try_register(store, "late" + std::to_string(i), shared, good_password, tokens, nullptr);
        if (status != TILL_OK) CHECK(status == TILL_E_ALREADY_EXISTS);
    });
    CHECK(proved == 1);
    till_user_query query = TILL_USER_QUERY_INIT;
    query.email_prefix = str(shared);
    const till_call system = as_system();
    Owned<till_user_page> page;
    REQUIRE(till_user_list(store, &system, &query, Out(page), nullptr) == TILL_OK);
    REQUIRE(page->count == 1);
    CHECK(page->items[0]->email_verified == 1);
    const std::int64_t winner = page->items[0]->id;
    CHECK((winner == first || winner == rival));
    check_sound(store);
}
