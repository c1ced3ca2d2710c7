// SPDX-License-Identifier: MIT
// till-server demo: a new store with a few users, orders and payments to look at.
#include "commands.hpp"
#include "refusal.hpp"

#include <iostream>
#include <sys/random.h>
#include <sys/stat.h>

namespace till_server {

namespace {

struct Line {
    const char* name;
    int64_t quantity;
    int64_t price_minor;
};

till_call call_as(int64_t user_id) {
    till_call call = system_call();
    if (user_id != 0) {
        call.actor = TILL_ACTOR_USER;
        call.user_id = user_id;
    }
    return call;
}

// About 60 bits. Random, since a demonstration may end up on a network.
std::string random_password() {
    static constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
    unsigned char bytes[12];
    if (getrandom(bytes, sizeof bytes, 0) != ssize_t{sizeof bytes}) {
        throw Refusal("The system gives no randomness.");
    }
    std::string password;
    for (const unsigned char byte : bytes) password += letters[byte % letters.size()];
    return password;
}

int64_t create_user(till_store* store, const std::string& name, bool staff) {
    const std::string password = random_password();
    const std::string email = name + "@example.com";
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = borrow(name);
    in.email = borrow(email);
    in.password = borrow(password);
    in.is_staff = staff ? 1 : 0;
    in.email_verified = 1;
    const till_call call = call_as(0);
    Owned<till_user> user;
    Error error;
    require_ok(till_user_create(store, &call, &in, out(user), out(error)), error,
               "Cannot make the user " + name);
    std::cout << "  " << name << (staff ? " (staff)" : "") << ", password " << password << "\n";
    return user->id;
}

// Pointers to `lines` as the C ABI takes them.
struct OrderInput {
    std::vector<till_order_line_in> lines;
    std::vector<const till_order_line_in*> pointers;
    till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;

    explicit OrderInput(const std::vector<Line>& wanted) {
        for (const Line& line : wanted) {
            till_order_line_in row = TILL_ORDER_LINE_IN_INIT;
            row.name = till_str{line.name, TILL_STRLEN};
            row.quantity = line.quantity;
            row.amount_minor = line.price_minor;
            lines.push_back(row);
        }
        for (const till_order_line_in& line : lines) pointers.push_back(&line);
        in.lines = pointers.data();
        in.line_count = pointers.size();
    }
};

int64_t place(till_store* store, int64_t user_id, const std::vector<Line>& lines) {
    const OrderInput input(lines);
    const till_call call = call_as(user_id);
    Owned<till_order> order;
    Error error;
    require_ok(till_order_place(store, &call, &input.in, out(order), out(error)), error,
               "Cannot place an order");
    return order->id;
}

int64_t pay(till_store* store, int64_t user_id, int64_t order_id) {
    till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
    in.order_id = order_id;
    in.method = TILL_METHOD_CARD;
    const till_call call = call_as(user_id);
    Owned<till_payment> payment;
    Error error;
    require_ok(till_payment_start(store, &call, &in, out(payment), out(error)), error,
               "Cannot start a payment");
    return payment->id;
}

void complete(till_store* store, int64_t payment_id) {
    till_payment_act_in in = TILL_PAYMENT_ACT_IN_INIT;
    in.payment_id = payment_id;
    const till_call call = call_as(0);
    Owned<till_payment> payment;
    Error error;
    require_ok(till_payment_complete(store, &call, &in, out(payment), out(error)), error,
               "Cannot complete a payment");
}

using OrderAct = till_status(TILL_CALL*)(till_store*, const till_call*, const till_order_act_in*,
                                         const till_order**, const till_error**);

void act(till_store* store, int64_t staff_id, OrderAct function, int64_t order_id) {
    till_order_act_in in = TILL_ORDER_ACT_IN_INIT;
    in.order_id = order_id;
    const till_call call = call_as(staff_id);
    Owned<till_order> order;
    Error error;
    require_ok(function(store, &call, &in, out(order), out(error)), error,
               "Cannot change an order");
}

void sell_over_the_counter(till_store* store, int64_t staff_id) {
    OrderInput input({{"Espresso", 2, 260}, {"Croissant", 1, 340}});
    input.in.flags = TILL_ORDER_WALK_IN;
    input.in.series = TILL_STR("COUNTER-1");
    till_sale_in in = TILL_SALE_IN_INIT;
    in.order = &input.in;
    in.method = TILL_METHOD_CASH;
    const till_call call = call_as(staff_id);
    Owned<till_receipt> receipt;
    Error error;
    require_ok(till_sale(store, &call, &in, out(receipt), out(error)), error,
               "Cannot sell over the counter");
}

}  // namespace

int run_demo(const Options& options) {
    const std::string path = options.require("db");
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) {
        throw Refusal(path + " exists. Demo data goes into new stores only: name another file.");
    }
    const Store owner = open_store(options, IfMissing::create, nullptr);
    till_store* store = owner.get();
    std::cout << "Demo users:\n";
    const int64_t alice = create_user(store, "alice", false);
    const int64_t bob = create_user(store, "bob", false);
    const int64_t sam = create_user(store, "sam", true);

    const int64_t delivered = place(store, alice, {{"Teapot", 1, 3990}, {"Green tea", 2, 890}});
    complete(store, pay(store, alice, delivered));
    act(store, sam, till_order_confirm_prices, delivered);
    act(store, sam, till_order_ship, delivered);
    act(store, sam, till_order_deliver, delivered);

    const int64_t paid = place(store, alice, {{"Mug", 4, 1250}});
    complete(store, pay(store, alice, paid));
    place(store, alice, {{"Kettle", 1, 5900}});

    const int64_t waiting = place(store, bob, {{"Coffee beans", 3, 1490}});
    pay(store, bob, waiting);
    act(store, bob, till_order_cancel, place(store, bob, {{"Grinder", 1, 8900}}));
    sell_over_the_counter(store, sam);
    std::cout
        << "Six orders: delivered, paid, open, payment waiting, cancelled, over the counter.\n";
    return 0;
}

}  // namespace till_server
