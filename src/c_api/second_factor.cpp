// SPDX-License-Identifier: MIT
#include "till/second_factor.h"

#include "c_api/guard.hpp"
#include "c_api/tokens_block.hpp"
#include "core/second_factors.hpp"

#include <cstddef>

namespace till::c_api {
namespace {

const till_second_factor* to_second_factor(const core::SecondFactorState& state) {
    BlockBuilder block;
    const std::size_t at = block.add<till_second_factor>();
    till_second_factor& out = block.at<till_second_factor>(at);
    out.user_id = state.user_id;
    out.enabled_us = state.enabled_at.value_or(TILL_TIME_NONE);
    out.is_enabled = state.is_enabled ? 1 : 0;
    out.is_pending = state.is_pending ? 1 : 0;
    out.is_required = state.is_required ? 1 : 0;
    out.recovery_codes_left = static_cast<std::int32_t>(state.recovery_codes_left);
    return block.finish<till_second_factor>(Kind::second_factor);
}

const till_second_factor_setup* to_setup(const core::SecondFactorSetup& setup) {
    BlockBuilder block(1024);
    const std::size_t at = block.add<till_second_factor_setup>();
    block.text(at + offsetof(till_second_factor_setup, secret), setup.secret);
    block.text(at + offsetof(till_second_factor_setup, uri), setup.uri);
    return block.finish<till_second_factor_setup>(Kind::second_factor_setup, true);
}

const till_recovery_codes* to_codes(const core::RecoveryCodes& codes) {
    BlockBuilder block(1024);
    const std::size_t at = block.add<till_recovery_codes>();
    const std::size_t texts = block.add<till_str>(codes.texts.size());
    block.at<till_recovery_codes>(at).code_count = codes.texts.size();
    block.link(at + offsetof(till_recovery_codes, codes), texts);
    for (std::size_t i = 0; i < codes.texts.size(); ++i) {
        block.text(texts + i * sizeof(till_str), codes.texts[i]);
    }
    return block.finish<till_recovery_codes>(Kind::recovery_codes, true);
}

}  // namespace
}  // namespace till::c_api

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

extern "C" {

TILL_API till_status till_second_factor_get(till_store* store, const till_call* call,
                                            int64_t user_id, const till_second_factor** out,
                                            const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_second_factor*> {
            TILL_TRY(const auto state, core::get_second_factor(core, context, user_id));
            return to_second_factor(state);
        });
}

TILL_API till_status till_second_factor_begin(till_store* store, const till_call* call,
                                              const till_second_factor_begin_in* in,
                                              const till_second_factor_setup** out,
                                              const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core,
                   const core::Call& context) -> Result<const till_second_factor_setup*> {
                   TILL_TRY(const auto input,
                            read_optional_input(in, "till_second_factor_begin_in"));
                   TILL_CHECK(check_flags(input.flags, 0, "till_second_factor_begin_in.flags"));
                   TILL_TRY(const auto password,
                            read_text(input.password, "till_second_factor_begin_in.password"));
                   TILL_TRY(const auto setup, core::begin_second_factor(core, context, password));
                   return to_setup(setup);
               });
}

TILL_API till_status till_second_factor_confirm(till_store* store, const till_call* call,
                                                const char* code, size_t code_len,
                                                const till_recovery_codes** out,
                                                const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_recovery_codes*> {
            if (code == nullptr) return null_argument("code");
            TILL_TRY(const auto text, read_text(code, code_len, "code"));
            TILL_TRY(const auto codes, core::confirm_second_factor(core, context, text));
            return to_codes(codes);
        });
}

TILL_API till_status till_second_factor_remove(till_store* store, const till_call* call,
                                               const till_second_factor_remove_in* in,
                                               const till_error** err) {
    return run(store, call, err, [&](core::Store& core, const core::Call& context) -> Result<void> {
        TILL_TRY(const auto input, read_optional_input(in, "till_second_factor_remove_in"));
        TILL_CHECK(check_flags(input.flags, 0, "till_second_factor_remove_in.flags"));
        TILL_TRY(const auto password,
                 read_text(input.password, "till_second_factor_remove_in.password"));
        return core::remove_second_factor(core, context, input.user_id, password);
    });
}

TILL_API till_status till_recovery_codes_renew(till_store* store, const till_call* call,
                                               const till_recovery_codes_renew_in* in,
                                               const till_recovery_codes** out,
                                               const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_recovery_codes*> {
            TILL_TRY(const auto input, read_optional_input(in, "till_recovery_codes_renew_in"));
            TILL_CHECK(check_flags(input.flags, 0, "till_recovery_codes_renew_in.flags"));
            TILL_TRY(const auto password,
                     read_text(input.password, "till_recovery_codes_renew_in.password"));
            TILL_TRY(const auto codes, core::renew_recovery_codes(core, context, password));
            return to_codes(codes);
        });
}

TILL_API till_status till_login_second(till_store* store, const till_call* call,
                                       const till_login_second_in* in, const till_tokens** out,
                                       const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_tokens*> {
                   TILL_TRY(const auto input, read_input(in, "till_login_second_in"));
                   TILL_CHECK(check_flags(input.flags, 0, "till_login_second_in.flags"));
                   TILL_TRY(const auto challenge,
                            read_text(input.challenge, "till_login_second_in.challenge"));
                   TILL_TRY(const auto code, read_text(input.code, "till_login_second_in.code"));
                   TILL_TRY(const auto tokens, core::login_second(core, context, challenge, code));
                   return to_tokens(tokens);
               });
}

}  // extern "C"
