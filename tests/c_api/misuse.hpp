// SPDX-License-Identifier: MIT
//
// Calls any function of the C ABI with arguments made from its parameters' types, one of them bent:
// NULL, of a wrong size, with a flag that nobody knows. What the types do not say (which pointers
// may be NULL) comes from the headers.
#pragma once

#include "c_api/shop.hpp"
#include "till/http.h"

#include <algorithm>
#include <concepts>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace abi {

// ---- What the headers say ------------------------------------------------------------------

struct Declared {
    std::vector<bool> nullable;  // one a parameter
};

// Every exported function of a header's text, by name.
std::map<std::string, Declared> read_header(const std::string& text);
// Those of all headers of libtill.so.1.
std::map<std::string, Declared> declared_functions();

// ---- One bent argument ---------------------------------------------------------------------

struct Bend {
    enum class How : std::uint8_t { none, null, size, tail, flags, reserved, call };
    How how = How::none;
    std::size_t at = 0;       // the argument
    std::uint32_t value = 0;  // size: the struct_size; tail: what stands in each of its bytes
    const till_call* call = nullptr;
};

struct World {
    till_store* store = nullptr;
    till_call call = as_system();
    till_http_app* app = nullptr;  // for libtill_http, and how to free what it makes
    void (*release_app)(till_http_app*) = nullptr;
    std::vector<const void*>* kept = nullptr;  // takes results and errors, to be freed by the test
};

struct Outcome {
    till_status status = TILL_OK;
    std::string code;
    bool kept_promises = true;  // outputs cleared on failure, the error agrees with the status
};

template <class T>
concept Sized = requires(T value) {
    { value.struct_size } -> std::same_as<std::uint32_t&>;
};

template <class T>
concept Input = Sized<T> && !requires(T value) {
    value.block_size;
};

// A good input: the defaults. Inputs that need more have a specialisation.
template <class T>
T good_input() {
    T input{};
    input.struct_size = sizeof(T);
    return input;
}

template <>
inline till_sale_in good_input<till_sale_in>() {
    static const till_order_place_in order = TILL_ORDER_PLACE_IN_INIT;
    till_sale_in input = TILL_SALE_IN_INIT;
    input.order = &order;
    return input;
}

template <>
inline till_http_request good_input<till_http_request>() {
    till_http_request input = TILL_HTTP_REQUEST_INIT;
    input.method = TILL_STR("GET");
    input.target = TILL_STR("/orders/");
    return input;
}

class Frame {
public:
    Frame(const World& world, const Bend& bend) : world_(world), bend_(bend) {}
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;
    ~Frame() {
        results_.push_back(error_);
        for (const void* result : results_) {
            if (result == poison() || result == nullptr) continue;
            world_.kept == nullptr ? till_free(result) : world_.kept->push_back(result);
        }
        if (opened_ != poison()) till_store_release(static_cast<till_store*>(opened_));
        if (made_ != poison() && made_ != nullptr) {
            world_.release_app(static_cast<till_http_app*>(made_));
        }
        if (begun_ != poison()) till_batch_rollback(static_cast<till_batch*>(begun_));
    }

    template <class A>
    A next() {
        const std::size_t index = index_++;
        if constexpr (std::is_pointer_v<A>) {
            if (bend_.how == Bend::How::null && bend_.at == index) {
                // A text that is absent has no length; any other NULL is told by itself.
                if (std::is_same_v<A, const char*>) nulled_text_ = index + 1;
                return nullptr;
            }
            return pointer<std::remove_pointer_t<A>>(index);
        } else {
            // An id, a count of one, the length of a text.
            return static_cast<A>(nulled_text_ == index ? 0 : 1);
        }
    }

    Outcome judge(till_status status) const {
        Outcome outcome;
        outcome.status = status;
        if (error_ != nullptr) outcome.code = view(error_->code);
        if (status == TILL_OK) {
            outcome.kept_promises = error_ == nullptr;
            return outcome;
        }
        outcome.kept_promises =
            std::all_of(results_.begin(), results_.end(),
                        [](const void* result) { return result == nullptr; }) &&
            (!makes_ || made_ == nullptr) && (!opens_ || opened_ == nullptr) &&
            (!begins_ || begun_ == nullptr) &&
            (error_ == nullptr || (error_->status == status && error_->message.len > 0));
        return outcome;
    }

private:
    // What an output holds before the call, to see that the call has cleared it.
    static void* poison() { return &poisoned_; }

