// SPDX-License-Identifier: MIT
#include "deviations.hpp"

#include <algorithm>
#include <array>

namespace till_parity {
namespace {

std::string_view path_of(const Case& expected) {
    const std::string_view path = expected.path;
    return path.substr(0, path.find('?'));
}

bool is_at(const Case& expected, std::string_view prefix) {
    return path_of(expected).starts_with(prefix);
}

bool is_post(const Case& expected) { return expected.method == "POST"; }
bool is_change(const Case& expected) {
    return expected.method == "PUT" || expected.method == "PATCH";
}
bool succeeds(int status) { return status >= 200 && status < 300; }

// The fields that an answer complains about, and no other.
bool refuses_only(const Outcome& outcome, std::initializer_list<std::string_view> fields) {
    if (outcome.response.status != 400 || !outcome.body.is_object() || outcome.body.empty())
        return false;
    for (const auto& [key, value] : outcome.body.items())
        if (std::find(fields.begin(), fields.end(), key) == fields.end()) return false;
    return true;
}

bool sets_up(const Case& expected, std::initializer_list<std::string_view> verbs) {
    for (const std::string& word : expected.setup)
        for (const std::string_view verb : verbs)
            if (word.substr(0, word.find(':')) == verb) return true;
    return false;
}

bool sends_credentials(const Case& expected) {
    return std::any_of(expected.headers.begin(), expected.headers.end(),
                       [](const auto& header) { return header.first == "Authorization"; });
}

bool sends(const Case& expected, const char* member) {
    return expected.body.is_object() && expected.body.contains(member);
}

// The code points of a text member of the body.
std::size_t length_of(const Case& expected, const char* member) {
    if (!expected.body.is_object()) return 0;
    const auto found = expected.body.find(member);
    if (found == expected.body.end() || !found->is_string()) return 0;
    const std::string& text = found->get_ref<const std::string&>();
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) >> 6) != 2;
    }));
}

// Routes that answer the same with any Authorization header.
bool is_public(const Case& expected) {
    constexpr std::string_view routes[] = {"/auth/login", "/auth/logout", "/auth/token",
                                           "/auth/registration", "/auth/password/reset"};
    return std::any_of(std::begin(routes), std::end(routes),
                       [&](std::string_view route) { return is_at(expected, route); });
}

bool has_outer_blanks(const Case& expected, const char* member) {
    if (!sends(expected, member) || !expected.body.at(member).is_string()) return false;
    const std::string& text = expected.body.at(member).get_ref<const std::string&>();
    return text.starts_with(' ') || text.ends_with(' ');
}

bool exact_passwords(const Case& expected, const Outcome& outcome) {
    const int status = outcome.response.status;
    const bool here = is_at(expected, "/auth/login") || path_of(expected) == "/auth/token/";
    return here && expected.status == 200 && has_outer_blanks(expected, "password") &&
           (status == 400 || status == 401);
}

bool brief_options(const Case& expected, const Outcome& outcome) {
    return expected.method == "OPTIONS" && expected.status == 200 &&
           outcome.response.status == 200 && outcome.body.is_object() &&
           outcome.body.contains("parses");
}

bool short_names(const Case& expected, const Outcome& outcome) {
    return is_at(expected, "/auth/user") && succeeds(expected.status) &&
           refuses_only(outcome, {"first_name", "last_name"}) &&
           (length_of(expected, "first_name") > 50 || length_of(expected, "last_name") > 50);
}

bool long_texts(const Case& expected, const Outcome& outcome) {
    return succeeds(expected.status) && refuses_only(outcome, {"address", "email"}) &&
           (length_of(expected, "address") > 2000 || length_of(expected, "email") > 254);
}

bool quantity_range(const Case& expected, const Outcome& outcome) {
    return is_at(expected, "/orders") && is_post(expected) && expected.status == 201 &&
           refuses_only(outcome, {"quantity", "price"});
}

bool amount_optional(const Case& expected, const Outcome& outcome) {
    if (!is_at(expected, "/payments") || !is_post(expected) || expected.status != 400) return false;
    if (sends(expected, "amount")) return false;
    if (outcome.response.status == 201) return true;
    const std::vector<std::string> wanted =
        expected.error_fields.value_or(std::vector<std::string>());
    return outcome.response.status == 400 && outcome.body.is_object() &&
           std::all_of(wanted.begin(), wanted.end(), [&](const std::string& field) {
               return outcome.body.contains(field) != (field == "amount");
           });
}

bool amount_is_total(const Case& expected, const Outcome& outcome) {
    return is_at(expected, "/payments") && is_post(expected) && expected.status == 201 &&
           refuses_only(outcome, {"amount"});
}

