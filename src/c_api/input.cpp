// SPDX-License-Identifier: MIT
#include "c_api/input.hpp"

#include "base/os.hpp"
#include "base/text.hpp"
#include "c_api/handle.hpp"

#include <algorithm>
#include <string>

namespace till::c_api {
namespace {

constexpr std::uint32_t default_timeout_ms = 5'000;  // the design's: longer than any healthy wait
constexpr std::uint32_t longest_timeout_ms = 600'000;
constexpr std::size_t longest_key = 255;
constexpr std::size_t longest_trace_id = 64;
constexpr std::size_t longest_address = 64;
constexpr std::size_t longest_agent = 255;
constexpr std::size_t longest_locale = 35;  // RFC 5646, section 4.4.1

Error misuse(const char* code, std::string message) {
    return make_error(Status::misuse, code, std::move(message));
}

Violation violation(const char* path, const char* code, const char* message) {
    return {path, code, message, {}};
}

bool visible_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// The agent is for people to recognise a session by: cut, never refused, and always valid text.
std::string_view cut_agent(std::string_view agent) {
    if (agent.size() > longest_agent) agent = agent.substr(0, longest_agent);
    while (!agent.empty() && (!valid_utf8(agent) || has_nul(agent))) agent.remove_suffix(1);
    return agent;
}

Result<void> check_texts(const core::Call& call, bool key_given) {
    std::vector<Violation> found;
    // Who sends an empty key believes to be safe from doubles.
    if (key_given && call.idempotency_key.empty()) {
        found.push_back(violation("/idempotency_key", "required", "A key has at least 1 byte."));
    }
    if (call.idempotency_key.size() > longest_key) {
        found.push_back(violation("/idempotency_key", "too_long", "A key has at most 255 bytes."));
        found.back().params = {{"max", "255"}};
    }
    if (call.trace_id.size() > longest_trace_id || !visible_ascii(call.trace_id)) {
        found.push_back(
            violation("/trace_id", "invalid", "A trace id is at most 64 bytes of visible ASCII."));
    }
    if (call.client_address.size() > longest_address || !visible_ascii(call.client_address)) {
        found.push_back(violation("/client_address", "invalid",
                                  "An address is at most 64 bytes of visible ASCII."));
    }
    if (call.client_locale.size() > longest_locale || !visible_ascii(call.client_locale)) {
        found.push_back(violation("/client_locale", "invalid",
                                  "A locale is a BCP 47 tag of at most 35 bytes."));
    }
    if (!found.empty()) return invalid(std::move(found));
    return ok();
}

}  // namespace

Error called_from_hook() {
    return misuse("called_from_log_hook", "A log hook must not call its store.");
}

Error null_argument(const char* name) {
    return misuse("null_argument", std::string("The argument ") + name + " must not be NULL.");
}

Error bad_struct_size(const char* name) {
    return make_error(Status::struct_size, "struct_size",
                      std::string("Set struct_size of ") + name + " by its INIT macro.");
}

Error unsupported(const char* what) {
    return make_error(Status::unsupported_field, "unsupported_field",
                      std::string("This version of the library does not know a value in ") + what +
                          "; update the library.");
}

bool all_zero(const void* bytes, std::size_t size) noexcept {
    const auto* begin = static_cast<const unsigned char*>(bytes);
    return std::all_of(begin, begin + size, [](unsigned char byte) { return byte == 0; });
}

Result<void> check_flags(std::uint32_t flags, std::uint32_t known, const char* name) {
    if ((flags & ~known) != 0) return unsupported(name);
    return ok();
}

Result<void> check_reserved(std::uint64_t value, const char* name) {
    if (value != 0) return unsupported(name);
    return ok();
}

Result<std::optional<bool>> read_either(std::uint32_t flags, std::uint32_t yes, std::uint32_t no,
                                        const char* name) {
    const bool is_yes = (flags & yes) != 0;
    const bool is_no = (flags & no) != 0;
    if (is_yes && is_no) return unsupported(name);
    return is_yes || is_no ? std::optional(is_yes) : std::nullopt;
}

Result<bool> read_bool(till_bool value, const char* name) {
    if (value != 0 && value != 1) {
        return misuse("not_a_bool", std::string("Set ") + name + " to 0 or 1.");
    }
    return value == 1;
}

Result<std::string_view> read_text(const char* data, std::size_t len, const char* name) {
    if (data == nullptr) {
        if (len != 0) return null_argument(name);
        return std::string_view();
    }
    if (len == TILL_STRLEN) return std::string_view(data);
    return std::string_view(data, len);
}

Result<std::string_view> read_text(const till_str& text, const char* name) {
    return read_text(text.data, text.len, name);
}

Result<core::Call> read_call(const till_store& store, const till_call* in) {
    core::Call call;
    call.deadline_us = os::monotonic_us() + default_timeout_ms * us_per_ms;
    if (in == nullptr) return call;
    TILL_TRY(const till_call copy, read_input(in, "till_call"));
    TILL_CHECK(check_flags(copy.flags, 0, "till_call.flags"));
    if (copy.actor < TILL_ACTOR_ANONYMOUS || copy.actor > TILL_ACTOR_SYSTEM) {
        return unsupported("till_call.actor");
    }
    call.actor = static_cast<core::Call::Actor>(copy.actor);
    call.user_id = copy.user_id;
    TILL_TRY(call.token, read_text(copy.token, "till_call.token"));
    TILL_TRY(call.idempotency_key, read_text(copy.idempotency_key, "till_call.idempotency_key"));
    TILL_TRY(call.client_address, read_text(copy.client_address, "till_call.client_address"));
    TILL_TRY(call.client_agent, read_text(copy.client_agent, "till_call.client_agent"));
    TILL_TRY(call.client_locale, read_text(copy.client_locale, "till_call.client_locale"));
    TILL_TRY(call.trace_id, read_text(copy.trace_id, "till_call.trace_id"));
    call.client_agent = cut_agent(call.client_agent);
    TILL_CHECK(check_texts(call, copy.idempotency_key.data != nullptr));
    if (copy.timeout_ms > longest_timeout_ms) {
        return invalid({violation("/timeout_ms", "too_large", "Wait at most 600000 ms.")});
    }
    if (copy.timeout_ms != 0) {
        call.deadline_us +=
            (static_cast<std::int64_t>(copy.timeout_ms) - default_timeout_ms) * us_per_ms;
    }
    if (copy.batch != nullptr) {
        if (copy.batch->store != &store) {
            return misuse("foreign_batch", "The batch was begun on another store.");
        }
        call.batch = copy.batch->batch.get();
    }
    return call;
}

}  // namespace till::c_api
