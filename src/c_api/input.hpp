// SPDX-License-Identifier: MIT
//
// Reading inputs: sized structs, strings, the call context. What breaks the contract of the C ABI
// is answered here; what breaks a rule of commerce is the domain's to say.
#pragma once

#include "base/result.hpp"
#include "core/call.hpp"
#include "till/types.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace till::c_api {

// sizeof of the first released version of an input. Until a release is tagged that is today's;
// afterwards a struct that grew gets its specialisation with the old number here.
template <class T>
inline constexpr std::uint32_t first_size = sizeof(T);

// No input of this library or a later one is larger: a size beyond it is garbage, and what stands
// there must not be read.
inline constexpr std::uint32_t largest_size = 64 * 1024;

Error called_from_hook();
Error null_argument(const char* name);
Error bad_struct_size(const char* name);
Error unsupported(const char* what);

// True when all bytes are zero.
bool all_zero(const void* bytes, std::size_t size) noexcept;

// A sized input as a struct of our size: an older caller's missing fields are zero, a newer
// caller's extra fields must be.
template <class T>
Result<T> read_input(const T* in, const char* name) {
    if (in == nullptr) return null_argument(name);
    std::uint32_t size = 0;
    std::memcpy(&size, in, sizeof size);  // the caller's struct may be smaller than T
    if (size < first_size<T> || size > largest_size) return bad_struct_size(name);
    T copy{};
    std::memcpy(&copy, in, size < sizeof(T) ? size : sizeof(T));
    if (size > sizeof(T) &&
        !all_zero(reinterpret_cast<const char*>(in) + sizeof(T), size - sizeof(T))) {
        return unsupported(name);
    }
    return copy;
}

// The same for an input that may be NULL, which means all defaults.
template <class T>
Result<T> read_optional_input(const T* in, const char* name) {
    if (in == nullptr) return T{};
    return read_input(in, name);
}

// Refuses flag bits that this library does not know.
Result<void> check_flags(std::uint32_t flags, std::uint32_t known, const char* name);
// Refuses a reserved field that is not zero.
Result<void> check_reserved(std::uint64_t value, const char* name);
// A till_bool: 0 or 1.
Result<bool> read_bool(till_bool value, const char* name);

// Two flags, of which at most one is set, as a condition that may be absent.
Result<std::optional<bool>> read_either(std::uint32_t flags, std::uint32_t yes, std::uint32_t no,
                                        const char* name);

// A borrowed string; absent is empty. A null pointer with a length is misuse.
Result<std::string_view> read_text(const till_str& text, const char* name);
Result<std::string_view> read_text(const char* data, std::size_t len, const char* name);

// The call context; NULL is an anonymous call. Misuse and bad trace ids, keys, time-outs and
// batches (of another store too) are refused.
Result<core::Call> read_call(const till_store& store, const till_call* in);

}  // namespace till::c_api
