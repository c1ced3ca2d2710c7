// SPDX-License-Identifier: MIT
//
// Every account call that is not for anyone, by every actor, on a user who is himself, another, or
// nobody: a table of statuses, each on a store of its own.
#include "c_api/accounts.hpp"
#include "domain/sample_images.hpp"

#include <array>

using namespace abi;

namespace {

constexpr till_status good = TILL_OK;
constexpr till_status anon = TILL_E_UNAUTHENTICATED;
constexpr till_status perm = TILL_E_PERMISSION;
constexpr till_status gone = TILL_E_NOT_FOUND;
constexpr till_status rule = TILL_E_VALIDATION;

using Attempt = till_status (*)(till_store*, const till_call&, std::int64_t user_id);

till_status get(till_store* store, const till_call& call, std::int64_t id) {
    Owned<till_user> user;
    return till_user_get(store, &call, id, Out(user), nullptr);
}

till_status find(till_store* store, const till_call& call, std::int64_t id) {
    till_user_find_in in = TILL_USER_FIND_IN_INIT;
    in.username = id == 4711 ? str("nobody") : str("alice");
    Owned<till_user> user;
    return till_user_find(store, &call, &in, Out(user), nullptr);
}

till_status list(till_store* store, const till_call& call, std::int64_t) {
    Owned<till_user_page> page;
    return till_user_list(store, &call, nullptr, Out(page), nullptr);
}

till_status create(till_store* store, const till_call& call, std::int64_t) {
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = str("newcomer");
    Owned<till_user> user;
    return till_user_create(store, &call, &in, Out(user), nullptr);
}

till_status update(till_store* store, const till_call& call, std::int64_t id, std::uint64_t mask) {
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = id;
    in.mask = mask;
    in.first_name = str("New");
    in.is_staff = 1;
    in.is_superuser = 1;
    Owned<till_user> user;
    return till_user_update(store, &call, &in, Out(user), nullptr);
}
till_status change_name(till_store* store, const till_call& call, std::int64_t id) {
    return update(store, call, id, TILL_USER_FIRST_NAME);
}
till_status deactivate(till_store* store, const till_call& call, std::int64_t id) {
    return update(store, call, id, TILL_USER_IS_ACTIVE);
}
till_status make_staff(till_store* store, const till_call& call, std::int64_t id) {
    return update(store, call, id, TILL_USER_IS_STAFF);
}
till_status make_superuser(till_store* store, const till_call& call, std::int64_t id) {
    return update(store, call, id, TILL_USER_IS_SUPERUSER);
}
till_status unverify(till_store* store, const till_call& call, std::int64_t id) {
    return update(store, call, id, TILL_USER_EMAIL_VERIFIED);
}

till_status erase(till_store* store, const till_call& call, std::int64_t id) {
    till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
    in.user_id = id;
    return till_user_delete(store, &call, &in, nullptr);
}

till_status set_image(till_store* store, const till_call& call, std::int64_t id) {
    const std::string picture = till::samples::gif(1, 1);
    till_user_image_set_in in = TILL_USER_IMAGE_SET_IN_INIT;
    in.user_id = id;
    in.data = str(picture);
    Owned<till_user> user;
    return till_user_image_set(store, &call, &in, Out(user), nullptr);
}

till_status set_password(till_store* store, const till_call& call, std::int64_t id) {
    till_password_change_in in = TILL_PASSWORD_CHANGE_IN_INIT;
    in.user_id = id;
    in.new_password = str("Fresh-pass-77");
    return till_password_change(store, &call, &in, nullptr);
}

till_status list_sessions(till_store* store, const till_call& call, std::int64_t id) {
    till_session_query query = TILL_SESSION_QUERY_INIT;
    query.user_id = id;
    Owned<till_session_page> page;
    return till_session_list(store, &call, &query, Out(page), nullptr);
}

till_status end_sessions(till_store* store, const till_call& call, std::int64_t id) {
    till_session_end_in in = TILL_SESSION_END_IN_INIT;
    in.user_id = id;
    return till_session_end(store, &call, &in, nullptr);
}

till_status get_factor(till_store* store, const till_call& call, std::int64_t id) {
    Owned<till_second_factor> factor;
    return till_second_factor_get(store, &call, id, Out(factor), nullptr);
}

// One that its user has begun, where there is such a user.
till_status remove_factor(till_store* store, const till_call& call, std::int64_t id) {
    const till_call owner = as_user(id);
    Owned<till_second_factor_setup> setup;
    const till_status begun = till_second_factor_begin(store, &owner, nullptr, Out(setup), nullptr);
    CHECK(begun == (id == 4711 ? TILL_E_UNAUTHENTICATED : TILL_OK));
    till_second_factor_remove_in in = TILL_SECOND_FACTOR_REMOVE_IN_INIT;
    in.user_id = id;
    return till_second_factor_remove(store, &call, &in, nullptr);
}

till_status claim_mails(till_store* store, const till_call& call, std::int64_t) {
    Owned<till_message_page> page;
    return till_outbox_claim(store, &call, nullptr, Out(page), nullptr);
}

till_status settle_mail(till_store* store, const till_call& call, std::int64_t) {
    till_outbox_settle_in in = TILL_OUTBOX_SETTLE_IN_INIT;
    in.id = 1;
    in.lease = str("00000000000000000000000000000000");
    const till_status acknowledged = till_outbox_acknowledge(store, &call, &in, nullptr);
    CHECK(till_outbox_fail(store, &call, &in, nullptr) == acknowledged);
    return acknowledged;
}

struct Row {
    const char* name;
    Attempt attempt;
    // On alice, a plain user, by: nobody, herself, bob, staff, a superuser, the system.
    std::array<till_status, 6> on_user;
    // On a user who does not exist, by the same (herself stands for another plain user).
    std::array<till_status, 6> on_nobody;
};

// clang-format off
constexpr Row rows[] = {
    {"get",            get,            {anon, good, gone, good, good, good}, {anon, gone, gone, gone, gone, gone}},
    {"find",           find,           {anon, perm, perm, good, good, good}, {anon, perm, perm, gone, gone, gone}},
    {"list",           list,           {anon, perm, perm, good, good, good}, {anon, perm, perm, good, good, good}},
    {"create",         create,         {anon, perm, perm, perm, good, good}, {anon, perm, perm, perm, good, good}},
    {"rename",         change_name,         {anon, good, gone, good, good, good}, {anon, gone, gone, gone, gone, gone}},
    {"deactivate",     deactivate,     {anon, perm, gone, good, good, good}, {anon, gone, gone, gone, gone, gone}},
    {"make staff",     make_staff,     {anon, perm, gone, perm, good, good}, {anon, gone, gone, gone, gone, gone}},
    {"make superuser", make_superuser, {anon, perm, gone, perm, good, good}, {anon, gone, gone, gone, gone, gone}},
    {"unverify",       unverify,       {anon, perm, gone, perm, good, good}, {anon, gone, gone, gone, gone, gone}},
    {"delete",         erase,          {anon, good, gone, perm, good, good}, {anon, gone, gone, perm, gone, gone}},
    {"image",          set_image,      {anon, good, gone, good, good, good}, {anon, gone, gone, gone, gone, gone}},
    {"password",       set_password,   {anon, rule, gone, perm, good, good}, {anon, gone, gone, perm, gone, gone}},
    {"list sessions",  list_sessions,  {anon, good, gone, perm, good, good}, {anon, gone, gone, perm, gone, gone}},
    {"end sessions",   end_sessions,   {anon, good, gone, perm, good, good}, {anon, gone, gone, perm, gone, gone}},
    {"get factor",     get_factor,     {anon, good, gone, perm, good, good}, {anon, gone, gone, perm, gone, gone}},
    {"remove factor",  remove_factor,  {anon, good, gone, perm, good, good}, {anon, gone, gone, perm, gone, gone}},
    {"claim mails",    claim_mails,    {anon, perm, perm, perm, perm, good}, {anon, perm, perm, perm, perm, good}},
    {"settle mails",   settle_mail,    {anon, perm, perm, perm, perm, gone}, {anon, perm, perm, perm, perm, gone}},
};
// clang-format on

struct People {
    std::int64_t alice;
    std::int64_t bob;
    std::int64_t staff;
    std::int64_t superuser;
};

People settle_in(till_store* store) {
    return {create_user(store, "alice"), create_user(store, "bob"),
            create_user(store, "sam", "", true), create_user(store, "root", "", false, true)};
}

till_call actor(const People& people, std::size_t number) {
    switch (number) {
        case 0:
            return TILL_CALL_INIT;
        case 1:
            return as_user(people.alice);
        case 2:
            return as_user(people.bob);
        case 3:
            return as_user(people.staff);
        case 4:
            return as_user(people.superuser);
        default:
            return as_system();
    }
}

}  // namespace

