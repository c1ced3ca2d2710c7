// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace till_server {

// 32 bytes, wiped when they go.
class SecretKey {
public:
    // Of --secret-key-file, which holds 64 hex digits. Throws Refusal when it cannot be read, may
    // be used by others than its owner, or holds another thing.
    explicit SecretKey(const std::string& path);
    SecretKey(const SecretKey&) = delete;
    SecretKey& operator=(const SecretKey&) = delete;
    ~SecretKey();

    std::string_view bytes() const { return bytes_; }

private:
    std::string bytes_;
};

}  // namespace till_server
