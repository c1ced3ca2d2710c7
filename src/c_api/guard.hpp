// SPDX-License-Identifier: MIT
//
// What every exported function passes through: nothing thrown leaves it, no output stays
// uninitialised, no call runs from within a log hook or on a closed or forked store.
#pragma once

#include "c_api/error.hpp"
#include "c_api/handle.hpp"
#include "c_api/input.hpp"
#include "till/types.h"

#include <new>
#include <utility>

namespace till::c_api {

// Runs `f() -> till_status`; what it throws becomes a status and an error.
template <class F>
till_status guarded(const till_error** err, F&& f) noexcept {
    try {
        return f();
    } catch (const Failure& failure) {
        return report(failure.error(), err);
    } catch (const std::bad_alloc&) {
        return report_static(TILL_E_NO_MEMORY, err);
    } catch (const Defect& defect) {
        return report(make_error(Status::internal, "internal", defect.what()), err);
    } catch (...) {
        // Nothing else is thrown on purpose: a defect, named without its text, which may hold data.
        return report_static(TILL_E_INTERNAL, err);
    }
}

template <class T>
till_status refuse_null(T** out, const till_error** err) noexcept {
    if (out != nullptr) *out = nullptr;
    return report_static(TILL_E_MISUSE, err);
}

inline void clear(const till_error** err) noexcept {
    if (err != nullptr) *err = nullptr;
}

// Whether a call may begin: else its status, with an error that needs no memory. A close that comes
// after this look is seen by the engine.
inline till_status refuse_unusable(const till_store& store, const till_error** err) noexcept {
    if (!store.same_process()) return report_static(TILL_E_FORKED, err);
    if (store.closed.load(std::memory_order_relaxed)) return report_static(TILL_E_CLOSED, err);
    return TILL_OK;
}

// The body of a call on a store: `f(core::Store&, const core::Call&) -> Result<const T*>`, whose
// value is a sealed block. `call` may be null.
template <class T, class F>
till_status run(till_store* store, const till_call* call, const T** out, const till_error** err,
                F&& f) noexcept {
    clear(err);
    if (store == nullptr || out == nullptr) return refuse_null(out, err);
    *out = nullptr;
    return guarded(err, [&]() -> till_status {
        if (in_log_hook()) return report(called_from_hook(), err);
        if (const till_status no = refuse_unusable(*store, err); no != TILL_OK) return no;
        auto context = read_call(*store, call);
        if (!context.has_value()) return report(context.error(), err);
        auto result = f(*store->core, std::as_const(context.value()));
        if (!result.has_value()) return report(result.error(), err);
        *out = result.value();
        return TILL_OK;
    });
}

// The same for a call without output: `f` gives a Result<void>.
template <class F>
till_status run(till_store* store, const till_call* call, const till_error** err, F&& f) noexcept {
    clear(err);
    if (store == nullptr) return report_static(TILL_E_MISUSE, err);
    return guarded(err, [&]() -> till_status {
        if (in_log_hook()) return report(called_from_hook(), err);
        if (const till_status no = refuse_unusable(*store, err); no != TILL_OK) return no;
        auto context = read_call(*store, call);
        if (!context.has_value()) return report(context.error(), err);
        auto result = f(*store->core, std::as_const(context.value()));
        return result.has_value() ? TILL_OK : report(result.error(), err);
    });
}

}  // namespace till::c_api
