// SPDX-License-Identifier: MIT
//
// Any sequence of calls through the C ABI, held against the model of tests/properties: what each
// call answers, the contract of outputs and errors, replays, batches that come to nothing, and the
// whole shop at the end (invariants 1, 3, 4, 6, 7 and 10).
#include "fuzz/fuzz.hpp"
#include "properties/model.hpp"
#include "till/testing.h"

#include <array>
#include <cstring>
#include <unistd.h>

using fuzz::require;
using model::Actor;
using model::Reasons;

namespace {

__extension__ typedef __int128 Wide;  // the sum of lines, unchecked

constexpr std::size_t steps_max = 200;
constexpr till_time start_time = 1'700'000'000'000'000;

till_str str(const std::string& text) { return {text.data(), text.size()}; }

// What a rollback must bring back.
struct Memory {
    model::Shop shop;
    struct Known {
        std::size_t content = 0;
        std::int64_t id = 0;
    };
    std::map<std::string, Known> keys;
};

class Run {
public:
    explicit Run(fuzz::Bytes bytes) : bytes_(bytes) {
        till_testing_in in = TILL_TESTING_IN_INIT;
        in.now_us = start_time;
        in.seed = 1;
        require(till_testing_store_open(&in, &store_, nullptr) == TILL_OK, "no store");
        actors_ = {{{Actor::Kind::system, 0},
                    {Actor::Kind::staff, create_user("staff", 1)},
                    {Actor::Kind::user, create_user("ann", 0)},
                    {Actor::Kind::user, create_user("bob", 0)},
                    {Actor::Kind::nobody, 0}}};
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() {
        till_store_release(store_);
        for (const void* result : late_) till_free(result);
    }

    void all() {
        for (std::size_t i = 0; i < steps_max && !bytes_.empty(); ++i) step();
        if (batch_ != nullptr) end_batch();
        compare();
        if (bytes_.chance(2)) after_close();
    }

private:
    // ---- Calls -----------------------------------------------------------------------------

    // Calls `function(…, &out, &err)`, checks the contract and keeps the result as long as it
    // lasts.
    template <class T, class Function, class... Arguments>
    const T* answer(till_status& status, Function function, Arguments... arguments) {
        const T* out =
            reinterpret_cast<const T*>(&status);  // outputs are cleared, whatever they were
        const till_error* err = reinterpret_cast<const till_error*>(&status);
        status = function(arguments..., &out, &err);
        check_contract(status, out, err);
        if (out != nullptr) {
            require(out->block_size >= out->struct_size, "a block is smaller than its head");
            keep(out);
        }
        return out;
    }
    void check_contract(till_status status, const void* out, const till_error* err) {
        if (status == TILL_OK) {
            require(out != nullptr && err == nullptr, "OK without a result, or with an error");
            return;
        }
        require(status != TILL_E_INTERNAL, "a defect is reported");
        require(out == nullptr && err != nullptr, "a failure has a result, or no error");
        require(err->status == status, "the error says another status");
        require(err->code.len > 0 && err->message.data[err->message.len] == '\0',
                "no code, no NUL");
        require(status != TILL_E_VALIDATION || err->violation_count > 0, "no rule is named");
        keep(err);
    }
    // Some results are freed at once, some after the store is gone, from then on unread.
    void keep(const void* result) {
        late_.push_back(result);
        if (late_.size() > 16) {
            till_free(late_.front());
            late_.erase(late_.begin());
        }
    }

    // True when the call succeeded, as it must when there is no reason to refuse it.
    bool judge(till_status status, const Reasons& reasons) {
        if (batch_ != nullptr && status == TILL_E_BUSY) {
            expired_ = true;  // the machine was slow: nothing of this batch will have happened
            return false;
        }
        if (expired_) return false;
        const bool right = reasons.empty() ? status == TILL_OK : reasons.count(status) == 1;
        if (!right) std::fprintf(stderr, "fuzz: answered %s\n", till_status_name(status));
        require(right, "the model expects another status");
        return status == TILL_OK;
    }

    std::int64_t create_user(const std::string& name, till_bool is_staff) {
        till_user_create_in in = TILL_USER_CREATE_IN_INIT;
        in.username = str(name);
        in.is_staff = is_staff;
        till_call system = TILL_CALL_INIT;
        system.actor = TILL_ACTOR_SYSTEM;
        till_status status = TILL_OK;
        const auto* user = answer<till_user>(status, till_user_create, store_, &system, &in);
        require(user != nullptr, "no user");
        return user->id;
    }

    void step() {
        actor_ = actors_[bytes_.pick(actors_.size())];
        call_ = TILL_CALL_INIT;
        call_.batch = batch_;
        call_.user_id = actor_.kind == Actor::Kind::system ? 0 : actor_.id;
        call_.actor = actor_.kind == Actor::Kind::system   ? TILL_ACTOR_SYSTEM
                      : actor_.kind == Actor::Kind::nobody ? TILL_ACTOR_ANONYMOUS
                                                           : TILL_ACTOR_USER;
        using Step = void (Run::*)();
        static constexpr std::array<Step, 16> steps{
            &Run::place,         &Run::place,         &Run::place_again,    &Run::sell,
            &Run::start_payment, &Run::start_payment, &Run::settle_payment, &Run::settle_payment,
            &Run::start_refund,  &Run::settle_refund, &Run::move_order,     &Run::move_order,
            &Run::toggle_batch,  &Run::odd_call,      &Run::read,           &Run::move_clock};
        (this->*steps[bytes_.pick(steps.size())])();
    }

    // ---- Orders ----------------------------------------------------------------------------

    static till_order_line_in line(std::int64_t quantity, std::int64_t amount) {
        static const std::string tea = "Tea";
        till_order_line_in made = TILL_ORDER_LINE_IN_INIT;
        made.name = str(tea);
        made.quantity = quantity;
        made.amount_minor = amount;
        return made;
    }
    std::int64_t amount() {
        static constexpr std::array<std::int64_t, 8> odd{0,         1,         -1, INT64_MAX,
                                                         INT64_MIN, 1'000'000, 99, 7};
        return bytes_.chance(4) ? odd[bytes_.pick(odd.size())] : bytes_.byte();
    }

    void place() {
        std::array<till_order_line_in, 3> lines{};
        std::array<const till_order_line_in*, 3> pointers{};
        till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
        in.line_count = 1 + bytes_.pick(lines.size());
        in.lines = pointers.data();
        bool valid = true;
        Wide total = 0;
        for (std::size_t i = 0; i < in.line_count; ++i) {
            lines[i] = line(amount(), amount());
            pointers[i] = &lines[i];
            const till_order_line_in& made = lines[i];
            valid =
                valid && made.quantity >= 1 && made.quantity <= INT32_MAX && made.amount_minor >= 0;
            total += static_cast<Wide>(made.quantity) * made.amount_minor;
        }
        Reasons reasons;
        if (actor_.kind == Actor::Kind::nobody) {
            reasons = {TILL_E_UNAUTHENTICATED};
        } else if (!valid || total > INT64_MAX) {
            reasons = {TILL_E_VALIDATION};
        }
        till_status status = TILL_OK;
        const auto* order = answer<till_order>(status, till_order_place, store_, &call_, &in);
        if (judge(status, reasons))
            note_order(*order, static_cast<std::int64_t>(total), actor_.desk());
    }
    void note_order(const till_order& order, std::int64_t total, bool verified) {
        require(order.total.minor == total, "the total is not the sum of the lines");
        require(order.user_id == actor_.id && order.placed_by == actor_.id,
                "it is another's order");
        const model::Order made{actor_.id, total, TILL_ORDER_PENDING, verified};
        require(memory_.shop.orders.emplace(order.id, made).second, "an order's id came twice");
    }

    // One of few keys or references with one of two contents: most are repeats.
    void place_again() {
        const bool by_key = bytes_.chance(2);
        const std::size_t content = bytes_.pick(2);
        const std::string word = (by_key ? "k" : "r") + std::to_string(bytes_.pick(4));
        const std::int64_t price = 500 + static_cast<std::int64_t>(content);
        const till_order_line_in only = line(1, price);
        const till_order_line_in* lines = &only;
        till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
        in.lines = &lines;
        in.line_count = 1;
        if (by_key) call_.idempotency_key = str(word);
        if (!by_key) in.reference = str(word);
        const std::string known = word + "/" + std::to_string(actor_.id);
        const auto before = memory_.keys.find(known);
        const bool repeated = before != memory_.keys.end();
        Reasons reasons;
        if (actor_.kind == Actor::Kind::nobody) {
            reasons = {TILL_E_UNAUTHENTICATED};
        } else if (repeated && before->second.content != content) {
            reasons = {by_key ? TILL_E_IDEMPOTENCY_MISMATCH : TILL_E_ALREADY_EXISTS};
        }
        till_status status = TILL_OK;
        const auto* order = answer<till_order>(status, till_order_place, store_, &call_, &in);
        if (!judge(status, reasons)) return;
        require((order->replayed != 0) == repeated, "replayed is said wrongly");
        if (repeated) {
            require(order->id == before->second.id, "a replay is another order");
            return;
        }
        memory_.keys[known] = {content, order->id};
        note_order(*order, price, actor_.desk());
    }

    void sell() {
        const till_order_line_in only = line(1, bytes_.byte());
        const till_order_line_in* lines = &only;
        till_order_place_in order = TILL_ORDER_PLACE_IN_INIT;
        order.lines = &lines;
        order.line_count = 1;
        till_sale_in in = TILL_SALE_IN_INIT;
        in.order = &order;
        Reasons reasons;
        if (actor_.kind == Actor::Kind::nobody) reasons = {TILL_E_UNAUTHENTICATED};
        if (actor_.kind == Actor::Kind::user) reasons = {TILL_E_PERMISSION};
        till_status status = TILL_OK;
        const auto* receipt = answer<till_receipt>(status, till_sale, store_, &call_, &in);
        if (!judge(status, reasons)) return;
        note_order(*receipt->order, only.amount_minor, true);
        memory_.shop.orders.at(receipt->order->id).state = TILL_ORDER_DELIVERED;
        require((receipt->payment != nullptr) == (only.amount_minor > 0), "a payment of nothing");
        if (receipt->payment != nullptr) note_payment(*receipt->payment, TILL_PAYMENT_COMPLETED);
    }

    // An id among those given out, or one beyond.
    template <class Map>
    std::int64_t pick_id(const Map& map) {
        const std::size_t at = bytes_.pick(map.size() + 1);
        return at == map.size() ? 9'999
                                : std::next(map.begin(), static_cast<std::ptrdiff_t>(at))->first;
    }

    void move_order() {
        using Move = model::Shop::Move;
        struct Act {
            Move move;
            decltype(&till_order_ship) function;
        };
        static constexpr std::array<Act, 5> acts{{{Move::ship, till_order_ship},
                                                  {Move::deliver, till_order_deliver},
                                                  {Move::hand_over, till_order_hand_over},
                                                  {Move::cancel, till_order_cancel},
                                                  {Move::confirm, till_order_confirm_prices}}};
        const Act& act = acts[bytes_.pick(acts.size())];
        till_order_act_in in = TILL_ORDER_ACT_IN_INIT;
        in.order_id = pick_id(memory_.shop.orders);
        const Reasons reasons = memory_.shop.refuse_move(actor_, in.order_id, act.move);
        till_status status = TILL_OK;
        answer<till_order>(status, act.function, store_, &call_, &in);
        if (judge(status, reasons)) memory_.shop.make_move(in.order_id, act.move);
    }

    // ---- Payments --------------------------------------------------------------------------

    void note_payment(const till_payment& payment, till_payment_state state) {
        const std::int64_t total = memory_.shop.orders.at(payment.order_id).total;
        require(payment.amount.minor == total && payment.status == state, "an odd payment");
        const model::Payment made{payment.order_id, total, state, 0, 0};
        require(memory_.shop.payments.emplace(payment.id, made).second,
                "a payment's id came twice");
    }
    void start_payment() {
        till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
        in.order_id = pick_id(memory_.shop.orders);
        const bool now = bytes_.chance(2);
        in.flags = now ? TILL_PAYMENT_COMPLETE_NOW : 0;
        if (bytes_.chance(4)) in.amount_minor = amount();
        const Reasons reasons =
            memory_.shop.refuse_payment(actor_, in.order_id, now, in.amount_minor);
        till_status status = TILL_OK;
        const auto* payment = answer<till_payment>(status, till_payment_start, store_, &call_, &in);
        if (judge(status, reasons)) {
            note_payment(*payment, now ? TILL_PAYMENT_COMPLETED : TILL_PAYMENT_PENDING);
        }
    }
    void settle_payment() {
        till_payment_act_in in = TILL_PAYMENT_ACT_IN_INIT;
        in.payment_id = pick_id(memory_.shop.payments);
        const bool complete = bytes_.chance(2);
        const Reasons reasons = memory_.shop.refuse_settling(actor_, in.payment_id, complete);
        const auto function = complete ? till_payment_complete : till_payment_fail;
        till_status status = TILL_OK;
        answer<till_payment>(status, function, store_, &call_, &in);
        if (!judge(status, reasons)) return;
        complete ? memory_.shop.complete(in.payment_id) : memory_.shop.fail(in.payment_id);
    }
    void start_refund() {
        till_refund_start_in in = TILL_REFUND_START_IN_INIT;
        in.payment_id = pick_id(memory_.shop.payments);
        in.amount_minor = amount();
        const bool now = bytes_.chance(2);
        in.flags = now ? TILL_REFUND_SUCCEED_NOW : 0;
        const Reasons reasons = memory_.shop.refuse_refund(actor_, in.payment_id, in.amount_minor);
        till_status status = TILL_OK;
        const auto* refund = answer<till_refund>(status, till_refund_start, store_, &call_, &in);
        if (judge(status, reasons)) {
            memory_.shop.start_refund(refund->id, in.payment_id, in.amount_minor, now);
        }
    }
    void settle_refund() {
        till_refund_act_in in = TILL_REFUND_ACT_IN_INIT;
        in.refund_id = pick_id(memory_.shop.refunds);
        const bool succeed = bytes_.chance(2);
        const Reasons reasons = memory_.shop.refuse_refund_end(actor_, in.refund_id, succeed);
        const auto function = succeed ? till_refund_succeed : till_refund_fail;
        till_status status = TILL_OK;
        answer<till_refund>(status, function, store_, &call_, &in);
        if (!judge(status, reasons)) return;
        succeed ? memory_.shop.succeed_refund(in.refund_id)
                : memory_.shop.fail_refund(in.refund_id);
    }

    // ---- The rest --------------------------------------------------------------------------

    void toggle_batch() {
        if (batch_ != nullptr) {
            end_batch();
            return;
        }
        const till_error* err = nullptr;
        require(till_batch_begin(store_, nullptr, &batch_, &err) == TILL_OK, "no batch");
        before_batch_ = memory_;
    }
    void end_batch() {
        const bool commit = bytes_.chance(2);
        if (!commit) {
            till_batch_rollback(batch_);
            memory_ = before_batch_;
        } else {
            const till_error* err = nullptr;
            const till_status status = till_batch_commit(batch_, &err);
            require(status == TILL_OK || status == TILL_E_BUSY,
                    "a commit is neither done nor late");
            require((status == TILL_OK) == (err == nullptr), "an error without a reason");
            require(status != TILL_OK || !expired_, "an expired batch was committed");
            till_free(err);
            if (status != TILL_OK) memory_ = before_batch_;
        }
        batch_ = nullptr;
        expired_ = false;
    }

    // Arguments that no honest caller has. Whatever is answered, the contract holds.
    void odd_call() {
        till_status status = TILL_OK;
        const std::string text = bytes_.text(40);
        till_order_query query = TILL_ORDER_QUERY_INIT;
        till_order_find_in find = TILL_ORDER_FIND_IN_INIT;
        till_order_act_in act = TILL_ORDER_ACT_IN_INIT;
        till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
        switch (bytes_.pick(6)) {
            case 0:
                query.cursor = str(text);
                query.limit = bytes_.byte();
                answer<till_order_page>(status, till_order_list, store_, &call_, &query);
                break;
            case 1:
                find.reference = str(text);
                find.number = amount();
                answer<till_order>(status, till_order_find, store_, &call_, &find);
                break;
            case 2:
                act.struct_size = static_cast<std::uint32_t>(bytes_.pick(sizeof act));
                answer<till_order>(status, till_order_ship, store_, &call_, &act);
                require(status == TILL_E_STRUCT_SIZE, "a short struct is taken");
                break;
            case 3:
                act.order_id = amount();
                act.flags = bytes_.byte();
                answer<till_order>(status, till_order_cancel, store_, &call_, &act);
                require(status != TILL_OK || act.flags == 0, "an unknown flag is taken");
                if (status == TILL_OK)
                    memory_.shop.make_move(act.order_id, model::Shop::Move::cancel);
                break;
            case 4:
                call_.trace_id = str(text);
                call_.token = str(text);
                call_.actor = bytes_.byte();
                answer<till_order>(status, till_order_get, store_, &call_, amount());
                break;
            default:
                in.metadata = str(text);
                in.reference = str(text);
                answer<till_order>(status, till_order_place, store_, &call_, &in);
                require(status != TILL_OK, "an order without lines is taken");
                break;
        }
        if (batch_ != nullptr && status == TILL_E_BUSY) expired_ = true;
    }
    void read() {
        const std::int64_t id = pick_id(memory_.shop.orders);
        const Reasons reasons = memory_.shop.unseen_order(actor_, id);
        till_status status = TILL_OK;
        const auto* order = answer<till_order>(status, till_order_get, store_, &call_, id);
        if (judge(status, reasons)) compare_order(*order);
    }
    void move_clock() {
        if (batch_ != nullptr) return;
        // Less than the week that a key is kept for.
        const std::int64_t by = static_cast<std::int64_t>(bytes_.byte()) * 1'000'000;
        require(till_testing_clock_advance(store_, by, nullptr) == TILL_OK, "the clock stands");
    }

    // ---- The whole -------------------------------------------------------------------------

    void compare_order(const till_order& order) const {
        const model::Order& known = memory_.shop.orders.at(order.id);
        require(order.total.minor == known.total && order.status == known.state, "another order");
        require(order.user_id == known.owner, "another owner");
        require((order.price_verified != 0) == known.verified, "another verification");
    }
    void compare() {
        till_call system = TILL_CALL_INIT;
        system.actor = TILL_ACTOR_SYSTEM;
        till_status status = TILL_OK;
        till_order_query query = TILL_ORDER_QUERY_INIT;
        query.limit = static_cast<std::uint32_t>(1 + bytes_.pick(200));
        std::string cursor;
        std::size_t seen = 0;
        do {
            query.cursor = str(cursor);
            const auto* page =
                answer<till_order_page>(status, till_order_list, store_, &system, &query);
            require(status == TILL_OK && page->count <= query.limit, "no page, or one too long");
            for (std::size_t i = 0; i < page->count; ++i) compare_order(*page->items[i]);
            seen += page->count;
            cursor = page->next_cursor.data == nullptr ? "" : page->next_cursor.data;
        } while (!cursor.empty());
        require(seen == memory_.shop.orders.size(), "orders came or went");
        for (const auto& [id, known] : memory_.shop.payments) {
            const auto* payment =
                answer<till_payment>(status, till_payment_get, store_, &system, id);
            require(status == TILL_OK && payment->status == known.state, "another payment");
            require(payment->amount.minor == known.amount, "another amount");
            require(known.refunding <= known.amount, "refunds exceed their payment");
        }
        const auto* report = answer<till_report>(status, till_store_check, store_, &system);
        require(status == TILL_OK && report->sound != 0, "the store is not sound");
    }
    void after_close() {
        require(till_store_close(store_) == TILL_OK, "it does not close");
        till_status status = TILL_OK;
        answer<till_order>(status, till_order_get, store_, nullptr, std::int64_t{1});
        require(status == TILL_E_CLOSED, "a closed store answers");
    }

    fuzz::Bytes bytes_;
    till_store* store_ = nullptr;
    std::array<Actor, 5> actors_{};
    Actor actor_{};
    till_call call_ = TILL_CALL_INIT;
    till_batch* batch_ = nullptr;
    bool expired_ = false;
    Memory memory_;
    Memory before_batch_;
    std::vector<const void*> late_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A store a run: in memory where there is such a directory, to be quick.
    static const int in_memory =
        ::access("/dev/shm", W_OK) == 0 ? ::setenv("TMPDIR", "/dev/shm", 0) : 0;
    require(in_memory == 0, "no environment");
    Run(fuzz::Bytes(data, size)).all();
    return 0;
}
