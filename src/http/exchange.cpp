// SPDX-License-Identifier: MIT
#include "http/exchange.hpp"

#include "http/text.hpp"

#include <algorithm>
#include <utility>

namespace till::http {

namespace {

constexpr std::size_t boundary_max = 70;  // RFC 2046, 5.1.1

bool is_boundary(std::string_view text) {
    const auto is_allowed = [](char c) {
        const char lower = to_lower(c);
        return is_digit(c) || (lower >= 'a' && lower <= 'z') ||
               std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
    };
    return !text.empty() && text.size() <= boundary_max && text.back() != ' ' &&
           std::all_of(text.begin(), text.end(), is_allowed);
}

// The authority of a Host header, as far as a link may show it.
bool is_host(std::string_view host) {
    const auto is_allowed = [](char c) {
        const char lower = to_lower(c);
        return is_digit(c) || (lower >= 'a' && lower <= 'z') ||
               std::string_view(".-:[]").find(c) != std::string_view::npos;
    };
    return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), is_allowed);
}

}  // namespace

void Exchange::refuse(const FieldErrors& errors) {
    reply.fail(errors);
    reply.is_early = true;
}

void Exchange::refuse(int status, std::string_view detail, std::string_view code) {
    reply.fail(status, detail, code);
    reply.is_early = true;
}

void Exchange::refuse_field(std::string_view field, std::string_view message) {
    FieldErrors errors;
    errors.add(field, message);
    refuse(errors);
}

void Exchange::refuse_key() {
    refuse(400, "This call takes no Idempotency-Key.", "idempotency_key_refused");
}

bool Exchange::parse_body() {
    const std::string_view type = media_type(request.content_type);
    if (!request.content_encoding.empty() &&
        !equal_ignoring_case(request.content_encoding, "identity")) {
        refuse(415, "Unsupported content encoding in request.");
        return false;
    }
    const std::string_view charset =
        media_parameter(request.content_type, "charset").value_or("utf-8");
    const bool is_charset_known = equal_ignoring_case(charset, "utf-8") ||
                                  equal_ignoring_case(charset, "utf8") ||
                                  equal_ignoring_case(charset, "us-ascii");
    const std::string_view boundary =
        media_parameter(request.content_type, "boundary").value_or("");
    if (equal_ignoring_case(type, "application/json") && is_charset_known) {
        parse_json(request.body, *body_);
        if (!body_->error.empty()) {
            refuse(400, std::string("JSON parse error - ").append(body_->error));
            return false;
        }
    } else if (equal_ignoring_case(type, "application/x-www-form-urlencoded") && is_charset_known) {
        parse_urlencoded(request.body, *body_);
    } else if (equal_ignoring_case(type, "multipart/form-data") && is_charset_known) {
        if (is_boundary(boundary)) {
            parse_multipart(request.body, boundary, *body_);
        } else {
            body_->error = "Multipart form parse error - Invalid boundary.";
        }
    } else {
        std::string shown(request.content_type.substr(0, 100));
        while (!is_utf8(shown)) shown.pop_back();
        refuse(415, "Unsupported media type \"" + shown + "\" in request.");
        return false;
    }
    if (!body_->error.empty()) refuse(400, body_->error);
    return body_->error.empty();
}

const Body* Exchange::read_body() {
    body_ = std::make_unique<Body>();
    if (request.body.empty()) {
        body_->root.kind = NodeKind::object;
        return body_.get();
    }
    return parse_body() ? body_.get() : nullptr;
}

const Body* Exchange::read_object() {
    const Body* body = read_body();
    if (body == nullptr || body->root.kind == NodeKind::object) return body;
    if (body->root.kind == NodeKind::null) {
        refuse_field(non_field_errors, "No data provided");
    } else {
        refuse_field(non_field_errors, std::string("Invalid data. Expected a dictionary, but got ")
                                           .append(body->root.type_name())
                                           .append("."));
    }
    return nullptr;
}

std::optional<std::int64_t> Exchange::if_version() {
    if (request.if_match.empty()) return 0;
    const EntityTags tags = read_entity_tags(request.if_match, false);
    if (tags.any) return 0;
    if (tags.count > 1) {
        refuse(400, "Send one entity tag in If-Match.", "if_match");
        return std::nullopt;
    }
    if (tags.has_version) return tags.version;
    refuse(412, "No such version: load the object again.", "precondition_failed");
    return std::nullopt;
}

void Exchange::replayed(till_bool is_replayed) {
    if (is_replayed != 0) reply.header("Idempotency-Replayed", "true");
}

void Exchange::entity_tag(std::int64_t version) {
    if (!request.if_none_match.empty() &&
        (request.method == Method::get || request.method == Method::head)) {
        const EntityTags tags = read_entity_tags(request.if_none_match, true);
        if (tags.any || (tags.has_version && tags.version == version)) {
            reply.status = 304;
            reply.body.clear();
        }
    }
    std::string tag = "\"v";
    append_number(tag, version);
    reply.header_copy("ETag", tag += '"');
}

std::string Exchange::url_of(const std::string& mount) const {
    if (!app.public_url.empty()) return app.public_url + mount;
    if (!is_host(request.host)) return mount;
    const std::string_view scheme = request.is_tls ? "https://" : "http://";
    std::string url;
    url.reserve(scheme.size() + request.host.size() + mount.size());
    return url.append(scheme).append(request.host).append(mount);
}

std::string Exchange::base_url() const { return url_of(app.mount); }

std::string Exchange::auth_url() const { return url_of(app.auth_mount); }

CallBatch::~CallBatch() {
    if (own_ == nullptr) return;
    till_batch_rollback(own_);
    exchange_.call.batch = nullptr;
}

bool CallBatch::begin() {
    if (exchange_.call.batch != nullptr) return true;
    const till_error* error = nullptr;
    const till_status status =
        till_batch_begin(exchange_.app.store, &exchange_.call, &own_, &error);
    exchange_.error.reset(error);
    if (status != TILL_OK) {
        exchange_.fail(status);
        return false;
    }
    exchange_.call.batch = own_;
    return true;
}

bool CallBatch::commit() {
    if (own_ == nullptr) return true;
    exchange_.call.batch = nullptr;
    const till_error* error = nullptr;
    const till_status status = till_batch_commit(std::exchange(own_, nullptr), &error);
    exchange_.error.reset(error);
    if (status != TILL_OK) exchange_.fail(status);
    return status == TILL_OK;
}

}  // namespace till::http
