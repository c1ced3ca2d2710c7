// SPDX-License-Identifier: MIT
// The commands that list and act on a store, as a shell meets them.
#include "fixture.hpp"
#include "program.hpp"
#include "till/till.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

using namespace till_server_test;

namespace {

// 2026-11-25T09:30:00Z becomes TIME.
std::string without_times(const std::string& text) {
    const std::string shape = "0000-00-00T00:00:00Z";
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
        std::string part = text.substr(at, shape.size());
        for (char& c : part) {
            if (c >= '0' && c <= '9') c = '0';
        }
        const bool is_time = part == shape;
        shown += is_time ? "TIME" : text.substr(at, 1);
        at += is_time ? shape.size() : 1;
    }
    return shown;
}

// The demonstration's shop: users alice 1, bob 2, sam 3 (staff); orders 1 to 6, payments 1 to 4.
struct Desk {
    TemporaryDirectory directory;
    std::string db = directory.file("shop.db");
    int exit_code = 0;

    Desk() { run("demo"); }

    // `words` are separated by blanks. Times, which differ, are TIME.
    std::string run(const std::string& words) {
        std::istringstream stream(words);
        std::vector<std::string> arguments;
        for (std::string word; stream >> word;) arguments.push_back(word);
        arguments.insert(arguments.begin() + 1, {"--db", db});
        Program program(arguments);
        exit_code = program.finish();
        return without_times(program.text);
    }
    std::string done(const std::string& words) {
        std::string text = run(words);
        CHECK_MESSAGE(exit_code == 0, words << ": " << text);
        return text;
    }
    std::string refused(const std::string& words, int code) {
        std::string text = run(words);
        CHECK_MESSAGE(exit_code == code, words << ": " << text);
        return text;
    }
};

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("orders are listed and filtered in three formats") {
    Desk desk;
    CHECK(desk.done("orders list --user bob") ==
          "id  status     created               user  items         total  currency  verified  "
          "number  reference  version\n"
          " 5  cancelled  TIME     2  Grinder       89.00  USD       no        "
          "-       -                2\n"
          " 4  pending    TIME     2  Coffee beans  44.70  USD       no        "
          "-       -                1\n");
    CHECK(desk.done("orders --state pending --format csv --oldest-first --limit 2") ==
          "id,status,created,user,items,total,currency,verified,number,reference,version\r\n"
          "2,pending,TIME,1,Mug,50.00,USD,false,,,1\r\n"
          "3,pending,TIME,1,Kettle,59.00,USD,false,,,1\r\n");
    CHECK(desk.done("orders --format json --limit 1") ==
          "[\n {\"id\": 6, \"status\": \"delivered\", \"created\": \"TIME\", \"user\": null, "
          "\"items\": \"Espresso and 1 more\", \"total\": \"8.60\", \"currency\": \"USD\", "
          "\"verified\": true, \"number\": \"COUNTER-1-1\", \"reference\": null, \"version\": "
          "2}\n]\n");
    CHECK(desk.done("orders --state shipped") == "Nothing.\n");
    CHECK(says(desk.refused("orders --state lost", 2), "pending, shipped, delivered, cancelled"));
    CHECK(says(desk.refused("orders --format xml", 2), "table, json or csv"));
    CHECK(says(desk.refused("orders dance", 2), "confirm-prices"));
    CHECK(says(desk.refused("orders ship", 2), "orders ship ID..."));
    CHECK(says(desk.refused("orders ship one", 2), "no id"));
    CHECK(says(desk.refused("orders --user nobody", 1), "User nobody"));
}

TEST_CASE("orders are found by time, prices, reference and number") {
    Desk desk;
    {
        const till::store store = till::store::open(desk.db);
        till::order_place_in in;
        in.lines = {{"Scale", 1, 1500}};
        in.reference = "till-3/17";
        store.order_place(till::call::as_user(2), in);
    }
    CHECK(says(desk.done("orders --reference till-3/17 --format csv"),
               "\r\n7,pending,TIME,2,Scale,"));
    CHECK(says(desk.done("orders --reference till-3/17 --user bob"), "Scale"));
    CHECK(desk.done("orders --reference till-3/17 --user alice") == "Nothing.\n");
    CHECK(says(desk.refused("orders --reference till-3/17 --state pending", 1), "/reference"));
    CHECK(says(desk.done("orders --number COUNTER-1-1 --format csv"), "\r\n6,delivered,"));
    CHECK(desk.done("orders --number COUNTER-1-2") == "Nothing.\n");
    CHECK(says(desk.refused("orders --number 17", 2), "say the series"));
    CHECK(says(desk.refused("orders --number A-x", 2), "no id"));
    CHECK(desk.done("orders --price-verified true --oldest-first --format csv") ==
          "id,status,created,user,items,total,currency,verified,number,reference,version\r\n"
          "1,delivered,TIME,1,Teapot and 1 more,57.70,USD,true,,,4\r\n"
          "6,delivered,TIME,,Espresso and 1 more,8.60,USD,true,COUNTER-1-1,,2\r\n");
    CHECK_FALSE(says(desk.done("orders --price-verified false"), "yes"));
    CHECK(says(desk.refused("orders --price-verified maybe", 2), "true or false"));
    // The demonstration was made a moment ago.
    CHECK(desk.done("orders --until 2026-01-01") == "Nothing.\n");
    CHECK(desk.done("orders --since 9999-01-01T00:00:00Z") == "Nothing.\n");
    CHECK(desk.done("orders --since 2026-01-01 --until 9999-01-01T12:00") == desk.done("orders"));
    CHECK(says(desk.refused("orders --since yesterday", 2), "--since \"yesterday\" is no time"));
}

