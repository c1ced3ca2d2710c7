// SPDX-License-Identifier: MIT
//
// What the accounts leave in the tables: nothing that a thief can use, nothing of who is gone, and
// nothing that has expired.
#include "base/encoding.hpp"
#include "core/care.hpp"
#include "core/outbox.hpp"
#include "core/passwords.hpp"
#include "core/sessions.hpp"
#include "core/shop.hpp"
#include "core/users.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace till;
using namespace till::core;
using namespace till::core::testing;

namespace {

constexpr const char* good_password = "Str0ng-pass!word";

constexpr sql::Sql select_blobs{"test_session_blobs", R"sql(
    SELECT sid_hash, current_hash, previous_hash, salt
    FROM sessions
)sql"};
constexpr sql::Sql count_rows{"test_count_accounts", R"sql(
    SELECT (SELECT COUNT(*) FROM sessions), (SELECT COUNT(*) FROM single_use_tokens),
           (SELECT COUNT(*) FROM outbox)
)sql"};
constexpr sql::Sql select_password{"test_password", R"sql(
    SELECT password
    FROM users
    WHERE id = $1
)sql"};
constexpr sql::Sql select_personal{"test_personal", R"sql(
    SELECT COALESCE(username, username_key, email, email_key, previous_email, new_email,
                    new_email_key, password, locale,
                    first_name, last_name, phone_no, address, image_name),
           (SELECT COUNT(*) FROM user_images WHERE user_id = $1),
           (SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND COALESCE(address, agent) IS NOT NULL),
           (SELECT COUNT(*) FROM single_use_tokens WHERE user_id = $1),
           (SELECT COUNT(*) FROM outbox WHERE user_id = $1)
    FROM users
    WHERE id = $1
)sql"};
constexpr sql::Sql select_previous{"test_previous_email", R"sql(
    SELECT previous_email
    FROM users
    WHERE id = $1
)sql"};

struct Rows {
    std::int64_t sessions = 0;
    std::int64_t tokens = 0;
    std::int64_t mails = 0;
};

Rows rows_of(Shop& shop) {
    return shop
        ->read(as_system(),
               [](Context& context) -> Result<Rows> {
                   auto rows = context.tx.query(count_rows);
                   TILL_ASSERT(rows.next());
                   return Rows{rows.integer(0), rows.integer(1), rows.integer(2)};
               })
        .value();
}

std::string text_of_user(Shop& shop, const sql::Sql& sql, std::int64_t id) {
    return shop
        ->read(as_system(),
               [&](Context& context) -> Result<std::string> {
                   auto rows = context.tx.query(sql, id);
                   TILL_ASSERT(rows.next());
                   return rows.maybe_string(0).value_or("(null)");
               })
        .value();
}

Tokens add_user(Shop& shop, std::string_view username, std::string_view email = {}) {
    Registration in;
    in.username = username;
    in.email = email;
    in.password = good_password;
    auto tokens = register_user(shop, as_anybody(), in);
    REQUIRE(tokens.has_value());
    return std::move(tokens).value();
}

// Everything of a stolen sessions table, cut into what could be a session id or a secret.
struct Loot {
    std::vector<crypto::SessionId> sids;
    std::vector<crypto::RefreshSecret> secrets;
};

Loot steal(Shop& shop) {
    Loot loot;
    (void)shop->read(as_system(), [&](Context& context) -> Result<void> {
        auto rows = context.tx.query(select_blobs);
        while (rows.next()) {
            for (int column = 0; column < 4; ++column) {
                const sql::Bytes bytes = rows.bytes(column);
                for (std::size_t at = 0; at + 16 <= bytes.size(); at += 16) {
                    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 16,
                                loot.sids.emplace_back().begin());
                }
                if (bytes.size() == 32) {
                    loot.secrets.emplace_back(bytes.first<32>());
                    loot.secrets.push_back(
                        crypto::child_secret(loot.secrets.back(), rows.bytes(3)));
                }
            }
        }
        return ok();
    });
    return loot;
}

