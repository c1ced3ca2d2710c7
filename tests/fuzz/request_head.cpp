// SPDX-License-Identifier: MIT
//
// The server's reader of request heads: where a head ends does not depend on how it trickles in,
// and what is taken has one framing, one host and no byte that could begin another line.
#include "request_head.hpp"

#include "fuzz/fuzz.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

using namespace till_server;

namespace {

std::string_view view(const till_str& text) { return {text.data, text.len}; }

bool is_name(std::string_view name, std::string_view wanted) {
    return std::equal(name.begin(), name.end(), wanted.begin(), wanted.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == b;
    });
}

void judge(const RequestHead& head) {
    int hosts = 0;
    int lengths = 0;
    int codings = 0;
    for (const till_http_header& field : head.fields) {
        const std::string_view name = view(field.name);
        fuzz::require(!name.empty(), "a field has a name");
        for (const char c : name) {
            fuzz::require(c > ' ' && c < 0x7F && c != ':', "a name is a token");
        }
        for (const char c : view(field.value)) {
            fuzz::require(c == '\t' || static_cast<unsigned char>(c) >= ' ',
                          "no control in a value");
        }
        hosts += is_name(name, "host") ? 1 : 0;
        lengths += is_name(name, "content-length") ? 1 : 0;
        codings += is_name(name, "transfer-encoding") ? 1 : 0;
    }
    fuzz::require(lengths + codings <= 1, "one framing");
    fuzz::require(hosts == 1 || (head.http_1_0 && hosts == 0), "one host");
    fuzz::require(!(head.chunked && head.content_length != 0), "chunked has no length");
    fuzz::require(!head.chunked || !head.http_1_0, "HTTP/1.0 has no chunks");
    fuzz::require(head.server_wide || (!head.target.empty() && head.target.front() == '/'),
                  "a target is a path");
    for (const char c : head.target) fuzz::require(c > ' ' && c < 0x7F, "a target is ASCII");
    // In a query they are text like any other (RFC 3986, 3.4).
    const std::string path = head.target.substr(0, head.target.find('?'));
    fuzz::require(path.find("/../") == std::string::npos, "no dot segments");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::size_t from = 0;
    const std::size_t end = find_head_end(text, from);
    std::size_t trickled = std::string_view::npos;
    from = 0;
    for (std::size_t some = 1; some <= size && trickled == std::string_view::npos; ++some) {
        trickled = find_head_end(text.substr(0, some), from);
    }
    fuzz::require(trickled == end, "a head that trickles in ends elsewhere");
    const HeadLimits limits;
    check_partial_head(text, limits);
    if (end == std::string_view::npos) return 0;
    RequestHead head;
    if (!parse_head(text.substr(0, end), limits, head)) judge(head);
    return 0;
}
