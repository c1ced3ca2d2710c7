// SPDX-License-Identifier: MIT
#include "c_api/accounts.hpp"

using namespace abi;

namespace {

constexpr std::int64_t second = 1'000'000;

till_status fail(till_store* store, const till_message& message, std::uint32_t retry_after_ms = 0) {
    const till_call system = as_system();
    till_outbox_settle_in in = TILL_OUTBOX_SETTLE_IN_INIT;
    in.id = message.id;
    in.lease = message.lease;
    in.retry_after_ms = retry_after_ms;
    return till_outbox_fail(store, &system, &in, nullptr);
}

void register_user(till_store* store, std::string_view username, std::string_view email) {
    Owned<till_tokens> tokens;
    REQUIRE(try_register(store, username, email, good_password, tokens, nullptr) == TILL_OK);
}

std::string kinds(const Owned<till_message_page>& page) {
    std::string text;
    for (std::size_t i = 0; i < page->count; ++i) {
        if (!text.empty()) text += ' ';
        text += view(page->items[i]->kind);
        text += '>';
        text += view(page->items[i]->to);
    }
    return text;
}

}  // namespace

TEST_CASE("registration mails a verification link made from the settings") {
    const TestStore store;
    set(store, "public_url", "https://shop.example");
    set(store, "shop_name", "Corner Shop");
    till_register_in in = TILL_REGISTER_IN_INIT;
    in.username = str("alice");
    in.email = str("alice@example.com");
    in.password = str(good_password);
    till_call call = TILL_CALL_INIT;
    call.client_locale = str("da");
    Owned<till_tokens> tokens;
    REQUIRE(till_register(store, &call, &in, Out(tokens), nullptr) == TILL_OK);
    const auto page = claim(store);
    REQUIRE(page->count == 1);
    const till_message& message = *page->items[0];
    CHECK(view(message.kind) == "mail.email_verification");
    CHECK(view(message.to) == "alice@example.com");
    CHECK(view(message.username) == "alice");
    CHECK(view(message.locale) == "da");
    CHECK(view(message.shop_name) == "Corner Shop");
    CHECK(message.attempts == 1);
    CHECK(message.user_id == tokens->user->id);
    const std::string token(view(message.token));
    CHECK(token.size() == 43);
    CHECK(view(message.link) == "https://shop.example/verify-email/" + token + "/");
}

TEST_CASE("[AU-3] a reset link names the user in base 36; without a public URL there is no link") {
    const TestStore store;
    for (int i = 0; i < 36; ++i) create_user(store, "user" + std::to_string(i));
    create_user(store, "alice", "alice@example.com");  // id 37
    const std::string email = "alice@example.com";
    const auto mail = [&] {
        REQUIRE(till_password_reset_request(store, nullptr, email.data(), email.size(), nullptr) ==
                TILL_OK);
        auto page = claim(store);
        REQUIRE(page->count == 1);
        REQUIRE(acknowledge(store, *page->items[0]) == TILL_OK);
        return page;
    };
    CHECK(mail()->items[0]->link.data == nullptr);
    set(store, "public_url", "https://shop.example");
    auto page = mail();
    CHECK(view(page->items[0]->link) == "https://shop.example/password/reset/confirm/11/" +
                                            std::string(view(page->items[0]->token)) + "/");
    set(store, "password_reset_link", "app://reset?u={uid}&t={token}");
    page = mail();
    CHECK(view(page->items[0]->link) ==
          "app://reset?u=11&t=" + std::string(view(page->items[0]->token)));
}

TEST_CASE("without an address, or with verification off, nothing is mailed") {
    const TestStore store;
    register_user(store, "alice", "");
    CHECK(claim(store)->count == 0);
    set(store, "email_verification", "off");
    register_user(store, "bob", "bob@example.com");
    CHECK(claim(store)->count == 0);
}

TEST_CASE("a claimed message is one host's until its lease ends or it is settled") {
    const TestStore store;
    register_user(store, "alice", "alice@example.com");
    const auto first = claim(store);
    REQUIRE(first->count == 1);
    CHECK(claim(store)->count == 0);
    store.advance(60 * second - 1);
    CHECK(claim(store)->count == 0);
    store.advance(1);
    const auto second_claim = claim(store);
    REQUIRE(second_claim->count == 1);
    CHECK(second_claim->items[0]->attempts == 2);
    CHECK(view(second_claim->items[0]->token) != view(first->items[0]->token));
    // The first host is late: the message is another's by now.
    CHECK(acknowledge(store, *first->items[0]) == TILL_E_NOT_FOUND);
    CHECK(fail(store, *first->items[0]) == TILL_E_NOT_FOUND);
    CHECK(acknowledge(store, *second_claim->items[0]) == TILL_OK);
    CHECK(acknowledge(store, *second_claim->items[0]) == TILL_E_NOT_FOUND);
    store.advance(3600 * second);
    CHECK(claim(store)->count == 0);
}

