// SPDX-License-Identifier: MIT
//
// Signing keys rotate: the new one signs at once in every process, the old one verifies until the
// last token it signed has run out, and no good token is refused in between.
#include "c_api/accounts.hpp"
#include "c_api/files.hpp"

#include <atomic>
#include <sys/wait.h>
#include <thread>
#include <vector>

using namespace abi;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t day = 24 * 60 * minute;

Owned<till_signing_key> rotate(till_store* store) {
    const till_call system = as_system();
    Owned<till_signing_key> key;
    Err err;
    REQUIRE(till_signing_key_rotate(store, &system, Out(key), err) == TILL_OK);
    return key;
}

// The access token's header names its key; the header is base64url of {"alg":…,"kid":"<kid>",…}.
std::string header_of(std::string_view access) {
    return std::string(access.substr(0, access.find('.')));
}

bool writes_all(int descriptor, std::string_view text) {
    return ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::string read_some(int descriptor) {
    std::string text(8192, ' ');
    const ssize_t size = ::read(descriptor, text.data(), text.size());
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
}

}  // namespace

TEST_CASE("[JW-8] a new key signs at once, and the old one verifies until its last token ran out") {
    const TestStore store;
    create_user(store, "alice");
    const Login before = login(store, "alice");
    store.advance(minute);
    const auto key = rotate(store);
    CHECK(view(key->kid) != view(key->previous_kid));
    CHECK(key->created_us == start_time + minute);
    CHECK(key->previous_expires_us == start_time + 6 * minute);
    const Login after = login(store, "alice");
    CHECK(header_of(after.access) != header_of(before.access));
    CHECK(whoami(store, before.access) == TILL_OK);
    CHECK(whoami(store, after.access) == TILL_OK);
    const auto next = rotate(store);
    CHECK(view(next->previous_kid) == view(key->kid));
    CHECK(whoami(store, before.access) == TILL_OK);
    CHECK(whoami(store, after.access) == TILL_OK);
    Owned<till_tokens> refreshed;
    CHECK(try_refresh(store, before.refresh, refreshed, nullptr) == TILL_OK);
    CHECK(header_of(view(refreshed->access)) != header_of(after.access));
}

TEST_CASE("[JW-8] a key whose last token ran out verifies nothing, whatever a token claims") {
    const TestStore store;
    const std::int64_t id = create_user(store, "alice");
    const Login alice = login(store, "alice");
    const std::size_t first = alice.access.find('.');
    const std::string payload = alice.access.substr(first + 1, alice.access.rfind('.') - first - 1);
    // A session's own token, but for a life of ten years: made while the key still signed.
    const auto claims_at = [&](std::string_view name) {
        const std::string text = [&] {
            std::string bytes;
            unsigned bits = 0;
            int count = 0;
            for (const char c : payload) {
                constexpr std::string_view alphabet =
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
                bits = bits << 6 | static_cast<unsigned>(alphabet.find(c));
                count += 6;
                if (count < 8) continue;
                count -= 8;
                bytes += static_cast<char>(bits >> count & 0xFFu);
            }
            return bytes;
        }();
        const std::size_t at = text.find("\"" + std::string(name) + "\":\"") + name.size() + 4;
        return text.substr(at, text.find('"', at) - at);
    };
    const std::string claims = R"({"token_type":"access","user_id":")" + std::to_string(id) +
                               R"(","sid":")" + claims_at("sid") + R"(","jti":")" +
                               claims_at("jti") + R"(","iss":")" + claims_at("iss") +
                               R"(","iat":1700000000,"exp":2000000000})";
    Owned<till_testing_token> forged;
    REQUIRE(till_testing_token_forge(store, claims.data(), claims.size(), nullptr, 0, Out(forged),
                                     nullptr) == TILL_OK);
    const auto key = rotate(store);
    CHECK(whoami(store, view(forged->token)) == TILL_OK);
    store.advance(key->previous_expires_us - start_time - 1);
    CHECK(whoami(store, view(forged->token)) == TILL_OK);
    store.advance(1);
    CHECK(whoami(store, view(forged->token)) == TILL_E_UNAUTHENTICATED);
    Owned<till_tokens> tokens;
    CHECK(try_refresh(store, alice.refresh, tokens, nullptr) == TILL_OK);
}

TEST_CASE("[JW-8] a key outlives the tokens that an earlier, longer lifetime gave") {
    const TestStore store;
    set(store, "access_token_lifetime", "604800");
    set(store, "refresh_idle_lifetime", "2592000");
    create_user(store, "alice");
    const Login alice = login(store, "alice");
    store.advance(second);
    set(store, "access_token_lifetime", "300");
    const auto key = rotate(store);
    CHECK(key->previous_expires_us == start_time + 7 * day + second);
    store.advance(7 * day - 2 * second);
    CHECK(whoami(store, alice.access) == TILL_OK);
}

