// SPDX-License-Identifier: MIT
//
// A real store in a fresh directory, with a clock that stands and a few people, for the use cases
// of orders and payments.
#pragma once

#include "base/os.hpp"
#include "base/testing.hpp"
#include "core/event_log.hpp"
#include "core/events.hpp"
#include "core/keys.hpp"
#include "core/orders.hpp"
#include "core/payments.hpp"
#include "core/settings.hpp"
#include "core/store.hpp"
#include "sql/sqlite/open.hpp"
#include "sql/temp_dir.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace till::core::testing {

inline constexpr Time noon = 1'700'000'000'000'000;

// A row of users as the accounts would write it; these tests need ids and roles alone.
inline const sql::Sql insert_person{"test_insert_person", R"sql(
    INSERT INTO users (username, username_key, email_verified, is_active, is_staff, is_superuser,
                       created_at, version)
    VALUES ($1, $2, 0, 1, $3, $4, 0, 1)
    RETURNING id
)sql"};

inline Call as_system() {
    Call call;
    call.actor = Call::Actor::system;
    call.deadline_us = os::monotonic_us() + 60 * us_per_second;
    return call;
}
inline Call as_user(std::int64_t id) {
    Call call = as_system();
    call.actor = Call::Actor::user;
    call.user_id = id;
    return call;
}
inline Call as_key(std::string_view secret) {
    Call call = as_system();
    call.actor = Call::Actor::key;
    call.token = secret;
    return call;
}
inline Call as_anybody() {
    Call call = as_system();
    call.actor = Call::Actor::anonymous;
    return call;
}
inline Call with_key(Call call, std::string_view key) {
    call.idempotency_key = key;
    return call;
}

using StandingClock = std::shared_ptr<till::testing::FakeClock>;

inline std::unique_ptr<Store> open_shop(
    const std::string& path,
    const StandingClock& clock = std::make_shared<till::testing::FakeClock>(noon), Log log = {},
    std::unique_ptr<const crypto::LockedKey> secret_key = nullptr) {
    auto random = std::make_shared<till::testing::SeededRandom>(7);
    sqlite::OpenOptions options;
    options.path = path;
    options.testing = true;
    std::shared_ptr<sql::Database> database = sqlite::open_store(options, *clock, *random);
    auto hasher = std::make_shared<crypto::PasswordHasher>(crypto::cheap_password_params, *random,
                                                           crypto::HashingLimits{});
    return std::make_unique<Store>(database, clock, random, hasher, std::move(log),
                                   std::move(secret_key));
}

class Shop {
public:
    Shop() : clock_(std::make_shared<till::testing::FakeClock>(noon)) {
        store_ = open_shop(directory_.file("shop.db"), clock_);
        ann = add_person("ann");
        bob = add_person("bob");
        clerk = add_person("clerk", true);
        boss = add_person("boss", false, true);
    }

    operator Store&() { return *store_; }  // NOLINT(google-explicit-constructor)
    Store* operator->() { return store_.get(); }
    void advance(std::int64_t by_us) { clock_->advance(by_us); }

    std::int64_t add_person(const std::string& name, bool staff = false, bool superuser = false) {
        auto id = store_->write(as_system(), [&](Context& context) -> Result<std::int64_t> {
            auto rows = context.tx.query(insert_person, name, name, staff, superuser);
            TILL_ASSERT(rows.next());
            return rows.integer(0);
        });
        return id.value();
    }

    // Names that nobody and nothing has yet.
    std::string fresh_name() { return "person" + std::to_string(++count_); }
    std::string fresh_path() { return directory_.file("file" + std::to_string(++count_)); }

    // An API key of these scopes: made when it is first asked for.
    const CreatedKey& key(domain::Scopes scopes) {
        const auto found = keys_.find(scopes);
        if (found != keys_.end()) return found->second;
        const std::string text = domain::to_text(scopes);
        auto made = create_key(*store_, as_system(), {"till", text, 0});
        REQUIRE(made.has_value());
        return keys_.emplace(scopes, std::move(made).value()).first->second;
    }

    void set(std::string_view name, std::string_view value) {
        const std::vector<SettingChange> changes{{name, value}};
        REQUIRE(update_settings(*store_, as_system(), changes).has_value());
    }

    // The kind of every event of an order, oldest first.
    std::vector<std::string> history(std::int64_t order_id) {
        EventQuery query;
        query.order_id = order_id;
        std::vector<std::string> kinds;
        const auto events = list_events(*store_, as_system(), query);
        for (const Event& event : events.value()) {
            kinds.push_back(event.kind);
        }
        return kinds;
    }

    std::int64_t ann = 0;
    std::int64_t bob = 0;
    std::int64_t clerk = 0;
    std::int64_t boss = 0;

private:
    till::testing::TempDir directory_;
    StandingClock clock_;
    int count_ = 0;
    std::map<domain::Scopes, CreatedKey> keys_;
    std::unique_ptr<Store> store_;
};

// An input of one line, kept together with what it points to.
struct Basket {
    std::vector<domain::LineInput> lines;
    domain::PlacementInput input;

    Basket() : Basket(1, 1'000) {}
    Basket(std::int64_t quantity, std::int64_t price) { add(quantity, price); }
    Basket(const Basket&) = delete;
    Basket& operator=(const Basket&) = delete;

    Basket& add(std::int64_t quantity, std::int64_t price,
                domain::LineKind kind = domain::LineKind::item) {
        domain::LineInput line;
        line.kind = static_cast<std::int32_t>(kind);
        line.quantity = quantity;
        line.amount_minor = price;
        line.name = "Tea";
        lines.push_back(line);
        input.lines = lines;
        return *this;
    }
};

template <class T>
std::string outcome(const Result<T>& result) {
    return result.has_value() ? "ok" : result.error().code;
}

inline domain::Order placed(Shop& shop, const Call& call, std::int64_t price = 1'000) {
    const Basket basket(1, price);
    auto answer = place_order(shop, call, basket.input);
    REQUIRE(answer.has_value());
    return answer->value;
}

inline domain::PaymentInput payment_for(std::int64_t order_id, bool complete_now = false) {
    domain::PaymentInput input;
    input.order_id = order_id;
    input.complete_now = complete_now;
    return input;
}

inline domain::Payment paid(Shop& shop, std::int64_t order_id) {
    auto answer = start_payment(shop, as_system(), payment_for(order_id, true));
    REQUIRE(answer.has_value());
    return answer->value;
}

}  // namespace till::core::testing
