// SPDX-License-Identifier: MIT
//
// Registration and the confirmation of an e-mail address, as dj-rest-auth with allauth.
#include "http/account_json.hpp"
#include "http/handlers.hpp"
#include "http/text.hpp"

#include <string>

namespace till::http {

namespace {

constexpr std::size_t username_max = 150;
constexpr TextRule password_rule{true, false, false, 0, false};

bool has_other_password_error(const till_error& error) {
    for (std::size_t i = 0; i < error.violation_count; ++i) {
        if (view(error.violations[i]->code) != "password_too_similar") return true;
    }
    return false;
}

}  // namespace

void post_registration(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto username = form.text("username", {true, false, false, username_max, true});
    const auto email = form.email("email", {false, false, false, 0, true});
    const auto password1 = form.text("password1", password_rule);
    const auto password2 = form.text("password2", password_rule);
    if (!errors.empty()) return x.refuse(errors);
    // The Django stack trims both. Ours are kept as typed, unless blanks around them are the only
    // difference: then what both mean is the trimmed one.
    std::string_view password = *password1;
    if (*password1 != *password2) {
        password = trim(*password1);
        if (password != trim(*password2)) {
            return x.refuse_field(non_field_errors, "The two password fields didn't match.");
        }
    }
    till_register_in in = TILL_REGISTER_IN_INIT;
    in.username = to_str(*username);
    if (email) in.email = to_str(*email);
    in.password = to_str(password);
    Owned<till_tokens> tokens;
    const till_status status = till_register(x.app.store, &x.call, &in, out(tokens), out(x.error));
    if (status != TILL_OK) {
        // Likeness to the other fields is found after the fields themselves are good.
        const bool is_similar_only = x.error && !has_other_password_error(*x.error);
        return x.fail(status, {{"/password", is_similar_only ? non_field_errors : "password1"}});
    }
    x.reply.status = 201;
    JsonWriter json = x.json();
    json.begin_object();
    if (tokens->session_id == 0) {
        json.key("detail").text("Verification e-mail sent.").end_object();
        return;
    }
    x.reply.is_secret = true;
    x.reply.user_id = tokens->user->id;
    json.key("access").text(view(tokens->access)).key("refresh").text(view(tokens->refresh));
    json.key("user");
    write_account(json, *tokens->user);
    json.end_object();
}

void post_verify_email(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto key = form.text("key");
    if (!errors.empty()) return x.refuse(errors);
    const till_status status =
        till_email_verify(x.app.store, &x.call, key->data(), key->size(), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.json().begin_object().key("detail").text("ok").end_object();
}

void post_resend_email(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto email = form.email("email");
    if (!errors.empty()) return x.refuse(errors);
    const till_status status =
        till_email_resend(x.app.store, &x.call, email->data(), email->size(), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.json().begin_object().key("detail").text("ok").end_object();
}

}  // namespace till::http
