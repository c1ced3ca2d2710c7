// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

// Which pictures may be stored. The bytes decide, not a name or a declared type.
namespace till::domain {

inline constexpr std::size_t image_bytes_max = std::size_t{2} << 20;
inline constexpr std::uint32_t image_side_max = 16'384;        // WebP's own bound
inline constexpr std::uint64_t image_pixels_max = 40'000'000;  // 160 MB decoded

struct ImageType {
    const char* extension;   // "png", "jpg", "webp", "gif"
    const char* media_type;  // "image/png"
    std::uint32_t width;
    std::uint32_t height;
};

// Recognises PNG, JPEG, WebP and GIF by their structure from the first byte to the last: every
// segment has its length, the size in pixels is plausible, nothing follows the end (where a second
// file would hide). The pixels are not decoded. Nothing for anything else, SVG and HTML among it.
std::optional<ImageType> recognise_image(std::span<const std::byte> data) noexcept;

}  // namespace till::domain
