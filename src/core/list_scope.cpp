// SPDX-License-Identifier: MIT
#include "core/list_scope.hpp"

namespace till::core {
namespace {

constexpr std::uint32_t limit_default = 50;  // include/till/order.h
constexpr std::uint32_t limit_max = 200;

}  // namespace

Result<std::int64_t> list_user(const Context& context, const ListQuery& query, domain::Action all) {
    const domain::Actor& actor = context.actor;
    TILL_CHECK(domain::require_somebody(actor));
    const std::int64_t user_id =
        query.user_id != 0 || query.all_users ? query.user_id : actor.user_id;
    // Everybody's, which is the own list of who is no user, and anybody else's.
    if (user_id == 0 || user_id != actor.user_id) {
        TILL_CHECK(authorise(all, actor));
    }
    return user_id;
}

Result<std::int64_t> list_limit(const ListQuery& query, bool status_known) {
    std::vector<Violation> violations;
    if (query.limit > limit_max) {
        violations.push_back(
            {"/limit", "too_large", "A page has at most 200 rows.", {{"max", "200"}}});
    }
    if (query.status != 0 && !status_known) {
        violations.push_back({"/status", "invalid_choice", "Is not a state.", {}});
    }
    if (!violations.empty()) return invalid(std::move(violations));
    return static_cast<std::int64_t>(query.limit == 0 ? limit_default : query.limit);
}

}  // namespace till::core
