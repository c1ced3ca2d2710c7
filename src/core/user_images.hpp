// SPDX-License-Identifier: MIT
//
// Profile images: a row of their own, since a blob in the user's row would be rewritten with it.
#pragma once

#include "core/store.hpp"
#include "core/user_table.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace till::core {

struct Image {
    std::string name;  // "<32 hex digits>.<extension>"
    std::string media_type;
    std::string data;
    Time created_at = 0;
};

// The table `user_images`. Runs in the caller's transaction; keeps nothing.
struct UserImageTable {
    static void put(sql::Transaction& tx, std::int64_t user_id, const Image& image);
    static void remove(sql::Transaction& tx, std::int64_t user_id);
    static std::optional<Image> find(sql::Transaction& tx, std::string_view name);
};

std::span<const sql::Sql* const> user_image_statements();

// Sets the image, under a new random name each time; empty data removes it.
Result<User> set_user_image(Store& store, const Call& call, std::int64_t user_id,
                            std::string_view data);
// Any actor: the name is the secret.
Result<Image> get_user_image(Store& store, const Call& call, std::string_view name);

}  // namespace till::core
