// SPDX-License-Identifier: MIT
//
// Looking after the store: identity, backup, check, maintenance.
#pragma once

#include "core/store.hpp"

#include <cstdint>
#include <string>

namespace till::core {

struct Identity {
    std::string store_id;
    std::int64_t epoch = 0;
    bool testing = false;
    Time created_at = 0;
    std::int64_t last_event = 0;
    sql::Counters counters;
};

struct CheckFindings {
    bool sound = true;
    std::string text;  // one finding a line; problems begin with "problem: "
};

struct Maintenance {
    bool finished = true;
    std::int64_t swept = 0;
};

Result<Identity> identify(Store& store, const Call& call);
Result<sql::BackupReport> back_up(Store& store, const Call& call, const std::string& path);
Result<CheckFindings> check(Store& store, const Call& call);
Result<Maintenance> maintain(Store& store, const Call& call, std::int64_t budget_us);

}  // namespace till::core
