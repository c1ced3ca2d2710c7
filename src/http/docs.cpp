// SPDX-License-Identifier: MIT
//
// The API's document, the page that shows it, and the operators' page.
#include "http/assets.hpp"
#include "http/handlers.hpp"
#include "http/openapi.hpp"

#include <string>

namespace till::http {

namespace {

// Swagger UI's style sheet has its pictures inside.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// Nobody's code but ours, no form that leaves, no frame around it.
constexpr std::string_view admin_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

}  // namespace

void get_openapi(Exchange& x) {
    const Document& document = x.app.document();
    x.reply.is_cacheable = true;
    x.reply.header("Cache-Control", "no-cache");
    x.reply.header("ETag", document.tag);
    if (x.request.if_none_match.find(document.tag) != std::string_view::npos) {
        x.reply.status = 304;
        return;
    }
    x.reply.body = document.text;
}

void get_docs(Exchange& x) {
    if (redirect_to_slash(x, "/docs/")) return;
    const bool has_swagger = find_asset("docs/swagger-ui-bundle.js") != nullptr;
    answer_asset(x, has_swagger ? "docs/index.html" : "docs/plain.html", policy);
}

void get_docs_asset(Exchange& x) { answer_asset(x, std::string("docs/").append(x.name), policy); }

void get_admin(Exchange& x) {
    if (redirect_to_slash(x, "/admin/")) return;
    answer_asset(x, "admin/index.html", admin_policy);
}

void get_admin_asset(Exchange& x) {
    answer_asset(x, std::string("admin/").append(x.name), admin_policy);
}

}  // namespace till::http
