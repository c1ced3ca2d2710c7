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

// Live is whoever answers at all. Ready: the store takes reads, and the host stays.
void get_health(Exchange& x) {
    Owned<till_store_info> info;
    till_call nobody = TILL_CALL_INIT;
    nobody.batch = x.call.batch;
    const till_status status = till_store_info_get(x.app.store, &nobody, out(info), out(x.error));
    const bool is_ready = status == TILL_OK && !x.request.is_draining;
    if (status != TILL_OK) {
        x.fail(status);  // into the log, and its Retry-After
        x.reply.body.clear();
    }
    x.reply.status = is_ready ? 200 : 503;
    JsonWriter json = x.json();
    json.begin_object().key("status").text(is_ready ? "ok" : "unavailable");
    json.key("live").boolean(true).key("ready").boolean(is_ready).end_object();
}

}  // namespace till::http
