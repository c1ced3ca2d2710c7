// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string_view>

namespace till::sqlite {

enum class LogLevel : std::int32_t { debug = 1, info = 2, warning = 3, error = 4 };

// Called on the thread of a call, during that call. The message is one line and holds no secret.
using LogHook =
    std::function<void(LogLevel level, std::string_view category, std::string_view message)>;

// The hooks of everybody who has the store open in this process. Thread-safe. A hook must not open
// or close a store.
class LogHub {
public:
    using Handle = std::list<LogHook>::iterator;

    Handle add(LogHook hook) {
        const std::lock_guard hold(mutex_);
        return hooks_.insert(hooks_.end(), std::move(hook));
    }
    void remove(Handle hook) {
        const std::lock_guard hold(mutex_);
        hooks_.erase(hook);
    }
    void log(LogLevel level, std::string_view message) {
        const std::lock_guard hold(mutex_);
        for (const LogHook& hook : hooks_) {
            if (hook) hook(level, "storage", message);
        }
    }

private:
    std::mutex mutex_;
    std::list<LogHook> hooks_;
};

}  // namespace till::sqlite
