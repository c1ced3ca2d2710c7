// SPDX-License-Identifier: MIT
//
// The two shapes of the C functions, as results; and lists that page by themselves.
#pragma once

#include <till/cpp/call.hpp>
#include <till/cpp/error.hpp>
#include <till/cpp/list.hpp>

#include <iterator>
#include <string>

namespace till {
inline namespace v1 {

namespace detail {

// function(store, call, arguments…, &out, &err): owns what comes out.
template <class Record, class Function, class... Arguments>
result<Record> ask(Function function, till_store *store, const call &who,
                   Arguments... arguments) noexcept {
    const typename Record::c_type *out = nullptr;
    const till_error *err = nullptr;
    const till_status status = function(store, who.get(), arguments..., &out, &err);
    if (status != TILL_OK) return error(status, err);
    return Record(out);
}

// function(store, call, arguments…, &err).
template <class Function, class... Arguments>
result<void> tell(Function function, till_store *store, const call &who,
                  Arguments... arguments) noexcept {
    const till_error *err = nullptr;
    const till_status status = function(store, who.get(), arguments..., &err);
    if (status != TILL_OK) return error(status, err);
    return {};
}

// A query's page, and how to ask for the one after it: each list's part says so by a specialisation
// with `page`, fetch() and advance(), which is false at the end. `Query` holds no cursor then.
template <class Query>
struct paging;

// advance() of the lists with a cursor. The page that `cursor` was read from may go.
template <class Query, class Page>
bool follow_cursor(Query &query, const Page &page, std::string &cursor) {
    cursor = page.next_cursor();
    query.cursor = cursor;
    return !cursor.empty();
}

}  // namespace detail

// Walks a list page by page. Borrows the store, and what `who` and `query` borrow.
template <class Query>
class pager {
public:
    using page = typename detail::paging<Query>::page;

    pager(till_store *store, const call &who, const Query &query)
        : store_(store), who_(who), query_(query) {}
    // Its query looks into its own cursor.
    pager(const pager &) = delete;
    pager &operator=(const pager &) = delete;

    // There may be another page.
    bool more() const noexcept { return more_; }
    // The next page, a record of its own. After a failure the same page may be asked for again.
    // Past the end: an error with status::misuse.
    result<page> try_next() {
        if (!more_) return error(TILL_E_MISUSE, nullptr);
        result<page> next = detail::paging<Query>::fetch(store_, who_, query_);
        if (next) more_ = detail::paging<Query>::advance(query_, *next, cursor_);
        return next;
    }
#if TILL_CPP_EXCEPTIONS
    page next() { return try_next().value(); }
#endif

private:
    till_store *store_;
    call who_;
    Query query_;
    std::string cursor_;
    bool more_ = true;
};

#if TILL_CPP_EXCEPTIONS

// Walks a list row by row, fetching pages as it goes: `for (auto &order : store.orders(who))`. Goes
// once. A row lives until the loop steps on: keep what outlasts it by value, or walk by pager and
// keep the pages. A failure to fetch is thrown by begin() and ++.
template <class Query>
class row_range {
public:
    using page = typename detail::paging<Query>::page;
    using row = typename page::value_type;

    class iterator {
    public:
        using value_type = row;
        using difference_type = std::ptrdiff_t;
        using reference = const row &;
        using pointer = const row *;
        using iterator_category = std::input_iterator_tag;

        iterator() noexcept = default;
        explicit iterator(row_range *range) noexcept : range_(range) {}
        reference operator*() const noexcept { return range_->current_; }
        pointer operator->() const noexcept { return &range_->current_; }
        iterator &operator++() {
            range_->step();
            return *this;
        }
        void operator++(int) { range_->step(); }
        friend bool operator==(const iterator &a, const iterator &b) noexcept {
            return a.ended() == b.ended();
        }
        friend bool operator!=(const iterator &a, const iterator &b) noexcept { return !(a == b); }

    private:
        bool ended() const noexcept {
            return range_ == nullptr || range_->current_.get() == nullptr;
        }

        row_range *range_ = nullptr;
    };

    row_range(till_store *store, const call &who, const Query &query) : pages_(store, who, query) {}

    iterator begin() {
        if (!begun_) {
            begun_ = true;
            step();
        }
        return iterator(this);
    }
    iterator end() noexcept { return iterator(); }

private:
    // The page that holds the current row goes only when the next is there.
    void step() {
        while (at_ == size_) {
            if (!pages_.more()) {
                current_ = row(nullptr);
                return;
            }
            page_ = pages_.next();
            at_ = 0;
            size_ = page_.size();
        }
        current_ = page_[at_++];
    }

    pager<Query> pages_;
    page page_;
    row current_{nullptr};
    std::size_t at_ = 0;
    std::size_t size_ = 0;
    bool begun_ = false;
};

#endif

}  // namespace v1
}  // namespace till
