// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "c_api/handle.hpp"
#include "till/testing.h"

#include <string>

namespace till::c_api {

// The last moment a testing clock may show, 9999-12-31T23:59:59.999999Z: far enough from the end of
// 64 bits that no sum of a time and a lifetime overflows.
inline constexpr till_time last_testing_time = 253'402'300'799'999'999;

Result<void> check_testing_time(till_time now_us);
Result<void> check_testing(const till_testing_in& in);

// Opens a store for till_store_open() and till_testing_store_open(); the input has been read.
Result<till_store*> open(const till_store_open_in& in, std::string path,
                         const till_testing_in* testing);

}  // namespace till::c_api
