// SPDX-License-Identifier: MIT
// The chunked transfer coding, strictly (RFC 9112, 7.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace till_server {

class ChunkedDecoder {
public:
    enum class State { more, done, malformed, too_large };

    void begin(uint64_t body_max);

    // Takes bytes off the front of `input` and appends the decoded ones to `body`. Once done, what
    // is left in `input` belongs to the next request. Trailer fields are checked and dropped.
    State take(std::string_view& input, std::string& body);

private:
    enum class Phase { size_line, data, data_end, trailer, finished };

    State take_line(std::string_view& input);
    State on_line(std::string_view line);
    State on_size_line(std::string_view line);

    Phase phase_ = Phase::size_line;
    std::string line_;
    uint64_t body_max_ = 0;
    uint64_t decoded_ = 0;
    uint64_t chunk_left_ = 0;
    size_t overhead_ = 0;  // bytes of extensions and trailers
};

}  // namespace till_server
