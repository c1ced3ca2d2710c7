// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <memory>
#include <string_view>

namespace till_server {

// Bytes received and not yet used. Grows at the back, is used up from the front, and never clears
// memory before reading into it. Passwords and tokens come in here: what was used up is wiped.
class InputBuffer {
public:
    InputBuffer() = default;
    InputBuffer(const InputBuffer&) = delete;
    InputBuffer& operator=(const InputBuffer&) = delete;
    ~InputBuffer() { wipe(end_); }

    std::string_view view() const { return {data_.get() + begin_, end_ - begin_}; }
    bool empty() const { return begin_ == end_; }

    void consume(size_t count) {
        if (count > 0) ::explicit_bzero(data_.get() + begin_, count);
        begin_ += count;
        if (begin_ == end_) begin_ = end_ = 0;
    }
    // Room for at least `count` more bytes. Moves what is there: views end here.
    void reserve(size_t count) {
        if (capacity_ - end_ >= count) return;
        const size_t used = end_ - begin_;
        if (capacity_ - used >= count && begin_ > 0) {
            std::memmove(data_.get(), data_.get() + begin_, used);
            ::explicit_bzero(data_.get() + used, begin_);
        } else {
            size_t capacity = capacity_ == 0 ? 4096 : capacity_;
            while (capacity - used < count) capacity *= 2;
            std::unique_ptr<char[]> fresh(new char[capacity]);
            if (used > 0) std::memcpy(fresh.get(), data_.get() + begin_, used);
            wipe(end_);
            data_ = std::move(fresh);
            capacity_ = capacity;
        }
        begin_ = 0;
        end_ = used;
    }
    char* space() { return data_.get() + end_; }
    size_t space_size() const { return capacity_ - end_; }
    void add(size_t count) { end_ += count; }
    // Gives memory back between requests; a thousand idle connections then cost little.
    void shrink(size_t keep) {
        if (empty() && capacity_ > keep) {
            data_.reset();
            capacity_ = 0;
        }
    }

private:
    void wipe(size_t count) {
        if (data_ != nullptr) ::explicit_bzero(data_.get(), count);
    }

    std::unique_ptr<char[]> data_;
    size_t capacity_ = 0;
    size_t begin_ = 0;
    size_t end_ = 0;
};

}  // namespace till_server
