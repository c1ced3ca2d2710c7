// SPDX-License-Identifier: MIT
//
// API keys, for workers and tills: made, listed and revoked by superuser and system. A key belongs
// to the shop, not to who made it.
#pragma once

#include "core/key_table.hpp"
#include "core/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace till::core {

// A new key with its secret, which is shown this once. Wiped when it goes.
struct CreatedKey {
    CreatedKey() = default;
    CreatedKey(CreatedKey&&) noexcept = default;
    CreatedKey& operator=(CreatedKey&&) noexcept = default;
    CreatedKey(const CreatedKey&) = delete;
    CreatedKey& operator=(const CreatedKey&) = delete;
    ~CreatedKey();

    ApiKey key;
    std::string secret;
};

struct NewKey {
    std::string_view name;
    std::string_view scopes;  // names with blanks between them
    Time expires_at = 0;      // 0: never
};

struct KeyPage {
    std::vector<ApiKey> keys;
    std::string next_cursor;  // empty: the end
};

Result<CreatedKey> create_key(Store& store, const Call& call, const NewKey& in);
// Every key, newest first.
Result<KeyPage> list_keys(Store& store, const Call& call, std::string_view cursor,
                          std::uint32_t limit);
// What is revoked stays revoked: once more is no error.
Result<ApiKey> revoke_key(Store& store, const Call& call, std::int64_t id);

}  // namespace till::core
