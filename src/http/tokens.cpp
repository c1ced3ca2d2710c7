// SPDX-License-Identifier: MIT
//
// Login, logout and the token routes, in the bodies and codes of dj-rest-auth and simplejwt.
#include "http/account_json.hpp"
#include "http/handlers.hpp"
#include "http/text.hpp"

#include <string>

namespace till::http {

void write_account(JsonWriter& json, const till_user& user) {
    json.begin_object().key("pk").number(user.id);
    write_text(json, "username", user.username);
    write_text(json, "email", user.email);
    write_text(json, "first_name", user.first_name);
    write_text(json, "last_name", user.last_name);
    json.end_object();
}

void answer_login(Exchange& x, const till_tokens& tokens) {
    x.reply.hold_secret();
    x.reply.user_id = tokens.user->id;
    JsonWriter json = x.json();
    json.begin_object();
    if (tokens.challenge.data != nullptr) {
        json.key("challenge").text(view(tokens.challenge));
        json.key("expires").time(tokens.challenge_expires_us).end_object();
        return;
    }
    json.key("access").text(view(tokens.access)).key("refresh").text(view(tokens.refresh));
    json.key("user");
    write_account(json, *tokens.user);
    json.end_object();
}

namespace {

void refuse_login(Exchange& x, std::string_view message) {
    FieldErrors errors;
    errors.add(non_field_errors, message);
    x.reply.fail(errors);
}

// The password exactly as it was sent: it is never trimmed.
constexpr TextRule password_rule{true, false, false, 0, false};

till_status login(Exchange& x, std::string_view username, std::string_view password,
                  Owned<till_tokens>& tokens) {
    till_login_in in = TILL_LOGIN_IN_INIT;
    in.username = to_str(username);
    in.password = to_str(password);
    return till_login(x.app.store, &x.call, &in, out(tokens), out(x.error));
}

// A refresh token that is not ours any more; simplejwt's two shapes.
void fail_token(Exchange& x, till_status status) {
    if (status != TILL_E_UNAUTHENTICATED) return x.fail(status);
    if (x.error && view(x.error->code) == "no_active_account") {
        return x.reply.fail_authentication("No active account found for the given token.");
    }
    x.reply.fail_authentication("Token is invalid or expired", "token_not_valid");
}

}  // namespace

void post_login(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto username = form.text("username", {false, true, false, 0, true});
    // A login is by user name; an address is still looked at, as dj-rest-auth does.
    form.email("email", {false, true, false, 0, true});
    const auto password = form.text("password", password_rule);
    if (!errors.empty()) return x.refuse(errors);
    if (!username || username->empty()) {
        return x.refuse_field(non_field_errors, "Must include \"username\" and \"password\".");
    }
    Owned<till_tokens> tokens;
    const till_status status = login(x, *username, *password, tokens);
    if (status == TILL_E_UNAUTHENTICATED) {
        const bool is_unverified = x.error && view(x.error->code) == "email_not_verified";
        return refuse_login(x, is_unverified ? "E-mail is not verified."
                                             : "Unable to log in with provided credentials.");
    }
    if (status != TILL_OK) return x.fail(status);
    answer_login(x, *tokens);
}

void post_token(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto username = form.text("username");
    const auto password = form.text("password", password_rule);
    if (!errors.empty()) return x.refuse(errors);
    Owned<till_tokens> tokens;
    const till_status status = login(x, *username, *password, tokens);
    if (status == TILL_E_UNAUTHENTICATED) {
        return x.reply.fail_authentication("No active account found with the given credentials");
    }
    if (status != TILL_OK) return x.fail(status);
    if (tokens->challenge.data != nullptr) return answer_login(x, *tokens);
    x.reply.hold_secret();
    x.reply.user_id = tokens->user->id;
    x.json()
        .begin_object()
        .key("refresh")
        .text(view(tokens->refresh))
        .key("access")
        .text(view(tokens->access))
        .end_object();
}

void post_logout(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    const Node* refresh = body->root.find("refresh");
    if (refresh == nullptr || refresh->kind != NodeKind::text || refresh->text.empty()) {
        return x.reply.fail_authentication("Refresh token was not included in request data.");
    }
    const till_status status =
        till_logout(x.app.store, &x.call, refresh->text.data(), refresh->text.size(), out(x.error));
    if (status == TILL_E_UNAUTHENTICATED) {
        return x.reply.fail_authentication("Token is invalid or expired");
    }
    if (status != TILL_OK) return x.fail(status);
    x.json().begin_object().key("detail").text("Successfully logged out.").end_object();
}

void post_token_refresh(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto refresh = form.text("refresh", {false, false, false, 0, true});
    if (!errors.empty()) return x.refuse(errors);
    if (!refresh) {
        return x.reply.fail_authentication("No valid refresh token found.", "token_not_valid");
    }
    Owned<till_tokens> tokens;
    const till_status status = till_session_refresh(x.app.store, &x.call, refresh->data(),
                                                    refresh->size(), out(tokens), out(x.error));
    if (status != TILL_OK) return fail_token(x, status);
    x.reply.hold_secret();
    x.reply.user_id = tokens->user->id;
    JsonWriter json = x.json();
    json.begin_object();
    json.key("access").text(view(tokens->access)).key("refresh").text(view(tokens->refresh));
    json.key("access_expiration").time(tokens->access_expires_us);
    json.key("refresh_expiration").time(tokens->refresh_expires_us);
    json.end_object();
}

void post_token_verify(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto token = form.text("token");
    if (!errors.empty()) return x.refuse(errors);
    Owned<till_session> session;
    const till_status status = till_session_verify(x.app.store, &x.call, token->data(),
                                                   token->size(), out(session), out(x.error));
    if (status == TILL_E_UNAUTHENTICATED) {
        return x.reply.fail_authentication("Token is invalid or expired", "token_not_valid");
    }
    if (status != TILL_OK) return x.fail(status);
    x.json().begin_object().end_object();
}

void post_token_blacklist(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto refresh = form.text("refresh");
    if (!errors.empty()) return x.refuse(errors);
    const till_status status =
        till_logout(x.app.store, &x.call, refresh->data(), refresh->size(), out(x.error));
    if (status != TILL_OK) return fail_token(x, status);
    x.json().begin_object().end_object();
}

}  // namespace till::http
