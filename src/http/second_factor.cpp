// SPDX-License-Identifier: MIT
//
// The second step of a login, and the second factor of an account.
#include "http/account_json.hpp"
#include "http/handlers.hpp"
#include "http/text.hpp"

#include <string>

namespace till::http {

namespace {

// One's own, where a login of the last ten minutes does not speak for it.
constexpr TextRule password_rule{false, true, true, 0, false};
constexpr TextRule code_rule{true, false, false, 100, true};

// The reading of a body whose only member is the password.
bool read_password(Exchange& x, till_str& password) {
    const Body* body = x.read_object();
    if (body == nullptr) return false;
    FieldErrors errors;
    Form form(*body, errors);
    const auto text = form.text("password", password_rule);
    if (text && !text->empty()) password = to_str(*text);
    if (errors.empty()) return true;
    x.refuse(errors);
    return false;
}

void answer_codes(Exchange& x, const till_recovery_codes& codes) {
    x.reply.hold_secret();
    JsonWriter json = x.json();
    json.begin_object().key("recovery_codes").begin_array();
    for (std::size_t i = 0; i < codes.code_count; ++i) json.text(view(codes.codes[i]));
    json.end_array().end_object();
}

void answer_state(Exchange& x, std::int64_t user_id) {
    Owned<till_second_factor> factor;
    const till_status status =
        till_second_factor_get(x.app.store, &x.call, user_id, out(factor), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    JsonWriter json = x.json();
    json.begin_object().key("enabled").boolean(factor->is_enabled != 0);
    json.key("enabled_since").time(factor->enabled_us);
    json.key("pending").boolean(factor->is_pending != 0);
    json.key("required").boolean(factor->is_required != 0);
    json.key("recovery_codes_left").number(factor->recovery_codes_left).end_object();
}

void remove_factor(Exchange& x, std::int64_t user_id) {
    till_second_factor_remove_in in = TILL_SECOND_FACTOR_REMOVE_IN_INIT;
    in.user_id = user_id;
    if (!read_password(x, in.password)) return;
    const till_status status = till_second_factor_remove(x.app.store, &x.call, &in, out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.reply.status = 204;
}

}  // namespace

void post_login_second(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto challenge = form.text("challenge", {true, false, false, 0, true});
    const auto code = form.text("code", code_rule);
    if (!errors.empty()) return x.refuse(errors);
    till_login_second_in in = TILL_LOGIN_SECOND_IN_INIT;
    in.challenge = to_str(*challenge);
    in.code = to_str(*code);
    Owned<till_tokens> tokens;
    const till_status status =
        till_login_second(x.app.store, &x.call, &in, out(tokens), out(x.error));
    if (status == TILL_E_UNAUTHENTICATED) {
        const std::string_view why = x.error ? view(x.error->code) : std::string_view();
        // A wrong code leaves the challenge open: the field is at fault, as in a form.
        if (why == "invalid_code") return x.refuse_field("code", view(x.error->message));
        return x.reply.fail_authentication("This login has run out: begin anew.", why);
    }
    if (status != TILL_OK) return x.fail(status);
    answer_login(x, *tokens);
}

void get_second_factor(Exchange& x) { answer_state(x, 0); }

void post_second_factor(Exchange& x) {
    till_second_factor_begin_in in = TILL_SECOND_FACTOR_BEGIN_IN_INIT;
    if (!read_password(x, in.password)) return;
    Owned<till_second_factor_setup> setup;
    const till_status status =
        till_second_factor_begin(x.app.store, &x.call, &in, out(setup), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.reply.hold_secret();
    JsonWriter json = x.json();
    json.begin_object().key("secret").text(view(setup->secret));
    json.key("uri").text(view(setup->uri)).end_object();
}

void post_second_factor_confirm(Exchange& x) {
    const Body* body = x.read_object();
    if (body == nullptr) return;
    FieldErrors errors;
    Form form(*body, errors);
    const auto code = form.text("code", code_rule);
    if (!errors.empty()) return x.refuse(errors);
    Owned<till_recovery_codes> codes;
    const till_status status = till_second_factor_confirm(x.app.store, &x.call, code->data(),
                                                          code->size(), out(codes), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_codes(x, *codes);
}

void post_recovery_codes(Exchange& x) {
    till_recovery_codes_renew_in in = TILL_RECOVERY_CODES_RENEW_IN_INIT;
    if (!read_password(x, in.password)) return;
    Owned<till_recovery_codes> codes;
    const till_status status =
        till_recovery_codes_renew(x.app.store, &x.call, &in, out(codes), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    answer_codes(x, *codes);
}

void delete_second_factor(Exchange& x) { remove_factor(x, 0); }

void get_user_second_factor(Exchange& x) {
    if (require_staff(x)) answer_state(x, x.id);
}

void delete_user_second_factor(Exchange& x) {
    if (require_staff(x)) remove_factor(x, x.id);
}

}  // namespace till::http
