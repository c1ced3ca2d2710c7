// SPDX-License-Identifier: MIT
//
// The API's document, and the page that shows it.
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

}  // namespace till::http
