// SPDX-License-Identifier: MIT
#include "sql/sqlite/process_lock.hpp"

#include "base/on_exit.hpp"
#include "base/os.hpp"
#include "base/os_wait.hpp"
#include "sql/sqlite/errors.hpp"

#include <algorithm>

namespace till::sqlite {

namespace {

constexpr std::int64_t gate = 0;
constexpr std::int64_t writer = 1;
constexpr std::int64_t presence = 2;

// A durable commit takes 0.1 to 0.3 ms, so first pauses are of that size. They grow only after the
// holder has proved slow, and only with the time waited: a process that has waited longer must not
// poll so rarely that newcomers win.
std::int64_t pause_after(std::int64_t waited_us) noexcept {
    constexpr std::int64_t shortest_us = 60;
    constexpr std::int64_t longest_us = 2'000;
    return std::clamp(waited_us / 64, shortest_us, longest_us);
}

// Polls until the byte is ours or the deadline passes.
bool wait_for(os::LockFile& file, std::int64_t byte, bool exclusive, std::int64_t deadline_us) {
    if (file.try_lock(byte, exclusive)) return true;
    const std::int64_t start = os::monotonic_us();
    for (std::int64_t now = start; now < deadline_us; now = os::monotonic_us()) {
        os::pause_us(std::min(pause_after(now - start), deadline_us - now));
        if (file.try_lock(byte, exclusive)) return true;
    }
    return false;
}

Failure busy(const os::LockFile& file, std::int64_t byte, const char* what) {
    const std::int64_t holder = file.holder(byte);
    std::string message = std::string("The store is busy: ") + what;
    if (holder != 0) message += " by process " + std::to_string(holder);
    return make_failure(Status::busy, "store_busy", message + ". Try again.", true);
}

}  // namespace

void ProcessLock::lock_writer(std::int64_t deadline_us) {
    if (!wait_for(file_, gate, true, deadline_us)) {
        // The gate's holder only waits, too: name the one that everybody waits for.
        throw busy(file_, file_.holder(writer) != 0 ? writer : gate, "the writer is held");
    }
    const OnExit leave_gate([this] { file_.unlock(gate); });
    if (!wait_for(file_, writer, true, deadline_us))
        throw busy(file_, writer, "the writer is held");
}

void ProcessLock::unlock_writer() noexcept { file_.unlock(writer); }

void ProcessLock::share_presence(std::int64_t deadline_us) {
    if (!wait_for(file_, presence, false, deadline_us)) {
        throw busy(file_, presence, "it is being migrated or restored");
    }
}

void ProcessLock::take_presence_alone(std::int64_t deadline_us) {
    file_.unlock(presence);
    if (!wait_for(file_, presence, true, deadline_us)) {
        throw busy(file_, presence, "it must be alone for this, but is held open");
    }
}

void ProcessLock::drop_presence() noexcept { file_.unlock(presence); }

}  // namespace till::sqlite
