// SPDX-License-Identifier: MIT
#pragma once

#include "fake_handler.hpp"
#include "raw_client.hpp"
#include "server.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace till_server_test {

using till_server::Server;
using till_server::ServerConfig;

// A server on 127.0.0.1 with a fake handler, two I/O threads and one slow one.
struct Fixture {
    ServerConfig config;
    FakeHandler* handler = nullptr;  // the server's
    std::unique_ptr<Server> server;

    Fixture() {
        config.listen.push_back(*till_server::parse_listen("127.0.0.1:0"));
        config.threads = 2;
        config.slow_threads = 1;
        config.deadlines.linger = std::chrono::milliseconds(200);
        fake_ = std::make_unique<FakeHandler>();
        handler = fake_.get();
    }
    ~Fixture() {
        if (server) handler->gate.open();  // without a server the handler is gone
    }
    void start() {
        server = std::make_unique<Server>(std::move(fake_), config);
        server->start();
    }
    uint16_t port() const { return server->port(); }

private:
    std::unique_ptr<FakeHandler> fake_;
};

// A directory that goes with the test.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string pattern = std::filesystem::temp_directory_path() / "till-server-XXXXXX";
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    std::string file(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace till_server_test
