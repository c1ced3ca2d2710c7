// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>
#include <openssl/types.h>

#include <array>
#include <atomic>
#include <cstddef>

// OpenSSL inside src/crypto, and nowhere else: included by .cpp files alone.
namespace till::crypto {

// Our own library context, so that a host's configuration, providers and engines do not reach us
// and ours do not reach it. Made on first use, never destroyed: a call may still run while the
// process ends. Throws Failure(no_memory).
OSSL_LIB_CTX* library_context();

// Fetched once a process: fetching costs more than hashing (0.3 against 0.07 us for 32 bytes).
EVP_MD* sha256_method();
EVP_MAC* hmac_method();

// Throws Failure(no_memory): the only way the calls that we make can fail.
[[noreturn]] void throw_crypto_failed(const char* what);

// The slot where the calling thread looks first: a number per thread, given out in turn. Trivially
// destructible, so that no thread runs code of ours when it ends.
std::size_t thread_slot() noexcept;

// A free list of reusable contexts, without locks: a slot each, taken and put back by one exchange.
// Threads start at different slots and so rarely meet. Contexts beyond the list are freed.
template <class Context, void (*release)(Context*), std::size_t slots>
class ContextPool {
public:
    ContextPool() = default;
    ContextPool(const ContextPool&) = delete;
    ContextPool& operator=(const ContextPool&) = delete;
    ~ContextPool() {
        for (Slot& slot : slots_) release(slot.context.load(std::memory_order_acquire));
    }

    // A context that nobody else holds, or null when the list is empty.
    Context* take() noexcept {
        const std::size_t first = thread_slot();
        for (std::size_t i = 0; i < slots; ++i) {
            auto& place = slots_[(first + i) % slots].context;
            if (place.load(std::memory_order_relaxed) == nullptr) continue;
            if (Context* context = place.exchange(nullptr, std::memory_order_acquire))
                return context;
        }
        return nullptr;
    }

    void put(Context* context) noexcept {
        const std::size_t first = thread_slot();
        for (std::size_t i = 0; i < slots; ++i) {
            Context* expected = nullptr;
            if (slots_[(first + i) % slots].context.compare_exchange_strong(
                    expected, context, std::memory_order_release, std::memory_order_relaxed)) {
                return;
            }
        }
        release(context);
    }

private:
    struct alignas(64) Slot {  // 64: a cache line each.
        std::atomic<Context*> context{nullptr};
    };
    std::array<Slot, slots> slots_;
};

}  // namespace till::crypto