std::string mint(Shop& shop, std::int64_t user_id, const crypto::SessionId& sid) {
    return shop
        ->read(as_system(),
               [&](Context& context) -> Result<std::string> {
                   crypto::AccessClaims claims;
                   claims.user_id = user_id;
                   claims.sid = sid;
                   claims.issued_at = context.now / us_per_second;
                   claims.expires_at = claims.issued_at + 300;
                   return crypto::sign_access_token(context.policy.signing_key(),
                                                    context.policy.issuer, claims);
               })
        .value();
}

bool is_let_in(Shop& shop, std::string_view access) {
    Call call = as_anybody();
    call.actor = Call::Actor::token;
    call.token = access;
    return get_user(shop, call, 0).has_value();
}

}  // namespace

TEST_CASE("[DA-3] the file and its signing key together mint nothing") {
    Shop shop;
    const Tokens alice = add_user(shop, "alice");
    const auto child = refresh_session(shop, as_anybody(), alice.refresh);
    REQUIRE(child.has_value());
    const Loot loot = steal(shop);
    CHECK(loot.sids.size() == 7);  // three digests of two halves, one salt
    for (const crypto::SessionId& sid : loot.sids) {
        CHECK_FALSE(is_let_in(shop, mint(shop, alice.user.id, sid)));
        for (const crypto::RefreshSecret& secret : loot.secrets) {
            const std::string token = crypto::to_text({sid, secret});
            CHECK_FALSE(refresh_session(shop, as_anybody(), token).has_value());
        }
    }
    // The true session id would do, and it is nowhere; so the attempts above were well made.
    const auto sid = crypto::parse_refresh_token(alice.refresh)->sid;
    CHECK(is_let_in(shop, mint(shop, alice.user.id, sid)));
    CHECK(is_let_in(shop, child->access));
}

TEST_CASE("[PW-1] one password makes a hash of its own for everybody, by Argon2id") {
    Shop shop;
    std::set<std::string> hashes;
    for (int i = 0; i < 20; ++i) {
        const Tokens user = add_user(shop, "user" + std::to_string(i));
        const std::string hash = text_of_user(shop, select_password, user.user.id);
        CHECK(hash.find("$argon2id$v=19$") == 0);
        hashes.insert(hash);
    }
    CHECK(hashes.size() == 20);
}

TEST_CASE("[PW-6] a login replaces a foreign hash and nothing else of its user") {
    Shop shop;
    NewUser in;
    in.username = "alice";
    in.password_hash = "pbkdf2_sha256$1$seasalt$mJQ8D8xVBAKQGCo0t0n+NSPS2a0gQhVtjuC9LdL9WiM=";
    const auto user = create_user(shop, as_system(), in);
    REQUIRE(user.has_value());
    CHECK_FALSE(login(shop, as_anybody(), "alice", "wrong").has_value());
    CHECK(text_of_user(shop, select_password, user->id) == in.password_hash);
    const auto tokens = login(shop, as_anybody(), "alice", "l\xC3\xA8tmein");
    REQUIRE(tokens.has_value());
    CHECK(tokens->user.version == user->version);
    CHECK(text_of_user(shop, select_password, user->id).find("$argon2id$") == 0);
}

TEST_CASE("[DA-4] of a deleted user nothing personal stays in any table") {
    Shop shop;
    Registration in;
    in.username = "alice";
    in.email = "alice@example.com";
    in.password = good_password;
    in.first_name = "Alice";
    Call call = as_anybody();
    call.client_address = "192.0.2.7";
    call.client_agent = "Browser/1.0";
    const auto tokens = register_user(shop, call, in);
    REQUIRE(tokens.has_value());
    const std::int64_t id = tokens->user.id;
    REQUIRE(claim_outbox(shop, as_system(), {}).has_value());
    UserChange change;
    change.user_id = id;
    change.mask = user_field::email | user_field::email_verified;
    change.email = "al@example.com";
    change.email_verified = true;
    REQUIRE(update_user(shop, as_system(), change).has_value());
    change.mask = user_field::email;
    change.email = "next@example.com";
    REQUIRE(update_user(shop, as_system(), change).has_value());
    REQUIRE(request_password_reset(shop, as_anybody(), "al@example.com").has_value());
    CHECK(text_of_user(shop, select_previous, id) == "alice@example.com");

    REQUIRE(delete_user(shop, as_system(), {id, 0, {}}).has_value());
    (void)shop->read(as_system(), [&](Context& context) -> Result<void> {
        auto rows = context.tx.query(select_personal, id);
        REQUIRE(rows.next());
        CHECK(rows.is_null(0));
        for (int column = 1; column < 5; ++column) CHECK(rows.integer(column) == 0);
        return ok();
    });
}

