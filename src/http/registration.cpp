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

// A language tag that no store takes.
constexpr std::string_view no_locale = "!";

// What the store says of the fields that the form had nothing against. Likeness to the other fields
// is looked for, as in the Django stack, only once these are good.
void add_refusals(FieldErrors& errors, const till_error& error) {
    const FieldErrors before = errors;
    for (std::size_t i = 0; i < error.violation_count; ++i) {
        const till_violation& violation = *error.violations[i];
        const std::string_view path = view(violation.path);
        if (path == "/locale" || view(violation.code) == "password_too_similar") continue;
        const std::string_view field = path == "/password" ? "password1" : path.substr(1);
        if (!before.has(field)) errors.add(field, message_of(violation));
    }
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
    // The Django stack trims both. Ours are kept as typed, unless blanks around them are the only
    // difference: then what both mean is the trimmed one.
    std::string_view password = password1.value_or(std::string_view());
    bool is_agreed = password1 == password2;
    if (!is_agreed && password1 && password2) {
        is_agreed = trim(*password1) == trim(*password2);
        if (is_agreed) password = trim(*password1);
    }
    till_register_in in = TILL_REGISTER_IN_INIT;
    if (username) in.username = to_str(*username);
    if (email) in.email = to_str(*email);
    in.password = to_str(password);
    // All bad fields are named at once, so the store judges what the form has refused already too:
    // for something no store takes, so that nothing comes of it.
    const bool is_trial = !errors.empty() || !is_agreed;
    if (is_trial) in.locale = to_str(no_locale);
    Owned<till_tokens> tokens;
    const till_status status = till_register(x.app.store, &x.call, &in, out(tokens), out(x.error));
    const bool is_judged = status == TILL_E_VALIDATION || status == TILL_E_ALREADY_EXISTS;
    if (is_judged && x.error) {
        add_refusals(errors, *x.error);
        if (errors.empty() && !is_agreed) {
            errors.add(non_field_errors, "The two password fields didn't match.");
        }
        return errors.empty() ? x.fail(status, {{"/password", non_field_errors}})
                              : x.reply.fail(errors);
    }
    if (status != TILL_OK) return x.fail(status);
    x.reply.status = 201;
    JsonWriter json = x.json();
    json.begin_object();
    if (tokens->session_id == 0) {
        json.key("detail").text("Verification e-mail sent.").end_object();
        return;
    }
    x.reply.hold_secret();
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
