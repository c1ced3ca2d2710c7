// SPDX-License-Identifier: MIT
// Whether an answer is what a case expects.
#pragma once

#include "case_file.hpp"
#include "http_client.hpp"

#include <string>
#include <vector>

namespace till_parity {

struct Outcome {
    Response response;
    Json body;               // of a JSON answer, else null
    std::string body_error;  // why a JSON answer is none
    int mails_sent = 0;
};

Outcome read_outcome(Response response, int mails_sent);

// What differs, one sentence each; none: it passes.
std::vector<std::string> differences(const Case& expected, const Outcome& outcome);

}  // namespace till_parity
