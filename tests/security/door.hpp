// SPDX-License-Identifier: MIT
//
// One question asked through each door: TEST_CASE_TEMPLATE("[PW-2] …", Door, CApiDoor, HttpDoor). A
// door talks to a store that it does not own; both may be open on one.
#pragma once

#include "c_api/accounts.hpp"
#include "c_api/secrets.hpp"
#include "till/http.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace security {

using abi::bytes_of_store;
using abi::Err;
using abi::from_base64url;
using abi::Out;
using abi::Owned;
using abi::spellings;
using abi::str;
using abi::to_hex;
using abi::view;

// What a door said. `text` is the HTTP body, or the error's code and violations.
struct Answer {
    bool ok = false;
    bool is_throttled = false;  // 429, or TILL_E_RATE_LIMITED
    bool is_invalid = false;    // 400, or TILL_E_VALIDATION
    int status = 0;
    double cpu_ms = 0;  // of the call itself, without what a test does to make it
    std::string text;
};

struct Login {
    Answer answer;
    std::string access;
    std::string refresh;
};

// What a client knows of itself.
struct Client {
    std::string address = "192.0.2.7";
};

class CApiDoor {
public:
    explicit CApiDoor(till_store* store) : store_(store) {}

    Login enter(std::string_view username, std::string_view password, const Client& client = {});
    Answer join(std::string_view username, std::string_view email, std::string_view password,
                const Client& client = {});
    Login refresh(std::string_view token);
    Answer whoami(std::string_view access);
    Answer leave(std::string_view refresh);
    Answer end_sessions(std::string_view access);
    // An empty old password is left out.
    Answer change_password(std::string_view access, std::string_view old, std::string_view fresh);
    Answer request_reset(std::string_view email, const Client& client = {});
    Answer reset(std::int64_t user_id, std::string_view token, std::string_view fresh);
    Answer verify_email(std::string_view token);
    Answer rename(std::string_view access, std::string_view username);
    Answer set_image(std::string_view access, std::string_view bytes);
    // Every text that names an object or a person.
    std::string list_sessions(std::string_view access);
    Answer find_order(std::string_view access, std::int64_t id);

private:
    template <class T>
    Login login_of(till_status status, const Owned<T>& tokens, const Err& err);

    till_store* store_;
};

// A request to till_http_handle() and its answer.
struct Reply {
    int status = 0;
    double cpu_ms = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string header(std::string_view name) const;
};

class HttpDoor {
public:
    explicit HttpDoor(till_store* store);
    HttpDoor(const HttpDoor&) = delete;
    HttpDoor& operator=(const HttpDoor&) = delete;
    ~HttpDoor() { till_http_app_release(app_); }

    Login enter(std::string_view username, std::string_view password, const Client& client = {});
    Answer join(std::string_view username, std::string_view email, std::string_view password,
                const Client& client = {});
    Login refresh(std::string_view token);
    Answer whoami(std::string_view access);
    Answer leave(std::string_view refresh);
    Answer end_sessions(std::string_view access);
    Answer change_password(std::string_view access, std::string_view old, std::string_view fresh);
    Answer request_reset(std::string_view email, const Client& client = {});
    Answer reset(std::int64_t user_id, std::string_view token, std::string_view fresh);
    Answer verify_email(std::string_view token);
    Answer rename(std::string_view access, std::string_view username);
    Answer set_image(std::string_view access, std::string_view bytes);
    std::string list_sessions(std::string_view access);
    Answer find_order(std::string_view access, std::int64_t id);

    using Headers = std::vector<std::pair<std::string, std::string>>;
    Reply send(std::string_view method, std::string_view target, std::string_view body,
               Headers headers = {}, const Client& client = {});
    Reply send_json(std::string_view method, std::string_view target, const nlohmann::json& body,
                    std::string_view access = {}, const Client& client = {});

private:
    till_http_app* app_ = nullptr;
};

// What this process has computed so far.
double cpu_ms();

std::string to_base64url(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view text);

// A store on its own file that hashes in earnest, as a host opens it.
class RealStore {
public:
    explicit RealStore(const std::string& path);
    RealStore(const RealStore&) = delete;
    RealStore& operator=(const RealStore&) = delete;
    ~RealStore() { till_store_release(store_); }
    operator till_store*() const { return store_; }  // NOLINT(google-explicit-constructor)

private:
    till_store* store_ = nullptr;
};

}  // namespace security

TYPE_TO_STRING_AS("c_api", security::CApiDoor);
TYPE_TO_STRING_AS("http", security::HttpDoor);