TEST_CASE("the address before a change is kept until its mail was sent or has expired") {
    Shop shop;
    const std::int64_t id = add_user(shop, "alice", "alice@example.com").user.id;
    UserChange change;
    change.user_id = id;
    change.mask = user_field::email | user_field::email_verified;
    change.email_verified = true;
    const auto move_to = [&](std::string_view email) {
        change.email = email;
        REQUIRE(update_user(shop, as_system(), change).has_value());
    };
    move_to("b@example.com");
    CHECK(text_of_user(shop, select_previous, id) == "alice@example.com");
    const auto messages = claim_outbox(shop, as_system(), {});
    REQUIRE(messages.has_value());
    for (const Message& message : messages.value()) {
        REQUIRE(
            acknowledge_outbox(shop, as_system(), {message.row.id, message.lease, 0}).has_value());
    }
    CHECK(text_of_user(shop, select_previous, id) == "(null)");
    move_to("c@example.com");
    CHECK(text_of_user(shop, select_previous, id) == "b@example.com");
    shop.advance(3 * us_per_day);
    REQUIRE(maintain(shop, as_system(), us_per_second).has_value());
    CHECK(text_of_user(shop, select_previous, id) == "(null)");
}

TEST_CASE("every write sweeps a few expired rows, and maintenance the rest") {
    Shop shop;
    for (int i = 0; i < 10; ++i) {
        const std::string name = "user" + std::to_string(i);
        add_user(shop, name, name + "@example.com");
    }
    REQUIRE(claim_outbox(shop, as_system(), {}).has_value());
    for (int i = 0; i < 10; ++i) {
        const std::string email = "user" + std::to_string(i) + "@example.com";
        REQUIRE(request_password_reset(shop, as_anybody(), email).has_value());
    }
    Rows rows = rows_of(shop);
    CHECK(rows.sessions == 10);
    CHECK(rows.tokens == 10);
    CHECK(rows.mails == 20);
    shop.advance(32 * us_per_day);
    const Tokens last = add_user(shop, "last");  // a write of its own
    rows = rows_of(shop);
    CHECK(rows.sessions == 9);  // two swept, one opened
    CHECK(rows.tokens == 8);
    CHECK(rows.mails == 18);
    REQUIRE(maintain(shop, as_system(), us_per_second).has_value());
    rows = rows_of(shop);
    CHECK(rows.sessions == 1);
    CHECK(rows.tokens == 0);
    CHECK(rows.mails == 0);
    CHECK(is_let_in(shop, last.access));
}

TEST_CASE("accounts of a batch see each other and go with it") {
    Shop shop;
    std::int64_t id = 0;
    for (const bool keeps : {false, true}) {
        auto batch = shop->database().begin_batch(as_system().deadline_us);
        Call call = as_system();
        call.batch = batch.get();
        NewUser in;
        in.username = "alice";
        const auto user = create_user(shop, call, in);
        REQUIRE(user.has_value());
        id = user->id;
        UserChange change;
        change.user_id = id;
        change.mask = user_field::first_name;
        change.first_name = "Al";
        CHECK(update_user(shop, call, change).has_value());
        CHECK(get_user(shop, call, id)->first_name == "Al");
        in.password = good_password;
        in.username = "bob";
        CHECK(create_user(shop, call, in).error().status == Status::misuse);
        CHECK(login(shop, call, "ann", good_password).error().status == Status::misuse);
        if (keeps) batch->commit();
    }
    CHECK(get_user(shop, as_system(), id)->first_name == "Al");
    CHECK_FALSE(find_user(shop, as_system(), "bob2", {}).has_value());
}
