// SPDX-License-Identifier: MIT
//
// Rows of a block as a range, and the pages of a list.
#pragma once

#include <till/cpp/base.hpp>

#include <cassert>
#include <iterator>

namespace till {
inline namespace v1 {

namespace detail {

// Walks an array of pointers to rows and gives views by value. Random access by what it can do; to
// C++17's algorithms an input iterator, since those want references.
template <class Row>
class row_iterator {
public:
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using reference = Row;
    using pointer = void;
    using iterator_category = std::input_iterator_tag;
#if __cplusplus >= 202002L
    using iterator_concept = std::random_access_iterator_tag;
#endif
    using c_type = typename Row::c_type;

    row_iterator() noexcept = default;
    explicit row_iterator(const c_type *const *at) noexcept : at_(at) {}

    Row operator*() const noexcept { return Row(*at_); }
    Row operator[](difference_type by) const noexcept { return Row(at_[by]); }
    row_iterator &operator++() noexcept { return *this += 1; }
    row_iterator &operator--() noexcept { return *this -= 1; }
    row_iterator operator++(int) noexcept { return row_iterator(at_++); }
    row_iterator operator--(int) noexcept { return row_iterator(at_--); }
    row_iterator &operator+=(difference_type by) noexcept {
        at_ += by;
        return *this;
    }
    row_iterator &operator-=(difference_type by) noexcept {
        at_ -= by;
        return *this;
    }
    friend row_iterator operator+(row_iterator a, difference_type by) noexcept { return a += by; }
    friend row_iterator operator+(difference_type by, row_iterator a) noexcept { return a += by; }
    friend row_iterator operator-(row_iterator a, difference_type by) noexcept { return a -= by; }
    friend difference_type operator-(row_iterator a, row_iterator b) noexcept {
        return a.at_ - b.at_;
    }
    friend bool operator==(row_iterator a, row_iterator b) noexcept { return a.at_ == b.at_; }
    friend bool operator!=(row_iterator a, row_iterator b) noexcept { return a.at_ != b.at_; }
    friend bool operator<(row_iterator a, row_iterator b) noexcept { return a.at_ < b.at_; }
    friend bool operator>(row_iterator a, row_iterator b) noexcept { return b < a; }
    friend bool operator<=(row_iterator a, row_iterator b) noexcept { return !(b < a); }
    friend bool operator>=(row_iterator a, row_iterator b) noexcept { return !(a < b); }

private:
    const c_type *const *at_ = nullptr;
};

}  // namespace detail

// Rows of a block: an order's lines, an error's violations. Borrows.
template <class Row>
class list_view {
public:
    using value_type = Row;
    using iterator = detail::row_iterator<Row>;
    using const_iterator = iterator;

    list_view() noexcept = default;
    list_view(const typename Row::c_type *const *items, std::size_t count) noexcept
        : items_(items), count_(count) {}

    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    Row operator[](std::size_t index) const noexcept {
        assert(index < count_);
        return Row(items_[index]);
    }
    iterator begin() const noexcept { return iterator(items_); }
    iterator end() const noexcept { return count_ == 0 ? begin() : iterator(items_ + count_); }

private:
    const typename Row::c_type *const *items_ = nullptr;
    std::size_t count_ = 0;
};

// A page of a list, or all of a short one. `for (till::order_view order : page)`.
template <class Row, class Block>
class page_view : public detail::pointer_to<Block> {
public:
    using detail::pointer_to<Block>::pointer_to;
    using value_type = Row;
    using iterator = detail::row_iterator<Row>;
    using const_iterator = iterator;

    list_view<Row> rows() const noexcept { return {this->raw_->items, this->raw_->count}; }
    std::size_t size() const noexcept { return this->raw_->count; }
    bool empty() const noexcept { return size() == 0; }
    Row operator[](std::size_t index) const noexcept { return rows()[index]; }
    iterator begin() const noexcept { return rows().begin(); }
    iterator end() const noexcept { return rows().end(); }
    // Goes into `cursor` of the same query for the next page; absent at the end. Of those pages
    // that have one: not events, messages, settings and currencies.
    std::string_view next_cursor() const noexcept { return detail::view(this->raw_->next_cursor); }
};

}  // namespace v1
}  // namespace till
