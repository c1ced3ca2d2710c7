// SPDX-License-Identifier: MIT
// Goal: nothing that passes through the server is found where it does not belong (security row
// DA-2). Method: recognisable passwords and tokens go over sockets, good requests and broken ones;
// then the log, what the program printed, the store's files, the mails and the program's memory are
// searched for them.
#include "fixture.hpp"
#include "program.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sstream>
#include <sys/stat.h>
#include <thread>

using namespace till_server_test;

namespace {

const std::string password = std::string("canary-") + "Passw0rd-" + std::to_string(4711);
const std::string new_password = std::string("canary-") + "An0ther-" + std::to_string(4712);
const std::string json_type = "Content-Type: application/json\r\n";

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Read in here: the server is another process, so closing its files drops none of its locks.
std::string files_of(const std::string& db) {
    std::string all;
    for (const char* suffix : {"", "-wal"}) all += read_file(db + suffix);
    return all;
}

std::string between(const std::string& text, const std::string& before, const std::string& after) {
    const size_t begin = text.find(before);
    REQUIRE(begin != std::string::npos);
    const size_t end = text.find(after, begin + before.size());
    return text.substr(begin + before.size(), end - begin - before.size());
}

// The mail of this kind, once the mailer has written it.
std::string mail_with(const std::string& directory, const std::string& part) {
    for (int tries = 0; tries < 1000; ++tries) {
        for (const auto& each : std::filesystem::directory_iterator(directory)) {
            const std::string text = read_file(each.path());
            if (text.find(part) != std::string::npos) return text;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    FAIL("no mail has " << part);
    return "";
}

std::string memory_of(pid_t pid) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    // A sanitizer keeps freed memory and dead frames for a while, beyond what the server can wipe.
    return std::string(1000, static_cast<char>(pid % 2));
#else
    const std::string directory = "/proc/" + std::to_string(pid);
    std::ifstream maps(directory + "/maps");
    const int descriptor = ::open((directory + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
    std::string all;
    for (std::string line; descriptor >= 0 && std::getline(maps, line);) {
        uint64_t begin = 0;
        uint64_t end = 0;
        char dash = 0;
        std::string mode;
        std::istringstream words(line);
        words >> std::hex >> begin >> dash >> end >> mode;
        if (mode.find('w') == std::string::npos) continue;
        std::string part(end - begin, '\0');
        const ssize_t size =
            ::pread(descriptor, part.data(), part.size(), static_cast<off_t>(begin));
        if (size > 0) all.append(part, 0, static_cast<size_t>(size));
    }
    if (descriptor >= 0) ::close(descriptor);
    return all;
#endif
}

}  // namespace

TEST_CASE("[DA-2] no secret reaches a log, a file or a foreign mail, or stays in memory") {
    // Goal and method stand at the top of this file.
    TemporaryDirectory directory;
    const std::string db = directory.file("shop.db");
    const std::string log = directory.file("log");
    const std::string mails = directory.file("mails");
    REQUIRE(::mkdir(mails.c_str(), 0700) == 0);
    const std::string root_password = std::string("canary-") + "Ro0t-" + std::to_string(4713);
    {
        Program root({"create-superuser", "--db", db, "--username", "root"}, root_password + "\n");
        REQUIRE(root.finish() == 0);
        CHECK(root.text.find(root_password) == std::string::npos);
        Program settings({"settings", "--db", db, "set", "public_url=https://shop.example"});
        REQUIRE(settings.finish() == 0);
    }
    // Binding a symbol late saves the vector registers on the stack: what was copied last.
    REQUIRE(::setenv("LD_BIND_NOW", "1", 1) == 0);  // NOLINT(concurrency-mt-unsafe)
    Program server(
        {"serve", "--db", db, "--listen", "127.0.0.1:0", "--mail-dir", mails, "--log", log});
    const uint16_t port = port_of(server);
    std::vector<std::string> secrets{password, new_password};
    std::string reset;
    {
        RawClient client(port);
        const auto ask = [&](const std::string& bytes) {
            client.send(bytes);
            return client.read();
        };
        const auto keep_tokens = [&](const RawResponse& response) {
            REQUIRE(response.status < 300);
            secrets.push_back(between(response.body, "\"access\":\"", "\""));
            secrets.push_back(between(response.body, "\"refresh\":\"", "\""));
        };
        keep_tokens(ask(post("/auth/registration/",
                             R"({"username":"alice","email":"alice@example.com","password1":")" +
                                 password + R"(","password2":")" + password + "\"}",
                             json_type)));
        const std::string credentials = R"({"username":"alice","password":")" + password + "\"}";
        keep_tokens(ask(post("/auth/login/", credentials, json_type)));
        const std::string bearer = "Authorization: Bearer " + secrets[4] + "\r\n";
        CHECK(ask(get("/auth/user/", bearer)).status == 200);
        keep_tokens(
            ask(post("/auth/token/refresh/", R"({"refresh":")" + secrets[5] + "\"}", json_type)));
        // What is refused repeats nothing.
        CHECK(ask(get("/orders/?token=" + secrets[4], "Cookie: a=" + secrets[5] + "\r\n")).status ==
              401);
        CHECK(ask(get("/" + secrets[4] + "/")).status == 404);
        CHECK(ask(post("/auth/login/", R"({"username":")" + password + R"(","password":"x"})",
                       json_type))
                  .status == 400);
        CHECK(ask(post("/auth/login/", "{\"" + password, json_type)).status == 400);
        CHECK(ask(post("/auth/password/reset/", R"({"email":"alice@example.com"})", json_type))
                  .status == 200);
        const std::string mail = mail_with(mails, "/password");
        reset = between(mail, "https://shop.example/", "\r\n");
        reset = reset.substr(reset.find_last_of("/=", reset.find_last_not_of("/\r\n ")) + 1);
        while (!reset.empty() && (reset.back() == '/' || reset.back() == ' ')) reset.pop_back();
        CAPTURE(mail);
        REQUIRE(reset.size() >= 22);
        const std::string confirm = R"({"uid":"2","token":")" + reset + R"(","new_password1":")" +
                                    new_password + R"(","new_password2":")" + new_password + "\"}";
        const RawResponse confirmed =
            ask(post("/auth/password/reset/confirm/", confirm, json_type));
        CAPTURE(confirmed.body);
        CHECK(confirmed.status == 200);
        mail_with(mails, "changed");
        RawClient broken(port);
        broken.send("GET /" + secrets[4] + "\x01 HTTP/1.1\r\nHost: shop\r\n\r\n");
        CHECK(broken.read().status == 400);
    }
    // A request of its own, so that those before it are over.
    {
        RawClient last(port);
        last.send(get("/healthz", "Connection: close\r\n"));
        CHECK(last.read().status == 200);
        CHECK(last.at_end());
    }
    std::string all_mails;
    for (const auto& each : std::filesystem::directory_iterator(mails)) {
        all_mails += read_file(each.path());
    }
    const std::pair<const char*, std::string> places[] = {{"log", read_file(log)},
                                                          {"files", files_of(db)},
                                                          {"mails", all_mails},
                                                          {"memory", memory_of(server.pid())}};
    secrets.push_back(reset);
    secrets.push_back(root_password);
    for (const auto& [name, text] : places) {
        CAPTURE(name);
        CHECK(text.size() > 100);
        for (const std::string& secret : secrets) {
            if (std::string(name) == "mails" && secret == reset) continue;  // its own
            CAPTURE(secret);
            CHECK(text.find(secret) == std::string::npos);
        }
    }
    server.signal(SIGTERM);
    CHECK(server.finish() == 0);
    for (const std::string& secret : secrets) CHECK(server.text.find(secret) == std::string::npos);
}
