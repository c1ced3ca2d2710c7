// SPDX-License-Identifier: MIT
#include "http/reply.hpp"

#include "http/block.hpp"
#include "http/json_writer.hpp"
#include "http/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace till::http {

namespace {

constexpr std::string_view challenge = "Bearer realm=\"api\"";

// No data of a client gets a line break into a header.
bool is_header_safe(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte != 0x7f;
    });
}

}  // namespace

Reply::~Reply() {
    if (is_secret) wipe(body);
}

void Reply::hold_secret() {
    is_secret = true;
    body.reserve(secret_room);
}

Reply::Slot* Reply::next_slot() {
    // The fullest answer has fewer than twenty.
    return slot_count_ < slots_max ? &slots_[slot_count_++] : nullptr;
}

void Reply::header(std::string_view name, std::string_view static_value) {
    if (Slot* slot = next_slot()) *slot = {name, static_value, 0, 0, false};
}

void Reply::header_copy(std::string_view name, std::string_view value) {
    if (!is_header_safe(value)) return;
    if (Slot* slot = next_slot()) {
        *slot = {name, {}, copies_.size(), value.size(), true};
        copies_ += value;
        copies_ += '\0';  // every text out of a block ends with one
    }
}

bool Reply::has_header(std::string_view name) const noexcept {
    return std::any_of(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(slot_count_),
                       [&](const Slot& slot) { return slot.name == name; });
}

void Reply::reset() {
    wipe(body);
    content_type = json_type;
    is_cacheable = false;
    is_secret = false;
    is_early = false;
    slot_count_ = 0;
    copies_.clear();
}

void Reply::fail(int code_status, std::string_view detail, std::string_view code) {
    reset();
    status = code_status;
    JsonWriter json(body);
    json.begin_object().key("detail").text(detail);
    if (!code.empty()) json.key("code").text(code);
    json.end_object();
}

void Reply::fail(const FieldErrors& errors) {
    reset();
    status = 400;
    JsonWriter json(body);
    errors.write(json);
}

void Reply::fail_authentication(std::string_view detail, std::string_view code) {
    fail(401, detail, code);
    header("WWW-Authenticate", challenge);
}

void Reply::fail_access_token(std::string_view code) {
    if (code == "user_not_found") return fail_authentication("User not found", code);
    if (code == "user_inactive") return fail_authentication("User is inactive", code);
    fail_authentication("");
    body =
        R"({"detail":"Given token not valid for any token type","code":"token_not_valid","messages":)"
        R"([{"token_class":"AccessToken","token_type":"access","message":"Token is invalid or expired"}]})";
}

void Reply::not_found() { fail(404, "Not found."); }

void Reply::not_found_page() {
    reset();
    status = 404;
    content_type = html_type;
    body =
        "<!doctype html>\n<html lang=\"en\"><head><title>Not Found</title></head>"
        "<body><h1>Not Found</h1><p>The requested resource was not found on this "
        "server.</p></body></html>\n";
}

const till_http_response* Reply::seal(std::string_view route) const noexcept {
    const std::size_t headers_size = slot_count_ * sizeof(till_http_header);
    const std::size_t size =
        sizeof(till_http_response) + headers_size + copies_.size() + 1 + body.size() + 1;
    auto* memory = static_cast<char*>(std::malloc(size));
    if (memory == nullptr) return nullptr;
    auto* response = new (memory) till_http_response{};
    auto* headers = reinterpret_cast<till_http_header*>(memory + sizeof(till_http_response));
    char* copies = memory + sizeof(till_http_response) + headers_size;
    char* content = copies + copies_.size() + 1;
    std::memcpy(copies, copies_.c_str(), copies_.size() + 1);
    std::memcpy(content, body.c_str(), body.size() + 1);
    for (std::size_t i = 0; i < slot_count_; ++i) {
        const Slot& slot = slots_[i];
        new (headers + i) till_http_header{
            to_str(slot.name),
            slot.is_copy ? till_str{copies + slot.offset, slot.length} : to_str(slot.value)};
    }
    response->struct_size = sizeof(till_http_response);
    response->kind = is_secret ? kind_response | kind_secret : kind_response;
    response->block_size = size;
    response->status = status;
    response->close = is_close ? 1 : 0;
    response->headers = headers;
    response->header_count = slot_count_;
    response->body = {content, body.size()};
    response->route = to_str(route);
    response->user_id = user_id;
    return response;
}

}  // namespace till::http
