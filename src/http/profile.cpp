// SPDX-License-Identifier: MIT
//
// The tutorial's profile: five texts and an image, as JSON or as a browser's FormData.
#include "http/account_json.hpp"
#include "http/handlers.hpp"
#include "http/text.hpp"

#include <array>
#include <string>

namespace till::http {

void write_image_url(Exchange& x, JsonWriter& json, const till_user& user) {
    if (user.image_name.data == nullptr) {
        json.null();
        return;
    }
    json.text(x.base_url().append("/media/profile/").append(view(user.image_name)));
}

namespace {

void answer_profile(Exchange& x, const till_user& user) {
    JsonWriter json = x.json();
    json.begin_object().key("id").number(user.id).key("user").number(user.id);
    write_text(json, "first_name", user.first_name);
    write_text(json, "last_name", user.last_name);
    write_text(json, "email", user.email);
    json.key("new_email").text_or_null(user.new_email);  // waits to be confirmed
    write_text(json, "phone_no", user.phone_no);
    write_text(json, "address", user.address);
    json.key("profile_img");
    write_image_url(x, json, user);
    json.end_object();
    x.replayed(user.replayed);
    x.entity_tag(user.version);
}

struct ImageChange {
    bool is_wanted = false;
    std::string_view data;  // empty: remove
};

// A file, null, or (what a front end sends back untouched) the URL we gave it. False: refused.
bool read_image(Exchange& x, Form& form, FieldErrors& errors, ImageChange& out_change) {
    const Node* node = form.find("profile_img");
    if (node == nullptr) return true;
    if (node->kind == NodeKind::file) {
        if (node->text.empty()) errors.add("profile_img", "The submitted file is empty.");
        out_change = {true, node->text};
        return true;
    }
    const bool is_blank = form.is_form() && node->text.empty();
    if (node->kind == NodeKind::null || is_blank) {
        out_change = {true, {}};
        return true;
    }
    if (node->kind == NodeKind::text) {
        Owned<till_user> user;
        const till_status status = till_user_get(x.app.store, &x.call, 0, out(user), out(x.error));
        if (status != TILL_OK) {
            x.fail(status);
            return false;
        }
        const std::string_view name = view(user->image_name);
        if (!name.empty() && node->text.ends_with(std::string("/media/profile/").append(name)))
            return true;
    }
    errors.add("profile_img",
               "The submitted data was not a file. Check the encoding type on the form.");
    return true;
}

till_status set_image(Exchange& x, const ImageChange& change, Owned<till_user>& user) {
    till_user_image_set_in in = TILL_USER_IMAGE_SET_IN_INIT;
    in.data = to_str(change.data);
    return till_user_image_set(x.app.store, &x.call, &in, out(user), out(x.error));
}

bool is_refused(const till_error& error, std::string_view path, std::string_view code) {
    for (std::size_t i = 0; i < error.violation_count; ++i) {
        const till_violation& each = *error.violations[i];
        if (view(each.path) == path && view(each.code) == code) return true;
    }
    return false;
}

// Texts and image change together or not at all.
void change_profile(Exchange& x, const till_user_update_in& in, const ImageChange& image) {
    Owned<till_user> user;
    till_status status = TILL_OK;
    const bool has_both = in.mask != 0 && image.is_wanted;
    CallBatch batch(x);
    if (has_both && !batch.begin()) return;
    if (in.mask != 0) status = till_user_update(x.app.store, &x.call, &in, out(user), out(x.error));
    if (status == TILL_OK && image.is_wanted) status = set_image(x, image, user);
    if (status == TILL_OK && !user) {
        status = till_user_get(x.app.store, &x.call, 0, out(user), out(x.error));
    }
    if (status == TILL_E_MISUSE && has_both && in.password.len > 0) {
        return x.refuse_field("profile_img", "Change the image apart from an address.");
    }
    if (status == TILL_E_VALIDATION && is_refused(*x.error, "/password", "wrong")) {
        return x.refuse_field("password", "The password is wrong.");
    }
    if (status != TILL_OK) return x.fail(status, {{"/data", "profile_img"}});
    if (has_both && !batch.commit()) return;
    answer_profile(x, *user);
}

void update_profile(Exchange& x, bool is_partial) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    if (is_partial) form.set_partial();

    struct Field {
        std::string_view name;
        std::size_t length_max;
        std::uint64_t bit;
        till_str till_user_update_in::*member;
    };
    static constexpr std::array<Field, 5> fields{{
        {"first_name", 50, TILL_USER_FIRST_NAME, &till_user_update_in::first_name},
        {"last_name", 50, TILL_USER_LAST_NAME, &till_user_update_in::last_name},
        {"email", 100, TILL_USER_EMAIL, &till_user_update_in::email},
        {"phone_no", 15, TILL_USER_PHONE_NO, &till_user_update_in::phone_no},
        {"address", 2000, TILL_USER_ADDRESS, &till_user_update_in::address},
    }};
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    for (const Field& field : fields) {
        const TextRule rule{true, false, false, field.length_max, true};
        const auto text =
            field.name == "email" ? form.email(field.name, rule) : form.text(field.name, rule);
        if (!text) continue;
        in.mask |= field.bit;
        in.*field.member = to_str(*text);
    }
    // For another address, where the login is no longer fresh; no profile has it.
    const auto password = form.text("password", {false, true, true, 0, false});
    if (password) in.password = to_str(*password);
    ImageChange image;
    if (!read_image(x, form, errors, image)) return;
    if (!errors.empty()) return x.refuse(errors);
    const auto if_version = x.if_version();
    if (!if_version) return;
    in.if_version = *if_version;
    change_profile(x, in, image);
}

}  // namespace

void get_profile(Exchange& x) {
    Owned<till_user> user;
    const till_status status = till_user_get(x.app.store, &x.call, 0, out(user), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_profile(x, *user);
}

void put_profile(Exchange& x) { update_profile(x, false); }

void patch_profile(Exchange& x) { update_profile(x, true); }

void get_profile_image(Exchange& x) {
    Owned<till_image> image;
    const till_status status = till_user_image_get(x.app.store, &x.call, x.name.data(),
                                                   x.name.size(), out(image), out(x.error));
    if (status == TILL_E_NOT_FOUND || status == TILL_E_VALIDATION) return x.reply.not_found();
    if (status != TILL_OK) return x.fail(status);
    // The media type is one of four by content, whatever the uploader said.
    for (const std::string_view type : {"image/png", "image/jpeg", "image/webp", "image/gif"}) {
        if (view(image->media_type) == type) x.reply.content_type = type;
    }
    x.reply.body = view(image->data);
    x.reply.is_cacheable = true;
    x.reply.header("Cache-Control", "public, max-age=31536000, immutable");
    x.reply.header_copy("Content-Disposition",
                        std::string("inline; filename=\"").append(view(image->name)).append("\""));
    x.reply.header("Content-Security-Policy", "default-src 'none'; sandbox");
    x.reply.header("Cross-Origin-Resource-Policy", "cross-origin");  // image tags of other origins
}

}  // namespace till::http