TEST_CASE("an order is shown with its lines, payments and history") {
    Desk desk;
    const std::string text = desk.done("orders show 6");
    CHECK(says(text, "number         COUNTER-1-1\n"));
    CHECK(says(text, "item  Espresso   -           2   2.60    5.20  no        staff\n"));
    CHECK(says(text, "\npayments:\n"));
    CHECK(says(text, "order.handed_over"));
    const std::string json = desk.done("orders show 3 --format json");
    CHECK(says(json, "\"lines\": [\n  {\"kind\": \"item\", \"name\": \"Kettle\""));
    CHECK(says(json, "\"payments\": [],\n"));
    CHECK(says(json, "\"actor\": \"user 1\", \"trace\": null, \"data\": {\"total_minor\":5900,"));
    CHECK(says(desk.refused("orders show 99", 1), "no such order"));
}

TEST_CASE("an order is called as over HTTP: by its first line, of whatever kind") {
    Desk desk;
    {
        const till::store store = till::store::open(desk.db);
        till::order_place_in in;
        till::order_line_in fee;
        fee.kind = till::line_kind::fee;
        fee.name = "Deposit";
        fee.amount_minor = 300;
        in.lines = {fee, {"Lamp", 1, 4900}, {"Bulb", 2, 500}};
        in.walk_in = true;
        store.order_place(till::call::as_system(), in);
    }
    CHECK(says(desk.done("orders --limit 1 --format csv"), ",Deposit and 2 more,62.00,"));
}

TEST_CASE("orders move, several at once, and what is refused is told") {
    Desk desk;
    const std::string text = desk.refused("orders ship 2 3 --format csv", 1);
    CHECK(says(text, "order 2: "));
    CHECK(says(text, "order 3: "));
    CHECK(says(text, "must confirm them"));
    CHECK(says(desk.done("orders confirm-prices 2 3 --format csv"),
               "3,pending,TIME,1,Kettle,59.00,USD,true"));
    const std::string mixed = desk.refused("orders ship 2 3 --format csv", 1);
    CHECK(says(mixed, "2,shipped,TIME"));  // paid
    CHECK(says(mixed, "order 3: "));       // not paid
    CHECK(says(desk.refused("orders deliver 2 --if-version 1", 1), "order 2: "));
    CHECK(says(desk.done("orders deliver 2 --if-version 3"), "delivered"));
    CHECK(says(desk.done("orders cancel 3 4"), "cancelled"));
    CHECK(says(desk.done("events --order 2 --format csv"), "order.delivered,2,2,system,"));
}

TEST_CASE("--as acts with a user's rights and is written down") {
    Desk desk;
    CHECK(says(desk.done("orders confirm-prices 2 --as sam"), "yes"));
    CHECK(says(desk.done("events --order 2 --format csv --limit 1"),
               "order.prices_confirmed,2,2,user 3,"));
    CHECK(says(desk.done("orders --as alice --format csv"), "3,pending"));
    CHECK_FALSE(says(desk.done("orders --as alice --format csv"), "4,pending"));
    CHECK(says(desk.refused("orders confirm-prices 3 --as alice", 1), "order 3: "));
    desk.refused("users deactivate bob --as alice", 1);
    desk.refused("orders --as nobody", 1);
}

