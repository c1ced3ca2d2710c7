// SPDX-License-Identifier: MIT
//
// From a parsed request to a finished reply: routing, negotiation, credentials, method, body size,
// then the handler, in DRF's order; and what every answer carries.
#pragma once

#include "http/app.hpp"
#include "http/exchange.hpp"
#include "http/routes.hpp"

namespace till::http {

struct Answer {
    Reply reply;
    std::string_view route;  // static
};

// `scope` null: the request is on its own.
[[nodiscard]] Answer answer(App& app, const Request& request, const Match& match,
                            BatchScope* scope);

// The answer to every request of a batch whose commit failed.
[[nodiscard]] Answer answer_failed_batch(App& app, const Request& request, const Match& match,
                                         till_status status, Owned<till_error>& error);

}  // namespace till::http
