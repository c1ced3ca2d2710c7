// SPDX-License-Identifier: MIT
#include "security/door.hpp"

#include <openssl/hmac.h>

#include <array>
#include <ctime>
#include <utility>

namespace security {
namespace {

using nlohmann::json;

Answer answer_of(till_status status, const Err& err) {
    Answer answer;
    answer.ok = status == TILL_OK;
    answer.is_throttled = status == TILL_E_RATE_LIMITED;
    answer.is_invalid = status == TILL_E_VALIDATION;
    answer.status = status;
    if (!answer.ok) answer.text = err.code() + " " + err.violations();
    return answer;
}

Answer answer_of(const Reply& reply) {
    Answer answer;
    answer.ok = reply.status >= 200 && reply.status < 300;
    answer.is_throttled = reply.status == 429;
    answer.is_invalid = reply.status == 400;
    answer.status = reply.status;
    answer.cpu_ms = reply.cpu_ms;
    answer.text = reply.body;
    return answer;
}

till_call from(const Client& client) {
    till_call call = TILL_CALL_INIT;
    call.client_address = str(client.address);
    return call;
}

// JSON text of any bytes: what is no UTF-8 goes out as it is.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) < 0x20) {
            constexpr std::string_view digits = "0123456789abcdef";
            const auto code = static_cast<unsigned char>(c);
            out += "\\u00";
            out += digits[code >> 4];
            out += digits[code & 15];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

std::string object(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
    std::string text = "{";
    for (const auto& [name, value] : members) {
        if (text.size() > 1) text += ',';
        text += quoted(name) + ":" + quoted(value);
    }
    return text + "}";
}

HttpDoor::Headers json_headers(std::string_view access = {}) {
    HttpDoor::Headers headers{{"Content-Type", "application/json"}};
    if (!access.empty()) headers.emplace_back("Authorization", "Bearer " + std::string(access));
    return headers;
}

Login login_of(const Reply& reply) {
    Login login;
    login.answer = answer_of(reply);
    if (login.answer.ok) {
        const json body = json::parse(reply.body);
        login.access = body.at("access");
        login.refresh = body.at("refresh");
    }
    return login;
}

}  // namespace

template <class T>
Login CApiDoor::login_of(till_status status, const Owned<T>& tokens, const Err& err) {
    Login login;
    login.answer = answer_of(status, err);
    if (tokens != nullptr) {
        login.access = view(tokens->access);
        login.refresh = view(tokens->refresh);
    }
    return login;
}

Login CApiDoor::enter(std::string_view username, std::string_view password, const Client& client) {
    till_login_in in = TILL_LOGIN_IN_INIT;
    in.username = str(username);
    in.password = str(password);
    const till_call call = from(client);
    Owned<till_tokens> tokens;
    Err err;
    const double before = cpu_ms();
    const till_status status = till_login(store_, &call, &in, Out(tokens), err);
    Login login = login_of(status, tokens, err);
    login.answer.cpu_ms = cpu_ms() - before;
    return login;
}

Answer CApiDoor::join(std::string_view username, std::string_view email, std::string_view password,
                      const Client& client) {
    till_register_in in = TILL_REGISTER_IN_INIT;
    in.username = str(username);
    if (!email.empty()) in.email = str(email);
    in.password = str(password);
    const till_call call = from(client);
    Owned<till_tokens> tokens;
    Err err;
    const double before = cpu_ms();
    const till_status status = till_register(store_, &call, &in, Out(tokens), err);
    Answer answer = answer_of(status, err);
    answer.cpu_ms = cpu_ms() - before;
    return answer;
}

Login CApiDoor::refresh(std::string_view token) {
    Owned<till_tokens> tokens;
    Err err;
    const till_status status =
        till_session_refresh(store_, nullptr, token.data(), token.size(), Out(tokens), err);
    return login_of(status, tokens, err);
}

Answer CApiDoor::whoami(std::string_view access) {
    const till_call call = abi::as_token(access);
    Owned<till_user> user;
    Err err;
    const till_status status = till_user_get(store_, &call, 0, Out(user), err);
    return answer_of(status, err);
}

Answer CApiDoor::leave(std::string_view refresh) {
    Err err;
    const till_status status = till_logout(store_, nullptr, refresh.data(), refresh.size(), err);
    return answer_of(status, err);
}

Answer CApiDoor::end_sessions(std::string_view access) {
    const till_call call = abi::as_token(access);
    const till_session_end_in in = TILL_SESSION_END_IN_INIT;
    Err err;
    const till_status status = till_session_end(store_, &call, &in, err);
    return answer_of(status, err);
}

Answer CApiDoor::change_password(std::string_view access, std::string_view old,
                                 std::string_view fresh) {
    const till_call call = abi::as_token(access);
    till_password_change_in in = TILL_PASSWORD_CHANGE_IN_INIT;
    if (!old.empty()) in.old_password = str(old);
    in.new_password = str(fresh);
    Err err;
    const till_status status = till_password_change(store_, &call, &in, err);
    return answer_of(status, err);
}

Answer CApiDoor::request_reset(std::string_view email, const Client& client) {
    const till_call call = from(client);
    Err err;
    const till_status status =
        till_password_reset_request(store_, &call, email.data(), email.size(), err);
    return answer_of(status, err);
}

Answer CApiDoor::reset(std::int64_t user_id, std::string_view token, std::string_view fresh) {
    till_password_reset_in in = TILL_PASSWORD_RESET_IN_INIT;
    in.user_id = user_id;
    in.token = str(token);
    in.new_password = str(fresh);
    Err err;
    const till_status status = till_password_reset(store_, nullptr, &in, err);
    return answer_of(status, err);
}

Answer CApiDoor::verify_email(std::string_view token) {
    Err err;
    const till_status status = till_email_verify(store_, nullptr, token.data(), token.size(), err);
    return answer_of(status, err);
}

Answer CApiDoor::rename(std::string_view access, std::string_view username) {
    const till_call call = abi::as_token(access);
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.mask = TILL_USER_USERNAME;
    in.username = str(username);
    Owned<till_user> user;
    Err err;
    const till_status status = till_user_update(store_, &call, &in, Out(user), err);
    return answer_of(status, err);
}

Answer CApiDoor::set_image(std::string_view access, std::string_view bytes) {
    const till_call call = abi::as_token(access);
    till_user_image_set_in in = TILL_USER_IMAGE_SET_IN_INIT;
    in.data = str(bytes);
    Owned<till_user> user;
    Err err;
    const till_status status = till_user_image_set(store_, &call, &in, Out(user), err);
    return answer_of(status, err);
}

std::string CApiDoor::list_sessions(std::string_view access) {
    const till_call call = abi::as_token(access);
    Owned<till_session_page> page;
    REQUIRE(till_session_list(store_, &call, nullptr, Out(page), nullptr) == TILL_OK);
    return {reinterpret_cast<const char*>(page.get()), page->block_size};
}

Answer CApiDoor::find_order(std::string_view access, std::int64_t id) {
    const till_call call = abi::as_token(access);
    Owned<till_order> order;
    Err err;
    const till_status status = till_order_get(store_, &call, id, Out(order), err);
    return answer_of(status, err);
}

std::string Reply::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return "";
}

