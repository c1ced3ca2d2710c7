// SPDX-License-Identifier: MIT
#include "till/batch.h"

#include "c_api/guard.hpp"

#include <memory>

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

namespace {

// The batch goes first: it is the store's.
void free_batch(till_batch* batch) noexcept {
    till_store* store = batch->store;
    delete batch;
    till_store_release(store);
}

using Begin = std::unique_ptr<sql::Batch> (sql::Database::*)(std::int64_t deadline_us);

till_status begin_batch(Begin begin, till_store* store, const till_call* call, till_batch** out,
                        const till_error** err) noexcept {
    clear(err);
    if (store == nullptr || out == nullptr) return refuse_null(out, err);
    *out = nullptr;
    return guarded(err, [&]() -> till_status {
        if (in_log_hook()) return report(called_from_hook(), err);
        if (const till_status no = refuse_unusable(*store, err); no != TILL_OK) return no;
        auto context = read_call(*store, call);
        if (!context.has_value()) return report(context.error(), err);
        auto refusal = core::Store::refuse_batch(context.value());
        if (!refusal.has_value()) return report(refusal.error(), err);
        auto batch = std::make_unique<till_batch>();
        batch->batch = (store->core->database().*begin)(context.value().deadline_us);
        batch->store = till_store_retain(store);
        *out = batch.release();
        return TILL_OK;
    });
}

}  // namespace

extern "C" {

TILL_API till_status till_batch_begin(till_store* store, const till_call* call, till_batch** out,
                                      const till_error** err) {
    return begin_batch(&sql::Database::begin_batch, store, call, out, err);
}

TILL_API till_status till_batch_begin_read(till_store* store, const till_call* call,
                                           till_batch** out, const till_error** err) {
    return begin_batch(&sql::Database::begin_read_batch, store, call, out, err);
}

TILL_API till_status till_batch_commit(till_batch* batch, const till_error** err) {
    clear(err);
    if (batch == nullptr) return report_static(TILL_E_MISUSE, err);
    if (in_log_hook()) return report(called_from_hook(), err);
    const till_status status = guarded(err, [&]() -> till_status {
        batch->batch->commit();
        return TILL_OK;
    });
    free_batch(batch);
    return status;
}

TILL_API void till_batch_rollback(till_batch* batch) {
    if (batch != nullptr) free_batch(batch);
}

}  // extern "C"
