// SPDX-License-Identifier: MIT
// A client that sends exactly the bytes it is given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace till_server_test {

struct RawResponse {
    int status = 0;  // 0: the connection ended before a response
    std::string head;
    std::string body;
    bool has(std::string_view header_line) const;
};

class RawClient {
public:
    explicit RawClient(uint16_t port);
    explicit RawClient(const std::string& unix_path);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    // False when the server has closed.
    bool send(std::string_view bytes);
    // One response, by its Content-Length. `head_only` for answers to HEAD.
    RawResponse read(bool head_only = false);
    // Everything until the server closes. Fails the test after ten seconds.
    std::string read_to_end();
    // The server closed and sent nothing more.
    bool at_end();
    int descriptor() const { return descriptor_; }
    void shut_sending();

private:
    bool fill();

    int descriptor_ = -1;
    std::string received_;
};

std::string get(std::string_view path, std::string_view extra = "");
std::string post(std::string_view path, std::string_view body, std::string_view extra = "");

}  // namespace till_server_test
