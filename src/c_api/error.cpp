// SPDX-License-Identifier: MIT
#include "c_api/error.hpp"

#include "c_api/guard.hpp"

#include <array>
#include <cstddef>

namespace till::c_api {
namespace {

struct StatusName {
    till_status status;
    Status same;
    const char* name;
};

// clang-format off
constexpr std::array names{
    StatusName{TILL_OK, Status::ok, "TILL_OK"},
    StatusName{TILL_E_MISUSE, Status::misuse, "TILL_E_MISUSE"},
    StatusName{TILL_E_STRUCT_SIZE, Status::struct_size, "TILL_E_STRUCT_SIZE"},
    StatusName{TILL_E_UNSUPPORTED_FIELD, Status::unsupported_field, "TILL_E_UNSUPPORTED_FIELD"},
    StatusName{TILL_E_VALIDATION, Status::validation, "TILL_E_VALIDATION"},
    StatusName{TILL_E_CURSOR, Status::cursor, "TILL_E_CURSOR"},
    StatusName{TILL_E_NOT_FOUND, Status::not_found, "TILL_E_NOT_FOUND"},
    StatusName{TILL_E_ALREADY_EXISTS, Status::already_exists, "TILL_E_ALREADY_EXISTS"},
    StatusName{TILL_E_CONFLICT, Status::conflict, "TILL_E_CONFLICT"},
    StatusName{TILL_E_PRECONDITION, Status::precondition, "TILL_E_PRECONDITION"},
    StatusName{TILL_E_IDEMPOTENCY_MISMATCH, Status::idempotency_mismatch, "TILL_E_IDEMPOTENCY_MISMATCH"},
    StatusName{TILL_E_UNAUTHENTICATED, Status::unauthenticated, "TILL_E_UNAUTHENTICATED"},
    StatusName{TILL_E_PERMISSION, Status::permission, "TILL_E_PERMISSION"},
    StatusName{TILL_E_RATE_LIMITED, Status::rate_limited, "TILL_E_RATE_LIMITED"},
    StatusName{TILL_E_BUSY, Status::busy, "TILL_E_BUSY"},
    StatusName{TILL_E_OUTCOME_UNKNOWN, Status::outcome_unknown, "TILL_E_OUTCOME_UNKNOWN"},
    StatusName{TILL_E_CLOSED, Status::closed, "TILL_E_CLOSED"},
    StatusName{TILL_E_FORKED, Status::forked, "TILL_E_FORKED"},
    StatusName{TILL_E_VERSION, Status::version, "TILL_E_VERSION"},
    StatusName{TILL_E_NOT_A_STORE, Status::not_a_store, "TILL_E_NOT_A_STORE"},
    StatusName{TILL_E_CORRUPT, Status::corrupt, "TILL_E_CORRUPT"},
    StatusName{TILL_E_FILE_SYSTEM, Status::file_system, "TILL_E_FILE_SYSTEM"},
    StatusName{TILL_E_IO, Status::io, "TILL_E_IO"},
    StatusName{TILL_E_STORAGE_FULL, Status::storage_full, "TILL_E_STORAGE_FULL"},
    StatusName{TILL_E_NO_MEMORY, Status::no_memory, "TILL_E_NO_MEMORY"},
    StatusName{TILL_E_READ_ONLY, Status::read_only, "TILL_E_READ_ONLY"},
    StatusName{TILL_E_INTERNAL, Status::internal, "TILL_E_INTERNAL"},
};
// clang-format on

constexpr bool numbers_agree() {
    for (const StatusName& each : names) {
        if (static_cast<till_status>(each.same) != each.status) return false;
    }
    return true;
}
static_assert(numbers_agree());

template <std::size_t N>
constexpr till_str literal(const char (&text)[N]) {
    return {text, N - 1};
}

constexpr till_error static_error(till_status status, bool retryable, till_str code,
                                  till_str message) {
    return {sizeof(till_error),
            kind_static | static_cast<std::uint32_t>(Kind::error),
            sizeof(till_error),
            status,
            retryable ? 1 : 0,
            0,
            0,
            code,
            message,
            nullptr,
            0};
}

// Given out without allocating: the call may be failing for want of memory, or may not touch the
// store at all.
constexpr std::array static_errors{
    static_error(TILL_E_NO_MEMORY, true, literal("no_memory"),
                 literal("There is not enough memory; free some and try again.")),
    static_error(TILL_E_MISUSE, false, literal("null_argument"),
                 literal("A pointer that must not be NULL is NULL.")),
    static_error(TILL_E_CLOSED, false, literal("store_closed"),
                 literal("The store was closed; open it again.")),
    static_error(TILL_E_FORKED, false, literal("store_forked"),
                 literal("The store was opened before fork(); open it in the child.")),
    static_error(TILL_E_INTERNAL, false, literal("internal"),
                 literal("A defect in till; please report it.")),
};

}  // namespace

std::size_t add_error(BlockBuilder& block, const Error& error) {
    const std::size_t at = block.add<till_error>();
    auto& head = block.at<till_error>(at);
    head.status = static_cast<till_status>(error.status);
    head.retryable = error.retryable ? 1 : 0;
    head.retry_after_ms = error.retry_after_ms;
    head.source_code = error.source_code;
    head.violation_count = error.violations.size();
    block.text(at + offsetof(till_error, code), error.code);
    block.text(at + offsetof(till_error, message), error.message);
    if (error.violations.empty()) return at;
    const std::size_t array =
        block.pointers(at + offsetof(till_error, violations), error.violations.size());
    for (std::size_t i = 0; i < error.violations.size(); ++i) {
        const Violation& violation = error.violations[i];
        const std::size_t item = block.add<till_violation>();
        block.link(array + i * sizeof(void*), item);
        block.text(item + offsetof(till_violation, path), violation.path);
        block.text(item + offsetof(till_violation, code), violation.code);
        block.text(item + offsetof(till_violation, message), violation.message);
        block.at<till_violation>(item).param_count = violation.params.size();
        if (violation.params.empty()) continue;
        const std::size_t params = block.add<till_param>(violation.params.size());
        block.link(item + offsetof(till_violation, params), params);
        for (std::size_t p = 0; p < violation.params.size(); ++p) {
            const std::size_t param = params + p * sizeof(till_param);
            block.text(param + offsetof(till_param, name), violation.params[p].first);
            block.text(param + offsetof(till_param, value), violation.params[p].second);
        }
    }
    return at;
}

till_status report_static(till_status status, const till_error** err) noexcept {
    if (err == nullptr) return status;
    for (const till_error& each : static_errors) {
        if (each.status == status) *err = &each;
    }
    return status;
}

till_status report(const Error& error, const till_error** err) noexcept {
    if (err == nullptr) return static_cast<till_status>(error.status);
    return guarded(err, [&] {
        BlockBuilder block(1024);
        add_error(block, error);
        *err = block.finish<till_error>(Kind::error);
        return static_cast<till_status>(error.status);
    });
}

}  // namespace till::c_api

extern "C" TILL_API const char* till_status_name(till_status status) {
    for (const auto& each : till::c_api::names) {
        if (each.status == status) return each.name;
    }
    return "unknown";
}