bool payment_starts_pending(const Case& expected, const Outcome& outcome) {
    return is_at(expected, "/payments") && is_post(expected) && expected.status == 201 &&
           sends(expected, "status") &&
           (refuses_only(outcome, {"status"}) || outcome.response.status == 403);
}

bool owner_confirms_nothing(const Case& expected, const Outcome& outcome) {
    return is_at(expected, "/payments/") && is_change(expected) &&
           (expected.status == 200 || expected.status == 400) && outcome.response.status == 403;
}

bool both_spellings(const Case& expected, const Outcome& outcome) {
    return expected.status == 301 && !path_of(expected).ends_with('/') &&
           outcome.response.status != 301 && outcome.response.status != 404;
}

bool more_methods(const Case& expected, const Outcome& outcome) {
    if (expected.status != 405 || outcome.response.status == 405) return false;
    const bool reads_payments =
        is_at(expected, "/payments/") && (expected.method == "GET" || expected.method == "HEAD");
    const bool changes_order = is_at(expected, "/orders/") && expected.method == "PATCH";
    return reads_payments || changes_order;
}

bool more_routes(const Case& expected, const Outcome& outcome) {
    constexpr std::string_view routes[] = {"/",          "/healthz",        "/users/", "/events/",
                                           "/settings/", "/auth/sessions/", "/keys/",  "/docs/"};
    return expected.status == 404 && outcome.response.status != 404 &&
           std::find(std::begin(routes), std::end(routes), path_of(expected)) != std::end(routes);
}

bool no_browsable_api(const Case& expected, const Outcome& outcome) {
    const bool wants_page = expected.content_type.value_or("").starts_with("text/html");
    return wants_page && expected.status == 200 && outcome.response.status < 500;
}

bool stale_token_ignored(const Case& expected, const Outcome& outcome) {
    return expected.status == 401 && is_public(expected) && sends_credentials(expected) &&
           outcome.response.status != 401 && outcome.response.status < 500;
}

bool session_is_over(const Case& expected, const Outcome& outcome) {
    return succeeds(expected.status) && outcome.response.status == 401 &&
           sets_up(expected, {"logout", "blacklisted", "setpw", "inactive", "deleted", "used_reset",
                              "rotated"});
}

bool strict_json(const Case& expected, const Outcome& outcome) {
    return succeeds(expected.status) && expected.body_raw.has_value() &&
           outcome.response.status == 400 && outcome.body.is_object() &&
           outcome.body.contains("detail");
}

bool no_search(const Case& expected, const Outcome& outcome) {
    return expected.status == 400 && expected.path.find("search=") != std::string::npos &&
           outcome.response.status == 200;
}

bool control_characters(const Case& expected, const Outcome& outcome) {
    return succeeds(expected.status) && outcome.response.status == 400 &&
           outcome.response.body.find("Control characters") != std::string::npos;
}

bool utf8_only(const Case& expected, const Outcome& outcome) {
    return succeeds(expected.status) && outcome.response.status == 415 &&
           std::any_of(expected.headers.begin(), expected.headers.end(), [](const auto& header) {
               return header.second.find("charset=") != std::string::npos;
           });
}

bool no_crash(const Case& expected, const Outcome& outcome) {
    return expected.status >= 500 && outcome.response.status >= 400 &&
           outcome.response.status < 500;
}

bool logout_of_nothing(const Case& expected, const Outcome& outcome) {
    return is_at(expected, "/auth/logout") && expected.status == 200 &&
           sends(expected, "refresh") && expected.body.at("refresh").is_null() &&
           outcome.response.status == 401;
}

bool body_limit(const Case&, const Outcome& outcome) { return outcome.response.status == 413; }

