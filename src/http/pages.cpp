// SPDX-License-Identifier: MIT
#include "http/handlers.hpp"
#include "http/text.hpp"

namespace till::http {

void get_index(Exchange& x) {
    // Escaped once, not in each link.
    std::string base, auth;
    append_escaped(base, x.base_url());
    append_escaped(auth, x.auth_url());
    const std::string_view parts[] = {
        R"({"registration":")",     auth, R"(/registration/","login":")", auth,
        R"(/login/","user":")",     auth, R"(/user/","profile":")",       base,
        R"(/profile/","orders":")", base, R"(/orders/","payments":")",    base,
        R"(/payments/"})"};
    for (const std::string_view part : parts) x.reply.body += part;
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
