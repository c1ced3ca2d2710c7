// SPDX-License-Identifier: MIT
//
// Every function of the C ABI against arguments that break its contract: the documented status, the
// outputs cleared, nothing changed. A function that is declared and not in the table fails a test.
#include "c_api/misuse.hpp"

#include <set>
#include <sys/wait.h>
#include <unistd.h>

using namespace abi;

namespace {

// A shop with one of everything, for ids of 1.
struct Shop : TestStore {
    Shop() {
        const till_call ann = as_user(create_user(*this, "ann", "ann@example.com"));
        const std::int64_t order = place(*this, ann);
        const std::int64_t payment = pay(*this, as_system(), order, TILL_PAYMENT_COMPLETE_NOW)->id;
        till_refund_start_in in = TILL_REFUND_START_IN_INIT;
        in.payment_id = payment;
        in.amount_minor = 1;
        const till_call system = as_system();
        Owned<till_refund> refund;
        REQUIRE(till_refund_start(*this, &system, &in, Out(refund), nullptr) == TILL_OK);
        world.store = *this;
        world.call.timeout_ms = 50;
    }
    std::int64_t last_event() const {
        Owned<till_store_info> info;
        REQUIRE(till_store_info_get(*this, nullptr, Out(info), nullptr) == TILL_OK);
        return info->last_event;
    }
    World world;
};

void expect(const Shop& shop, const Function& function, const Bend& bend, till_status status) {
    CAPTURE(function.name);
    CAPTURE(bend.at);
    CAPTURE(bend.value);
    const std::int64_t before = shop.last_event();
    const Outcome outcome = function(shop.world, bend);
    CAPTURE(outcome.code);
    CHECK(std::string(till_status_name(outcome.status)) == till_status_name(status));
    CHECK(outcome.kept_promises);
    // One call changes something by its defaults alone.
    const bool is_change = status == TILL_OK && function.name == "till_signing_key_rotate";
    CHECK(shop.last_event() == before + (is_change ? 1 : 0));
}

bool takes_store(const Function& function) {
    return function.name != "till_store_open" && function.name != "till_store_restore" &&
           function.name != "till_testing_store_open";
}

// Calls `each(function, index, parameter)` for every input struct of every function.
template <class F>
void for_each_input(F each) {
    for (const Function& function : functions()) {
        for (std::size_t i = 0; i < function.parameters.size(); ++i) {
            if (function.parameters[i].input) each(function, i, function.parameters[i]);
        }
    }
}

}  // namespace

TEST_CASE("every exported function is in the table or has a test of its own") {
    std::set<std::string> known(special_functions().begin(), special_functions().end());
    for (const Function& function : functions()) CHECK(known.insert(function.name).second);
    const auto declared = declared_functions();
    for (const auto& [name, declaration] : declared) {
        CAPTURE(name);
        CHECK(known.erase(name) == 1);
    }
    CHECK(known.empty());
    for (const Function& function : functions()) {
        CAPTURE(function.name);
        CHECK(declared.at(function.name).nullable.size() == function.parameters.size());
    }
    // The reader of the headers sees what it should.
    const auto sample = read_header(
        "\nTILL_API till_status TILL_CALL till_a_b(till_store *store, int32_t n,\n"
        "  const till_call *TILL_NULLABLE call /* , */);\n");
    CHECK(sample.at("till_a_b").nullable == std::vector<bool>{false, false, true});
}

// Invariant 10.
TEST_CASE(
    "[IN-7] NULL is misuse wherever the headers do not allow it, and the defaults where they do") {
    const Shop shop;
    const auto declared = declared_functions();
    for (const Function& function : functions()) {
        for (std::size_t i = 0; i < function.parameters.size(); ++i) {
            if (!function.parameters[i].pointer) continue;
            const Bend bend{Bend::How::null, i};
            if (!declared.at(function.name).nullable[i]) {
                expect(shop, function, bend, TILL_E_MISUSE);
                continue;
            }
            CAPTURE(function.name);
            const Outcome outcome = function(shop.world, bend);
            CHECK(outcome.status != TILL_E_INTERNAL);
            if (!function.parameters[i].call) CHECK(outcome.status != TILL_E_MISUSE);
            CHECK(outcome.kept_promises);
        }
    }
}

TEST_CASE(
    "[IN-7] a struct_size that no version ever had is refused without reading beyond the struct") {
    const Shop shop;
    for_each_input([&](const Function& function, std::size_t i, const Parameter&) {
        for (const std::uint32_t size : {0U, 1U, 4U, 7U, 65'537U, 0x8000'0000U, UINT32_MAX}) {
            expect(shop, function, {Bend::How::size, i, size}, TILL_E_STRUCT_SIZE);
        }
    });
}

