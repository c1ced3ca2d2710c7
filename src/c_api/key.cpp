// SPDX-License-Identifier: MIT
#include "till/key.h"

#include "c_api/guard.hpp"
#include "c_api/user_block.hpp"
#include "core/keys.hpp"

#include <cstddef>

namespace till::c_api {
namespace {

void fill_key(BlockBuilder& block, std::size_t offset, const core::ApiKey& key) {
    till_key& out = block.at<till_key>(offset);
    out.id = key.id;
    out.created_by = key.created_by;
    out.created_us = key.created_at;
    out.expires_us = key.expires_at.value_or(TILL_TIME_NONE);
    out.last_used_us = key.last_used_at.value_or(TILL_TIME_NONE);
    out.revoked_us = key.revoked_at.value_or(TILL_TIME_NONE);
    block.text(offset + offsetof(till_key, name), key.name);
    block.text(offset + offsetof(till_key, scopes), domain::to_text(key.scopes));
}

const till_key* to_key(const core::ApiKey& key, std::string_view secret) {
    BlockBuilder block;
    const std::size_t at = block.add<till_key>();
    fill_key(block, at, key);
    block.text_or_absent(at + offsetof(till_key, secret), secret);
    return block.finish<till_key>(Kind::api_key, !secret.empty());
}

const till_key_page* to_page(const core::KeyPage& page) {
    BlockBuilder block(4096);
    const std::size_t at = block.add<till_key_page>();
    const std::size_t rows = add_rows<till_key_page, till_key>(block, at, page.keys.size());
    for (std::size_t i = 0; i < page.keys.size(); ++i) {
        fill_key(block, rows + i * sizeof(till_key), page.keys[i]);
    }
    block.text_or_absent(at + offsetof(till_key_page, next_cursor), page.next_cursor);
    return block.finish<till_key_page>(Kind::api_keys);
}

}  // namespace
}  // namespace till::c_api

using namespace till;         // NOLINT(google-build-using-namespace): this file is the boundary
using namespace till::c_api;  // NOLINT(google-build-using-namespace)

extern "C" {

TILL_API till_status till_key_create(till_store* store, const till_call* call,
                                     const till_key_create_in* in, const till_key** out,
                                     const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_key*> {
                   TILL_TRY(const auto input, read_input(in, "till_key_create_in"));
                   TILL_CHECK(check_flags(input.flags, 0, "till_key_create_in.flags"));
                   core::NewKey key;
                   TILL_TRY(key.name, read_text(input.name, "till_key_create_in.name"));
                   TILL_TRY(key.scopes, read_text(input.scopes, "till_key_create_in.scopes"));
                   key.expires_at = input.expires_us;
                   TILL_TRY(const auto created, core::create_key(core, context, key));
                   return to_key(created.key, created.secret);
               });
}

TILL_API till_status till_key_list(till_store* store, const till_call* call,
                                   const till_key_query* query, const till_key_page** out,
                                   const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_key_page*> {
                   TILL_TRY(const auto in, read_optional_input(query, "till_key_query"));
                   TILL_CHECK(check_flags(in.flags, 0, "till_key_query.flags"));
                   TILL_CHECK(check_reserved(in.reserved0, "till_key_query.reserved0"));
                   TILL_TRY(const auto cursor, read_text(in.cursor, "till_key_query.cursor"));
                   TILL_TRY(const auto page, core::list_keys(core, context, cursor, in.limit));
                   return to_page(page);
               });
}

TILL_API till_status till_key_revoke(till_store* store, const till_call* call, int64_t key_id,
                                     const till_key** out, const till_error** err) {
    return run(store, call, out, err,
               [&](core::Store& core, const core::Call& context) -> Result<const till_key*> {
                   TILL_TRY(const auto key, core::revoke_key(core, context, key_id));
                   return to_key(key, {});
               });
}

}  // extern "C"
