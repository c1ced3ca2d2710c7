// SPDX-License-Identifier: MIT
//
// till for C++17: header-only, over the C functions of till.h. Link the same library.
//
//     till::store store = till::store::open("shop.db");
//     const auto system = till::call::as_system();
//     till::order_place_in order;
//     order.lines = {{"Espresso", 2, 250}, {"Croissant", 1, 340}};
//     const till::receipt receipt = store.sale(system.with_key("till-3-0001"), order);
//     std::cout << receipt.order().total() << "\n";
//
// Names are those of the C functions and fields without `till_`; what a call means, who may make it
// and what it answers is told once, in the C headers. Three things are added:
//
// Ownership. Records and pages (order, order_page) free their block; views (order_view) borrow from
// it. Members that return text or views borrow from the record: keep the record.
//
// Failure. try_order_get() answers a result<order>, the value or the error. order_get() throws
// till::exception, by status (till::not_found), with code, message and every violation. Built with
// -fno-exceptions the throwing forms are not there.
//
// Lists. `for (auto &order : store.orders(who, query))` fetches page after page by itself.
//
// http.hpp (a library of its own) and testing.hpp are separate, like http.h and testing.h. No std
// type crosses into the library, so compilers, standards and standard libraries may differ from
// those it was built with.
#pragma once

#include <till/cpp/ask.hpp>
#include <till/cpp/base.hpp>
#include <till/cpp/batch.hpp>
#include <till/cpp/call.hpp>
#include <till/cpp/error.hpp>
#include <till/cpp/event.hpp>
#include <till/cpp/key.hpp>
#include <till/cpp/list.hpp>
#include <till/cpp/money.hpp>
#include <till/cpp/order.hpp>
#include <till/cpp/order_calls.hpp>
#include <till/cpp/payment.hpp>
#include <till/cpp/payment_calls.hpp>
#include <till/cpp/report.hpp>
#include <till/cpp/second_factor.hpp>
#include <till/cpp/session.hpp>
#include <till/cpp/setting.hpp>
#include <till/cpp/store.hpp>
#include <till/cpp/user.hpp>
#include <till/cpp/user_calls.hpp>
#include <till/till.h>
