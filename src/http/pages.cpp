// SPDX-License-Identifier: MIT
#include "http/handlers.hpp"
#include "http/text.hpp"

namespace till::http {

void get_index(Exchange& x) {
    const std::string base = x.base_url();
    const std::string auth = x.auth_url();
    JsonWriter json = x.json();
    std::string url;
    url.reserve(auth.size() + sizeof "/registration/");
    const auto link = [&](std::string_view name, const std::string& mount) {
        url.assign(mount).append("/").append(name).append("/");
        json.key(name).text(url);
    };
    json.begin_object();
    link("registration", auth);
    link("login", auth);
    link("user", auth);
    link("profile", base);
    link("orders", base);
    link("payments", base);
    json.end_object();
}

void get_health(Exchange& x) {
    Owned<till_store_info> info;
    const till_status status = till_store_info_get(x.app.store, nullptr, out(info), out(x.error));
    if (status != TILL_OK) return x.fail(status);
    x.json().begin_object().key("status").text("ok").end_object();
}

}  // namespace till::http
