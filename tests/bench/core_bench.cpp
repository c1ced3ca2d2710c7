// SPDX-License-Identifier: MIT
#include "bench/bench.hpp"
#include "bench/raw.h"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

namespace bench {
namespace {

constexpr std::int64_t users = 100;
constexpr int rounds = 5;
constexpr double round_s = 0.6;

till_str str(const std::string& text) { return {text.data(), text.size()}; }

// A store with users and orders, and calls on it through the shared library.
class Shop {
public:
    explicit Shop(const std::string& path) : path_(path) { open(); }
    Shop(const Shop&) = delete;
    Shop& operator=(const Shop&) = delete;
    ~Shop() { till_store_release(store_); }

    void open() {
        till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
        in.path = str(path_);
        const till_error* error = nullptr;
        require(till_store_open(&in, &store_, &error), error, "open");
    }
    void close() {
        till_store_release(store_);
        store_ = nullptr;
    }
    const std::string& path() const { return path_; }

    void make_users() {
        till_call call = TILL_CALL_INIT;
        call.actor = TILL_ACTOR_SYSTEM;
        for (std::int64_t i = 1; i <= users; ++i) {
            till_user_create_in in = TILL_USER_CREATE_IN_INIT;
            const std::string name = "user" + std::to_string(i);
            in.username = str(name);
            const till_user* user = nullptr;
            const till_error* error = nullptr;
            require(till_user_create(store_, &call, &in, &user, &error), error, "create user");
            till_free(user);
        }
    }

    std::string log_in() {
        const std::string name = "bencher", password = "correct-horse-staple-9";
        till_register_in in = TILL_REGISTER_IN_INIT;
        in.username = str(name);
        in.password = str(password);
        const till_tokens* tokens = nullptr;
        const till_error* error = nullptr;
        require(till_register(store_, nullptr, &in, &tokens, &error), error, "register");
        std::string access(tokens->access.data, tokens->access.len);
        token_user_ = tokens->user->id;
        till_free(tokens);
        return access;
    }
    std::int64_t token_user() const { return token_user_; }

    till_order_place_in order_in() const {
        till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
        in.lines = lines_;
        in.line_count = 1;
        return in;
    }

    std::int64_t place(std::int64_t user) {
        const till_order_place_in in = order_in();
        till_call call = TILL_CALL_INIT;
        call.actor = TILL_ACTOR_USER;
        call.user_id = user;
        char key[24];
        const int size = std::snprintf(key, sizeof key, "key-%lld",
                                       static_cast<long long>(next_key_.fetch_add(1)));
        call.idempotency_key = {key, static_cast<std::size_t>(size)};
        const till_order* order = nullptr;
        const till_error* error = nullptr;
        require(till_order_place(store_, &call, &in, &order, &error), error, "place");
        const std::int64_t id = order->id;
        till_free(order);
        return id;
    }

    void place_many(int count) {
        const till_order_place_in one = order_in();
        std::vector<till_order_place_in> ins(static_cast<std::size_t>(count), one);
        std::vector<const till_order_place_in*> pointers;
        for (auto& in : ins) {
            in.user_id = next_user_.fetch_add(1) % users + 1;
            pointers.push_back(&in);
        }
        till_call call = TILL_CALL_INIT;
        call.actor = TILL_ACTOR_SYSTEM;
        const till_order_batch* batch = nullptr;
        const till_error* error = nullptr;
        require(
            till_order_place_many(store_, &call, pointers.data(), pointers.size(), &batch, &error),
            error, "place many");
        if (batch->failed_count != 0) require(TILL_E_INTERNAL, nullptr, "place many");
        till_free(batch);
    }

    void get(const till_call& call, std::int64_t id) {
        const till_order* order = nullptr;
        const till_error* error = nullptr;
        require(till_order_get(store_, &call, id, &order, &error), error, "get");
        till_free(order);
    }

    void list(std::int64_t user) {
        till_call call = TILL_CALL_INIT;
        call.actor = TILL_ACTOR_USER;
        call.user_id = user;
        till_order_query query = TILL_ORDER_QUERY_INIT;
        query.limit = 20;
        const till_order_page* page = nullptr;
        const till_error* error = nullptr;
        require(till_order_list(store_, &call, &query, &page, &error), error, "list");
        till_free(page);
    }

