// SPDX-License-Identifier: MIT
#include "http/handlers.hpp"
#include "http/text.hpp"

namespace till::http {

void get_index(Exchange& x) {
    const std::string base = x.base_url();
    const std::string auth = x.auth_url();
    x.json()
        .begin_object()
        .key("registration")
        .text(auth + "/registration/")
        .key("login")
        .text(auth + "/login/")
        .key("user")
        .text(auth + "/user/")
        .key("profile")
        .text(base + "/profile/")
        .key("orders")
        .text(base + "/orders/")
        .key("payments")
        .text(base + "/payments/")
        .end_object();
}

void get_health(Exchange& x) {
    Owned<till_store_info> info;
    const till_status status = till_store_info_get(x.app.store, nullptr, out(info), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.json().begin_object().key("status").text("ok").end_object();
}

}  // namespace till::http