HttpDoor::HttpDoor(till_store* store) {
    const till_http_app_in in = TILL_HTTP_APP_IN_INIT;
    REQUIRE(till_http_app_create(store, &in, &app_, nullptr) == TILL_OK);
}

Reply HttpDoor::send(std::string_view method, std::string_view target, std::string_view body,
                     Headers headers, const Client& client) {
    std::vector<till_http_header> raw;
    for (const auto& [name, value] : headers) raw.push_back({str(name), str(value)});
    till_http_request request = TILL_HTTP_REQUEST_INIT;
    request.method = str(method);
    request.target = str(target);
    request.headers = raw.data();
    request.header_count = raw.size();
    request.body = str(body);
    request.client_address = str(client.address);
    const till_http_response* out = nullptr;
    const double before = cpu_ms();
    REQUIRE(till_http_handle(app_, &request, &out) == TILL_OK);
    Reply reply;
    reply.cpu_ms = cpu_ms() - before;
    reply.status = out->status;
    for (std::size_t i = 0; i < out->header_count; ++i) {
        reply.headers.emplace_back(view(out->headers[i].name), view(out->headers[i].value));
    }
    reply.body = view(out->body);
    till_free(out);
    return reply;
}

Reply HttpDoor::send_json(std::string_view method, std::string_view target, const json& body,
                          std::string_view access, const Client& client) {
    return send(method, target, body.dump(), json_headers(access), client);
}

Login HttpDoor::enter(std::string_view username, std::string_view password, const Client& client) {
    return login_of(send("POST", "/auth/login/",
                         object({{"username", username}, {"password", password}}), json_headers(),
                         client));
}

