// SPDX-License-Identifier: MIT
#include "sql/sqlite/batch.hpp"

#include "base/on_exit.hpp"
#include "base/os.hpp"
#include "sql/sqlite/errors.hpp"

#include <utility>

namespace till::sqlite {

namespace {

// The design's bound: a batch blocks every other writer of every process. Looked at in each call of
// the batch and, while it is idle, by whoever waits for the writer in this process.
constexpr std::int64_t lifetime_us = us_per_second;

Failure expired() {
    return make_failure(
        Status::busy, "batch_expired",
        "The batch was open for over a second and was rolled back. Begin a new one.", true);
}

Failure given_up() {
    return make_failure(Status::io, "batch_lost",
                        "The storage engine gave the batch up. Nothing of it was stored.", true);
}

Failure ended() {
    return make_failure(Status::misuse, "batch_ended", "The batch was committed already.");
}

void require_thread(std::thread::id owner) {
    if (std::this_thread::get_id() == owner) return;
    throw make_failure(Status::misuse, "batch_thread",
                       "A batch belongs to the thread that began it.");
}

}  // namespace

WriterBatch::Hold::Hold(Writer& held, std::unique_ptr<Writer::Turn> taken)
    : writer(held), turn(std::move(taken)), expires_at_us_(os::monotonic_us() + lifetime_us) {}

bool WriterBatch::Hold::overdue() const noexcept {
    return turn != nullptr && os::monotonic_us() >= expires_at_us_;
}

void WriterBatch::Hold::end() noexcept {
    if (turn == nullptr) return;
    writer.connection().roll_back();
    turn.reset();
}

void WriterBatch::Hold::lose(Failure (*why)()) noexcept {
    lost = why;
    end();
}

void WriterBatch::Hold::abandon() noexcept { static_cast<void>(turn.release()); }

void WriterBatch::Hold::let_go_if_overdue() noexcept {
    // A batch at work keeps its mutex, and its next call will see the time.
    const std::unique_lock lock(mutex, std::try_to_lock);
    if (lock.owns_lock() && overdue()) lose(expired);
}

WriterBatch::WriterBatch(std::shared_ptr<Opening> opening, std::shared_ptr<Engine> engine,
                         std::int64_t deadline_us)
    : opening_(std::move(opening)), engine_(std::move(engine)) {
    Writer& writer = engine_->writer();
    std::unique_ptr<Writer::Turn> turn = writer.take_turn(deadline_us, Writer::Purpose::batch);
    writer.begin();
    hold_ = std::make_shared<Hold>(writer, std::move(turn));
    writer.set_holder(hold_);
}

WriterBatch::~WriterBatch() {
    if (!opening_->same_process()) {
        // Leaked on purpose: transaction, mutex and locks are the parent's.
        hold_->abandon();
        return;
    }
    const std::lock_guard lock(hold_->mutex);
    hold_->end();
}

std::unique_lock<std::mutex> WriterBatch::enter() {
    require_thread(owner_);
    return std::unique_lock(hold_->mutex);
}

void WriterBatch::require_open() {
    if (hold_->overdue()) hold_->lose(expired);
    if (hold_->lost != nullptr) throw hold_->lost();
    if (hold_->turn == nullptr) throw ended();
}

void WriterBatch::run(sql::WriteOperation operation) {
    const Opening::Call call(*opening_);
    const std::unique_lock lock = enter();
    require_open();
    const OnExit notice_loss([this] {
        if (hold_->writer.connection().in_transaction()) return;
        // The engine gave the whole transaction up: earlier operations are gone, too.
        hold_->lose(given_up);
    });
    hold_->writer.apply(operation, Writer::Undo::own_savepoint);
    hold_->writer.count_operation();
}

void WriterBatch::read(sql::ReadOperation operation) {
    const Opening::Call call(*opening_);
    const std::unique_lock lock = enter();
    require_open();
    read_on(hold_->writer.connection(), operation);
}

void WriterBatch::commit() {
    const Opening::Call call(*opening_);
    const std::unique_lock lock = enter();
    require_open();
    const OnExit end_always([this] { hold_->end(); });
    hold_->writer.commit_transaction();
    hold_->writer.checkpoint_if_due();
}

ReaderBatch::ReaderBatch(std::shared_ptr<Opening> opening, std::shared_ptr<Engine> engine,
                         std::int64_t deadline_us)
    : opening_(std::move(opening)), engine_(std::move(engine)) {
    visit_.emplace(engine_->readers(), deadline_us);
    expires_at_us_ = os::monotonic_us() + lifetime_us;
}

ReaderBatch::~ReaderBatch() {
    if (visit_ && !opening_->same_process()) visit_->abandon();
}

void ReaderBatch::lose(Failure (*why)()) noexcept {
    lost_ = why;
    visit_.reset();
}

void ReaderBatch::require_open() {
    require_thread(owner_);
    if (visit_ && os::monotonic_us() >= expires_at_us_) {
        lose(expired);
    }
    if (lost_ != nullptr) throw lost_();
    if (!visit_) throw ended();
}

void ReaderBatch::run(sql::WriteOperation) {
    const Opening::Call call(*opening_);
    require_open();
    throw make_failure(Status::misuse, "batch_reads",
                       "The batch was begun for reading. Write without it, or in another one.");
}

void ReaderBatch::read(sql::ReadOperation operation) {
    const Opening::Call call(*opening_);
    require_open();
    const OnExit notice_loss([this] {
        // The next call would see another moment than this one.
        if (!visit_->in_transaction()) lose(given_up);
    });
    visit_->read(operation);
}

void ReaderBatch::commit() {
    const Opening::Call call(*opening_);
    require_thread(owner_);
    visit_.reset();
}

}  // namespace till::sqlite
