// SPDX-License-Identifier: MIT
//
// How often a secret may be guessed and a mail be asked for, counted in the store.
#include "base/os_files.hpp"
#include "core/passwords.hpp"
#include "core/sessions.hpp"
#include "core/shop.hpp"
#include "core/users.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace till;
using namespace till::core;
using namespace till::core::testing;

namespace {

constexpr const char* good_password = "Str0ng-pass!word";
constexpr const char* bad_password = "Wr0ng-pass!word";

constexpr sql::Sql count_throttles{"test_count_throttles", R"sql(
    SELECT (SELECT COUNT(*) FROM throttles), (SELECT COUNT(*) FROM familiar_sources)
)sql"};

Call from(std::string_view address) {
    Call call = as_anybody();
    call.client_address = address;
    return call;
}

std::int64_t add_user(Shop& shop, std::string_view name, std::string_view email = {}) {
    NewUser in;
    in.username = name;
    in.email = email;
    in.password = good_password;
    return create_user(shop, as_system(), in).value().id;
}

std::string try_login(Shop& shop, std::string_view address, std::string_view name,
                      std::string_view password) {
    return outcome(login(shop, from(address), name, password));
}

std::pair<std::int64_t, std::int64_t> rows_of(Shop& shop) {
    return shop
        ->read(as_system(),
               [](Context& context) -> Result<std::pair<std::int64_t, std::int64_t>> {
                   auto rows = context.tx.query(count_throttles);
                   TILL_ASSERT(rows.next());
                   return std::pair(rows.integer(0), rows.integer(1));
               })
        .value();
}

}  // namespace

