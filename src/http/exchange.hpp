// SPDX-License-Identifier: MIT
//
// One request on its way through a handler: the request, the call it makes, the reply it fills.
#pragma once

#include "http/app.hpp"
#include "http/body.hpp"
#include "http/form.hpp"
#include "http/json_writer.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"
#include "till/till.h"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace till::http {

struct Free {
    void operator()(const void* result) const noexcept { till_free(result); }
};
// A result of the library.
template <class T>
using Owned = std::unique_ptr<const T, Free>;

// Receives a result and an error of a call.
template <class T>
class Out {
public:
    explicit Out(Owned<T>& target) noexcept : target_(target) {}
    Out(const Out&) = delete;
    Out& operator=(const Out&) = delete;
    ~Out() { target_.reset(raw_); }
    operator const T**() noexcept { return &raw_; }  // NOLINT(google-explicit-constructor)

private:
    Owned<T>& target_;
    const T* raw_ = nullptr;
};
template <class T>
[[nodiscard]] Out<T> out(Owned<T>& target) noexcept {
    return Out<T>(target);
}

// How a path of a violation is called on a route: {"/new_password", "new_password2"}.
struct FieldName {
    std::string_view path;
    std::string_view field;
};
using FieldNames = std::initializer_list<FieldName>;

// In the words of DRF and Django.
std::string message_of(const till_violation& violation);

struct Exchange {
    Exchange(App& its_app, const Request& its_request, BatchScope* its_scope) noexcept
        : app(its_app), request(its_request), scope(its_scope) {}

    App& app;
    const Request& request;
    BatchScope* scope;  // null: on its own
    till_call call = TILL_CALL_INIT;
    std::int64_t id = 0;    // of the path
    std::string_view name;  // of the path
    std::uint64_t body_max = 0;
    Reply reply;
    Owned<till_error> error;

    // ---- In
    // The body, parsed; null: it was refused and the reply says why.
    const Body* read_body();
    // The same, which must be an object.
    const Body* read_object();
    // If-Match as a version: 0 when there is none; nothing when it cannot match (the reply is 412).
    std::optional<std::int64_t> if_version();
    std::optional<std::string_view> query(std::string_view parameter, std::string& storage) const {
        return query_value(request.query, parameter, storage);
    }

    // ---- Refusals before the store saw the call
    void refuse(const FieldErrors& errors);
    void refuse(int status, std::string_view detail, std::string_view code = {});
    void refuse_field(std::string_view field, std::string_view message);
    // An Idempotency-Key where none is taken.
    void refuse_key();

    // ---- Out
    JsonWriter json() { return JsonWriter(reply.body); }
    // Fills the reply from a failed call.
    void fail(till_status status, FieldNames names = {});
    void replayed(till_bool is_replayed);
    void entity_tag(std::int64_t version);
    // "https://shop.example/api" or, when nobody says where we are, "/api".
    [[nodiscard]] std::string base_url() const;
    [[nodiscard]] std::string auth_url() const;

private:
    [[nodiscard]] std::string url_of(const std::string& mount) const;
    [[nodiscard]] bool parse_body();

    std::unique_ptr<Body> body_;
};

// A batch of a handler that makes two calls, unless it runs in one already; undone unless
// committed.
class CallBatch {
public:
    explicit CallBatch(Exchange& exchange) noexcept : exchange_(exchange) {}
    CallBatch(const CallBatch&) = delete;
    CallBatch& operator=(const CallBatch&) = delete;
    ~CallBatch();

    // False: the reply says why.
    [[nodiscard]] bool begin();
    [[nodiscard]] bool commit();

private:
    Exchange& exchange_;
    till_batch* own_ = nullptr;
};

}  // namespace till::http