TEST_CASE("[AZ-1] [AZ-2] who may do what to which user") {
    for (const Row& row : rows) {
        for (std::size_t who = 0; who < 6; ++who) {
            CAPTURE(row.name);
            CAPTURE(who);
            {
                const TestStore store;
                const People people = settle_in(store);
                CHECK(row.attempt(store, actor(people, who), people.alice) == row.on_user[who]);
            }
            const TestStore store;
            const People people = settle_in(store);
            CHECK(row.attempt(store, actor(people, who), 4711) == row.on_nobody[who]);
        }
    }
}

TEST_CASE(
    "[AZ-2] a member of staff works on plain users and on himself, not on his like or above") {
    const TestStore store;
    const People people = settle_in(store);
    const std::int64_t other_staff = create_user(store, "sue", "", true);
    const till_call staff = as_user(people.staff);
    for (const std::int64_t above : {other_staff, people.superuser}) {
        CHECK(change_name(store, staff, above) == TILL_E_PERMISSION);
        CHECK(deactivate(store, staff, above) == TILL_E_PERMISSION);
        CHECK(set_image(store, staff, above) == TILL_E_PERMISSION);
        CHECK(get(store, staff, above) == TILL_OK);
    }
    CHECK(change_name(store, staff, people.staff) == TILL_OK);
    CHECK(make_superuser(store, staff, people.staff) == TILL_E_PERMISSION);
    CHECK(change_name(store, as_user(people.superuser), people.staff) == TILL_OK);
}