constexpr std::array table{
    Deviation{"one account an address", "the profile's e-mail address may be another account's",
              "profile and user have one, and one that another account has proved is 400 `email`",
              "A password reset by address must mean one account.", nullptr},
    Deviation{
        "a new address waits",
        "PUT and PATCH /profile/ change the e-mail address at once (`/auth/user/` never does)",
        "it waits in `new_email` until the new address confirms it, and the old one is told; a "
        "login older than 10 minutes needs `password` (`/auth/user/` leaves it alone, too)",
        "A session that somebody finds must not be worth the account.", nullptr},
    Deviation{"exact passwords", "blanks around a password are dropped",
              "they belong to it, except where they are the only difference between a new password "
              "and its repetition",
              "A password is what its owner typed.", &exact_passwords},
    Deviation{"names", "`first_name`, `last_name` of `/auth/user/` up to 150 characters",
              "50, as in the tutorial's profile, whose fields they are",
              "User and profile are one row, so a name has one limit.", &short_names},
    Deviation{"long texts", "an address of any length, an e-mail address up to 320 characters",
              "2000 and 254 characters",
              "What anybody may store is bounded; 254 is RFC 5321's limit.", &long_texts},
    Deviation{"quantity", "0 to 2^63-1",
              "1 to 2 147 483 647, and a total that 64 bits of minor units hold: 400",
              "Nothing ordered is no order, and a total must not overflow.", &quantity_range},
    Deviation{"an order begins pending", "the client may send any `status` with a new order",
              "a new order is pending, whatever is sent", "Shipping is the shop's to say.",
              nullptr},
    Deviation{"amount may be left out", "`amount` is required in POST /payments/",
              "left out it is the order's total", "The shop knows what an order costs.",
              &amount_optional},
    Deviation{"amount is the total", "any amount pays an order",
              "an amount that is not the order's total: 400 `amount`",
              "A payment of another amount is a mistake or an attack.", &amount_is_total},
    Deviation{"a payment begins pending", "the client may send any `status` with a new payment",
              "`completed` is for staff (403), `failed` for nobody (400)",
              "Who pays does not decide that the money has arrived.", &payment_starts_pending},
    Deviation{"owners change no payment", "PUT and PATCH /payments/ID/ by the order's owner",
              "403 for a change that staff could make",
              "Who pays does not decide that he has paid.", &owner_confirms_nothing},
    Deviation{"final slash", "301 to the path with a slash, and the body is lost",
              "every path is served with and without it", "A redirect loses a POST.",
              &both_spellings},
    Deviation{"more methods", "405",
              "GET /payments/ and /payments/ID/; PATCH /orders/ID/ (an owner may cancel)",
              "They are useful and safe.", &more_methods},
    Deviation{"more routes", "404",
              "an index, health, sessions, users, events, settings, keys, reports,"
              " `/openapi.json`, `/docs/`, `/admin/`, `/metrics`",
              "They are useful and safe.", &more_routes},
    Deviation{"no browsable API", "an HTML page for `Accept: text/html`",
              "JSON, 406 when nothing else is accepted", "The API documents itself elsewhere.",
              &no_browsable_api},
    Deviation{"OPTIONS", "names every field with its limits under `actions`",
              "name, description, renders, parses", "The fields are documented elsewhere.",
              &brief_options},
    Deviation{"stale tokens", "a bad Authorization header makes public routes answer 401",
              "public routes ignore it", "An expired token must not lock its user out of login.",
              &stale_token_ignored},
    Deviation{"sessions end at once",
              "access tokens live on after logout, password change and deactivation",
              "401 at the next call", "A logout is a logout.", &session_is_over},
    Deviation{"strict JSON", "a repeated member counts by its last value", "400",
              "Two readers of one body must not read two different orders.", &strict_json},
    Deviation{"no search", "`?search=` filters", "ignored, as any unknown parameter",
              "A search that reads the whole table has no place beside sales.", &no_search},
    Deviation{"control characters", "any but NUL", "none in names, 400; lines only in addresses",
              "They break receipts, logs and terminals.", &control_characters},
    Deviation{"UTF-8", "bodies in any character set", "UTF-8, else 415",
              "JSON between systems is UTF-8 (RFC 8259).", &utf8_only},
    Deviation{"no crash", "500 for a body of another shape", "400 or 401",
              "What a client sends is never the server's fault.", &no_crash},
    Deviation{"logout of nothing", "`refresh: null` is a fresh token, and a success", "401",
              "Nobody was logged out.", &logout_of_nothing},
    Deviation{"body limit", "2.5 MB", "64 KiB, images 2 MiB: 413",
              "An order needs no more, and memory is bounded by it.", &body_limit},
    Deviation{"no cookies", "registration opens a Django session", "no cookie is ever set",
              "A token API with a forgotten cookie session is open to CSRF.", nullptr},
    Deviation{"refresh tokens", "a JWT", "an opaque text, which may rotate",
              "It is kept nowhere in clear, and a stolen one is noticed when it is used twice.",
              nullptr},
    Deviation{"deleting a user", "deletes his orders and payments",
              "erases what is personal, keeps the books",
              "Orders and payments are the shop's records.", nullptr},
};

}  // namespace

std::span<const Deviation> deviations() { return table; }

const Deviation* find_deviation(const Case& expected, const Outcome& outcome) {
    for (const Deviation& deviation : table)
        if (deviation.explains != nullptr && deviation.explains(expected, outcome))
            return &deviation;
    return nullptr;
}

}  // namespace till_parity