TEST_CASE("a failed message comes back after a minute, then two, four, at most an hour") {
    const TestStore store;
    register_user(store, "alice", "alice@example.com");
    for (const int wait : {60, 120, 240, 480, 960, 1920, 3600, 3600}) {
        const auto page = claim(store);
        REQUIRE(page->count == 1);
        REQUIRE(fail(store, *page->items[0]) == TILL_OK);
        store.advance(wait * second - 1);
        CHECK(claim(store)->count == 0);
        store.advance(1);
    }
    const auto page = claim(store);
    REQUIRE(page->count == 1);
    REQUIRE(fail(store, *page->items[0], 5000) == TILL_OK);
    store.advance(5 * second);
    CHECK(claim(store)->count == 1);
}

TEST_CASE("a message that nobody sent expires, and what lost its reason is dropped") {
    const TestStore store;
    register_user(store, "alice", "alice@example.com");
    store.advance(3 * 24 * 3600 * second);
    CHECK(claim(store)->count == 0);

    register_user(store, "bob", "bob@example.com");
    register_user(store, "carol", "carol@example.com");
    register_user(store, "dave", "dave@example.com");
    const till_call system = as_system();
    till_user_delete_in gone = TILL_USER_DELETE_IN_INIT;
    gone.user_id = 2;
    REQUIRE(till_user_delete(store, &system, &gone, nullptr) == TILL_OK);
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = 3;
    in.mask = TILL_USER_EMAIL_VERIFIED;
    in.email_verified = 1;
    Owned<till_user> user;
    REQUIRE(till_user_update(store, &system, &in, Out(user), nullptr) == TILL_OK);
    CHECK(kinds(claim(store)) == "mail.email_verification>dave@example.com");
}

TEST_CASE("a change of address is told to the first of those that were left before the mail") {
    const TestStore store;
    set(store, "email_verification", "off");
    const std::int64_t alice = create_user(store, "alice", "alice@example.com");
    const till_call call = as_user(alice);
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.mask = TILL_USER_EMAIL;
    Owned<till_user> user;
    for (const char* email : {"thief@example.com", "mule@example.com"}) {
        in.email = str(email);
        REQUIRE(till_user_update(store, &call, &in, Out(user), nullptr) == TILL_OK);
    }
    const auto page = claim(store);
    CHECK(kinds(page) == "mail.email_changed>alice@example.com");
    for (std::size_t i = 0; i < page->count; ++i) {
        REQUIRE(acknowledge(store, *page->items[i]) == TILL_OK);
    }
    // The next change is told to the address that is the old one now.
    in.email = str("alice@example.com");
    REQUIRE(till_user_update(store, &call, &in, Out(user), nullptr) == TILL_OK);
    CHECK(kinds(claim(store)) == "mail.email_changed>mule@example.com");
}

TEST_CASE("a changed password is told to the user") {
    const TestStore store;
    const std::int64_t alice = create_user(store, "alice", "alice@example.com");
    const till_call call = as_user(alice);
    till_password_change_in in = TILL_PASSWORD_CHANGE_IN_INIT;
    in.old_password = str(good_password);
    in.new_password = str("Fresh-pass-77");
    REQUIRE(till_password_change(store, &call, &in, nullptr) == TILL_OK);
    const auto page = claim(store);
    CHECK(kinds(page) == "mail.password_changed>alice@example.com");
    CHECK(page->items[0]->token.data == nullptr);
    CHECK(page->items[0]->link.data == nullptr);
}

TEST_CASE("a claim has its limits") {
    const TestStore store;
    for (int i = 0; i < 20; ++i) {
        register_user(store, "user" + std::to_string(i), std::to_string(i) + "@example.com");
    }
    CHECK(claim(store, 3)->count == 3);
    CHECK(claim(store)->count == 16);
    CHECK(claim(store)->count == 1);
    const till_call system = as_system();
    till_outbox_claim_in in = TILL_OUTBOX_CLAIM_IN_INIT;
    in.limit = 101;
    in.lease_ms = 3600001;
    Owned<till_message_page> page;
    Err err;
    CHECK(till_outbox_claim(store, &system, &in, Out(page), err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/limit:too_large /lease_ms:too_large");
}
