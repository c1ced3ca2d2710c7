// SPDX-License-Identifier: MIT
//
// What a request costs over HTTP. The load comes from a thread of ours; the servers are processes.
#include "bench/bench.hpp"
#include "bench/load.hpp"
#include "bench/process.hpp"
#include "bench/raw.h"
#include "crypto/password.hpp"

#include <sodium.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <latch>
#include <sys/resource.h>
#include <thread>

namespace bench {
namespace {

constexpr int rounds = 5;
constexpr double round_s = 1.0;
constexpr double latency_round_s = 2.0;
constexpr int users = 100;
constexpr int orders = 10'000;
constexpr int many = 64;   // connections where throughput is measured
constexpr int some = 16;   // ... and where latency is
constexpr int logins = 8;  // connections that saturate the password hashing of any machine here
constexpr int idle_connections = 1000;
const std::string username = "bencher", password = "correct-horse-staple-9";

till_str str(const std::string& text) { return {text.data(), text.size()}; }

// A store to serve: users, orders of theirs, and one user whose token is known.
class ServedStore {
public:
    explicit ServedStore(const std::string& directory)
        : path(directory + "/http.db"), raw_path(directory + "/http-raw.db") {
        till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
        in.path = str(path);
        const till_error* error = nullptr;
        require(till_store_open(&in, &store_, &error), error, "open");
        fill();
        till_store_release(store_);
        std::filesystem::copy_file(path, raw_path);
    }
    ServedStore(const ServedStore&) = delete;
    ServedStore& operator=(const ServedStore&) = delete;

    const std::string path, raw_path;
    std::string token;                // an access token, good for an hour
    std::vector<std::int64_t> owned;  // orders that it may read

private:
    till_store* store_ = nullptr;

    void fill() {
        till_call call = TILL_CALL_INIT;
        call.actor = TILL_ACTOR_SYSTEM;
        const till_error* error = nullptr;
        const till_param lifetime{TILL_STR("access_token_lifetime"), TILL_STR("3600")};
        till_setting_update_in settings = TILL_SETTING_UPDATE_IN_INIT;
        settings.values = &lifetime;
        settings.count = 1;
        const till_setting_page* page = nullptr;
        require(till_setting_update(store_, &call, &settings, &page, &error), error, "setting");
        till_free(page);
        for (int i = 1; i <= users; ++i) {
            till_user_create_in in = TILL_USER_CREATE_IN_INIT;
            const std::string name = "user" + std::to_string(i);
            in.username = str(name);
            const till_user* user = nullptr;
            require(till_user_create(store_, &call, &in, &user, &error), error, "create user");
            till_free(user);
        }
        till_register_in in = TILL_REGISTER_IN_INIT;
        in.username = str(username);
        in.password = str(password);
        const till_tokens* tokens = nullptr;
        require(till_register(store_, nullptr, &in, &tokens, &error), error, "register");
        token.assign(tokens->access.data, tokens->access.len);
        const std::int64_t bencher = tokens->user->id;
        till_free(tokens);
        for (int placed = 0; placed < orders; placed += 1000) place(call, placed, bencher);
    }

