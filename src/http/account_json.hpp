// SPDX-License-Identifier: MIT
//
// How users and tokens look, on every route that shows them.
#pragma once

#include "http/exchange.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace till::http {

// Members that are not there are empty texts, as in Django's models.
inline JsonWriter& write_text(JsonWriter& json, std::string_view key, till_str text) {
    return json.key(key).text(text.data == nullptr ? std::string_view("")
                                                   : std::string_view(text.data, text.len));
}

// dj-rest-auth's user details.
void write_account(JsonWriter& json, const till_user& user);

// What a login answers: tokens and who it is, or the challenge of a second factor.
void answer_login(Exchange& x, const till_tokens& tokens);

// /users/… is the desk's, also for the row that is oneself. False: the reply says so.
[[nodiscard]] bool require_staff(Exchange& x);

// A page of a user's live sessions (0: the caller's own); `url` is the list's.
void answer_sessions(Exchange& x, std::int64_t user_id, std::string url);

// Null, or where an image tag finds the image.
void write_image_url(Exchange& x, JsonWriter& json, const till_user& user);

}  // namespace till::http
