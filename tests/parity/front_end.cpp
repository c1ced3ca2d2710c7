// SPDX-License-Identifier: MIT
#include "front_end.hpp"

#include "form.hpp"

namespace till_parity {

Json json_of(const Response& response) { return parse_json(response.body); }

std::string text_at(const Response& response, const char* member) {
    const Json body = json_of(response);
    const Json& value = body.at(member);
    return value.is_string() ? value.get<std::string>() : write_json(value);
}

std::string path_of_url(const std::string& url) {
    const std::size_t scheme = url.find("://");
    return scheme == std::string::npos ? url : url.substr(url.find('/', scheme + 3));
}

Response FrontEnd::send(const std::string& method, const std::string& path, const std::string& body,
                        const std::string& content_type) const {
    Request request;
    request.method = method;
    request.target = mount_ + path;
    // Axios' default; a browser's own is no different to the server.
    request.headers.emplace_back("Accept", "application/json, text/plain, */*");
    if (!access_.empty()) request.headers.emplace_back("Authorization", "Bearer " + access_);
    if (!content_type.empty()) request.headers.emplace_back("Content-Type", content_type);
    request.has_body = !content_type.empty();
    request.body = body;
    return world_.send(request);
}

Response FrontEnd::log_in(const std::string& username, const std::string& password) {
    access_.clear();
    std::string content_type = "application/x-www-form-urlencoded";
    const std::string body =
        encode_body(Json{{"username", username}, {"password", password}}, content_type);
    Response response = send("POST", "/auth/login/", body, content_type);
    if (response.status == 200) {
        access_ = text_at(response, "access");
        refresh_ = text_at(response, "refresh");
    }
    return response;
}

Response FrontEnd::refresh_with(const std::string& refresh) {
    const std::string body = write_json(Json{{"refresh", refresh}});
    Response response = send("POST", "/auth/token/refresh/", body, "application/json");
    if (response.status != 200) return response;
    ++refreshes_;
    access_ = text_at(response, "access");
    if (adopts_rotated_tokens) refresh_ = text_at(response, "refresh");
    return response;
}

Response FrontEnd::send_with_retry(const std::string& method, const std::string& path,
                                   const std::string& body, const std::string& content_type) {
    Response response = send(method, path, body, content_type);
    if (response.status != 401 || refresh_with(refresh_).status != 200) return response;
    return send(method, path, body, content_type);
}

Response FrontEnd::call(const std::string& method, const std::string& path, const Json& body) {
    if (body.is_null()) return send_with_retry(method, path, {}, {});
    return send_with_retry(method, path, write_json(body), "application/json");
}

Response FrontEnd::upload(const std::string& method, const std::string& path, const Json& form) {
    std::string content_type = "multipart/form-data; boundary=----WebKitFormBoundaryf00";
    const std::string body = encode_body(form, content_type);
    return send_with_retry(method, path, body, content_type);
}

}  // namespace till_parity
