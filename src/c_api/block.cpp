// SPDX-License-Identifier: MIT
#include "c_api/block.hpp"

#include "base/error.hpp"
#include "crypto/secret.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace till::c_api {

BlockBuilder::BlockBuilder(std::size_t reserve)
    : data_(static_cast<char*>(std::malloc(reserve))), capacity_(reserve) {
    if (data_ == nullptr) throw std::bad_alloc();
}

BlockBuilder::~BlockBuilder() {
    // Only a build that was given up leaves memory here, and it may hold tokens.
    if (data_ != nullptr) crypto::wipe({reinterpret_cast<std::byte*>(data_), size_});
    std::free(data_);
}

std::size_t BlockBuilder::allocate(std::size_t size) {
    const std::size_t offset = (size_ + alignment - 1) / alignment * alignment;
    const std::size_t needed = offset + size;
    TILL_ASSERT(needed >= offset && needed <= std::numeric_limits<std::uint32_t>::max());
    if (needed > capacity_) {
        const std::size_t capacity = std::max(needed, capacity_ * 2);
        char* bigger = static_cast<char*>(std::malloc(capacity));
        if (bigger == nullptr) throw std::bad_alloc();
        std::memcpy(bigger, data_, size_);
        // Not realloc(): the old copy may hold tokens.
        crypto::wipe({reinterpret_cast<std::byte*>(data_), size_});
        std::free(data_);
        data_ = bigger;
        capacity_ = capacity;
    }
    std::memset(data_ + size_, 0, needed - size_);
    size_ = needed;
    return offset;
}

void BlockBuilder::text(std::size_t slot, std::string_view value) {
    const std::size_t offset = allocate(value.size() + 1);
    if (!value.empty()) std::memcpy(data_ + offset, value.data(), value.size());
    at<till_str>(slot).len = value.size();
    link(slot + offsetof(till_str, data), offset);
}

void BlockBuilder::link(std::size_t slot, std::size_t target) {
    at<std::uintptr_t>(slot) = target;
    if (link_count_ < links_.size()) {
        links_[link_count_++] = static_cast<std::uint32_t>(slot);
    } else {
        more_links_.push_back(static_cast<std::uint32_t>(slot));
    }
}

std::size_t BlockBuilder::pointers(std::size_t slot, std::size_t count) {
    const std::size_t offset = add<std::uintptr_t>(count);
    link(slot, offset);
    return offset;
}

void* BlockBuilder::seal(Kind kind, bool secret) {
    const auto base = reinterpret_cast<std::uintptr_t>(data_);
    for (std::size_t i = 0; i < link_count_; ++i) at<std::uintptr_t>(links_[i]) += base;
    for (const std::uint32_t slot : more_links_) at<std::uintptr_t>(slot) += base;
    Head& head = at<Head>(0);
    head.kind = static_cast<std::uint32_t>(kind) | (secret ? kind_secret : 0);
    head.block_size = size_;
    return std::exchange(data_, nullptr);
}

}  // namespace till::c_api

extern "C" TILL_API void till_free(const void* result) {
    using namespace till::c_api;
    if (result == nullptr) return;
    const Head& head = *static_cast<const Head*>(result);
    if ((head.kind & kind_static) != 0) return;
    const std::uint32_t kind = head.kind & ~kind_secret;
    if (kind < static_cast<std::uint32_t>(Kind::error) ||
        kind > static_cast<std::uint32_t>(Kind::last)) {
        return;  // Not a block of ours: leaking it beats corrupting the heap.
    }
    auto* memory = const_cast<void*>(result);
    if ((head.kind & kind_secret) != 0) {
        till::crypto::wipe({static_cast<std::byte*>(memory), head.block_size});
    }
    std::free(memory);
}
