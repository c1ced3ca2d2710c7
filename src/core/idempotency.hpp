// SPDX-License-Identifier: MIT
#pragma once

#include "core/store.hpp"
#include "crypto/digest.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace till::core {

// The canonical form of an input: its non-zero fields, each with its tag, so that a field added
// later and left out digests as before. Tags are never reused within a function.
class InputDigest {
public:
    void add(std::uint32_t tag, std::int64_t value);
    void add(std::uint32_t tag, std::string_view value);
    crypto::Digest finish() { return hash_.finish(); }

private:
    void put(std::uint32_t tag, std::uint64_t size, std::string_view bytes);
    crypto::Sha256 hash_;
};

// One call's idempotency key, scoped by actor and function. Without a key in the call both
// functions do nothing.
class Idempotency {
public:
    // `function` is the C ABI's name of the call; `position` tells items of one call apart.
    Idempotency(const Context& context, std::string_view function, const crypto::Digest& input,
                std::int64_t position = 0);

    // The id this key gave before; nothing when it is new; an error when the input was another.
    Result<std::optional<std::int64_t>> find(Context& context) const;
    // Stores the effect's id beside it, and sweeps two expired keys.
    void remember(Context& context, std::int64_t result_id) const;

private:
    bool used_ = false;
    std::array<std::byte, 16> key_{};
    crypto::Digest input_{};
};

// Removes up to two expired keys, the oldest first; gives how many.
std::int64_t sweep_idempotency(Context& context);

std::span<const sql::Sql* const> idempotency_statements();

}  // namespace till::core
