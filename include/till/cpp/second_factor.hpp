// SPDX-License-Identifier: MIT
//
// Second factors. What they ask for and when is told in till/second_factor.h.
#pragma once

#include <till/cpp/session.hpp>
#include <till/second_factor.h>

#include <optional>

namespace till {
inline namespace v1 {

// ---- In ------------------------------------------------------------------------------------

struct second_factor_begin_in {
    std::string_view password = {};  // the actor's own; may be absent after a fresh login

    till_second_factor_begin_in c() const noexcept {
        till_second_factor_begin_in in = TILL_SECOND_FACTOR_BEGIN_IN_INIT;
        in.password = detail::str(password);
        return in;
    }
};

struct second_factor_remove_in {
    std::int64_t user_id = 0;        // 0: the actor himself; another: superuser or system
    std::string_view password = {};  // as in second_factor_begin_in

    till_second_factor_remove_in c() const noexcept {
        till_second_factor_remove_in in = TILL_SECOND_FACTOR_REMOVE_IN_INIT;
        in.user_id = user_id;
        in.password = detail::str(password);
        return in;
    }
};

struct recovery_codes_renew_in {
    std::string_view password = {};  // as in second_factor_begin_in

    till_recovery_codes_renew_in c() const noexcept {
        till_recovery_codes_renew_in in = TILL_RECOVERY_CODES_RENEW_IN_INIT;
        in.password = detail::str(password);
        return in;
    }
};

struct login_second_in {
    std::string_view challenge = {};  // tokens_view::challenge() of the login
    std::string_view code = {};       // six digits of the app, or a recovery code

    till_login_second_in c() const noexcept {
        till_login_second_in in = TILL_LOGIN_SECOND_IN_INIT;
        in.challenge = detail::str(challenge);
        in.code = detail::str(code);
        return in;
    }
};

// ---- Out -----------------------------------------------------------------------------------

class second_factor_view : public detail::pointer_to<till_second_factor> {
public:
    using pointer_to::pointer_to;

    std::int64_t user_id() const noexcept { return raw_->user_id; }
    // His logins ask for a code.
    bool is_enabled() const noexcept { return raw_->is_enabled != 0; }
    // Begun, not confirmed.
    bool is_pending() const noexcept { return raw_->is_pending != 0; }
    // The setting second_factor_staff asks it of him.
    bool is_required() const noexcept { return raw_->is_required != 0; }
    std::optional<time_point> enabled() const noexcept {
        return detail::time_or_none(raw_->enabled_us);
    }
    std::int32_t recovery_codes_left() const noexcept { return raw_->recovery_codes_left; }
};

// What an authenticator app is given. Its record wipes the secret when it goes.
class second_factor_setup_view : public detail::pointer_to<till_second_factor_setup> {
public:
    using pointer_to::pointer_to;

    // Base32, to be typed.
    std::string_view secret() const noexcept { return detail::view(raw_->secret); }
    // otpauth://…, to be shown as a QR code.
    std::string_view uri() const noexcept { return detail::view(raw_->uri); }
};

// Each good for one login. Their record wipes them when it goes.
class recovery_codes_view : public detail::pointer_to<till_recovery_codes> {
public:
    using pointer_to::pointer_to;

    std::size_t size() const noexcept { return raw_->code_count; }
    std::string_view operator[](std::size_t i) const noexcept {
        return detail::view(raw_->codes[i]);
    }
};

using second_factor = owned<second_factor_view>;
using second_factor_setup = owned<second_factor_setup_view>;
using recovery_codes = owned<recovery_codes_view>;

// ---- Calls ---------------------------------------------------------------------------------

// Members of till::store and till::store_ref. second_factor_get() is till_second_factor_get() and
// so on: till/second_factor.h says who may call it and which statuses it answers. The try_ form
// answers them, the other throws them.
template <class Store>
class second_factor_calls {
public:
    // Whether a user has one; 0: the actor himself.
    result<second_factor> try_second_factor_get(const call &who, std::int64_t user_id = 0) const {
        return detail::ask<second_factor>(till_second_factor_get, raw(), who, user_id);
    }
    // A secret for the actor's authenticator app, in this answer alone.
    result<second_factor_setup> try_second_factor_begin(
        const call &who, const second_factor_begin_in &in = {}) const {
        const till_second_factor_begin_in c = in.c();
        return detail::ask<second_factor_setup>(till_second_factor_begin, raw(), who, &c);
    }
    // Puts it in force by a first code; the recovery codes are in this answer alone.
    result<recovery_codes> try_second_factor_confirm(const call &who,
                                                     std::string_view code) const {
        return detail::ask<recovery_codes>(till_second_factor_confirm, raw(), who, code.data(),
                                           code.size());
    }
    // The password alone logs in again.
    result<void> try_second_factor_remove(const call &who,
                                          const second_factor_remove_in &in = {}) const {
        const till_second_factor_remove_in c = in.c();
        return detail::tell(till_second_factor_remove, raw(), who, &c);
    }
    // New recovery codes in place of the old ones.
    result<recovery_codes> try_recovery_codes_renew(const call &who,
                                                    const recovery_codes_renew_in &in = {}) const {
        const till_recovery_codes_renew_in c = in.c();
        return detail::ask<recovery_codes>(till_recovery_codes_renew, raw(), who, &c);
    }
    // The second step of a login.
    result<tokens> try_login_second(const call &who, const login_second_in &in) const {
        const till_login_second_in c = in.c();
        return detail::ask<tokens>(till_login_second, raw(), who, &c);
    }

#if TILL_CPP_EXCEPTIONS
    second_factor second_factor_get(const call &who, std::int64_t user_id = 0) const {
        return try_second_factor_get(who, user_id).value();
    }
    second_factor_setup second_factor_begin(const call &who,
                                            const second_factor_begin_in &in = {}) const {
        return try_second_factor_begin(who, in).value();
    }
    recovery_codes second_factor_confirm(const call &who, std::string_view code) const {
        return try_second_factor_confirm(who, code).value();
    }
    void second_factor_remove(const call &who, const second_factor_remove_in &in = {}) const {
        try_second_factor_remove(who, in).value();
    }
    recovery_codes recovery_codes_renew(const call &who,
                                        const recovery_codes_renew_in &in = {}) const {
        return try_recovery_codes_renew(who, in).value();
    }
    tokens login_second(const call &who, const login_second_in &in) const {
        return try_login_second(who, in).value();
    }
#endif

private:
    till_store *raw() const noexcept { return static_cast<const Store *>(this)->get(); }
};

}  // namespace v1
}  // namespace till
