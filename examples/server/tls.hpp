// SPDX-License-Identifier: MIT
#pragma once

#include "config.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <mutex>

namespace till_server {

// The certificate in use. Connections keep the context they began with; a reload changes what new
// ones get.
class Tls {
public:
    // Throws Refusal: the message names the file and what is wrong with it.
    explicit Tls(TlsConfig config);

    std::shared_ptr<boost::asio::ssl::context> current() const;
    // Reads the files again. Throws Refusal and keeps the old certificate when they are bad.
    void reload();

private:
    TlsConfig config_;
    mutable std::mutex mutex_;
    std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace till_server