TEST_CASE("[AU-4] wrong passwords make an account wait, and the right one too") {
    Shop shop;
    add_user(shop, "carol");
    for (int i = 0; i < 5; ++i) {
        CHECK(try_login(shop, "192.0.2.1", "carol", bad_password) == "invalid_credentials");
    }
    const auto refused = login(shop, from("192.0.2.1"), "carol", good_password);
    REQUIRE(!refused.has_value());
    CHECK(refused.error().status == Status::rate_limited);
    CHECK(refused.error().retryable);
    CHECK(refused.error().retry_after_ms > 0);
    CHECK(refused.error().retry_after_ms <= 1'001);
    shop.advance(us_per_second);
    CHECK(try_login(shop, "192.0.2.1", "carol", good_password) == "ok");
}

TEST_CASE("[AU-1] a name that nobody has is throttled like one that somebody has") {
    Shop shop;
    add_user(shop, "carol");
    for (int i = 0; i < 7; ++i) {
        CHECK(try_login(shop, "192.0.2.1", "carol", bad_password) ==
              try_login(shop, "192.0.2.2", "nobody", bad_password));
    }
}

TEST_CASE("[AU-4] of 150 scripted guesses in an hour at most 100 are compared") {
    Shop shop;
    add_user(shop, "carol");
    int compared = 0;
    for (int i = 0; i < 150; ++i) {
        const auto said = try_login(shop, "192.0.2.1", "carol", bad_password);
        if (said == "invalid_credentials") ++compared;
        shop.advance(us_per_hour / 150);
    }
    CHECK(compared >= 5);
    CHECK(compared <= 100);
}

TEST_CASE(
    "[AU-4] a guesser elsewhere does not lock the owner out of where he has logged in before") {
    Shop shop;
    add_user(shop, "carol");
    REQUIRE(try_login(shop, "198.51.100.7", "carol", good_password) == "ok");
    for (int i = 0; i < 200; ++i) {
        try_login(shop, "203.0.113.5", "carol", bad_password);
        shop.advance(us_per_second);
    }
    CHECK(try_login(shop, "203.0.113.5", "carol", good_password) == "throttled");
    CHECK(try_login(shop, "198.51.100.7", "carol", good_password) == "ok");
    // From a new place he waits for 15 minutes at the most.
    shop.advance(15 * us_per_minute);
    CHECK(try_login(shop, "198.51.100.99", "carol", good_password) == "ok");
}

TEST_CASE("[AU-5] one password tried on many accounts is limited by its source") {
    Shop shop;
    shop.set("throttle_login_source", "10");
    int compared = 0;
    for (int i = 0; i < 40; ++i) {
        // Every one of a /64 is one source.
        const std::string address = "2001:db8::" + std::to_string(i + 1);
        const std::string name = "victim" + std::to_string(i);
        if (try_login(shop, address, name, bad_password) == "invalid_credentials") ++compared;
    }
    CHECK(compared == 10);
    CHECK(try_login(shop, "2001:db8:0:1::1", "victim1", bad_password) == "invalid_credentials");
}

TEST_CASE("right passwords do not use a source up") {
    Shop shop;
    shop.set("throttle_login_source", "3");
    add_user(shop, "carol");
    for (int i = 0; i < 20; ++i) {
        CHECK(try_login(shop, "192.0.2.1", "carol", good_password) == "ok");
    }
    const auto rows = rows_of(shop);
    CHECK(rows.first == 0);
    CHECK(rows.second == 1);
}

TEST_CASE("[AU-4] guesses sent at once are counted before they are compared") {
    Shop shop;
    add_user(shop, "carol");
    std::atomic<int> compared{0};
    std::vector<std::thread> guessers;
    for (int i = 0; i < 16; ++i) {
        guessers.emplace_back([&] {
            for (int n = 0; n < 10; ++n) {
                const auto said = outcome(login(shop, from("192.0.2.1"), "carol", bad_password));
                if (said == "invalid_credentials") compared.fetch_add(1);
            }
        });
    }
    for (auto& each : guessers) each.join();
    CHECK(compared.load() >= 5);
    CHECK(compared.load() <= 25);
}

TEST_CASE("one account logs in from many tills at once") {
    Shop shop;
    add_user(shop, "cashier");
    std::atomic<int> failed{0};
    std::vector<std::thread> tills;
    for (int i = 0; i < 16; ++i) {
        tills.emplace_back([&] {
            if (!login(shop, from("192.0.2.1"), "cashier", good_password).has_value()) ++failed;
        });
    }
    for (auto& each : tills) each.join();
    CHECK(failed.load() == 0);
}

TEST_CASE("[AU-4] a stolen token does not serve to guess the password behind it") {
    Shop shop;
    const std::int64_t id = add_user(shop, "carol");
    PasswordChange change;
    change.old_password = bad_password;
    change.new_password = "An0ther-pass!word";
    int compared = 0;
    for (int i = 0; i < 20; ++i) {
        const auto said = change_password(shop, as_user(id), change);
        REQUIRE(!said.has_value());
        if (said.error().status == Status::validation) ++compared;
    }
    CHECK(compared == 5);
    CHECK(try_login(shop, "192.0.2.1", "carol", good_password) == "ok");
}

TEST_CASE("[AU-2] an address is sent a bounded number of mails, whoever has it") {
    Shop shop;
    add_user(shop, "carol", "carol@example.com");
    for (const char* address : {"carol@example.com", "nobody@example.com"}) {
        int asked = 0;
        for (int i = 0; i < 100; ++i) {
            const std::string source = "192.0.2." + std::to_string(i);
            if (request_password_reset(shop, from(source), address).has_value()) ++asked;
        }
        CHECK(asked == 5);
        CHECK(resend_email_verification(shop, from("192.0.2.1"), address).has_value());
    }
    shop.advance(us_per_hour);
    CHECK(request_password_reset(shop, from("192.0.2.1"), "carol@example.com").has_value());
}

TEST_CASE("[AU-2] a source asks for a bounded number of mails and registrations") {
    Shop shop;
    shop.set("throttle_mail_source", "4");
    shop.set("throttle_registration_source", "3");
    int asked = 0;
    int registered = 0;
    for (int i = 0; i < 12; ++i) {
        const std::string name = "new" + std::to_string(i);
        const std::string email = name + "@example.com";
        if (request_password_reset(shop, from("192.0.2.1"), email).has_value()) ++asked;
        Registration in;
        in.username = name;
        in.password = good_password;
        const auto said = register_user(shop, from("192.0.2.1"), in);
        if (said.has_value()) ++registered;
        if (!said.has_value()) CHECK(said.error().status == Status::rate_limited);
    }
    CHECK(asked == 4);
    CHECK(registered == 3);
}

TEST_CASE("a caller without an address is throttled by account alone, and a limit of 0 is none") {
    Shop shop;
    shop.set("throttle_login_source", "1");
    add_user(shop, "carol");
    for (int i = 0; i < 4; ++i) {
        CHECK(outcome(login(shop, as_anybody(), "nobody" + std::to_string(i), bad_password)) ==
              "invalid_credentials");
    }
    shop.set("throttle_login_failures", "0");
    for (int i = 0; i < 50; ++i) {
        CHECK(outcome(login(shop, as_anybody(), "carol", bad_password)) == "invalid_credentials");
    }
}

TEST_CASE("[AU-4] what throttles remember expires, and a deleted user's places go with him") {
    Shop shop;
    const std::int64_t id = add_user(shop, "carol");
    REQUIRE(try_login(shop, "192.0.2.1", "carol", good_password) == "ok");
    for (int i = 0; i < 5; ++i) try_login(shop, "192.0.2.9", "ghost", bad_password);
    CHECK(rows_of(shop).first == 2);
    CHECK(rows_of(shop).second == 1);
    UserDeletion deletion;
    deletion.user_id = id;
    REQUIRE(delete_user(shop, as_system(), deletion).has_value());
    CHECK(rows_of(shop).second == 0);
    shop.advance(us_per_day);
    // Any write of an account sweeps.
    add_user(shop, "dave");
    CHECK(rows_of(shop).first == 0);
}

TEST_CASE("a user's places are the sixteen newest") {
    Shop shop;
    add_user(shop, "carol");
    for (int i = 0; i < 20; ++i) {
        const std::string address = "192.0.2." + std::to_string(i);
        REQUIRE(try_login(shop, address, "carol", good_password) == "ok");
        shop.advance(us_per_second);
    }
    CHECK(rows_of(shop).second == 16);
}

TEST_CASE("[AU-2] a user asks a bounded number of times whether a name is taken") {
    Shop shop;
    shop.set("throttle_rename_user", "3");
    add_user(shop, "carol");
    const std::int64_t asker = add_user(shop, "asker");
    const auto rename = [&](const Call& call, std::string_view name) {
        UserChange in;
        in.user_id = asker;
        in.mask = user_field::username;
        in.username = name;
        return update_user(shop, call, in);
    };
    const Call own = as_user(asker);
    CHECK(outcome(rename(own, "carol")) != "ok");       // taken: nothing changes, and it counts
    CHECK(outcome(rename(own, "asker")) == "ok");       // his own name is no question
    CHECK(outcome(rename(own, "ASKER")) == "ok");       // nor is it in other letters
    CHECK(outcome(rename(own, "a b")) != "throttled");  // nor is what nobody can have
    CHECK(outcome(rename(own, "free")) == "ok");
    CHECK(outcome(rename(own, "free2")) == "ok");
    const auto refused = rename(own, "carol");
    REQUIRE(!refused.has_value());
    CHECK(refused.error().status == Status::rate_limited);
    CHECK(refused.error().retry_after_ms > 0);
    CHECK(outcome(rename(own, "free3")) == outcome(refused));
    CHECK(outcome(rename(as_system(), "named")) == "ok");
    shop.advance(us_per_hour);
    CHECK(outcome(rename(own, "free3")) == "ok");
}

TEST_CASE("[AU-2] questions for names are counted by source too, whoever asks") {
    Shop shop;
    shop.set("throttle_registration_source", "2");
    int answered = 0;
    for (int i = 0; i < 4; ++i) {
        Call call = as_user(add_user(shop, "asker" + std::to_string(i)));
        call.client_address = "192.0.2.7";
        UserChange in;
        in.mask = user_field::username;
        const std::string name = "other" + std::to_string(i);
        in.username = name;
        if (update_user(shop, call, in).has_value()) ++answered;
    }
    CHECK(answered == 2);
}

TEST_CASE("a time zone that the machine does not know is refused") {
    Shop shop;
    const auto set = [&](std::string_view value) {
        const std::vector<SettingChange> changes{{"time_zone", value}, {"locale", "pt_BR"}};
        return update_settings(shop, as_system(), changes);
    };
    REQUIRE(os::look_at("/usr/share/zoneinfo/Etc/UTC"));  // tests/packages.txt has tzdata
    for (const char* unknown : {"Europe/Atlantis", "Europe"}) {
        const auto refused = set(unknown);
        REQUIRE(!refused.has_value());
        REQUIRE(refused.error().violations.size() == 2);
        CHECK(refused.error().violations[0].code == std::string("unknown_time_zone"));
        CHECK(refused.error().violations[1].path == "/locale");
    }
    shop.set("time_zone", "Europe/Berlin");
}
