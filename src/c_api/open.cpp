// SPDX-License-Identifier: MIT
#include "c_api/open.hpp"

#include "base/os.hpp"
#include "base/text.hpp"
#include "c_api/guard.hpp"
#include "core/sealing.hpp"
#include "sql/sqlite/open.hpp"
#include "till/store.h"

#include <filesystem>
#include <span>
#include <system_error>

namespace till::c_api {
namespace {

constexpr std::uint32_t largest_cache_kib = 4 * 1024 * 1024;
constexpr std::uint32_t largest_mmap_mib = 1024 * 1024;
constexpr std::uint32_t most_hashing = 256;
constexpr std::int64_t opening_timeout_us = 5 * us_per_second;  // include/till/store.h

Result<void> check(const till_store_open_in& in, std::string_view path) {
    TILL_CHECK(check_flags(in.flags,
                           TILL_OPEN_MUST_EXIST | TILL_OPEN_ALLOW_NETWORK | TILL_OPEN_TESTING,
                           "till_store_open_in.flags"));
    TILL_CHECK(check_reserved(in.reserved0, "till_store_open_in.reserved0"));
    if (in.api_version > TILL_API_VERSION) {
        return make_error(Status::version, "api_too_new",
                          "The program was built for a newer till; update the library.");
    }
    std::vector<Violation> violations;
    if (path.empty() || path == ":memory:" || has_nul(path) || !valid_utf8(path)) {
        violations.push_back({"/path", "invalid", "Give the path of a file, as UTF-8.", {}});
    }
    if (in.cache_kib > largest_cache_kib) {
        violations.push_back({"/cache_kib", "too_large", "Give at most 4194304 KiB.", {}});
    }
    if (in.mmap_mib > largest_mmap_mib) {
        violations.push_back({"/mmap_mib", "too_large", "Give at most 1048576 MiB.", {}});
    }
    if (in.hashing_max > most_hashing) {
        violations.push_back({"/hashing_max", "too_large", "Give at most 256.", {}});
    }
    TILL_TRY(const auto key, read_text(in.secret_key, "till_store_open_in.secret_key"));
    if (key.data() != nullptr && key.size() != crypto::sealing_key_size) {
        violations.push_back({"/secret_key", "invalid", "Give 32 bytes, or none.", {}});
    }
    if (in.log_level < 0 || in.log_level > TILL_LOG_ERROR) return unsupported("log_level");
    if (!violations.empty()) return invalid(std::move(violations));
    return ok();
}

struct Sources {
    std::shared_ptr<const Clock> clock;
    std::shared_ptr<Random> random;
    std::shared_ptr<testing::FakeClock> fake_clock;
    crypto::PasswordParams password_params;
};

Sources make_sources(const till_testing_in* test) {
    Sources sources;
    if (test != nullptr && test->now_us != 0) {
        sources.fake_clock = std::make_shared<testing::FakeClock>(test->now_us);
    }
    sources.clock = sources.fake_clock
                        ? std::shared_ptr<const Clock>(sources.fake_clock)
                        : std::shared_ptr<const Clock>(std::make_shared<os::SystemClock>());
    if (test != nullptr && test->seed != 0) {
        sources.random = std::make_shared<testing::SeededRandom>(test->seed);
    } else {
        sources.random = std::make_shared<os::SystemRandom>();
    }
    if (test != nullptr && test->real_hashing == 0) {
        sources.password_params = crypto::cheap_password_params;
    }
    return sources;
}

sqlite::OpenOptions options_of(const till_store_open_in& in, const std::string& path,
                               const core::Log& log) {
    sqlite::OpenOptions options;
    options.path = path;
    options.create = (in.flags & TILL_OPEN_MUST_EXIST) == 0;
    options.testing = (in.flags & TILL_OPEN_TESTING) != 0;
    options.fault_injection = options.testing;
    options.allow_network_fs = (in.flags & TILL_OPEN_ALLOW_NETWORK) != 0;
    options.cache_kib = in.cache_kib;
    options.mmap_bytes = static_cast<std::int64_t>(in.mmap_mib) * 1024 * 1024;
    if (log) {
        options.log = [log](sqlite::LogLevel level, std::string_view category,
                            std::string_view message) {
            log({static_cast<core::LogLevel>(level), category, message, {}});
        };
    }
    return options;
}

// The caller's bytes have been checked to be 32, or none.
std::unique_ptr<const crypto::LockedKey> lock_key(const till_str& key) {
    if (key.data == nullptr) return nullptr;
    const auto bytes = std::as_bytes(std::span<const char>(key.data, crypto::sealing_key_size));
    return std::make_unique<const crypto::LockedKey>(bytes.first<crypto::sealing_key_size>());
}

Result<void> adopt_secret_key(core::Store& store) {
    core::Call call;
    call.deadline_us = os::monotonic_us() + opening_timeout_us;
    return core::adopt_secret_key(store, call);
}

void warn_of_trusted_prices(core::Store& store) {
    core::Call call;
    call.deadline_us = os::monotonic_us() + us_per_second;
    const auto prices = store.read(call, [](core::Context& context) -> Result<domain::Prices> {
        return context.policy.settings.prices;
    });
    if (prices.has_value() && prices.value() == domain::Prices::trusted) {
        store.log({core::LogLevel::warning,
                   "order",
                   "The setting prices is \"trusted\": plain users choose what they pay.",
                   {}});
    }
}

}  // namespace

Result<void> check_testing_time(till_time now_us) {
    if (now_us >= 0 && now_us <= last_testing_time) return ok();
    return invalid({{"/now_us", "out_of_range", "Give a time from 1970 to 2999.", {}}});
}

Result<void> check_testing(const till_testing_in& in) {
    TILL_CHECK(check_flags(in.flags, 0, "till_testing_in.flags"));
    TILL_CHECK(check_reserved(in.reserved0, "till_testing_in.reserved0"));
    TILL_CHECK(read_bool(in.real_hashing, "till_testing_in.real_hashing"));
    return check_testing_time(in.now_us);
}

Result<till_store*> open(const till_store_open_in& in, std::string path,
                         const till_testing_in* testing) {
    TILL_CHECK(check(in, path));
    if (testing != nullptr) TILL_CHECK(check_testing(*testing));
    auto store = std::make_unique<till_store>();
    store->path = std::move(path);
    store->log = in.log;
    store->log_userdata = in.log_userdata;
    store->log_level = in.log_level == 0 ? TILL_LOG_WARNING : in.log_level;

    Sources sources = make_sources((in.flags & TILL_OPEN_TESTING) != 0 ? testing : nullptr);
    store->fake_clock = sources.fake_clock;
    const core::Log log = make_log(*store);
    std::shared_ptr<sql::Database> database =
        sqlite::open_store(options_of(in, store->path, log), *sources.clock, *sources.random);
    auto hasher = std::make_shared<crypto::PasswordHasher>(
        sources.password_params, *sources.random, crypto::HashingLimits{in.hashing_max, 64});
    store->core = std::make_unique<core::Store>(std::move(database), std::move(sources.clock),
                                                std::move(sources.random), std::move(hasher), log,
                                                lock_key(in.secret_key));
    TILL_CHECK(adopt_secret_key(*store->core));
    warn_of_trusted_prices(*store->core);
    return store.release();
}

}  // namespace till::c_api

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

