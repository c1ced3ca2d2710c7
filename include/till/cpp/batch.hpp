// SPDX-License-Identifier: MIT
//
// Batch: several calls of one thread in one durable commit. Its rules are told in till/batch.h.
#pragma once

#include <till/batch.h>
#include <till/cpp/call.hpp>
#include <till/cpp/error.hpp>

namespace till {
inline namespace v1 {

// Holds the store's writer from store.batch_begin() to commit(), or until it goes: then everything
// in it is undone. Keep it short, and on the thread that began it. A call belongs to it by in():
//
//     till::batch batch = store.batch_begin(system);
//     for (const auto &order : queue) store.order_place(system.in(batch), order);
//     batch.commit();
//
// One from store.batch_begin_read() holds a snapshot instead: its calls see one moment.
class batch {
public:
    batch() noexcept = default;
    // Takes over what till_batch_begin() or till_batch_begin_read() handed out.
    explicit batch(till_batch *raw) noexcept : raw_(raw) {}
    batch(batch &&other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    batch &operator=(batch &&other) noexcept {
        if (this != &other) {
            rollback();
            raw_ = std::exchange(other.raw_, nullptr);
        }
        return *this;
    }
    batch(const batch &) = delete;
    batch &operator=(const batch &) = delete;
    ~batch() { rollback(); }

    // False once it was committed, rolled back or moved from.
    explicit operator bool() const noexcept { return raw_ != nullptr; }
    till_batch *get() const noexcept { return raw_; }

    // Makes everything durable and ends the batch, whatever the outcome.
    result<void> try_commit() noexcept {
        const till_error *err = nullptr;
        till_batch *ending = std::exchange(raw_, nullptr);
        const till_status status = till_batch_commit(ending, &err);
        if (status == TILL_OK) return {};
        error problem(status, err);
        // The one refusal that leaves the batch as it is.
        if (problem.code() == "called_from_log_hook") raw_ = ending;
        return problem;
    }
#if TILL_CPP_EXCEPTIONS
    void commit() { try_commit().value(); }
#endif
    // Undoes everything and ends the batch.
    void rollback() noexcept {
        if (raw_ != nullptr) till_batch_rollback(std::exchange(raw_, nullptr));
    }

private:
    till_batch *raw_ = nullptr;
};

inline call call::in(const batch &batch) const noexcept {
    call made = *this;
    made.raw_.batch = batch.get();
    return made;
}

}  // namespace v1
}  // namespace till
