// SPDX-License-Identifier: MIT
//
// A program to be killed, and the one that looks at what it left:
//
//   till_writer write STORE SEED WRITER FIRST REFRESH [truth]
//       does deed after deed and acknowledges each on standard output once its call has succeeded.
//       REFRESH is the refresh token to begin with. `early` in place of truth acknowledges deed
//       FIRST + 4 before its call and dies; `wrong` acknowledges another order's id: controls that
//       the check must catch.
//   till_writer check STORE SEED WRITER ACKNOWLEDGED REFRESH
//       ACKNOWLEDGED holds the lines of one writer. Exit code 0: all there, the rest whole or
//       absent and then done once by a repeat.
#include "faults/deeds.hpp"
#include "till/testing.h"
#include "till/till.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

using namespace faults;

namespace {

[[noreturn]] void die(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(2);
}

void require(till_status status, const std::string& what, const till_error* error) {
    if (status == TILL_OK) return;
    const std::string code = error == nullptr ? "" : error->code.data;
    die(what + ": " + till_status_name(status) + " " + code);
}

struct Shop {
    explicit Shop(const std::string& path) {
        till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
        in.path = {path.data(), path.size()};
        in.flags = TILL_OPEN_TESTING | TILL_OPEN_MUST_EXIST;
        const till_error* error = nullptr;
        require(till_store_open(&in, &store, &error), "open", error);
    }
    Shop(const Shop&) = delete;
    Shop& operator=(const Shop&) = delete;
    ~Shop() { till_store_release(store); }

    till_store* store = nullptr;
    std::int64_t last_order = 0;  // to be paid next
    std::string refresh;
};

till_call call_with(const std::string& key) {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    call.timeout_ms = 60'000;  // a crowded machine is no failure here
    call.idempotency_key = {key.data(), key.size()};
    return call;
}

// What a deed answers: "ID" of order or payment, or the next refresh token.
struct Answer {
    std::string text;
    bool replayed = false;
};

Answer place(Shop& shop, const Deed& deed) {
    std::vector<till_order_line_in> lines(static_cast<std::size_t>(deed.lines));
    std::vector<const till_order_line_in*> pointers;
    for (till_order_line_in& line : lines) {
        line = TILL_ORDER_LINE_IN_INIT;
        line.name = TILL_STR("Tea");
        line.quantity = deed.quantity;
        line.amount_minor = deed.price_minor;
        pointers.push_back(&line);
    }
    till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
    in.lines = pointers.data();
    in.line_count = pointers.size();
    in.reference = {deed.key.data(), deed.key.size()};
    const till_call call = call_with(deed.key);
    const till_order* order = nullptr;
    const till_error* error = nullptr;
    require(till_order_place(shop.store, &call, &in, &order, &error), "place " + deed.key, error);
    shop.last_order = order->id;
    Answer answer{std::to_string(order->id), order->replayed == 1};
    till_free(order);
    return answer;
}

Answer pay(Shop& shop, const Deed& deed) {
    till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
    in.order_id = shop.last_order;
    in.flags = TILL_PAYMENT_COMPLETE_NOW;
    in.method = TILL_METHOD_CASH;
    const till_call call = call_with(deed.key);
    const till_payment* payment = nullptr;
    const till_error* error = nullptr;
    require(till_payment_start(shop.store, &call, &in, &payment, &error), "pay " + deed.key, error);
    Answer answer{std::to_string(payment->id), payment->replayed == 1};
    till_free(payment);
    return answer;
}

Answer refresh(Shop& shop) {
    const till_tokens* tokens = nullptr;
    const till_error* error = nullptr;
    require(till_session_refresh(shop.store, nullptr, shop.refresh.data(), shop.refresh.size(),
                                 &tokens, &error),
            "refresh", error);
    shop.refresh.assign(tokens->refresh.data, tokens->refresh.len);
    till_free(tokens);
    return {shop.refresh, false};
}

Answer perform(Shop& shop, const Deed& deed) {
    switch (deed.kind) {
        case Kind::place:
            return place(shop, deed);
        case Kind::pay:
            return pay(shop, deed);
        case Kind::refresh:
            break;
    }
    return refresh(shop);
}

// One write() a line: it arrives whole or not at all.
void acknowledge(std::int64_t number, const std::string& text) {
    const std::string line = std::to_string(number) + " " + text + "\n";
    if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        std::_Exit(3);  // the reader is gone
    }
}

int write_on(const std::vector<std::string>& arguments) {
    Shop shop(arguments[0]);
    const std::uint64_t seed = std::stoull(arguments[1]);
    const int writer = std::stoi(arguments[2]);
    const std::int64_t first = std::stoll(arguments[3]);
    shop.refresh = arguments[4];
    const std::string mode = arguments.size() > 5 ? arguments[5] : "truth";
    for (std::int64_t number = first;; ++number) {
        const Deed deed = deed_of(seed, writer, number);
        const bool lie = mode != "truth" && number >= first + 3 && deed.kind == Kind::place;
        if (lie && mode == "early") {
            acknowledge(number, std::to_string(shop.last_order + 1));
            std::raise(SIGKILL);
        }
        const Answer answer = perform(shop, deed);
        acknowledge(number, lie ? "1" : answer.text);
        if (lie) std::raise(SIGKILL);
    }
}

// ---- After the kill --------------------------------------------------------------------------

struct Check {
    Shop& shop;
    int problems = 0;
    void expect(bool truth, const std::string& what) {
        if (truth) return;
        ++problems;
        std::cout << what << std::endl;
    }
};

