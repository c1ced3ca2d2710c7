// SPDX-License-Identifier: MIT
#include "http/handlers.hpp"
#include "http/text.hpp"

#include <string>

namespace till::http {

namespace {

// 128 is Django's limit here; registration has none but the store's.
constexpr std::size_t password_max = 128;
constexpr TextRule password_rule{true, false, false, password_max, false};
constexpr TextRule old_password_rule{false, true, true, password_max, false};

constexpr std::string_view mismatch = "The two password fields didn\u2019t match.";

struct NewPassword {
    std::optional<std::string_view> first;
    std::optional<std::string_view> second;

    explicit NewPassword(Form& form)
        : first(form.text("new_password1", password_rule)),
          second(form.text("new_password2", password_rule)) {}

    // What both are, once both are good.
    [[nodiscard]] std::optional<std::string_view> agreed() const {
        if (*first == *second) return first;
        if (trim(*first) == trim(*second)) return trim(*first);  // as the Django stack trims both
        return std::nullopt;
    }
};

}  // namespace

void post_password_change(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto old_password = form.text("old_password", old_password_rule);
    const NewPassword fields(form);
    if (!errors.empty()) return x.refuse(errors);
    const auto new_password = fields.agreed();
    if (!new_password) return x.refuse_field("new_password2", mismatch);
    till_password_change_in in = TILL_PASSWORD_CHANGE_IN_INIT;
    if (old_password && !old_password->empty()) in.old_password = to_str(*old_password);
    in.new_password = to_str(*new_password);
    const till_status status = till_password_change(x.app.store, &x.call, &in, out(x.error));
    if (status != TILL_OK) return x.fail(status, {{"/new_password", "new_password2"}});
    x.json().begin_object().key("detail").text("New password has been saved.").end_object();
}

void post_password_reset(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto email = form.email("email");
    if (!errors.empty()) return x.refuse(errors);
    const till_status status = till_password_reset_request(x.app.store, &x.call, email->data(),
                                                           email->size(), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.json().begin_object().key("detail").text("Password reset e-mail has been sent.").end_object();
}

void post_password_reset_confirm(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto uid = form.text("uid");
    const auto token = form.text("token");
    const NewPassword fields(form);
    if (!errors.empty()) return x.refuse(errors);
    // The user is looked for first, then the token, then the passwords.
    const auto user_id = parse_base36(*uid);
    if (!user_id || *user_id <= 0) return x.refuse_field("uid", "Invalid value");
    till_password_reset_in in = TILL_PASSWORD_RESET_IN_INIT;
    in.user_id = *user_id;
    in.token = to_str(*token);
    // Two that differ are none: the store refuses that after it has looked at user and token.
    const auto new_password = fields.agreed();
    if (new_password) in.new_password = to_str(*new_password);
    const till_status status = till_password_reset(x.app.store, &x.call, &in, out(x.error));
    if (status == TILL_E_VALIDATION && x.error && x.error->violation_count > 0) {
        const std::string_view path = view(x.error->violations[0]->path);
        if (path == "/user_id") return x.refuse_field("uid", "Invalid value");
        if (path == "/token") return x.refuse_field("token", "Invalid value");
        if (!new_password) return x.refuse_field("new_password2", mismatch);
    }
    if (status != TILL_OK) return x.fail(status, {{"/new_password", "new_password2"}});
    x.json()
        .begin_object()
        .key("detail")
        .text("Password has been reset with the new password.")
        .end_object();
}

}  // namespace till::http
