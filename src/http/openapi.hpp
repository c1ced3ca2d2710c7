// SPDX-License-Identifier: MIT
//
// The API as an OpenAPI 3.1 document: paths, methods, who may come in and what may go wrong from
// the route table; words, bodies and examples from docs/operations.json and docs/components.json.
#pragma once

#include <string>

struct till_http_app;

namespace till::http {

struct Document {
    std::string text;
    std::string tag;  // an entity tag
};

// As this app is mounted, in its list style.
[[nodiscard]] Document make_document(const till_http_app& app);

}  // namespace till::http
