// SPDX-License-Identifier: MIT
#include "till/testing.h"

#include "c_api/guard.hpp"
#include "c_api/open.hpp"
#include "crypto/jwt.hpp"
#include "sql/sqlite/faults.hpp"

#include <cstddef>
#include <cstdlib>
#include <filesystem>

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

namespace {

Result<void> require_testing(core::Store& core, const core::Call& call) {
    return core.read(call, [](core::Context& context) -> Result<void> {
        if (context.policy.testing) return ok();
        return make_error(Status::permission, "not_a_testing_store",
                          "This needs a store made with TILL_OPEN_TESTING.");
    });
}

// A new private directory below $TMPDIR.
Result<std::string> make_directory() {
    const char* base = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): tests set it before
    std::string path = base != nullptr && *base != '\0' ? base : "/tmp";
    path += "/till-testing-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) {
        return make_error(Status::io, "no_temporary_directory",
                          "No directory could be made below $TMPDIR (or /tmp).");
    }
    return path;
}

Result<testing::FakeClock*> clock_of(till_store& store) {
    if (store.fake_clock) return store.fake_clock.get();
    return make_error(Status::permission, "clock_runs",
                      "Open the testing store with now_us to have a clock that can be moved.");
}

const till_testing_token* to_token(std::string_view token) {
    BlockBuilder block;
    const std::size_t at = block.add<till_testing_token>();
    block.text(at + offsetof(till_testing_token, token), token);
    return block.finish<till_testing_token>(Kind::testing_token, true);
}

sqlite::FaultPlan plan_of(till_fault fault) {
    using Call = sqlite::FaultPlan::Call;
    sqlite::FaultPlan plan;
    switch (fault) {
        case TILL_FAULT_WRITE:
            plan.call = Call::write;
            break;
        case TILL_FAULT_SYNC:
            plan.call = Call::sync;
            break;
        case TILL_FAULT_FULL:
            plan.call = Call::write;
            plan.full = true;
            break;
        case TILL_FAULT_READ:
            plan.call = Call::read;
            break;
        case TILL_FAULT_STATEMENT:
            plan.call = Call::statement;
            break;
        default:
            break;
    }
    return plan;
}

}  // namespace

extern "C" {

TILL_API till_status till_testing_store_open(const till_testing_in* in, till_store** out,
                                             const till_error** err) {
    clear(err);
    if (out == nullptr) return refuse_null(out, err);
    *out = nullptr;
    return guarded(err, [&]() -> till_status {
        auto opened = [&]() -> Result<till_store*> {
            TILL_TRY(const auto input, read_optional_input(in, "till_testing_in"));
            TILL_CHECK(check_testing(input));
            TILL_TRY(const std::string directory, make_directory());
            till_store_open_in open_in = TILL_STORE_OPEN_IN_INIT;
            open_in.flags = TILL_OPEN_TESTING;
            TILL_TRY(till_store* const store, open(open_in, directory + "/till.db", &input));
            store->temporary_directory = directory;
            return store;
        }();
        if (!opened.has_value()) return report(opened.error(), err);
        *out = opened.value();
        return TILL_OK;
    });
}

TILL_API till_status till_testing_clock_set(till_store* store, till_time now_us,
                                            const till_error** err) {
    return run(store, nullptr, err, [&](core::Store& core, const core::Call& call) -> Result<void> {
        TILL_CHECK(require_testing(core, call));
        TILL_CHECK(check_testing_time(now_us));
        TILL_TRY(testing::FakeClock* const clock, clock_of(*store));
        clock->set(now_us);
        return ok();
    });
}

TILL_API till_status till_testing_clock_advance(till_store* store, int64_t by_us,
                                                const till_error** err) {
    return run(store, nullptr, err, [&](core::Store& core, const core::Call& call) -> Result<void> {
        TILL_CHECK(require_testing(core, call));
        TILL_TRY(testing::FakeClock* const clock, clock_of(*store));
        if (by_us < -last_testing_time || by_us > last_testing_time)
            return check_testing_time(by_us);
        TILL_CHECK(check_testing_time(clock->now_us() + by_us));
        clock->advance(by_us);
        return ok();
    });
}

TILL_API till_status till_testing_clock_get(till_store* store, till_time* out_us,
                                            const till_error** err) {
    return run(store, nullptr, err, [&](core::Store& core, const core::Call& call) -> Result<void> {
        if (out_us == nullptr) return null_argument("out_us");
        TILL_CHECK(require_testing(core, call));
        *out_us = core.now();
        return ok();
    });
}

TILL_API till_status till_testing_token_forge(till_store* store, const char* claims,
                                              size_t claims_len, const char* header,
                                              size_t header_len, const till_testing_token** out,
                                              const till_error** err) {
    return run(
        store, nullptr, out, err,
        [&](core::Store& core, const core::Call& call) -> Result<const till_testing_token*> {
            TILL_CHECK(require_testing(core, call));
            if (claims == nullptr) return null_argument("claims");
            TILL_TRY(const auto payload, read_text(claims, claims_len, "claims"));
            TILL_TRY(const auto given, read_text(header, header_len, "header"));
            return core.read(
                call, [&](core::Context& context) -> Result<const till_testing_token*> {
                    const auto& key = context.policy.signing_key();
                    std::string right = R"({"alg":"HS256","kid":")";
                    right += key.kid();
                    right += R"(","typ":"at+jwt"})";
                    return to_token(crypto::forge_token(
                        key.key(), given.empty() ? std::string_view(right) : given, payload));
                });
        });
}

TILL_API till_status till_testing_fault_set(till_store* store, const till_testing_fault_in* in,
                                            const till_error** err) {
    return run(store, nullptr, err, [&](core::Store& core, const core::Call& call) -> Result<void> {
        TILL_TRY(const auto input, read_input(in, "till_testing_fault_in"));
        TILL_CHECK(check_flags(input.flags, 0, "till_testing_fault_in.flags"));
        if (input.fault < TILL_FAULT_NONE || input.fault > TILL_FAULT_STATEMENT) {
            return unsupported("till_testing_fault_in.fault");
        }
        TILL_TRY(const bool persistent, read_bool(input.persistent, "persistent"));
        if (input.fault != TILL_FAULT_NONE) TILL_CHECK(require_testing(core, call));
        sqlite::FaultPlan plan = plan_of(input.fault);
        plan.at = input.countdown;
        plan.lasting = persistent;
        sqlite::set_fault(core.database(), plan);
        return ok();
    });
}

}  // extern "C"
