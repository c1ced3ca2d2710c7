// SPDX-License-Identifier: MIT
// The till-server program as its operator meets it.
#include "program.hpp"

#include "fixture.hpp"
#include "till/till.hpp"
#include "tls_client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <poll.h>
#include <set>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace till_server_test;

namespace {

int run(const std::vector<std::string>& arguments, std::string* text = nullptr,
        const std::string& input = "") {
    Program program(arguments, input);
    const int status = program.finish();
    if (text != nullptr) *text = program.text;
    return status;
}

bool says(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a store lives through demo, settings, backup, restore and check") {
    TemporaryDirectory directory;
    const std::string db = directory.file("shop.db");
    std::string text;
    CHECK(run({"demo", "--db", db}, &text) == 0);
    CHECK(says(text, "alice, password "));
    CHECK(run({"demo", "--db", db}, &text) == 1);
    CHECK(says(text, "name another file"));
    CHECK(run({"settings", "--db", db, "set", "shop_name=Corner", "currency=EUR"}) == 0);
    CHECK(run({"settings", "--db", db, "get", "shop_name"}, &text) == 0);
    CHECK(text == "Corner\n");
    CHECK(run({"settings", "--db", db}, &text) == 0);
    CHECK(says(text, "currency = EUR\n"));
    CHECK(run({"settings", "--db", db, "set", "nonsense=1"}, &text) == 1);
    CHECK(says(text, "/nonsense"));
    CHECK(run({"settings", "--db", directory.file("missing.db")}) == 1);
    CHECK(run({"settings", "--db", db, "version"}, &text) == 0);
    const std::string seen = text.substr(0, text.find('\n'));
    CHECK(run({"settings", "--db", db, "set", "shop_name=Sooner", "--if-version", seen}) == 0);
    CHECK(run({"settings", "--db", db, "set", "shop_name=Second", "--if-version", seen}, &text) ==
          1);
    CHECK(says(text, "changed"));
    CHECK(run({"settings", "--db", db, "set", "shop_name=Corner"}) == 0);
    const std::string copy = directory.file("copy.db");
    CHECK(run({"backup", "--db", db, "--to", copy}) == 0);
    CHECK(run({"backup", "--db", db, "--to", copy}) == 1);
    CHECK(run({"settings", "--db", db, "set", "shop_name=Later"}) == 0);
    CHECK(run({"restore", "--from", copy, "--db", db}) == 0);
    CHECK(run({"settings", "--db", db, "get", "shop_name"}, &text) == 0);
    CHECK(text == "Corner\n");
    CHECK(run({"maintain", "--db", db}) == 0);
    CHECK(run({"check", "--db", db}, &text) == 0);
    CHECK(says(text, "sound"));
}

TEST_CASE("[JW-8] rotate-keys gives a new key and says until when the old one verifies") {
    TemporaryDirectory directory;
    const std::string db = directory.file("shop.db");
    std::string text;
    CHECK(run({"rotate-keys", "--db", db}, &text) == 1);
    REQUIRE(run({"demo", "--db", db}) == 0);
    std::set<std::string> kids;
    for (int i = 0; i < 3; ++i) {
        CHECK(run({"rotate-keys", "--db", db}, &text) == 0);
        CHECK(says(text, " verifies until 20"));
        kids.insert(text.substr(text.find("key ") + 4, 16));
    }
    CHECK(kids.size() == 3);
}

TEST_CASE("[DA-2] the server writes no core file") {
    TemporaryDirectory directory;
    const std::string db = directory.file("shop.db");
    REQUIRE(run({"demo", "--db", db}) == 0);
    Program server({"serve", "--db", db, "--listen", "127.0.0.1:0"});
    port_of(server);
    rlimit core{1, 1};
    REQUIRE(::prlimit(server.pid(), RLIMIT_CORE, nullptr, &core) == 0);
    CHECK(core.rlim_cur == 0);
    CHECK(core.rlim_max == 0);
}

TEST_CASE("[DA-3] the key of second factors is a private file of 64 hex digits") {
    TemporaryDirectory directory;
    const std::string db = directory.file("shop.db");
    const std::string file = directory.file("secret-key");
    const std::string digits(64, 'a');
    std::string text;
    const auto refused = [&](const std::string& content, mode_t mode) {
        std::ofstream(file) << content;
        REQUIRE(::chmod(file.c_str(), mode) == 0);
        CHECK(run({"serve", "--db", db, "--listen", "127.0.0.1:0", "--secret-key-file", file},
                  &text) == 1);
        CHECK_FALSE(says(text, digits.substr(0, 8).c_str()));
        return text;
    };
    CHECK(says(refused(digits, 0640), "chmod 600"));
    CHECK(says(refused(digits, 0604), "chmod 600"));
    for (const std::string& wrong :
         {std::string(), std::string("\n"), digits.substr(1), digits + "a", digits + "\n\n",
          digits.substr(1) + "g", " " + digits}) {
        CHECK(says(refused(wrong, 0600), "64 hex digits"));
    }
    CHECK(run({"serve", "--db", db, "--listen", "127.0.0.1:0", "--secret-key-file",
               directory.file("nothing")},
              &text) == 1);
    CHECK(says(text, "Cannot read"));
    CHECK_FALSE(std::filesystem::exists(db));

    // With a good one it serves, and the store's own key is under it from then on.
    std::ofstream(file) << digits << "\n";
    Program server({"serve", "--db", db, "--listen", "127.0.0.1:0", "--secret-key-file", file});
    port_of(server);
    till::store_open_in in;
    in.path = db;
    const till::store without = till::store::open(in);
    till::user_create_in ann;
    ann.username = "ann";
    const auto id = without.user_create(till::call::as_system(), ann).id();
    const auto begun = without.try_second_factor_begin(till::call::as_user(id));
    REQUIRE_FALSE(begun);
    CHECK(begun.error().code() == "secret_key_missing");
    const std::string bytes(32, '\xAA');
    in.secret_key = bytes;
    CHECK(till::store::open(in).try_second_factor_begin(till::call::as_user(id)));
}

TEST_CASE("[AU-7] a superuser's password comes from standard input and is checked") {
    TemporaryDirectory directory;
    const std::string db = directory.file("shop.db");
    std::string text;
    CHECK(run({"create-superuser", "--db", db, "--username", "root"}, &text, "12345678\n") == 1);
    CHECK(says(text, "/password"));
    CHECK(run({"create-superuser", "--db", db, "--username", "root", "--email", "r@example.com"},
              &text, "correct-horse-battery\n") == 0);
    CHECK(says(text, "Superuser root"));
    CHECK_FALSE(says(text, "correct-horse"));
}

TEST_CASE("wrong use exits with 2 and says what to do") {
    std::string text;
    CHECK(run({}, &text) == 2);
    CHECK(says(text, "usage: till-server"));
    CHECK(run({"nonsense"}) == 2);
    CHECK(run({"serve"}, &text) == 2);
    CHECK(says(text, "--db FILE"));
    CHECK(run({"serve", "--db", "x", "--listen", "0.0.0.0:1"}, &text) == 2);
    CHECK(says(text, "--allow-plain-http"));
    CHECK(run({"--help"}, &text) == 0);
    CHECK(run({"serve", "--help"}, &text) == 0);
    CHECK(says(text, "--trusted-proxy"));
    CHECK(run({"version"}, &text) == 0);
    CHECK(says(text, "sqlite"));
}

TEST_CASE("serve answers, reopens its log at SIGHUP and drains at SIGTERM") {
    TemporaryDirectory directory;
    const std::string log = directory.file("log");
    const std::string mails = directory.file("mails");
    REQUIRE(::mkdir(mails.c_str(), 0700) == 0);
    const std::string db = directory.file("shop.db");
    std::string text;
    CHECK(run({"serve", "--db", db, "--listen", "127.0.0.1:0", "--mail-dir", mails}, &text) == 2);
    CHECK(says(text, "settings --db FILE set public_url="));
    CHECK(run({"settings", "--db", db, "set", "public_url=https://shop.example"}) == 0);

    Program server({"serve", "--db", db, "--listen", "127.0.0.1:0", "--mail-dir", mails, "--log",
                    log, "--log-format", "json"});
    RawClient client(port_of(server));
    client.send(get("/healthz"));
    CHECK(client.read().status == 200);
    std::filesystem::rename(log, log + ".1");
    server.signal(SIGHUP);
    while (!std::filesystem::exists(log)) {
        client.send(get("/healthz"));
        REQUIRE(client.read().status == 200);
    }
    server.signal(SIGTERM);
    CHECK(client.at_end());
    CHECK(server.finish() == 0);
    CHECK(std::filesystem::file_size(log) > 0);
}

TEST_CASE("SIGHUP gives new connections the new certificate, and an old one lives on") {
    TemporaryDirectory directory;
    const std::string certificate = directory.file("cert.pem"), key = directory.file("key.pem");
    write_certificate(certificate, key, 1);
    Program server({"serve", "--db", directory.file("shop.db"), "--listen", "127.0.0.1:0",
                    "--tls-cert", certificate, "--tls-key", key});
    const uint16_t port = port_of(server);
    TlsClient before(port);
    REQUIRE(before.connected());
    CHECK(before.serial() == 1);
    write_certificate(certificate, key, 2);
    CHECK(TlsClient(port).serial() == 1);  // only when it is told to
    server.signal(SIGHUP);
    server.until("Reloaded the certificate");
    CHECK(TlsClient(port).serial() == 2);
    CHECK(before.exchange(get("/healthz"), "ok").find("200 OK") != std::string::npos);

    // A key of another certificate: the server says so and goes on with what it has.
    write_certificate(certificate, directory.file("other.pem"), 3);
    server.signal(SIGHUP);
    server.until("The old certificate stays.");
    CHECK(TlsClient(port).serial() == 2);
    server.signal(SIGTERM);
    CHECK(server.finish() == 0);
}

namespace {

double cpu_s(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    REQUIRE(::clock_getcpuclockid(pid, &clock) == 0);
    REQUIRE(::clock_gettime(clock, &time) == 0);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// From now on the process may have `more` descriptors than it has. The limit is a number that none
// may reach, and lower numbers may be free.
void allow_descriptors(pid_t pid, int more) {
    std::set<rlim_t> used;
    for (const auto& entry :
         std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd"))
        used.insert(std::stoul(entry.path().filename()));
    rlim_t limit = 0;
    for (int free = 0; free < more; ++limit) free += used.contains(limit) ? 0 : 1;
    const rlimit both{limit, limit};
    REQUIRE(::prlimit(pid, RLIMIT_NOFILE, &both, nullptr) == 0);
}

}  // namespace

TEST_CASE(
    "without descriptors a server waits, idle, and serves those who waited once it has some") {
    TemporaryDirectory directory;
    Program server(
        {"serve", "--db", directory.file("shop.db"), "--listen", "127.0.0.1:0", "--threads", "1"});
    const uint16_t port = port_of(server);
    {
        // What is opened on demand is open now. Together, too: the undefined behaviour sanitizer
        // needs a descriptor when it first sees a type, and takes it for a broken one without.
        std::vector<std::unique_ptr<RawClient>> first;
        for (int i = 0; i < 12; ++i) first.push_back(std::make_unique<RawClient>(port));
        for (int round = 0; round < 10; ++round) {
            for (auto& client : first) client->send(get("/healthz"));
            for (auto& client : first) REQUIRE(client->read().status == 200);
        }
    }
    {
        // Its thread has seen them go when it answers this one.
        RawClient next(port);
        next.send(get("/healthz"));
        REQUIRE(next.read().status == 200);
    }
    server.until("/healthz");  // ... and the log has been written to
    allow_descriptors(server.pid(), 4);

    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 12; ++i) {
        clients.push_back(std::make_unique<RawClient>(port));
        clients.back()->send(get("/healthz"));
    }
    server.until("Cannot accept: Too many open files");
    CHECK(clients.front()->read().status == 200);

    // Half a second in which the last one gets no answer, and the server does next to nothing.
    const double before = cpu_s(server.pid());
    pollfd last{clients.back()->descriptor(), POLLIN, 0};
    CHECK(::poll(&last, 1, 500) == 0);
    CHECK(cpu_s(server.pid()) - before < 0.1);

    // The kernel hands connections over in their order: each that ends makes room for the next.
    clients.erase(clients.begin());
    while (!clients.empty()) {
        CHECK(clients.front()->read().status == 200);
        clients.erase(clients.begin());
    }
    RawClient late(port);
    late.send(get("/healthz"));
    CHECK(late.read().status == 200);
    server.signal(SIGTERM);
    CHECK(server.finish() == 0);
}
