// SPDX-License-Identifier: MIT
#include "base/fork_guard.hpp"

#include <atomic>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace till::os {

namespace {

using Word = std::atomic<std::uint64_t>;

// Copied by fork, so that a child counts on where its parent stood.
constinit Word last_generation{0};
constinit std::atomic<Word*> wiped_page{nullptr};

constexpr std::size_t page_bytes = 4096;  // mmap rounds up to the machine's page size

// The page, mapped once and never unmapped. Null when the kernel cannot wipe on fork (before 4.14).
Word* page() noexcept {
    Word* current = wiped_page.load(std::memory_order_acquire);
    if (current != nullptr) return current;
    void* memory =
        ::mmap(nullptr, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    if (::madvise(memory, page_bytes, MADV_WIPEONFORK) != 0) {
        ::munmap(memory, page_bytes);
        return nullptr;
    }
    Word* fresh = new (memory) Word(0);
    if (wiped_page.compare_exchange_strong(current, fresh, std::memory_order_acq_rel)) return fresh;
    ::munmap(memory, page_bytes);
    return current;
}

}  // namespace

std::uint64_t process_generation() noexcept {
    Word* word = page();
    // Without the page the process id decides: a system call, right as long as ids are not reused
    // between an ancestor and its descendant.
    if (word == nullptr) return static_cast<std::uint64_t>(::getpid());
    std::uint64_t generation = word->load(std::memory_order_acquire);
    if (generation != 0) return generation;
    const std::uint64_t next = last_generation.fetch_add(1, std::memory_order_relaxed) + 1;
    if (word->compare_exchange_strong(generation, next, std::memory_order_acq_rel)) return next;
    return generation;
}

}  // namespace till::os
