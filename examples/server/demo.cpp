// SPDX-License-Identifier: MIT
// till-server demo: a new store with a few users, orders and payments to look at.
#include "commands.hpp"
#include "refusal.hpp"

#include <iostream>
#include <sys/random.h>
#include <sys/stat.h>

namespace till_server {

namespace {

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

int64_t create_user(till::store_ref store, const std::string& name, bool staff) {
    const std::string password = random_password();
    const std::string email = name + "@example.com";
    till::user_create_in in;
    in.username = name;
    in.email = email;
    in.password = password;
    in.is_staff = staff;
    in.email_verified = true;
    const till::user user = store.user_create(till::call::as_system(), in);
    std::cout << "  " << name << (staff ? " (staff)" : "") << ", password " << password << "\n";
    return user.id();
}

// An order and the call of who placed it.
struct Placed {
    till::call owner;
    int64_t id;
};

Placed place(till::store_ref store, int64_t user_id, std::vector<till::order_line_in> lines) {
    till::order_place_in in;
    in.lines = std::move(lines);
    const till::call owner = till::call::as_user(user_id);
    return {owner, store.order_place(owner, in).id()};
}

int64_t start_payment(till::store_ref store, const Placed& order) {
    till::payment_start_in in;
    in.order_id = order.id;
    in.method = till::payment_method::card;
    return store.payment_start(order.owner, in).id();
}

void pay(till::store_ref store, const Placed& order) {
    store.payment_complete(till::call::as_system(), {start_payment(store, order)});
}

void sell_over_the_counter(till::store_ref store, const till::call& staff) {
    till::order_place_in order;
    order.lines = {{"Espresso", 2, 260}, {"Croissant", 1, 340}};
    order.walk_in = true;
    order.series = "COUNTER-1";
    store.sale(staff, order, {till::payment_method::cash});
}

}  // namespace

int run_demo(const Options& options) {
    const std::string path = options.require("db");
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) {
        throw Refusal(path + " exists. Demo data goes into new stores only: name another file.");
    }
    const till::store store = open_store(options, IfMissing::create, nullptr);
    std::cout << "Demo users:\n";
    const int64_t alice = create_user(store, "alice", false);
    const int64_t bob = create_user(store, "bob", false);
    const till::call sam = till::call::as_user(create_user(store, "sam", true));

    const Placed delivered = place(store, alice, {{"Teapot", 1, 3990}, {"Green tea", 2, 890}});
    pay(store, delivered);
    store.order_confirm_prices(sam, delivered.id);
    store.order_ship(sam, delivered.id);
    store.order_deliver(sam, delivered.id);

    pay(store, place(store, alice, {{"Mug", 4, 1250}}));
    place(store, alice, {{"Kettle", 1, 5900}});

    start_payment(store, place(store, bob, {{"Coffee beans", 3, 1490}}));
    const Placed unwanted = place(store, bob, {{"Grinder", 1, 8900}});
    store.order_cancel(unwanted.owner, unwanted.id);
    sell_over_the_counter(store, sam);
    std::cout
        << "Six orders: delivered, paid, open, payment waiting, cancelled, over the counter.\n";
    return 0;
}

}  // namespace till_server