TEST_CASE("[JW-8] [SE-7] another process signs and verifies by the new key at its next call") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    { const Handle first(path); }
    int down[2] = {-1, -1};
    int up[2] = {-1, -1};
    REQUIRE(::pipe(down) == 0);
    REQUIRE(::pipe(up) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        // Logs in once before the rotation, so that it has the old key in its cache.
        const Handle store(path);
        create_user(store, "bob");
        if (!writes_all(up[1], login(store, "bob").access)) ::_exit(1);
        const std::string token = read_some(down[0]);
        if (whoami(store, token) != TILL_OK) ::_exit(2);
        ::_exit(writes_all(up[1], login(store, "bob").access) ? 0 : 3);
    }
    ::close(down[0]);
    ::close(up[1]);
    const std::string old_access = read_some(up[0]);
    const Handle store(path);
    create_user(store, "alice");
    rotate(store);
    const Login alice = login(store, "alice");
    CHECK(header_of(alice.access) != header_of(old_access));
    CHECK(whoami(store, old_access) == TILL_OK);
    REQUIRE(writes_all(down[1], alice.access));
    const std::string new_access = read_some(up[0]);
    CHECK(header_of(new_access) == header_of(alice.access));
    CHECK(whoami(store, new_access) == TILL_OK);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WEXITSTATUS(status) == 0);
    ::close(down[1]);
    ::close(up[0]);
}

TEST_CASE("[JW-8] no good token is refused while keys rotate under load") {
    const TestStore store;
    create_user(store, "alice");
    std::atomic<bool> stop{false};
    std::atomic<int> refused{0};
    std::atomic<int> asked{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            Owned<till_tokens> tokens;
            till_login_in in = TILL_LOGIN_IN_INIT;
            in.username = str("alice");
            in.password = str(good_password);
            if (till_login(store, nullptr, &in, Out(tokens), nullptr) != TILL_OK) ++refused;
            while (tokens != nullptr && !stop) {
                if (whoami(store, view(tokens->access)) != TILL_OK) ++refused;
                Owned<till_tokens> next;
                if (try_refresh(store, view(tokens->refresh), next, nullptr) != TILL_OK) ++refused;
                if (next != nullptr) tokens = std::move(next);
                ++asked;
            }
        });
    }
    while (asked < 20) std::this_thread::yield();
    for (int i = 0; i < 15; ++i) {
        rotate(store);
        const int seen = asked;
        while (asked < seen + 10) std::this_thread::yield();
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
    CHECK(refused == 0);
    CHECK(asked > 100);
}

TEST_CASE(
    "[JW-8] keys that still verify are bounded, and their number is told apart from a right") {
    const TestStore store;
    const std::int64_t boss = create_user(store, "boss", "", false, true);
    till_call call = as_user(boss);
    Owned<till_signing_key> key;
    Err err;
    for (int i = 0; i < 15; ++i) {
        REQUIRE(till_signing_key_rotate(store, &call, Out(key), err) == TILL_OK);
        store.advance(second);
    }
    CHECK(till_signing_key_rotate(store, &call, Out(key), err) == TILL_E_RATE_LIMITED);
    CHECK(err.code() == "too_many_keys");
    CHECK(key == nullptr);
    CHECK(err->retry_after_ms == 5 * 60 * 1000 - 15'000 + 1);
    store.advance(err->retry_after_ms * 1000);
    CHECK(till_signing_key_rotate(store, &call, Out(key), err) == TILL_OK);
    call = as_user(create_user(store, "sam", "", true));
    CHECK(till_signing_key_rotate(store, &call, Out(key), err) == TILL_E_PERMISSION);
    call = as_system();
    call.idempotency_key = str("key");
    CHECK(till_signing_key_rotate(store, &call, Out(key), err) == TILL_E_MISUSE);
}

TEST_CASE("a rotation is an event that names the key and shows nothing of it") {
    const TestStore store;
    const auto key = rotate(store);
    const till_call system = as_system();
    till_event_query query = TILL_EVENT_QUERY_INIT;
    Owned<till_event_page> page;
    REQUIRE(till_event_list(store, &system, &query, Out(page), nullptr) == TILL_OK);
    REQUIRE(page->count == 1);
    CHECK(view(page->items[0]->kind) == "signing_key.rotated");
    CHECK(view(page->items[0]->data) == R"({"kid":")" + std::string(view(key->kid)) + "\"}");
}
