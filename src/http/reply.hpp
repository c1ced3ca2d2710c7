// SPDX-License-Identifier: MIT
//
// A response in the making, and the block it becomes.
#pragma once

#include "http/field_errors.hpp"
#include "till/http.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace till::http {

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view html_type = "text/html; charset=utf-8";

class Reply {
public:
    Reply() = default;
    Reply(const Reply&) = delete;
    Reply(Reply&&) = default;
    Reply& operator=(const Reply&) = delete;
    Reply& operator=(Reply&&) = default;
    ~Reply();

    int status = 200;
    std::string body;
    std::string_view content_type = json_type;  // static
    bool is_cacheable = false;                  // else no-store: private data
    bool is_close = false;
    bool is_secret = false;  // holds tokens: wiped when it goes, and when its block is freed
    // The adapter refused before the store saw the call: on a protected route the token is looked
    // at first, so that a bad one is not answered with anything else.
    bool is_early = false;
    std::int64_t user_id = 0;

    // Before tokens are written: with room for them, so that no grown text leaves a copy behind.
    void hold_secret();
    // The longest answer is a second factor's set-up: its URI has the shop's name (100 code points)
    // twice and the user's (150) once, 4 bytes each and percent-encoded: 4200 bytes beside its 100
    // others. Tokens with the longest user are half of that.
    static constexpr std::size_t secret_room = 8192;

    // Names and static values are literals.
    void header(std::string_view name, std::string_view static_value);
    void header_copy(std::string_view name, std::string_view value);
    [[nodiscard]] bool has_header(std::string_view name) const noexcept;

    // ---- Refusals, in DRF's grammar. They replace what was there.
    void fail(int code_status, std::string_view detail, std::string_view code = {});
    void fail(const FieldErrors& errors);
    // 401, with the challenge.
    void fail_authentication(std::string_view detail, std::string_view code = {});
    // simplejwt's answer to a bad access token; `code` is the store's reason.
    void fail_access_token(std::string_view code);
    void not_found();
    void not_found_page();
    void reset();

    // Seals everything in one block for till_free(); null: no memory.
    [[nodiscard]] const till_http_response* seal(std::string_view route) const noexcept;

private:
    struct Slot {
        std::string_view name;
        std::string_view value;  // static, or
        std::size_t offset = 0;  // in copies_
        std::size_t length = 0;
        bool is_copy = false;
    };
    static constexpr std::size_t slots_max = 24;

    Slot* next_slot();

    std::array<Slot, slots_max> slots_;
    std::size_t slot_count_ = 0;
    std::string copies_;
};

}  // namespace till::http