TEST_CASE(
    "[AZ-2] a token that is none, a deactivated user and an API key are nobody to every call") {
    const TestStore store;
    const People people = settle_in(store);
    const Login bob = login(store, "bob");
    REQUIRE(deactivate(store, as_system(), people.bob) == TILL_OK);
    till_call key = as_token("key");
    key.actor = TILL_ACTOR_KEY;
    for (const till_call& call :
         {as_token("garbage"), as_token(""), as_token(bob.access), as_token(bob.refresh),
          as_user(people.bob), as_user(4711), as_user(0), as_user(-1), key}) {
        for (const Row& row : rows) {
            CAPTURE(row.name);
            CHECK(row.attempt(store, call, people.alice) == TILL_E_UNAUTHENTICATED);
        }
    }
}

// A key may look at users and send their mails, and no scope lets it do more to an account.
TEST_CASE("an API key of every scope does nothing to an account") {
    const TestStore store;
    const People people = settle_in(store);
    const std::string secret = create_key(store,
                                          "orders:place orders:read orders:fulfil prices:set "
                                          "payments:read payments:write users:read events:read "
                                          "outbox:work reports:read");
    const till_call key = as_key(secret);
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const bool looks = row.attempt == get || row.attempt == find || row.attempt == list;
        const bool mails = row.attempt == claim_mails;
        const till_status want = looks || mails               ? TILL_OK
                                 : row.attempt == settle_mail ? TILL_E_NOT_FOUND
                                                              : TILL_E_PERMISSION;
        CHECK(row.attempt(store, key, people.alice) == want);
    }
    const std::string narrow = create_key(store, "orders:read");
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(row.attempt(store, as_key(narrow), people.alice) == TILL_E_PERMISSION);
        CHECK(row.attempt(store, as_key(narrow), 4711) == TILL_E_PERMISSION);
    }
}

TEST_CASE("the actor himself is user 0, which the system is not") {
    const TestStore store;
    const People people = settle_in(store);
    for (const Row& row : rows) {
        if (row.attempt != get && row.attempt != change_name && row.attempt != set_image &&
            row.attempt != list_sessions) {
            continue;
        }
        CAPTURE(row.name);
        CHECK(row.attempt(store, as_user(people.alice), 0) == TILL_OK);
        CHECK(row.attempt(store, as_system(), 0) == TILL_E_VALIDATION);
        CHECK(row.attempt(store, TILL_CALL_INIT, 0) == TILL_E_UNAUTHENTICATED);
    }
}
