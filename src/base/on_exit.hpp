// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

namespace till {

// Does something when the scope ends, also by an exception. What it does must not throw.
template <class F>
class OnExit {
public:
    explicit OnExit(F act) : act_(std::move(act)) {}
    OnExit(const OnExit&) = delete;
    OnExit& operator=(const OnExit&) = delete;
    ~OnExit() {
        if (due_) act_();
    }
    void cancel() noexcept { due_ = false; }

private:
    F act_;
    bool due_ = true;
};

}  // namespace till
