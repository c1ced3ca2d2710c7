// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "core/call.hpp"
#include "core/key_uses.hpp"
#include "core/policy.hpp"
#include "crypto/password_hasher.hpp"
#include "crypto/sealing.hpp"
#include "domain/access.hpp"
#include "domain/actor.hpp"
#include "sql/database.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace till::core {

class Store;

// What a use case works with: one transaction, the policy of its snapshot, the actor as he is in
// that snapshot, and one "now". Lives on the stack of one operation.
struct Context {
    Store& store;
    sql::Transaction& tx;
    const Policy& policy;
    const Call& call;
    domain::Actor actor;
    Time now;
};

enum class LogLevel : std::int32_t { debug = 1, info = 2, warning = 3, error = 4 };
struct LogLine {
    LogLevel level;
    std::string_view category;
    std::string_view message;
    std::string_view trace_id;  // of the call it belongs to; empty: none
};
using Log = std::function<void(const LogLine&)>;

// An open store as the use cases see it: a database with a clock, randomness and password hashing.
// Thread-safe. Use cases are free functions over it (core/orders.hpp, core/users.hpp, …).
class Store {
public:
    Store(std::shared_ptr<sql::Database> database, std::shared_ptr<const Clock> clock,
          std::shared_ptr<Random> random, std::shared_ptr<crypto::PasswordHasher> hasher, Log log,
          std::unique_ptr<const crypto::LockedKey> secret_key = nullptr);

    // Runs `f(Context&) -> Result<T>` on a snapshot, with the actor resolved in it.
    template <class F>
    std::invoke_result_t<F&, Context&> read(const Call& call, F f) {
        std::optional<std::invoke_result_t<F&, Context&>> result;
        const auto operation = [&](sql::Transaction& tx) { run(tx, call, f, result); };
        if (call.batch != nullptr) {
            call.batch->read(operation);
        } else {
            database_->read(call.deadline_us, operation);
        }
        return std::move(*result);
    }

    // Runs `f(Context&) -> Result<T>` in the writer; an Error undoes what it wrote. `f` may run
    // more than once, and only its last result counts.
    template <class F>
    std::invoke_result_t<F&, Context&> write(const Call& call, F f) {
        std::optional<std::invoke_result_t<F&, Context&>> result;
        KeyUses::Saved saved;
        const auto operation = [&](sql::Transaction& tx) {
            run(tx, call, f, result);
            if (result->has_value()) saved = key_uses_.save(tx);
            return result->has_value();
        };
        if (call.batch != nullptr) {
            call.batch->run(operation);
        } else {
            database_->write(call.deadline_us, operation);
        }
        key_uses_.forget(saved);
        return std::move(*result);
    }

    // Refuses what may not run inside a batch: hashing, waiting, backing up.
    static Result<void> refuse_batch(const Call& call);
    // Refuses an idempotency key: calls that issue tokens store no secret to replay.
    static Result<void> refuse_key(const Call& call);

    sql::Database& database() noexcept { return *database_; }
    Time now() const noexcept { return clock_->now_us(); }
    Random& random() noexcept { return *random_; }
    crypto::PasswordHasher& hasher() noexcept { return *hasher_; }
    // The key that the opener brought, under which the store's own one is sealed; null: none.
    const crypto::LockedKey* secret_key() const noexcept { return secret_key_.get(); }
    // When a write last looked for expired idempotency keys and found none.
    std::atomic<Time>& keys_swept_at() noexcept { return keys_swept_at_; }
    void log(const LogLine& line) const;

private:
    template <class F, class R>
    void run(sql::Transaction& tx, const Call& call, F& f, std::optional<R>& result) {
        result.reset();
        std::shared_ptr<const Policy> policy;
        auto actor = resolve(tx, call, policy);
        if (!actor.has_value()) {
            result.emplace(std::move(actor).error());
            return;
        }
        Context context{*this, tx, *policy, call, actor.value(), now()};
        result.emplace(f(context));
    }

    // Looks the actor up and pins the policy of this snapshot.
    Result<domain::Actor> resolve(sql::Transaction& tx, const Call& call,
                                  std::shared_ptr<const Policy>& policy);
    Result<domain::Actor> resolve_token(sql::Transaction& tx, std::string_view token,
                                        std::shared_ptr<const Policy>& policy);
    Result<domain::Actor> resolve_user(sql::Transaction& tx, std::int64_t user_id,
                                       std::shared_ptr<const Policy>& policy);
    // Notes whether a member of staff lacks the second factor that the settings demand of him.
    static void look_for_second_factor(sql::Transaction& tx, const Policy& policy,
                                       domain::Actor& actor);
    Result<domain::Actor> resolve_key(sql::Transaction& tx, std::string_view key,
                                      std::shared_ptr<const Policy>& policy);
    std::shared_ptr<const Policy> cached_policy();
    static std::int64_t version_in(sql::Transaction& tx);
    // The policy of this version, from the cache or the snapshot; `policy` may be it already.
    void pin(sql::Transaction& tx, std::int64_t version, std::shared_ptr<const Policy>& policy);

    std::shared_ptr<sql::Database> database_;
    std::shared_ptr<const Clock> clock_;
    std::shared_ptr<Random> random_;
    std::shared_ptr<crypto::PasswordHasher> hasher_;
    Log log_;
    std::unique_ptr<const crypto::LockedKey> secret_key_;
    std::atomic<Time> keys_swept_at_{0};
    KeyUses key_uses_;
    std::mutex policy_mutex_;
    std::shared_ptr<const Policy> policy_;  // the newest seen, under the mutex
};

std::span<const sql::Sql* const> actor_statements();

// The token is not one, or its session is not alive: log in again.
Error token_not_valid(std::string message);

// Verifies an access token and gives its claims.
Result<crypto::AccessClaims> verify_access(const Policy& policy, std::string_view token, Time now);

}  // namespace till::core
