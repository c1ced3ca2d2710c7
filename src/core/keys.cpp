// SPDX-License-Identifier: MIT
#include "core/keys.hpp"

#include "base/text.hpp"
#include "core/cursor.hpp"
#include "core/event_log.hpp"
#include "core/users.hpp"
#include "crypto/token.hpp"

namespace till::core {
namespace {

using domain::Action;

constexpr std::size_t name_max = 100;  // include/till/key.h

ApiKey check_new_key(std::vector<Violation>& violations, const NewKey& in) {
    ApiKey key;
    if (check_text(violations, "/name", in.name, 1, name_max)) key.name = in.name;
    key.scopes = domain::check_scopes(violations, "/scopes", in.scopes);
    if (in.expires_at != 0) key.expires_at = in.expires_at;
    return key;
}

}  // namespace

CreatedKey::~CreatedKey() { crypto::wipe(secret); }

Result<CreatedKey> create_key(Store& store, const Call& call, const NewKey& in) {
    TILL_CHECK(Store::refuse_key(call));
    std::vector<Violation> violations;
    const ApiKey wanted = check_new_key(violations, in);
    // Drawn before the transaction, so that running it again gives the same.
    CreatedKey created;
    created.secret = crypto::make_api_key(store.random());
    TILL_TRY(created.key, store.write(call, [&](Context& context) -> Result<ApiKey> {
        TILL_CHECK(domain::authorise(Action::key_manage, context.actor));
        std::vector<Violation> found = violations;
        if (wanted.expires_at && *wanted.expires_at <= context.now) {
            found.push_back({"/expires", "too_small", "Give a time that is still to come.", {}});
        }
        if (!found.empty()) return invalid(std::move(found));
        ApiKey key = wanted;
        key.created_by = context.actor.user_id;
        key.created_at = context.now;
        key.id = KeyTable::insert(context.tx, key, *crypto::api_key_hash(created.secret));
        append_event(context, "key.created", key.id, 0,
                     R"({"scopes":")" + domain::to_text(key.scopes) + "\"}");
        return key;
    }));
    return created;
}

Result<KeyPage> list_keys(Store& store, const Call& call, std::string_view cursor,
                          std::uint32_t limit) {
    return store.read(call, [&](Context& context) -> Result<KeyPage> {
        TILL_CHECK(domain::authorise(Action::key_manage, context.actor));
        TILL_TRY(const std::int64_t rows, page_limit(limit));
        const Cursor position(context, "till_key_list", Cursor::Sort::newest_first, {});
        TILL_TRY(const std::int64_t before, position.parse_id(cursor));
        KeyPage page;
        page.keys = KeyTable::list(context.tx, before, rows + 1);
        if (page.keys.size() > static_cast<std::size_t>(rows)) {
            page.keys.pop_back();
            page.next_cursor = position.make(page.keys.back().id);
        }
        return page;
    });
}

Result<ApiKey> revoke_key(Store& store, const Call& call, std::int64_t id) {
    TILL_CHECK(Store::refuse_key(call));
    return store.write(call, [&](Context& context) -> Result<ApiKey> {
        TILL_CHECK(domain::authorise(Action::key_manage, context.actor));
        if (KeyTable::revoke(context.tx, id, context.now)) {
            append_event(context, "key.revoked", id);
        }
        auto key = KeyTable::find(context.tx, id);
        if (!key)
            return make_error(Status::not_found, "key_not_found", "There is no such API key.");
        return std::move(*key);
    });
}

}  // namespace till::core
