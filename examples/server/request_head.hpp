// SPDX-License-Identifier: MIT
// The head of a request: request line and header fields, parsed strictly.
//
// Whoever disagrees with a proxy about where a request ends can be made to answer somebody else's
// request. So whatever RFC 9112 calls an error, and whatever two implementations read differently,
// is refused here: check_head() walks the raw bytes first, then Beast's parser takes them apart,
// then the fields that decide framing are checked once more by value.
#pragma once

#include "till/http.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace till_server {

struct HeadLimits {
    size_t request_line = 8000;   // RFC 9112, 3: at least 8000 octets
    size_t header_block = 16384;  // all field lines together
    size_t fields = 100;
};

// Why a request is refused: an HTTP status and a sentence for the client. Status 0: nothing wrong.
struct HeadProblem {
    int status = 0;
    const char* detail = "";
    explicit operator bool() const { return status != 0; }
};

struct RequestHead {
    std::string_view method;
    std::string target;  // origin form
    std::vector<till_http_header> fields;
    std::string forwarded_for;  // all X-Forwarded-For lines, joined by commas
    std::string_view forwarded_proto;
    std::string_view request_id;
    uint64_t content_length = 0;
    bool forwarded = false;  // a proxy has left its mark
    bool chunked = false;
    bool keep_alive = false;
    bool http_1_0 = false;
    bool expects_continue = false;
    bool server_wide = false;  // OPTIONS *

    void clear();
};

// Length of the head in `bytes` (its empty line included), or npos when it is not complete. `from`
// is where the last search ended, so that a head that trickles in costs linear time.
size_t find_head_end(std::string_view bytes, size_t& from);

// What is already wrong with a head that is still coming in: too long a line, too large a block.
HeadProblem check_partial_head(std::string_view bytes, const HeadLimits& limits);

// `bytes` is exactly one head and outlives `head`, whose views point into it.
HeadProblem parse_head(std::string_view bytes, const HeadLimits& limits, RequestHead& head);

}  // namespace till_server
