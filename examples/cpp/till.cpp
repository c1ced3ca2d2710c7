// SPDX-License-Identifier: MIT
//
// A till in a page of C++: books what it sold while it was offline, sells over the counter, prints
// the receipt, and closes the day.
//
//     till FILE      FILE is made when it is missing
#include <iomanip>
#include <iostream>
#include <till/till.hpp>
#include <vector>

namespace {

using days = std::chrono::duration<int, std::ratio<86400>>;

const till::call host = till::call::as_system();

// Two coffees for a walk-in: placed, paid in cash and handed over in one call, which happens once
// however often it is repeated with its key.
till::receipt sell(const till::store& store) {
    till::order_place_in order;
    order.lines = {{"Espresso", 2, 250}, {"Croissant", 1, 340}};
    order.lines.push_back({"Happy hour", 0, -100, {}, till::line_kind::discount});
    order.series = "TILL-3";
    return store.sale(host.with_key("till-3-sale-0001"), order);
}

void print(const till::receipt_view& receipt) {
    const till::order_view order = receipt.order();
    std::cout << "Receipt " << order.series() << "/" << order.number() << "\n";
    for (const till::line_view line : order.lines()) {
        std::cout << std::setw(4) << line.quantity() << "  " << std::left << std::setw(12)
                  << line.name() << std::right << std::setw(10) << order.amount(line.amount_minor())
                  << "\n";
    }
    std::cout << "      " << std::left << std::setw(12) << "Total" << std::right << std::setw(10)
              << order.total() << ", " << till::name(receipt.payment()->method()) << "\n";
}

// Books sales in one durable commit. Their references make it safe to send all of them again, as
// after a crash that left it open how far the last attempt came.
void replay(const till::store& store, const std::vector<till::order_place_in>& queue) {
    till::batch batch = store.batch_begin(host);
    for (const till::order_place_in& sale : queue) {
        const till::receipt receipt = store.sale(host.in(batch), sale);
        std::cout << sale.reference
                  << (receipt.replayed() ? " was booked before, " : " is booked, ")
                  << receipt.order().total() << "\n";
    }
    batch.commit();
}

// The list is newest first and fetches its pages by itself.
till::money sold_since(const till::store& store, till::time_point begin) {
    till::money total(0, "EUR", 2);
    for (auto& order : store.orders(host)) {
        if (order.created() < begin) break;
        if (order.status() == till::order_state::delivered) total += order.total();
    }
    return total;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const till::store store = till::store::open(argc > 1 ? argv[1] : "shop.db");
        store.setting_update(host, {{"currency", "EUR"}});
        const till::time_point midnight =
            std::chrono::floor<days>(std::chrono::system_clock::now());

        till::order_place_in tea, cake;
        tea.reference = "offline-17";
        tea.lines = {{"Green tea", 1, 320}};
        cake.reference = "offline-18";
        cake.lines = {{"Cheesecake", 2, 450}};
        replay(store, {tea});
        replay(store, {tea, cake});

        print(sell(store));
        std::cout << "Sold today: " << sold_since(store, midnight) << "\n";
        return 0;
    } catch (const till::exception& failure) {
        std::cerr << failure.code() << ": " << failure.what() << "\n";
        return 1;
    }
}