TEST_CASE("payments are settled and refunded") {
    Desk desk;
    CHECK(says(desk.done("payments --state pending --format csv"),
               "3,pending,TIME,4,2,card,44.70,USD,0.00,,,1\r\n"));
    CHECK(says(desk.done("payments --order 1"), "completed"));
    CHECK(says(desk.done("payments complete 3 --provider-reference ch_1"), "ch_1"));
    CHECK(says(desk.done("payments --provider-reference ch_1 --format csv"), "\r\n3,completed,"));
    CHECK(desk.done("payments --provider-reference ch_2") == "Nothing.\n");
    CHECK(says(desk.done("payments --method cash --format csv"), "\r\n4,completed,TIME,6,,cash,"));
    CHECK_FALSE(says(desk.done("payments --method cash"), "card"));
    CHECK(says(desk.refused("payments --method gold", 2), "cash, card, transfer, other"));
    CHECK(desk.done("payments --until 2026-01-01") == "Nothing.\n");
    CHECK(desk.done("payments --since 2026-01-01") == desk.done("payments"));
    CHECK(says(desk.refused("payments refund 3 --amount 1.234", 2), "say an amount"));
    CHECK(says(desk.refused("payments refund 3 --amount 0", 2), "say an amount"));
    CHECK(says(desk.refused("payments refund 3 --amount 99999", 1), "Nothing was refunded"));
    const std::string first =
        desk.done("payments refund 3 --amount 4.70 --done --reason Broken --key k1");
    CHECK(says(first, "status              succeeded\n"));
    CHECK(desk.done("payments refund 3 --amount 4.70 --done --reason Broken --key k1") == first);
    const std::string shown = desk.done("payments show 3");
    CHECK(says(shown, "refunded            4.70\n"));
    CHECK(says(shown, "Broken"));
    CHECK(says(shown, "refund.succeeded"));
    CHECK(says(desk.refused("payments refund 3 --amount 1.00 --if-version 2", 1), "changed"));
    CHECK(says(desk.done("payments refund 3 --format json"), "\"amount\": \"40.00\""));
    CHECK(says(desk.refused("payments fail 1 99", 1), "payment 99: "));
}

TEST_CASE("users are found by name, id and address, and changed") {
    Desk desk;
    CHECK(says(desk.done("users --prefix al --format csv"), "1,alice,alice@example.com,true,"));
    CHECK_FALSE(says(desk.done("users --prefix al --format csv"), "bob"));
    CHECK(says(desk.done("users --email-prefix bob --format csv"), "2,bob,"));
    CHECK(says(desk.done("users --staff true --format csv"), "\r\n3,sam,"));
    CHECK_FALSE(says(desk.done("users --staff true --format csv"), "bob"));
    CHECK_FALSE(says(desk.done("users --staff false --format csv"), "sam"));
    CHECK(desk.done("users --active false") == "Nothing.\n");
    CHECK(says(desk.refused("users --prefix al --staff true", 1), "/flags"));
    CHECK(says(desk.done("users show 2"), "username        bob\n"));
    CHECK(says(desk.done("users show alice@example.com"), "user.created"));
    CHECK(says(desk.done("users make-staff bob --format csv"), ",true,true,false,"));
    CHECK(says(desk.done("users remove-staff bob --format csv"), ",true,false,false,"));
    CHECK(says(desk.done("users deactivate bob alice --format csv"),
               "1,alice,alice@example.com,true,,,false,"));
    CHECK(says(desk.done("users --active false --format csv"), "\r\n2,bob,"));
    CHECK_FALSE(says(desk.done("users --active true --format csv"), "bob"));
    CHECK(says(desk.refused("users send-reset bob", 1), "not active"));
    desk.done("users activate bob alice");
    desk.done("users send-reset bob");
    desk.done("users end-sessions alice");
    CHECK(says(desk.refused("users delete bob", 2), "--yes"));
    CHECK(says(desk.done("users show bob"), "bob@example.com"));
    CHECK(says(desk.done("users delete bob --yes --format csv"), "2,,,false,,,false,"));
    desk.refused("users show bob", 1);
    CHECK(says(desk.done("events --user 2"), "user.deleted"));
}

TEST_CASE("a second factor that its user has lost is removed") {
    Desk desk;
    CHECK(says(desk.refused("users remove-second-factor alice", 1), "no second factor"));
    const till::store store = till::store::open(desk.db);
    store.second_factor_begin(till::call::as_user(1));
    desk.done("users remove-second-factor alice");
    CHECK_FALSE(store.second_factor_get(till::call::as_system(), 1).is_pending());
}

TEST_CASE("a reset that was asked for waits in the outbox") {
    Desk desk;
    desk.done("settings set public_url=https://shop.example");
    desk.done("users send-reset alice");
    const till::store store = till::store::open(desk.db);
    const till::message_page page = store.outbox_claim(till::call::as_system());
    REQUIRE(page.size() == 1);
    CHECK(page[0].kind() == "mail.password_reset");
    CHECK(page[0].to() == "alice@example.com");
}

