// SPDX-License-Identifier: MIT
#pragma once

#include "sql/sqlite/connection.hpp"
#include "sql/sqlite/faults.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace till::sqlite {

// What shall fail on one file and what has. Thread-safe.
class FaultState final : public StepHook {
public:
    void set(const FaultPlan& plan);
    std::int64_t hits() const;

    // SQLITE_OK, or the code this call shall fail with instead of being made.
    int on_call(FaultPlan::Call call, FaultPlan::File file) noexcept;
    void on_operation() override;
    void on_step(Connection& connection) override;

private:
    mutable std::mutex mutex_;
    FaultPlan plan_;
    std::int64_t calls_ = 0;
    std::int64_t operations_ = 0;
    std::int64_t steps_ = 0;
    std::int64_t hits_ = 0;
};

// A VFS over SQLite's default one that asks the state of the file's path before each call. It is
// registered, under this name and never as the default, when the first state is made.
inline constexpr const char* fault_vfs_name = "till-faults";
std::shared_ptr<FaultState> make_fault_state(const std::string& path);

}  // namespace till::sqlite
