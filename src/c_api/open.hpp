// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "c_api/handle.hpp"
#include "till/testing.h"

#include <string>

namespace till::c_api {

// Opens a store for till_store_open() and till_testing_store_open(); the input has been read.
Result<till_store*> open(const till_store_open_in& in, std::string path,
                         const till_testing_in* testing);

}  // namespace till::c_api