TEST_CASE("a newer caller's struct works while its new fields are zero, and is refused otherwise") {
    const Shop shop;
    for_each_input([&](const Function& function, std::size_t i, const Parameter&) {
        const Outcome plain = function(shop.world);
        expect(shop, function, {Bend::How::tail, i, 0}, plain.status);
        expect(shop, function, {Bend::How::tail, i, 1}, TILL_E_UNSUPPORTED_FIELD);
    });
}

TEST_CASE("unknown flags and used reserved fields are refused") {
    const Shop shop;
    for_each_input([&](const Function& function, std::size_t i, const Parameter& parameter) {
        if (parameter.flags) {
            expect(shop, function, {Bend::How::flags, i, 0x8000'0000U}, TILL_E_UNSUPPORTED_FIELD);
            expect(shop, function, {Bend::How::flags, i, 0x100U}, TILL_E_UNSUPPORTED_FIELD);
        }
        if (parameter.reserved) {
            expect(shop, function, {Bend::How::reserved, i}, TILL_E_UNSUPPORTED_FIELD);
        }
    });
}

namespace {

struct BadCall {
    till_call call;
    till_status status;
};

template <class F>
BadCall bad_call(till_status status, F change) {
    till_call call = as_system();
    change(call);
    return {call, status};
}

const std::string long_key(256, 'k');
const std::string long_trace(65, 't');

std::vector<BadCall> bad_calls() {
    std::vector<BadCall> all;
    for (const till_actor_kind actor : {-1, 5, INT32_MAX, INT32_MIN}) {
        all.push_back(bad_call(TILL_E_UNSUPPORTED_FIELD, [&](till_call& c) { c.actor = actor; }));
    }
    const till_str dangling{nullptr, 3};
    for (till_str till_call::*text :
         {&till_call::token, &till_call::idempotency_key, &till_call::client_address,
          &till_call::client_agent, &till_call::client_locale, &till_call::trace_id}) {
        all.push_back(bad_call(TILL_E_MISUSE, [&](till_call& c) { c.*text = dangling; }));
    }
    all.push_back(bad_call(TILL_E_VALIDATION, [](till_call& c) { c.timeout_ms = 600'001; }));
    all.push_back(bad_call(TILL_E_VALIDATION, [](till_call& c) { c.timeout_ms = UINT32_MAX; }));
    for (const std::string_view bad :
         {std::string_view(long_trace), std::string_view("a b"), std::string_view("\x00", 1),
          std::string_view("\xc3\xa9"), std::string_view("\x7f")}) {
        all.push_back(bad_call(TILL_E_VALIDATION, [&](till_call& c) { c.trace_id = str(bad); }));
        all.push_back(
            bad_call(TILL_E_VALIDATION, [&](till_call& c) { c.client_address = str(bad); }));
        all.push_back(
            bad_call(TILL_E_VALIDATION, [&](till_call& c) { c.client_locale = str(bad); }));
    }
    all.push_back(
        bad_call(TILL_E_VALIDATION, [](till_call& c) { c.idempotency_key = str(long_key); }));
    all.push_back(bad_call(TILL_E_VALIDATION, [](till_call& c) { c.idempotency_key = str(""); }));
    return all;
}

}  // namespace

TEST_CASE("[IN-7] every call refuses a context that breaks the contract") {
    const Shop shop;
    const std::vector<BadCall> calls = bad_calls();
    for_each_input([&](const Function& function, std::size_t i, const Parameter& parameter) {
        if (!parameter.call) return;
        for (const BadCall& bad : calls) {
            expect(shop, function, {Bend::How::call, i, 0, &bad.call}, bad.status);
        }
    });
}

TEST_CASE("[IN-7] every call on a closed store answers closed") {
    const Shop shop;
    REQUIRE(till_store_close(shop) == TILL_OK);
    for (const Function& function : functions()) {
        if (!takes_store(function)) continue;
        CAPTURE(function.name);
        const Outcome outcome = function(shop.world);
        CHECK(outcome.kept_promises);
        CHECK(outcome.status == TILL_E_CLOSED);
        CHECK(outcome.code == "store_closed");
    }
}

TEST_CASE("[SE-1] [IN-7] every call of a forked child is refused and the parent goes on") {
    const Shop shop;
    const std::int64_t before = shop.last_event();
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int wrong = 0;
        for (const Function& function : functions()) {
            if (!takes_store(function)) continue;
            if (function(shop.world).status != TILL_E_FORKED) ++wrong;
        }
        if (till_store_close(shop) != TILL_E_FORKED) wrong = 99;
        till_store_release(shop);
        ::_exit(wrong);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(shop.last_event() == before);
    // The child's release took nothing of the parent's away.
    Owned<till_store_info> info;
    REQUIRE(till_store_info_get(shop, nullptr, Out(info), nullptr) == TILL_OK);
    CHECK(::access(std::string(view(info->path)).c_str(), R_OK) == 0);
    place(shop, as_system());
}