bool same(const till_order& order, const Deed& deed) {
    if (order.line_count != static_cast<std::size_t>(deed.lines)) return false;
    for (std::size_t i = 0; i < order.line_count; ++i) {
        const till_order_line& line = *order.lines[i];
        if (line.quantity != deed.quantity || line.unit_price_minor != deed.price_minor)
            return false;
    }
    return order.total.minor == deed.price_minor * deed.quantity * deed.lines &&
           order.reference.data != nullptr && deed.key == order.reference.data;
}

// An order by its reference, whose content must be the deed's; 0: there is none.
std::int64_t find_order(Check& check, const Deed& deed) {
    till_order_find_in in = TILL_ORDER_FIND_IN_INIT;
    in.reference = {deed.key.data(), deed.key.size()};
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    const till_order* order = nullptr;
    const till_status status = till_order_find(check.shop.store, &call, &in, &order, nullptr);
    if (status == TILL_E_NOT_FOUND) return 0;
    check.expect(status == TILL_OK, "find " + deed.key + ": " + till_status_name(status));
    if (status != TILL_OK) return 0;
    check.expect(same(*order, deed), "order " + deed.key + " has another content");
    const std::int64_t id = order->id;
    till_free(order);
    return id;
}

std::size_t payments_of(Check& check, std::int64_t order_id, till_payment_state status) {
    till_payment_query query = TILL_PAYMENT_QUERY_INIT;
    query.order_id = order_id;
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    const till_payment_page* page = nullptr;
    const till_status listed = till_payment_list(check.shop.store, &call, &query, &page, nullptr);
    check.expect(listed == TILL_OK, "list the payments");
    if (listed != TILL_OK) return 0;
    std::size_t found = 0;
    for (std::size_t i = 0; i < page->count; ++i) {
        if (page->items[i]->status == status) ++found;
    }
    check.expect(found == page->count, "a payment is half made");
    till_free(page);
    return found;
}

void check_acknowledged(Check& check, const Deed& deed, const std::string& told) {
    Shop& shop = check.shop;
    switch (deed.kind) {
        case Kind::place:
            shop.last_order = find_order(check, deed);
            check.expect(std::to_string(shop.last_order) == told,
                         "order " + deed.key + " was acknowledged as " + told + " and is " +
                             std::to_string(shop.last_order));
            break;
        case Kind::pay:
            check.expect(payments_of(check, shop.last_order, TILL_PAYMENT_COMPLETED) == 1,
                         "payment " + deed.key + " was acknowledged and is not there");
            break;
        case Kind::refresh:
            shop.refresh = told;
            break;
    }
    if (deed.kind == Kind::refresh) return;
    // A repeat finds what was acknowledged.
    const Answer again = perform(shop, deed);
    check.expect(again.replayed && again.text == told, "a repeat of " + deed.key + " acted anew");
}

// The deed that was under way when the writer died: wholly there or not, then done once.
void check_unacknowledged(Check& check, const Deed& deed) {
    Shop& shop = check.shop;
    bool there = false;
    if (deed.kind == Kind::place) there = find_order(check, deed) != 0;
    if (deed.kind == Kind::pay) {
        there = payments_of(check, shop.last_order, TILL_PAYMENT_COMPLETED) == 1;
    }
    const Answer first = perform(shop, deed);
    if (deed.kind == Kind::refresh) return;
    check.expect(first.replayed == there,
                 "a repeat of " + deed.key + " did not tell what was there");
    const Answer second = perform(shop, deed);
    check.expect(second.replayed && second.text == first.text, deed.key + " acted twice");
}

int check_all(const std::vector<std::string>& arguments) {
    Shop shop(arguments[0]);
    const std::uint64_t seed = std::stoull(arguments[1]);
    const int writer = std::stoi(arguments[2]);
    shop.refresh = arguments[4];
    Check check{shop};
    std::ifstream acknowledged(arguments[3]);
    std::string line;
    std::int64_t last = 0;
    while (std::getline(acknowledged, line)) {
        std::istringstream words(line);
        std::int64_t number = 0;
        std::string told;
        words >> number >> told;
        check.expect(number == last + 1, "a line is missing before " + line);
        last = number;
        check_acknowledged(check, deed_of(seed, writer, number), told);
    }
    if (check.problems > 0) return 1;
    check_unacknowledged(check, deed_of(seed, writer, last + 1));
    // Nothing beyond: writers go on only after an acknowledgement.
    for (std::int64_t beyond = last + 2; beyond < last + 5; ++beyond) {
        const Deed deed = deed_of(seed, writer, beyond);
        if (deed.kind == Kind::place) {
            check.expect(find_order(check, deed) == 0, deed.key + " came out of nowhere");
        }
    }
    refresh(shop);
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    const till_report* report = nullptr;
    const till_error* error = nullptr;
    require(till_store_check(shop.store, &call, &report, &error), "check", error);
    check.expect(report->sound == 1, report->text.data);
    till_free(report);
    return check.problems == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
    std::signal(SIGPIPE, SIG_IGN);
    const std::vector<std::string> arguments(values + 1, values + count);
    if (arguments.size() >= 6 && arguments[0] == "write") {
        return write_on({arguments.begin() + 1, arguments.end()});
    }
    if (arguments.size() >= 6 && arguments[0] == "check") {
        return check_all({arguments.begin() + 1, arguments.end()});
    }
    die("till_writer write STORE SEED WRITER FIRST REFRESH [MODE]");
}