TEST_CASE("events are a log to read and a feed to resume") {
    Desk desk;
    CHECK(says(desk.done("events --limit 1"), "sequence  at                    kind"));
    const std::string feed = desk.done("events --after 3 --limit 2 --format csv");
    CHECK(says(feed, "\r\n4,TIME,order.placed,1,1,user 1,,\"{\"\"total_minor\"\":5770,"));
    CHECK(says(feed, "\r\n5,TIME,payment.started,"));
    // A user's alone, and as many of those as were asked for.
    CHECK(says(desk.done("events --user 1 --limit 1 --format csv"), ",user."));
    CHECK(desk.done("events --user 1 --limit 1 --format csv").find("order.") == std::string::npos);
    CHECK(says(desk.refused("events --order 1 --user alice", 2), "not both"));
    const std::string shipped = desk.done("events --kind order.shipped --format csv");
    CHECK(says(shipped, ",order.shipped,1,1,user 3,"));
    CHECK(std::count(shipped.begin(), shipped.end(), '\n') == 2);
    const std::string of_sam = desk.done("events --actor sam --format csv --limit 0");
    CHECK(says(of_sam, "user 3"));
    CHECK_FALSE(says(of_sam, "user 1"));
    CHECK(desk.done("events --actor-key 3") == "Nothing.\n");  // sam's number, which is no key's
    CHECK(says(desk.refused("events --actor sam --actor-key 1", 2), "not both"));
    CHECK(says(desk.refused("events --kind order.shipped --order 1", 1), "/kind"));
    CHECK(desk.done("events --until 2026-01-01") == "Nothing.\n");
    CHECK(desk.done("events --since 2026-01-01") == desk.done("events"));
}

TEST_CASE("reports sum the shop's days, and say what waits") {
    Desk desk;
    // Two days, so that a midnight during the test changes nothing.
    const std::string sums = desk.done("reports --days 2 --format csv");
    CHECK(says(sums, "day,measure,currency,label,count,amount\r\n"));
    CHECK(says(sums, ",orders_placed,USD,COUNTER-1,1,8.60\r\n"));
    CHECK(says(sums, ",payments_received,USD,"));
    CHECK(says(desk.done("reports totals"), "orders_placed"));
    CHECK(says(desk.done("reports standing --format json"), "\"unverified_orders\": "));
    CHECK(says(desk.refused("reports --days 0", 2), "days"));
    CHECK(says(desk.refused("reports --as alice", 1), "may not"));
}

TEST_CASE("settings are a sheet when a format is asked for") {
    Desk desk;
    CHECK(desk.done("settings set currency=EUR --format csv") ==
          "name,value,default,type,choices,description\r\n"
          "currency,EUR,USD,text,,Currency of orders that name none: an ISO 4217 code of the "
          "store's table.\r\n");
    CHECK(says(desk.done("settings get prices --format json"),
               "\"value\": \"open\", \"default\": \"open\", \"type\": \"choice\""));
    CHECK(desk.done("settings get currency") == "EUR\n");
    const std::string text = desk.refused("settings set nonsense=1 prices=maybe", 1);
    CHECK(says(text, "/nonsense"));
    CHECK(says(text, "/prices"));  // every violation
    CHECK(says(desk.refused("settings set currency=USD --as alice", 1), "Nothing was changed"));
    CHECK(says(desk.refused("settings get nonsense", 2), "no setting"));
}

TEST_CASE("what a single command is asked comes from its flags alone") {
    Desk desk;
    REQUIRE(::setenv("TILL_STATE", "cancelled", 1) == 0);
    REQUIRE(::setenv("TILL_AS", "nobody", 1) == 0);
    CHECK(says(desk.done("orders"), "pending"));
    ::unsetenv("TILL_STATE");
    ::unsetenv("TILL_AS");
}

TEST_CASE("keys are made, listed and revoked, and their secret is shown once") {
    Desk desk;
    CHECK(says(desk.done("keys list"), "Nothing."));
    const std::string made = desk.done("keys create Door prices:set orders:place --expires-in 30");
    const std::size_t at = made.find("till_key_");
    REQUIRE(at != std::string::npos);
    CHECK(made.substr(at).size() == 53);  // and its line's end
    CHECK(says(made, "Key 1 (Door) may: orders:place prices:set\n"));
    const std::string listed = desk.done("keys list --format json");
    CHECK(says(listed, "\"Door\""));
    CHECK_FALSE(says(listed, "till_key_"));
    CHECK(says(desk.refused("keys create Door orders:all", 1), "/scopes"));
    CHECK(says(desk.done("keys revoke 1"), "Door"));
    CHECK(says(desk.refused("keys revoke 4711", 1), "There is no such API key."));
    CHECK(says(desk.refused("keys create Door", 2), "SCOPE"));
}
