// SPDX-License-Identifier: MIT
#include "http/block.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace till::http {

const till_error* make_error(till_status status, std::string_view code, std::string_view message,
                             std::string_view path) noexcept {
    struct Block {
        till_error error;
        till_violation violation;
        const till_violation* violations[1];
    };
    const std::size_t size = sizeof(Block) + code.size() + message.size() + path.size() + 3;
    auto* memory = static_cast<char*>(std::malloc(size));
    if (memory == nullptr) return nullptr;
    auto* block = new (memory) Block{};
    char* at = memory + sizeof(Block);
    const auto put = [&at](std::string_view text) {
        const till_str out{at, text.size()};
        if (!text.empty()) std::memcpy(at, text.data(), text.size());
        at += text.size();
        *at++ = '\0';
        return out;
    };
    block->error.struct_size = sizeof(till_error);
    block->error.kind = kind_error;
    block->error.block_size = size;
    block->error.status = status;
    block->error.code = put(code);
    block->error.message = put(message);
    block->violation.path = put(path);
    block->violation.code = block->error.code;
    block->violation.message = block->error.message;
    block->violations[0] = &block->violation;
    block->error.violations = block->violations;
    block->error.violation_count = 1;
    return &block->error;
}

}  // namespace till::http