    template <class P>
    P* pointer(std::size_t index) {
        if constexpr (std::is_same_v<P, till_store>) {
            return world_.store;
        } else if constexpr (std::is_same_v<std::remove_const_t<P>, till_http_app>) {
            return world_.app;
        } else if constexpr (std::is_same_v<P, till_http_app*>) {
            makes_ = true;
            return reinterpret_cast<till_http_app**>(&made_);
        } else if constexpr (std::is_same_v<P, const till_error*>) {
            return &error_;
        } else if constexpr (std::is_same_v<P, till_store*>) {
            opens_ = true;
            return reinterpret_cast<till_store**>(&opened_);
        } else if constexpr (std::is_same_v<P, till_batch*>) {
            begins_ = true;
            return reinterpret_cast<till_batch**>(&begun_);
        } else if constexpr (std::is_same_v<P, const till_call>) {
            return reinterpret_cast<P*>(
                input(index, bend_.how == Bend::How::call ? *bend_.call : world_.call));
        } else if constexpr (std::is_same_v<P, const char>) {
            return "x";
        } else if constexpr (std::is_same_v<P, const std::int64_t>) {
            return &one_;
        } else if constexpr (std::is_same_v<P, std::int64_t>) {
            return &number_;
        } else if constexpr (std::is_pointer_v<P> && std::is_const_v<P>) {
            // An array of one pointer to an input.
            using T = std::remove_const_t<std::remove_pointer_t<P>>;
            arrays_.push_back(input(index, good_input<T>()));
            return reinterpret_cast<P*>(&arrays_.back());
        } else if constexpr (std::is_pointer_v<P>) {
            results_.push_back(poison());
            return reinterpret_cast<P*>(&results_.back());
        } else {
            return reinterpret_cast<P*>(input(index, good_input<std::remove_const_t<P>>()));
        }
    }

    template <class T>
    const void* input(std::size_t index, T value) {
        static_assert(Input<T>);
        constexpr std::size_t tail = 8;
        // As many bytes as the struct says: what is read beyond them is seen by the sanitizer.
        std::vector<unsigned char>& bytes = inputs_.emplace_back(sizeof(T));
        if (bend_.at == index) {
            if (bend_.how == Bend::How::size) value.struct_size = bend_.value;
            if (bend_.how == Bend::How::flags) {
                if constexpr (requires { value.flags; }) value.flags |= bend_.value;
            }
            if (bend_.how == Bend::How::reserved) {
                if constexpr (requires { value.reserved0; }) value.reserved0 = 1;
            }
            if (bend_.how == Bend::How::tail) {
                value.struct_size = sizeof(T) + tail;
                bytes.resize(sizeof(T) + tail, static_cast<unsigned char>(bend_.value));
            }
        }
        std::memcpy(bytes.data(), &value, sizeof value);
        return bytes.data();
    }

    static inline char poisoned_ = 0;
    const World& world_;
    const Bend& bend_;
    std::size_t index_ = 0;
    std::size_t nulled_text_ = 0;
    const till_error* error_ = nullptr;
    std::deque<const void*> results_;
    std::deque<const void*> arrays_;
    std::deque<std::vector<unsigned char>> inputs_;
    bool opens_ = false;
    bool makes_ = false;
    bool begins_ = false;
    void* opened_ = poison();
    void* begun_ = poison();
    void* made_ = poison();
    std::int64_t number_ = 0;
    std::int64_t one_ = 1;
};

// ---- A function of the table ---------------------------------------------------------------

struct Parameter {
    bool pointer = false;
    bool input = false;  // a sized struct
    bool flags = false;
    bool reserved = false;
    bool call = false;
};

template <class A>
Parameter parameter_of() {
    Parameter parameter;
    if constexpr (std::is_pointer_v<A>) {
        using P = std::remove_pointer_t<A>;
        parameter.pointer = true;
        parameter.call = std::is_same_v<P, const till_call>;
        if constexpr (std::is_const_v<P> && std::is_class_v<P>) {
            using T = std::remove_const_t<P>;
            parameter.input = true;
            parameter.flags = requires(T value) { value.flags; };
            parameter.reserved = requires(T value) { value.reserved0; };
        }
    }
    return parameter;
}

struct Function {
    std::string name;
    std::vector<Parameter> parameters;
    std::function<Outcome(const World&, const Bend&)> call;

    Outcome operator()(const World& world, const Bend& bend = {}) const {
        return call(world, bend);
    }
};

template <class... A>
Function function(const char* name, till_status (*call)(A...)) {
    return {name, {parameter_of<A>()...}, [call](const World& world, const Bend& bend) {
                Frame frame(world, bend);
                // Braces: from left to right.
                const std::tuple<A...> arguments{frame.next<A>()...};
                return frame.judge(std::apply(call, arguments));
            }};
}

// Every function of libtill.so.1 (libtill_http's are in tests/http/misuse_test.cpp) that answers a
// status and may be called with anything at any time.
const std::vector<Function>& functions();
// The others: names, frees, closing. They have tests of their own.
const std::vector<std::string>& special_functions();

}  // namespace abi
