// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "c_api/handle.hpp"
#include "till/testing.h"

#include <string>

namespace till::c_api {

// The last moment a testing clock may show, 2999-12-31T23:59:59.999999Z: no sum of a time and a
// lifetime then overflows 64 bits or passes the year 9999, where tokens end.
inline constexpr till_time last_testing_time = 32'503'679'999'999'999;

Result<void> check_testing_time(till_time now_us);
Result<void> check_testing(const till_testing_in& in);

// Opens a store for till_store_open() and till_testing_store_open(); the input has been read.
Result<till_store*> open(const till_store_open_in& in, std::string path,
                         const till_testing_in* testing);

}  // namespace till::c_api