    void verify(const std::string& token) {
        const till_session* session = nullptr;
        const till_error* error = nullptr;
        require(till_session_verify(store_, nullptr, token.data(), token.size(), &session, &error),
                error, "verify");
        till_free(session);
    }

    std::int64_t next_user() { return next_user_.fetch_add(1) % users + 1; }

private:
    till_order_line_in make_line() {
        till_order_line_in line = TILL_ORDER_LINE_IN_INIT;
        line.name = TILL_STR("Widget");
        line.quantity = 2;
        line.amount_minor = 1999;
        return line;
    }
    const std::string path_;
    till_store* store_ = nullptr;
    till_order_line_in line_ = make_line();
    const till_order_line_in* lines_[1] = {&line_};
    std::atomic<std::int64_t> next_key_{0};
    std::atomic<std::int64_t> next_user_{0};
    std::int64_t token_user_ = 0;
};

till_call as_user(std::int64_t user) {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_USER;
    call.user_id = user;
    return call;
}

// A shop of `users` users and `orders` orders, and a copy of its file for the raw side.
struct Pair {
    Pair(const std::string& directory, const char* name, int orders)
        : shop(directory + "/" + name + ".db"), raw_path(directory + "/" + name + "-raw.db") {
        shop.make_users();
        for (int placed = 0; placed < orders; placed += 1000)
            shop.place_many(std::min(1000, orders));
        token = shop.log_in();
        token_order = shop.place(shop.token_user());
        shop.close();
        std::filesystem::copy_file(shop.path(), raw_path);
        shop.open();
        raw_side = raw_open(raw_path.c_str());
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    ~Pair() { raw_close(raw_side); }

    Shop shop;
    const std::string raw_path;
    raw* raw_side = nullptr;
    std::string token;
    std::int64_t token_order = 0;
};

double place_rate(Shop& shop, int threads) {
    std::atomic<bool> stop{false};
    std::atomic<std::int64_t> count{0};
    std::vector<std::thread> placers;
    const double begin = seconds();
    for (int i = 0; i < threads; ++i) {
        placers.emplace_back([&] {
            while (!stop.load(std::memory_order_relaxed)) {
                shop.place(shop.next_user());
                count.fetch_add(1, std::memory_order_relaxed);
            }
        });
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(round_s));
    stop = true;
    for (auto& each : placers) each.join();
    return static_cast<double>(count.load()) / (seconds() - begin);
}

void places(Table& table, Pair& pair) {
    std::string detail;
    double ratio = paired(
        rounds, [&] { return rate(round_s, [&] { pair.shop.place(pair.shop.next_user()); }); },
        [&] { return rate(round_s, [&] { raw_place(pair.raw_side, 1, users); }); }, detail);
    table.add({"place an order, 1 thread / raw", 0.90}, ratio, detail);

    struct Threads {
        const char* what;
        int count;
        double reach;
    };
    for (const Threads& each : {Threads{"place, 8 threads / raw with 8 a commit", 8, 0.60},
                                Threads{"place, 16 threads / raw with 16 a commit", 16, 0.70},
                                Threads{"place, 32 threads / raw with 32 a commit", 32, 0.80}}) {
        ratio = paired(
            rounds, [&] { return place_rate(pair.shop, each.count); },
            [&] {
                return each.count *
                       rate(round_s, [&] { raw_place(pair.raw_side, each.count, users); });
            },
            detail);
        table.add({each.what, each.reach}, ratio, detail);
    }
}

double raw_get_rate(Pair& pair) {
    return rate(round_s, [&] { raw_get(pair.raw_side, pair.token_order); });
}

void batches(Table& table, Pair& pair) {
    std::string detail;
    const double ratio = paired(
        rounds, [&] { return 100 * rate(round_s, [&] { pair.shop.place_many(100); }); },
        [&] { return rate(round_s, [&] { pair.shop.place(pair.shop.next_user()); }); }, detail);
    table.add({"100 in one call / single calls", 10}, ratio, detail);
}

void gets(Table& table, Pair& pair) {
    std::string detail;
    till_call by_token = TILL_CALL_INIT;
    by_token.actor = TILL_ACTOR_TOKEN;
    by_token.token = str(pair.token);
    const till_call by_user = as_user(pair.shop.token_user());
    const auto raw_rate = [&] { return raw_get_rate(pair); };
    double ratio = paired(
        rounds, [&] { return rate(round_s, [&] { pair.shop.get(by_token, pair.token_order); }); },
        raw_rate, detail);
    table.add({"get an order by id, by token / raw", 0.5}, ratio, detail);
    ratio = paired(
        rounds, [&] { return rate(round_s, [&] { pair.shop.get(by_user, pair.token_order); }); },
        raw_rate, detail);
    table.add({"get an order by id, by user id / raw", 0.8}, ratio, detail);
}

void lists(Table& table, Pair& pair) {
    std::string detail;
    const double ratio = paired(
        rounds, [&] { return rate(round_s, [&] { pair.shop.list(7); }); },
        [&] { return rate(round_s, [&] { raw_list(pair.raw_side, 7); }); }, detail);
    table.add({"list 20 newest of a user / raw", 0.9}, ratio, detail);
}

void verifies(Table& table, Pair& pair) {
    std::string detail;
    const double ratio = paired(
        rounds, [&] { return raw_get_rate(pair); },
        [&] { return rate(round_s, [&] { pair.shop.verify(pair.token); }); }, detail);
    table.add({"cost of verifying a live token / raw get", 1.6, true}, ratio, detail);
}

void growth(Table& table, const std::string& directory) {
    Pair small(directory, "small", 1'000);
    std::printf("  (placing 1 000 000 orders)\n");
    Pair big(directory, "big", 1'000'000);
    std::string detail;
    const till_call small_user = as_user(small.shop.token_user());
    const till_call big_user = as_user(big.shop.token_user());
    double ratio = paired(
        rounds, [&] { return rate(round_s, [&] { big.shop.get(big_user, big.token_order); }); },
        [&] { return rate(round_s, [&] { small.shop.get(small_user, small.token_order); }); },
        detail);
    table.add({"get at 1 000 000 orders / at 1 000", 0.6}, ratio, detail);
    ratio = paired(
        rounds, [&] { return rate(round_s, [&] { big.shop.place(big.shop.next_user()); }); },
        [&] { return rate(round_s, [&] { small.shop.place(small.shop.next_user()); }); }, detail);
    table.add({"place at 1 000 000 orders / at 1 000", 0.75}, ratio, detail);
    ratio = paired(
        rounds, [&] { return rate(round_s, [&] { big.shop.list(big.shop.next_user()); }); },
        [&] { return rate(round_s, [&] { small.shop.list(small.shop.next_user()); }); }, detail);
    table.add({"list at 1 000 000 orders / at 1 000", 0.5}, ratio, detail);
}

// With a key each, as a careful client places them.
void size_on_disk(Table& table, const std::string& directory) {
    constexpr int orders = 20'000;
    Shop shop(directory + "/size.db");
    shop.make_users();
    shop.close();
    const auto before = std::filesystem::file_size(shop.path());
    shop.open();
    std::vector<std::thread> placers;
    for (int i = 0; i < 16; ++i) {
        placers.emplace_back([&] {
            for (int n = 0; n < orders / 16; ++n) shop.place(shop.next_user());
        });
    }
    for (auto& each : placers) each.join();
    shop.close();
    const auto after = std::filesystem::file_size(shop.path());
    shop.open();
    table.add({"bytes an order in the file", 400, true},
              static_cast<double>(after - before) / orders, "one line, key and event included");
}

}  // namespace

void core_benchmarks(Table& table, const std::string& directory, const Selection& selection) {
    struct Group {
        const char* name;
        void (*run)(Table&, Pair&);
    };
    std::unique_ptr<Pair> pair;
    for (const Group& group :
         {Group{"core.place", places}, Group{"core.batch", batches}, Group{"core.get", gets},
          Group{"core.list", lists}, Group{"core.verify", verifies}}) {
        if (!selection.wants(group.name)) continue;
        if (pair == nullptr) pair = std::make_unique<Pair>(directory, "main", 10'000);
        group.run(table, *pair);
    }
    pair.reset();
    if (selection.wants("core.size")) size_on_disk(table, directory);
    if (selection.large && selection.wants("core.growth")) growth(table, directory);
}

}  // namespace bench