extern "C" {

TILL_API till_status till_store_open(const till_store_open_in* in, till_store** out,
                                     const till_error** err) {
    clear(err);
    if (in == nullptr || out == nullptr) return refuse_null(out, err);
    *out = nullptr;
    return guarded(err, [&]() -> till_status {
        auto opened = [&]() -> Result<till_store*> {
            TILL_TRY(const auto input, read_input(in, "till_store_open_in"));
            TILL_TRY(const auto path, read_text(input.path, "till_store_open_in.path"));
            TILL_TRY(const auto test, read_optional_input(input.testing, "till_testing_in"));
            if (input.testing != nullptr && (input.flags & TILL_OPEN_TESTING) == 0) {
                return make_error(Status::misuse, "testing_without_flag",
                                  "Testing options need the flag TILL_OPEN_TESTING.");
            }
            return open(input, std::string(path), &test);
        }();
        if (!opened.has_value()) return report(opened.error(), err);
        *out = opened.value();
        return TILL_OK;
    });
}

TILL_API till_store* till_store_retain(till_store* store) {
    if (store != nullptr) store->references.fetch_add(1, std::memory_order_relaxed);
    return store;
}

TILL_API void till_store_release(till_store* store) {
    if (store == nullptr || store->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    const std::string directory = store->same_process() ? store->temporary_directory : "";
    delete store;
    if (directory.empty()) return;
    std::error_code ignored;  // A testing store's leftovers: the system's cleaner takes them.
    std::filesystem::remove_all(directory, ignored);
}

TILL_API till_status till_store_close(till_store* store) {
    if (store == nullptr || in_log_hook()) return TILL_E_MISUSE;
    if (!store->same_process()) return TILL_E_FORKED;
    store->closed.store(true, std::memory_order_relaxed);
    return guarded(nullptr, [&]() -> till_status {
        store->core->database().close();
        return TILL_OK;
    });
}

}  // extern "C"
