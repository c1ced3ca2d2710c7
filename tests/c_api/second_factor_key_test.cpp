// SPDX-License-Identifier: MIT
//
// The key that seals second factors: kept in the store, or brought by who opens it.
#include "c_api/files.hpp"
#include "c_api/second_factors.hpp"

#include <filesystem>
#include <optional>

using namespace abi;

namespace {

const std::string good_key(32, 'k');
const std::string other_key(32, 'o');

// A store on a standing clock, opened with a key or without one.
class Opened {
public:
    explicit Opened(const std::string& path, const std::string& key = {}) {
        till_testing_in testing = TILL_TESTING_IN_INIT;
        testing.now_us = start_time;
        till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
        in.path = str(path);
        in.flags = TILL_OPEN_TESTING;
        in.testing = &testing;
        if (!key.empty()) in.secret_key = str(key);
        in.log_userdata = reinterpret_cast<std::uintptr_t>(&log_);
        in.log = [](std::uintptr_t userdata, const till_log_record* record) {
            *reinterpret_cast<std::string*>(userdata) += view(record->message);
        };
        Err err;
        REQUIRE(till_store_open(&in, &store_, err) == TILL_OK);
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    ~Opened() { till_store_release(store_); }
    operator till_store*() const { return store_; }  // NOLINT(google-explicit-constructor)
    const std::string& log() const { return log_; }

private:
    std::string log_;
    till_store* store_ = nullptr;
};

// How the login of a user ends: the code of the refusal, "challenge" or "tokens".
std::string login_of(till_store* store, std::string_view username) {
    Owned<till_tokens> tokens;
    Err err;
    if (try_login(store, username, good_password, tokens, err) != TILL_OK) return err.code();
    return tokens->challenge.len > 0 ? "challenge" : "tokens";
}

// How a second factor's beginning ends.
std::string begun(till_store* store, std::int64_t user_id) {
    Owned<till_second_factor_setup> setup;
    Err err;
    begin_factor(store, as_user(user_id), "", setup, err);
    return err.code();
}

struct Sealed {
    Directory directory;
    std::string path = directory.file("shop.db");
    std::int64_t ann = 0;
    std::int64_t bob = 0;
    Factor factor;

    explicit Sealed(const std::string& key = {}) {
        const Opened store(path, key);
        ann = create_user(store, "ann");
        bob = create_user(store, "bob");
        factor = set_up_factor(store, ann);
    }
};

// Everything of a store that was opened without its key, or with a wrong one.
void check_refused(const Sealed& sealed, const std::string& key, const std::string& code) {
    const Opened store(sealed.path, key);
    CHECK(store.log().find("sealed under") != std::string::npos);
    CHECK(login_of(store, "ann") == code);
    CHECK(begun(store, sealed.bob) == code);
    Owned<till_recovery_codes> codes;
    Err err;
    const till_call ann = as_user(sealed.ann);
    CHECK(till_recovery_codes_renew(store, &ann, nullptr, Out(codes), err) == TILL_E_CONFLICT);
    CHECK(err.code() == code);
    // Everything else works.
    CHECK(login_of(store, "bob") == "tokens");
    CHECK(get_factor(store, sealed.ann)->is_enabled == 1);
    CHECK(get_user(store, sealed.ann)->id == sealed.ann);
    Owned<till_tokens> tokens;
    CHECK(try_login(store, "ann", "Wrong-pass-1!", tokens, err) == TILL_E_UNAUTHENTICATED);
}

}  // namespace

TEST_CASE("without a key of the opener the store keeps its own, and every opener can use it") {
    const Sealed sealed;
    const Opened store(sealed.path);
    CHECK(store.log().empty());
    CHECK(
        second(store, challenge_of(store, "ann"), totp(sealed.factor.secret, start_time)).empty());
}

TEST_CASE("[AU-6] what is sealed under the opener's key is refused without it and with another") {
    const Sealed sealed(good_key);
    check_refused(sealed, "", "secret_key_missing");
    check_refused(sealed, other_key, "secret_key_wrong");
    const Opened store(sealed.path, good_key);
    CHECK(store.log().empty());
    CHECK(
        second(store, challenge_of(store, "ann"), totp(sealed.factor.secret, start_time)).empty());
}

TEST_CASE("a login that began with the key is not finished without it") {
    const Sealed sealed(good_key);
    std::string challenge;
    {
        const Opened store(sealed.path, good_key);
        challenge = challenge_of(store, "ann");
    }
    const Opened store(sealed.path);
    CHECK(second(store, challenge, totp(sealed.factor.secret, start_time)) == "secret_key_missing");
    CHECK(second(store, challenge, sealed.factor.recovery_codes[0]) == "secret_key_missing");
}

TEST_CASE("a key that is brought later takes the store's own under it, and nothing is lost") {
    const Sealed sealed;
    {
        const Opened store(sealed.path, good_key);
        CHECK(store.log().empty());
        CHECK(login_of(store, "ann") == "challenge");
    }
    check_refused(sealed, "", "secret_key_missing");
    const Opened store(sealed.path, good_key);
    CHECK(
        second(store, challenge_of(store, "ann"), totp(sealed.factor.secret, start_time)).empty());
}

TEST_CASE("the first opener with a key decides, before any second factor is there") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    std::int64_t ann = 0;
    {
        const Opened store(path, good_key);
        ann = create_user(store, "ann");
    }
    const Opened store(path);
    CHECK(begun(store, ann) == "secret_key_missing");
    CHECK(login_of(store, "ann") == "tokens");
}

TEST_CASE("a lost key is got over by removing the factors") {
    const Sealed sealed(good_key);
    const Opened store(sealed.path);
    CHECK(remove_factor(store, as_system(), sealed.ann, "", nullptr) == TILL_OK);
    CHECK(login_of(store, "ann") == "tokens");
}

TEST_CASE("[AU-6] a backup keeps second factors, sealed as they were") {
    const Sealed sealed(good_key);
    const std::string copy = sealed.directory.file("backup.db");
    {
        const Opened store(sealed.path, good_key);
        const till_call system = as_system();
        till_backup_in in = TILL_BACKUP_IN_INIT;
        in.path = str(copy);
        Owned<till_report> report;
        REQUIRE(till_store_backup(store, &system, &in, Out(report), nullptr) == TILL_OK);
    }
    till_restore_in in = TILL_RESTORE_IN_INIT;
    in.from = str(copy);
    in.to = str(sealed.path);
    REQUIRE(till_store_restore(&in, nullptr) == TILL_OK);
    check_refused(sealed, "", "secret_key_missing");
    const Opened store(sealed.path, good_key);
    CHECK(
        second(store, challenge_of(store, "ann"), totp(sealed.factor.secret, start_time)).empty());
    CHECK(second(store, challenge_of(store, "ann"), sealed.factor.recovery_codes[0]).empty());
}

TEST_CASE("a key has 32 bytes") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    for (const std::size_t size : {0U, 1U, 31U, 33U, 64U}) {
        CAPTURE(size);
        const std::string key(size, 'k');
        till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
        in.path = str(path);
        in.secret_key = str(key);
        till_store* store = nullptr;
        Err err;
        CHECK(till_store_open(&in, &store, err) == TILL_E_VALIDATION);
        CHECK(err.violations() == "/secret_key:invalid");
        CHECK(store == nullptr);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}
