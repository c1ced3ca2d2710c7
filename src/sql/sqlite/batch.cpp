// SPDX-License-Identifier: MIT
#include "sql/sqlite/batch.hpp"

#include "base/os.hpp"
#include "sql/sqlite/errors.hpp"

#include <utility>

namespace till::sqlite {

namespace {

// The design's bound: a batch blocks every other writer of every process. Looked at in each call; a
// batch that is never called again holds the writer until it is destroyed.
constexpr std::int64_t lifetime_us = us_per_second;

}  // namespace

WriterBatch::WriterBatch(std::shared_ptr<Opening> opening, std::shared_ptr<Engine> engine,
                         std::int64_t deadline_us)
    : opening_(std::move(opening)), engine_(std::move(engine)) {
    Writer& writer = engine_->writer();
    turn_ = writer.take_turn(deadline_us, Writer::Purpose::batch);
    writer.begin();
    expires_at_us_ = os::monotonic_us() + lifetime_us;
}

WriterBatch::~WriterBatch() {
    if (!opening_->same_process()) {
        // Leaked on purpose: transaction and locks are the parent's.
        static_cast<void>(turn_.release());
        return;
    }
    end();
}

void WriterBatch::end() noexcept {
    if (turn_ == nullptr) return;
    engine_->writer().connection().roll_back();
    turn_.reset();
}

void WriterBatch::require_open() {
    if (std::this_thread::get_id() != owner_) {
        throw make_failure(Status::misuse, "batch_thread",
                           "A batch belongs to the thread that began it.");
    }
    if (lost_ != nullptr) std::rethrow_exception(lost_);
    if (turn_ == nullptr) {
        throw make_failure(Status::misuse, "batch_ended", "The batch was committed already.");
    }
    if (os::monotonic_us() < expires_at_us_) return;
    end();
    lost_ = std::make_exception_ptr(make_failure(
        Status::busy, "batch_expired",
        "The batch was open for over a second and was rolled back. Begin a new one.", true));
    std::rethrow_exception(lost_);
}

void WriterBatch::run(sql::WriteOperation operation) {
    const Opening::Call call(*opening_);
    require_open();
    Writer& writer = engine_->writer();
    struct NoticeLoss {
        WriterBatch& batch;
        ~NoticeLoss() {
            if (batch.engine_->writer().connection().in_transaction()) return;
            // The engine gave the whole transaction up: earlier operations are gone, too.
            batch.lost_ = std::make_exception_ptr(make_failure(
                Status::io, "batch_lost",
                "The storage engine gave the batch up. Nothing of it was stored.", true));
            batch.end();
        }
    } const notice{*this};
    writer.apply(operation);
    writer.count_operation();
}

void WriterBatch::read(sql::ReadOperation operation) {
    const Opening::Call call(*opening_);
    require_open();
    Connection& connection = engine_->writer().connection();
    struct Reset {
        Connection& connection;
        ~Reset() { connection.reset_statements(); }
    } const reset{connection};
    ConnectionTransaction transaction(connection, false);
    operation(transaction);
    connection.finish_statements();
}

void WriterBatch::commit() {
    const Opening::Call call(*opening_);
    require_open();
    struct End {
        WriterBatch& batch;
        ~End() { batch.end(); }
    } const end_always{*this};
    engine_->writer().commit_transaction();
    engine_->writer().checkpoint_if_due();
}

}  // namespace till::sqlite