    // A thousand orders, every hundredth of the user whose token is known.
    void place(const till_call& call, int first, std::int64_t bencher) {
        till_order_line_in line = TILL_ORDER_LINE_IN_INIT;
        line.name = TILL_STR("Widget");
        line.quantity = 2;
        line.amount_minor = 1999;
        const till_order_line_in* lines[] = {&line};
        std::vector<till_order_place_in> ins(1000);
        std::vector<const till_order_place_in*> pointers;
        for (std::size_t i = 0; i < ins.size(); ++i) {
            ins[i] = TILL_ORDER_PLACE_IN_INIT;
            ins[i].lines = lines;
            ins[i].line_count = 1;
            ins[i].user_id = i % 100 == 0 ? bencher : (first + static_cast<int>(i)) % users + 1;
            pointers.push_back(&ins[i]);
        }
        const till_order_batch* batch = nullptr;
        const till_error* error = nullptr;
        require(till_order_place_many(store_, &call, pointers.data(), ins.size(), &batch, &error),
                error, "place many");
        if (batch->failed_count != 0) require(TILL_E_INTERNAL, nullptr, "place many");
        for (std::size_t i = 0; i < ins.size(); i += 100) owned.push_back(batch->items[i]->id);
        till_free(batch);
    }
};

const std::string hello = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string post(const std::string& path, const std::string& headers, const std::string& body) {
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

std::string login_request() {
    return post("/auth/login/", "",
                R"({"username":")" + username + R"(","password":")" + password + R"("})");
}

// The orders that the token may read, in turn.
Load::NextRequest get_order(const ServedStore& store) {
    std::vector<std::string> requests;
    for (const std::int64_t id : store.owned) {
        requests.push_back("GET /orders/" + std::to_string(id) +
                           "/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + store.token +
                           "\r\n\r\n");
    }
    return [requests = std::move(requests), at = std::size_t{0}](std::string& out) mutable {
        out = requests[at++ % requests.size()];
    };
}

// One line, and a key of its own, as a careful client places an order.
Load::NextRequest place_order(const ServedStore& store) {
    const std::string headers = "Authorization: Bearer " + store.token + "\r\n";
    return [headers, count = 0](std::string& out) mutable {
        out =
            post("/orders/", headers + "Idempotency-Key: bench-" + std::to_string(count++) + "\r\n",
                 R"({"product_name":"Widget","quantity":2,"price":"19.99"})");
    };
}

// Microseconds of the server's CPU a request.
double cpu_us(const ServerProcess& server, Load& load) {
    const double before = server.cpu_s();
    const LoadResult result = load.run(round_s);
    return (server.cpu_s() - before) * 1e6 / static_cast<double>(result.requests);
}

void hello_cost(Table& table, const ServerProcess& server) {
    const ServerProcess raw_server = ServerProcess::raw();
    Load ours(server.port(), many, same(hello));
    Load raw_load(raw_server.port(), many, same(hello));
    std::string detail;
    const double ratio = paired(
        rounds, [&] { return cpu_us(server, ours); }, [&] { return cpu_us(raw_server, raw_load); },
        detail, " us");
    table.add({"hello world, CPU a request / raw epoll loop", 1.3, true}, ratio, detail);
}

void get_rate(Table& table, const ServedStore& store, const ServerProcess& server) {
    Load get(server.port(), many, get_order(store));
    Load plain(server.port(), many, same(hello));
    std::string detail;
    const double ratio = paired(
        rounds, [&] { return get.run(round_s).rate(); }, [&] { return plain.run(round_s).rate(); },
        detail);
    table.add({"GET /orders/ID/ with token / hello world, same server", 0.6}, ratio, detail);
    char cost[32];
    std::snprintf(cost, sizeof cost, "%.2f us", cpu_us(server, get));
    table.note("  CPU of such a GET", cost);
}

void post_rate(Table& table, const ServedStore& store, const ServerProcess& server) {
    raw* raw_side = raw_open(store.raw_path.c_str());
    Load place(server.port(), many, place_order(store));
    std::string detail;
    const double ratio = paired(
        rounds, [&] { return place.run(round_s).rate(); },
        [&] { return 32 * rate(round_s, [&] { raw_place(raw_side, 32, users); }); }, detail);
    table.add({"POST /orders/, 64 connections / raw with 32 a commit", 0.5}, ratio, detail);
    raw_close(raw_side);
}

// Microseconds of this thread's CPU that libsodium takes for the hash of one login. About as many
// hashes as logins fit a round: what else the machine does then weighs on both sides alike.
double argon2id_us() {
    constexpr int count = 60;
    const till::crypto::PasswordParams params;
    std::array<unsigned char, 32> hash{};
    std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
    timespec begin{}, end{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    for (int i = 0; i < count; ++i) {
        ++salt[0];
        if (crypto_pwhash(hash.data(), hash.size(), password.data(), password.size(), salt.data(),
                          params.passes, std::size_t{params.memory_kib} * 1024,
                          crypto_pwhash_ALG_ARGON2ID13) != 0)
            require(TILL_E_NO_MEMORY, nullptr, "crypto_pwhash");
    }
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    return (static_cast<double>(end.tv_sec - begin.tv_sec) * 1e6 +
            static_cast<double>(end.tv_nsec - begin.tv_nsec) * 1e-3) /
           count;
}

// One login at a time, as there is one hash at a time on the other side: hashing is bound by
// memory.
void login_cost(Table& table, const ServerProcess& server) {
    if (sodium_init() < 0) require(TILL_E_INTERNAL, nullptr, "sodium_init");
    Load load(server.port(), 1, same(login_request()));
    std::string detail;
    // Goal and noise are a few percent both: more rounds than elsewhere.
    const double ratio = paired(
        2 * rounds + 1, [&] { return cpu_us(server, load); }, argon2id_us, detail, " us");
    table.add({"login, CPU / bare Argon2id", 1.05, true}, ratio, detail);
}

double get_p99_ms(Load& get) { return get.run(latency_round_s).p99_s * 1e3; }

double get_p99_ms_during_logins(Load& get, std::uint16_t port) {
    // Saturated: each connection has had an answer and asked again.
    std::latch saturated(1);
    std::atomic<bool> stop{false};
    std::thread crowd([&] {
        Load load(port, logins, [&, sent = 0](std::string& out) mutable {
            if (++sent == 2 * logins) saturated.count_down();
            out = login_request();
        });
        load.run_until(stop);
    });
    saturated.wait();
    const double p99_ms = get_p99_ms(get);
    stop = true;
    crowd.join();
    return p99_ms;
}

void latency(Table& table, const ServedStore& store, const ServerProcess& server) {
    Load get(server.port(), some, get_order(store));
    std::string detail;
    const double ratio = paired(
        rounds, [&] { return get_p99_ms_during_logins(get, server.port()); },
        [&] { return get_p99_ms(get); }, detail, " ms");
    table.add({"p99 of GET while logins saturate / without", 3, true}, ratio, detail);
}

void memory(Table& table, const ServedStore& store, const ServerProcess& server) {
    Load load(server.port(), idle_connections, get_order(store));
    load.run(round_s);
    table.add({"server RSS with 1000 connections, MiB", 40, true},
              static_cast<double>(server.rss_kib()) / 1024, "each has read orders");
}

void start(Table& table, const ServedStore& store) {
    std::vector<double> times_ms;
    for (int i = 0; i < 2 * rounds + 1; ++i) {
        const double begin = seconds();
        const ServerProcess server = ServerProcess::till(store.path, {});
        fetch(server.port(), "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        times_ms.push_back((seconds() - begin) * 1e3);
    }
    table.add({"start to first answer, ms", 50, true}, median(times_ms),
              "process, store and request; median of 11");
}

void allow_descriptors() {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

void http_benchmarks(Table& table, const std::string& directory, const Selection& selection) {
    const auto wants = [&](const char* group) { return selection.wants(group); };
    // One I/O thread, as the raw loop has.
    const bool wants_one_thread =
        wants("http.hello") || wants("http.get") || wants("http.post") || wants("http.login");
    const bool wants_all_threads = wants("http.memory") || wants("http.latency");
    if (!wants_one_thread && !wants_all_threads && !wants("http.start")) return;
    allow_descriptors();
    const ServedStore store(directory);
    if (wants_one_thread) {
        const ServerProcess server = ServerProcess::till(store.path, {"--threads", "1"});
        if (wants("http.hello")) hello_cost(table, server);
        if (wants("http.get")) get_rate(table, store, server);
        if (wants("http.post")) post_rate(table, store, server);
        if (wants("http.login")) login_cost(table, server);
    }
    if (wants_all_threads) {
        const ServerProcess server =
            ServerProcess::till(store.path, {"--connections-per-source", "2000"});
        if (wants("http.memory")) memory(table, store, server);
        if (wants("http.latency")) latency(table, store, server);
    }
    if (!wants("http.start")) return;
    start(table, store);
    table.add({"libtill.so.1, stripped, MiB", 2, true},
              static_cast<double>(std::filesystem::file_size(TILL_BENCH_STRIPPED)) / (1 << 20), "");
}

}  // namespace bench
