// SPDX-License-Identifier: MIT
//
// Results: one allocation each, head, rows and strings together, freed by till_free().
#pragma once

#include "till/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

namespace till::c_api {

// What a block is. The upper half marks a block of ours, so that till_free() leaves alone what it
// did not make.
enum class Kind : std::uint32_t {
    error = TILL_KIND_ERROR,
    report,
    info,
    settings,
    currencies,
    user,
    users,
    image,
    tokens,
    session,
    sessions,
    order,
    orders,
    order_batch,
    payment,
    payments,
    refund,
    refunds,
    receipt,
    events,
    messages,
    report_rows,
    standing,
    testing_token,
    signing_key,
    api_key,
    api_keys,
    second_factor,
    second_factor_setup,
    recovery_codes,
    metrics,
    http_response = TILL_KIND_HTTP_RESPONSE,  // made by libtill_http
    last = http_response,
};

inline constexpr std::uint32_t kind_static =
    0x8000'0000;  // not allocated: till_free() does nothing
inline constexpr std::uint32_t kind_secret = TILL_KIND_SECRET;  // wiped when freed
static_assert(((kind_static | kind_secret) & static_cast<std::uint32_t>(Kind::error)) == 0,
              "a kind that looks flagged would never be freed");

struct Head {
    std::uint32_t struct_size;
    std::uint32_t kind;
    std::uint64_t block_size;
};

// Builds a block. The memory moves while it grows, so parts are named by their offset, and pointers
// between parts are linked at the end. One thread's.
class BlockBuilder {
public:
    explicit BlockBuilder(std::size_t reserve = 512);
    BlockBuilder(const BlockBuilder&) = delete;
    BlockBuilder& operator=(const BlockBuilder&) = delete;
    ~BlockBuilder();

    // A zeroed T; its struct_size is set if it has one.
    template <class T>
    std::size_t add(std::size_t count = 1) {
        static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignment);
        const std::size_t offset = allocate(sizeof(T) * count);
        if constexpr (requires(T value) { value.struct_size; }) {
            for (std::size_t i = 0; i < count; ++i) {
                at<T>(offset + i * sizeof(T)).struct_size = static_cast<std::uint32_t>(sizeof(T));
            }
        }
        return offset;
    }

    // Valid until the next add, text or pointers.
    template <class T>
    T& at(std::size_t offset) {
        return *reinterpret_cast<T*>(data_ + offset);
    }

    // Copies a text, with a NUL after it, and makes the till_str at `slot` name it.
    void text(std::size_t slot, std::string_view value);
    // The same; an empty text is absent.
    void text_or_absent(std::size_t slot, std::string_view value) {
        if (!value.empty()) text(slot, value);
    }
    // Makes the pointer at `slot` point to `target`.
    void link(std::size_t slot, std::size_t target);
    // An array of pointers, linked from `slot`; link its elements (8 bytes apart) in turn.
    std::size_t pointers(std::size_t slot, std::size_t count);

    // The first part must be a T that begins with Head's fields. The caller owns the result.
    template <class T>
    const T* finish(Kind kind, bool secret = false) {
        return reinterpret_cast<const T*>(seal(kind, secret));
    }

private:
    static constexpr std::size_t alignment = 8;

    std::size_t allocate(std::size_t size);
    void* seal(Kind kind, bool secret);

    char* data_;
    std::size_t size_ = 0;
    std::size_t capacity_;
    std::size_t link_count_ = 0;
    std::array<std::uint32_t, 64> links_{};  // slots; most results have fewer
    std::vector<std::uint32_t> more_links_;
};

}  // namespace till::c_api
