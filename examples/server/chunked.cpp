// SPDX-License-Identifier: MIT
#include "chunked.hpp"

#include <algorithm>

namespace till_server {

namespace {

// Sixteen hex digits fill 64 bits; then one extension of a reasonable length.
constexpr size_t size_digits_max = 16;
constexpr size_t line_max = 256;
// Extensions and trailers of a whole body. Bounds a client who sends one byte a chunk with a long
// extension each.
constexpr size_t overhead_max = 8192;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte < 0x7f);
    });
}

}  // namespace

void ChunkedDecoder::begin(uint64_t body_max) {
    phase_ = Phase::size_line;
    line_.clear();
    body_max_ = body_max;
    decoded_ = chunk_left_ = 0;
    overhead_ = 0;
}

ChunkedDecoder::State ChunkedDecoder::take(std::string_view& input, std::string& body) {
    while (!input.empty() && phase_ != Phase::finished) {
        if (phase_ == Phase::data) {
            const size_t count = static_cast<size_t>(std::min<uint64_t>(chunk_left_, input.size()));
            body.append(input.data(), count);
            input.remove_prefix(count);
            chunk_left_ -= count;
            if (chunk_left_ == 0) phase_ = Phase::data_end;
            continue;
        }
        const State state = take_line(input);
        if (state != State::more) return state;
    }
    return phase_ == Phase::finished ? State::done : State::more;
}

ChunkedDecoder::State ChunkedDecoder::take_line(std::string_view& input) {
    const size_t end = input.find('\n');
    const size_t count = end == std::string_view::npos ? input.size() : end;
    if (line_.size() + count > line_max) return State::malformed;
    line_.append(input.data(), count);
    input.remove_prefix(count);
    if (end == std::string_view::npos) return State::more;
    input.remove_prefix(1);
    if (line_.empty() || line_.back() != '\r') return State::malformed;
    line_.pop_back();
    const State state = on_line(line_);
    line_.clear();
    return state;
}

ChunkedDecoder::State ChunkedDecoder::on_line(std::string_view line) {
    switch (phase_) {
        case Phase::size_line:
            return on_size_line(line);
        case Phase::data_end:
            phase_ = Phase::size_line;
            return line.empty() ? State::more : State::malformed;
        case Phase::trailer: {
            if (line.empty()) {
                phase_ = Phase::finished;
                return State::done;
            }
            overhead_ += line.size();
            const size_t colon = line.find(':');
            const bool named = colon != std::string_view::npos && colon > 0 &&
                               line.substr(0, colon).find_first_of(" \t") == std::string_view::npos;
            return named && is_printable(line) && overhead_ <= overhead_max ? State::more
                                                                            : State::malformed;
        }
        case Phase::data:
        case Phase::finished:
            break;
    }
    return State::malformed;
}

ChunkedDecoder::State ChunkedDecoder::on_size_line(std::string_view line) {
    uint64_t size = 0;
    size_t digits = 0;
    while (digits < line.size() && hex_digit(line[digits]) >= 0) {
        if (digits == size_digits_max) return State::malformed;
        size = size * 16 + static_cast<uint64_t>(hex_digit(line[digits]));
        ++digits;
    }
    const std::string_view extension = line.substr(digits);
    overhead_ += extension.size();
    if (digits == 0 || (!extension.empty() && extension.front() != ';') ||
        !is_printable(extension) || overhead_ > overhead_max) {
        return State::malformed;
    }
    if (size > body_max_ - decoded_) return State::too_large;
    decoded_ += size;
    chunk_left_ = size;
    phase_ = size == 0 ? Phase::trailer : Phase::data;
    return State::more;
}

}  // namespace till_server
