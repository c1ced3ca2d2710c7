// SPDX-License-Identifier: MIT
#include "core/user_images.hpp"

#include "base/encoding.hpp"
#include "core/event_log.hpp"
#include "core/sweep.hpp"
#include "core/users.hpp"
#include "crypto/token.hpp"
#include "domain/image.hpp"

#include <array>

namespace till::core {
namespace {

constexpr sql::Sql put_image{"user_image_put", R"sql(
    INSERT INTO user_images (user_id, name, media_type, data, created_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (user_id) DO UPDATE
    SET name = excluded.name, media_type = excluded.media_type, data = excluded.data,
        created_at = excluded.created_at
)sql"};

constexpr sql::Sql select_image{"user_image_get", R"sql(
    SELECT name, media_type, data, created_at
    FROM user_images
    WHERE name = $1
)sql"};

constexpr sql::Sql delete_image{"user_image_delete", R"sql(
    DELETE FROM user_images
    WHERE user_id = $1
)sql"};

constexpr std::array statements{&put_image, &select_image, &delete_image};

Error image_not_found() {
    return make_error(Status::not_found, "image_not_found", "There is no image of this name.");
}

Result<Image> recognise(std::string_view data) {
    if (data.size() > domain::image_bytes_max) {
        Violation violation{"/data", "too_large", "An image has at most 2 MiB.", {}};
        violation.params.emplace_back("max", std::to_string(domain::image_bytes_max));
        return invalid({std::move(violation)});
    }
    const auto type = domain::recognise_image(bytes_of(data));
    if (!type) {
        return invalid({{"/data", "invalid_image", "Give a PNG, JPEG, WebP or GIF image.", {}}});
    }
    return Image{type->extension, type->media_type, std::string(data), 0};
}

}  // namespace

void UserImageTable::put(sql::Transaction& tx, std::int64_t user_id, const Image& image) {
    tx.execute(put_image, user_id, image.name, image.media_type,
               sql::Value(sql::Bytes(bytes_of(image.data))), image.created_at);
}

void UserImageTable::remove(sql::Transaction& tx, std::int64_t user_id) {
    tx.execute(delete_image, user_id);
}

std::optional<Image> UserImageTable::find(sql::Transaction& tx, std::string_view name) {
    auto rows = tx.query(select_image, name);
    if (!rows.next()) return std::nullopt;
    return Image{rows.string(0), rows.string(1), std::string(text_of(rows.bytes(2))),
                 rows.integer(3)};
}

std::span<const sql::Sql* const> user_image_statements() { return statements; }

Result<User> set_user_image(Store& store, const Call& call, std::int64_t user_id,
                            std::string_view data) {
    TILL_CHECK(Store::refuse_key(call));
    Image image;
    std::optional<Error> refused;
    if (!data.empty()) {
        auto recognised = recognise(data);
        if (recognised.has_value()) {
            image = std::move(recognised).value();
            image.name = to_hex(crypto::random_bytes<16>(store.random())) + "." + image.name;
        } else {
            refused = std::move(recognised).error();
        }
    }
    return store.write(call, [&](Context& context) -> Result<User> {
        TILL_TRY(const std::int64_t id, subject_of(context, user_id));
        TILL_TRY(User user, require_user(context, domain::Action::user_image_write, id));
        TILL_CHECK(require_rank(context, user));
        if (refused) return *refused;
        if (data.empty()) {
            if (!user.image_name) return user;
            UserImageTable::remove(context.tx, id);
            UserTable::set_image(context.tx, id, std::nullopt);
        } else {
            image.created_at = context.now;
            UserImageTable::put(context.tx, id, image);
            UserTable::set_image(context.tx, id, std::string_view(image.name));
        }
        append_event(context, "user.updated", id, 0, R"({"fields":["image"]})");
        sweep_some(context);
        return std::move(*UserTable::find(context.tx, id));
    });
}

Result<Image> get_user_image(Store& store, const Call& call, std::string_view name) {
    return store.read(call, [&](Context& context) -> Result<Image> {
        auto image = UserImageTable::find(context.tx, name);
        if (!image) return image_not_found();
        return std::move(*image);
    });
}

}  // namespace till::core
