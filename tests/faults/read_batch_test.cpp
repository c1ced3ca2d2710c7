// SPDX-License-Identifier: MIT
//
// Batches begun for reading, when the disk fails under them.
#include "faults/faults.hpp"

#include <string>
#include <utility>

using namespace abi;

namespace {

// A read batch that has looked, and its calls.
struct Reading {
    TestStore store;
    till_batch* batch = nullptr;
    till_call call = as_system();

    Reading() {
        place(store, as_system());
        REQUIRE(till_batch_begin_read(store, nullptr, &batch, nullptr) == TILL_OK);
        call.batch = batch;
        CHECK(count() == 1);
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    ~Reading() { till_batch_rollback(batch); }

    std::size_t count() {
        Owned<till_order_page> page;
        REQUIRE(till_order_list(store, &call, nullptr, Out(page), nullptr) == TILL_OK);
        return page->count;
    }
};

}  // namespace

TEST_CASE("a read batch whose snapshot the engine gave up is lost, and sees no other moment") {
    Reading reading;
    place(reading.store, as_system());
    // What the batch has not looked at yet has to be read from the file.
    set_fault(reading.store, TILL_FAULT_READ);
    Owned<till_event_page> events;
    CHECK(till_event_list(reading.store, &reading.call, nullptr, Out(events), nullptr) ==
          TILL_E_IO);
    end_fault(reading.store);
    for (int again = 0; again < 2; ++again) {
        Owned<till_order_page> page;
        Err err;
        CHECK(till_order_list(reading.store, &reading.call, nullptr, Out(page), err) == TILL_E_IO);
        CHECK(err.code() == "batch_lost");
    }
    CHECK(till_batch_commit(std::exchange(reading.batch, nullptr), nullptr) == TILL_OK);
}

TEST_CASE("after a failed sync writers wait for a read batch, and go on when it ends") {
    Reading reading;
    const Cart cart;
    Owned<till_order> order;
    place(reading.store, as_system());
    set_fault(reading.store, TILL_FAULT_SYNC);
    CHECK(try_place(reading.store, as_system(), cart, order, nullptr) == TILL_E_OUTCOME_UNKNOWN);
    end_fault(reading.store);
    till_call brief = as_system();
    brief.timeout_ms = 20;
    Err err;
    CHECK(try_place(reading.store, brief, cart, order, err) == TILL_E_BUSY);
    CHECK(std::string(err->message.data).find("a batch begun for reading") != std::string::npos);
    CHECK(reading.count() == 1);
    till_batch_rollback(std::exchange(reading.batch, nullptr));
    CHECK(try_place(reading.store, as_system(), cart, order, err) == TILL_OK);
}
