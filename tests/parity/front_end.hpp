// SPDX-License-Identifier: MIT
// A front end as the Django tutorials write them: Axios with an interceptor that answers a 401 with
// one refresh and one retry.
#pragma once

#include "json.hpp"
#include "world.hpp"

#include <cstdint>
#include <string>

namespace till_parity {

class FrontEnd {
public:
    // Below `mount`: "/api".
    FrontEnd(const World& world, std::string mount) : world_(world), mount_(std::move(mount)) {}

    // Keeps what a refresh answers as its new refresh token; the tutorials never do.
    bool adopts_rotated_tokens = false;

    Response log_in(const std::string& username, const std::string& password);
    // With the token; after a 401 refreshes once and tries once more.
    Response call(const std::string& method, const std::string& path, const Json& body = Json());
    Response upload(const std::string& method, const std::string& path, const Json& form);
    // Asks for new tokens with this refresh token and keeps them.
    Response refresh_with(const std::string& refresh);

    const std::string& access() const { return access_; }
    const std::string& refresh_token() const { return refresh_; }
    int refreshes() const { return refreshes_; }

private:
    Response send(const std::string& method, const std::string& path, const std::string& body,
                  const std::string& content_type) const;
    Response send_with_retry(const std::string& method, const std::string& path,
                             const std::string& body, const std::string& content_type);

    const World& world_;
    std::string mount_;
    std::string access_;
    std::string refresh_;
    int refreshes_ = 0;
};

// Throws when the body is no JSON.
Json json_of(const Response& response);
std::string text_at(const Response& response, const char* member);

// The path of an absolute URL.
std::string path_of_url(const std::string& url);

}  // namespace till_parity