Answer HttpDoor::join(std::string_view username, std::string_view email, std::string_view password,
                      const Client& client) {
    const std::string body =
        email.empty()
            ? object({{"username", username}, {"password1", password}, {"password2", password}})
            : object({{"username", username},
                      {"email", email},
                      {"password1", password},
                      {"password2", password}});
    return answer_of(send("POST", "/auth/registration/", body, json_headers(), client));
}

Login HttpDoor::refresh(std::string_view token) {
    return login_of(
        send("POST", "/auth/token/refresh/", object({{"refresh", token}}), json_headers()));
}

Answer HttpDoor::whoami(std::string_view access) {
    return answer_of(send("GET", "/auth/user/", "", json_headers(access)));
}

Answer HttpDoor::leave(std::string_view refresh) {
    return answer_of(send("POST", "/auth/logout/", object({{"refresh", refresh}}), json_headers()));
}

Answer HttpDoor::end_sessions(std::string_view access) {
    // One by one; the own one last, since its token is needed until then.
    const json sessions =
        json::parse(send("GET", "/auth/sessions/", "", json_headers(access)).body);
    Reply last;
    for (const bool own : {false, true}) {
        for (const json& each : sessions) {
            if (each.at("is_current").get<bool>() != own) continue;
            const std::string path = "/auth/sessions/" + each.at("id").dump() + "/";
            last = send("DELETE", path, "", json_headers(access));
        }
    }
    return answer_of(last);
}

Answer HttpDoor::change_password(std::string_view access, std::string_view old,
                                 std::string_view fresh) {
    const std::string body =
        old.empty()
            ? object({{"new_password1", fresh}, {"new_password2", fresh}})
            : object({{"old_password", old}, {"new_password1", fresh}, {"new_password2", fresh}});
    return answer_of(send("POST", "/auth/password/change/", body, json_headers(access)));
}

Answer HttpDoor::request_reset(std::string_view email, const Client& client) {
    return answer_of(
        send("POST", "/auth/password/reset/", object({{"email", email}}), json_headers(), client));
}

Answer HttpDoor::reset(std::int64_t user_id, std::string_view token, std::string_view fresh) {
    std::string uid;  // base 36, as links have it
    for (std::int64_t rest = user_id; rest > 0; rest /= 36) {
        uid.insert(uid.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[rest % 36]);
    }
    return answer_of(send(
        "POST", "/auth/password/reset/confirm/",
        object(
            {{"uid", uid}, {"token", token}, {"new_password1", fresh}, {"new_password2", fresh}}),
        json_headers()));
}

Answer HttpDoor::verify_email(std::string_view token) {
    return answer_of(
        send("POST", "/auth/registration/verify-email/", object({{"key", token}}), json_headers()));
}

Answer HttpDoor::rename(std::string_view access, std::string_view username) {
    return answer_of(
        send("PATCH", "/auth/user/", object({{"username", username}}), json_headers(access)));
}

Answer HttpDoor::set_image(std::string_view access, std::string_view bytes) {
    const std::string body =
        "--b\r\nContent-Disposition: form-data; name=\"profile_img\"; filename=\"x.png\"\r\n"
        "Content-Type: image/png\r\n\r\n" +
        std::string(bytes) + "\r\n--b--\r\n";
    return answer_of(send("PATCH", "/profile/", body,
                          {{"Content-Type", "multipart/form-data; boundary=b"},
                           {"Authorization", "Bearer " + std::string(access)}}));
}

std::string HttpDoor::list_sessions(std::string_view access) {
    const Reply reply = send("GET", "/auth/sessions/", "", json_headers(access));
    REQUIRE(reply.status == 200);
    return reply.body;
}

Answer HttpDoor::find_order(std::string_view access, std::int64_t id) {
    return answer_of(send("GET", "/orders/" + std::to_string(id) + "/", "", json_headers(access)));
}

double cpu_ms() {
    timespec now{};
    REQUIRE(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

std::string to_base64url(std::string_view bytes) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    unsigned bits = 0;
    int count = 0;
    for (const char c : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (count += 8; count >= 6;) {
            count -= 6;
            text += alphabet[bits >> count & 63u];
        }
    }
    if (count > 0) text += alphabet[bits << (6 - count) & 63u];
    return text;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    REQUIRE(::HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                   reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
                   &size) != nullptr);
    return {reinterpret_cast<const char*>(digest.data()), size};
}

RealStore::RealStore(const std::string& path) {
    till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
    in.path = str(path);
    REQUIRE(till_store_open(&in, &store_, nullptr) == TILL_OK);
}

}  // namespace security
