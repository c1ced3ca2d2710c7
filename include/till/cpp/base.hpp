// SPDX-License-Identifier: MIT
//
// What every part of till.hpp stands on: owning and borrowing, and how text crosses.
//
// A *view* (order_view, error_view, …) borrows: one pointer, copied freely, valid while the block
// it looks into lives. A *record* (till::order is owned<order_view>) is the view and owns the
// block: it moves, does not copy, and frees the block when it goes. A record is handed to functions
// as `const order_view &`. Both are as large as a pointer.
//
// Text comes out as std::string_view into the block, followed by a NUL; an absent text is a view
// whose data() is nullptr, an empty one has data. The same holds for text that goes in, so that a
// std::string_view{} is absent and "" is empty. What goes in is borrowed during the call alone.
#pragma once

#include <till/types.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

// 1: the throwing forms exist. Follows the compiler's -fno-exceptions; define it as 0 to go without
// them in a program that has exceptions. Layouts are the same either way, so both kinds of object
// file link into one program.
#if !defined(TILL_CPP_EXCEPTIONS)
#if defined(__cpp_exceptions)
#define TILL_CPP_EXCEPTIONS 1
#else
#define TILL_CPP_EXCEPTIONS 0
#endif
#endif

namespace till {
inline namespace v1 {

namespace detail {

inline std::string_view view(till_str text) noexcept {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.len);
}

inline till_str str(std::string_view text) noexcept { return till_str{text.data(), text.size()}; }

}  // namespace detail

// A view and the block it looks into. Moving from it leaves it without one: then only assigning,
// asking by `operator bool` and destroying are allowed.
template <class View>
class owned : public View {
public:
    using view_type = View;
    using c_type = typename View::c_type;

    owned() noexcept : View(nullptr) {}
    // Takes over a block that a C function handed out.
    explicit owned(const c_type *block) noexcept : View(block) {}
    owned(owned &&other) noexcept : View(other.release()) {}
    owned &operator=(owned &&other) noexcept {
        if (this != &other) {
            const c_type *old = this->raw_;
            this->raw_ = other.release();
            if (old != nullptr) till_free(old);
        }
        return *this;
    }
    owned(const owned &) = delete;
    owned &operator=(const owned &) = delete;
    ~owned() {
        if (this->raw_ != nullptr) till_free(this->raw_);
    }

    explicit operator bool() const noexcept { return this->raw_ != nullptr; }
    // Hands the block over: free it with till_free().
    [[nodiscard]] const c_type *release() noexcept { return std::exchange(this->raw_, nullptr); }
};

namespace detail {

// What all views of a block or row share. Deriving classes inherit the constructors.
template <class C>
class pointer_to {
public:
    using c_type = C;

    explicit pointer_to(const C *raw) noexcept : raw_(raw) {}
    // A view made from a record that goes at the end of the statement would look into a freed
    // block: `till::order_view order = store.order_get(…)` does not compile.
    template <class View>
    pointer_to(const owned<View> &&) = delete;
    // The struct of the C header. Borrowed.
    const C *get() const noexcept { return raw_; }

protected:
    const C *raw_;
};

}  // namespace detail

}  // namespace v1
}  // namespace till
