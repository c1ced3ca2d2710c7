// SPDX-License-Identifier: MIT
#include "core/outbox.hpp"

#include "c_api/guard.hpp"
#include "c_api/user_block.hpp"
#include "till/event.h"

#include <cstddef>

namespace till::c_api {
namespace {

void fill_message(BlockBuilder& block, std::size_t offset, const core::Message& message) {
    till_message& out = block.at<till_message>(offset);
    out.id = message.row.id;
    out.user_id = message.row.user_id;
    out.order_id = message.row.order_id;
    out.created_us = message.row.created_at;
    out.expires_us = message.row.expires_at;
    out.attempts = message.row.attempts;
    out.recovery_codes_left = message.recovery_codes_left;
    block.text(offset + offsetof(till_message, kind), message.row.kind);
    block.text(offset + offsetof(till_message, lease), message.lease);
    block.text(offset + offsetof(till_message, to), message.to);
    block.text(offset + offsetof(till_message, username), message.username);
    block.text(offset + offsetof(till_message, locale), message.locale);
    block.text(offset + offsetof(till_message, shop_name), message.shop_name);
    block.text_or_absent(offset + offsetof(till_message, link), message.link);
    block.text_or_absent(offset + offsetof(till_message, token), message.token);
}

const till_message_page* to_page(const std::vector<core::Message>& messages) {
    BlockBuilder block(8192);
    const std::size_t at = block.add<till_message_page>();
    const std::size_t rows = add_rows<till_message_page, till_message>(block, at, messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i) {
        fill_message(block, rows + i * sizeof(till_message), messages[i]);
    }
    return block.finish<till_message_page>(Kind::messages, true);
}

using Settle = Result<void> (*)(core::Store&, const core::Call&, const core::OutboxSettlement&);

till_status settle(till_store* store, const till_call* call, const till_outbox_settle_in* in,
                   const till_error** err, Settle use_case) {
    return run(store, call, err, [&](core::Store& core, const core::Call& context) -> Result<void> {
        TILL_TRY(const auto input, read_input(in, "till_outbox_settle_in"));
        TILL_CHECK(check_flags(input.flags, 0, "till_outbox_settle_in.flags"));
        TILL_CHECK(check_reserved(input.reserved0, "till_outbox_settle_in.reserved0"));
        TILL_TRY(const auto lease, read_text(input.lease, "till_outbox_settle_in.lease"));
        return use_case(core, context, {input.id, lease, input.retry_after_ms});
    });
}

}  // namespace
}  // namespace till::c_api

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

extern "C" {

TILL_API till_status till_outbox_claim(till_store* store, const till_call* call,
                                       const till_outbox_claim_in* in,
                                       const till_message_page** out, const till_error** err) {
    return run(
        store, call, out, err,
        [&](core::Store& core, const core::Call& context) -> Result<const till_message_page*> {
            TILL_TRY(const auto input, read_optional_input(in, "till_outbox_claim_in"));
            TILL_CHECK(check_flags(input.flags, 0, "till_outbox_claim_in.flags"));
            TILL_TRY(const auto messages,
                     core::claim_outbox(core, context, {input.limit, input.lease_ms}));
            return to_page(messages);
        });
}

TILL_API till_status till_outbox_acknowledge(till_store* store, const till_call* call,
                                             const till_outbox_settle_in* in,
                                             const till_error** err) {
    return settle(store, call, in, err, core::acknowledge_outbox);
}

TILL_API till_status till_outbox_fail(till_store* store, const till_call* call,
                                      const till_outbox_settle_in* in, const till_error** err) {
    return settle(store, call, in, err, core::fail_outbox);
}

}  // extern "C"
