// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

// The smallest files that have the structure of an image. Their pixels are not meant to be decoded.
namespace till::samples {

inline std::string big(std::uint32_t value, int size) {
    std::string bytes;
    for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i) & 0xFFu);
    return bytes;
}

inline std::string little(std::uint32_t value, int size) {
    std::string bytes;
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFu);
    return bytes;
}

inline std::string png_chunk(const std::string& type, const std::string& data) {
    return big(static_cast<std::uint32_t>(data.size()), 4) + type + data + std::string(4, 'c');
}

// `filler`: 0, or at least 12 more bytes in a text chunk.
inline std::string png(std::uint32_t width, std::uint32_t height, std::size_t filler = 0) {
    std::string data = "\x89PNG\r\n\x1A\n";
    data += png_chunk("IHDR", big(width, 4) + big(height, 4) + "\x08\x02" + std::string(3, '\0'));
    if (filler > 0) data += png_chunk("tEXt", std::string(filler - 12, 't'));
    data += png_chunk("IDAT", "data");
    return data + png_chunk("IEND", "");
}

inline std::string jpeg(std::uint32_t width, std::uint32_t height) {
    std::string data =
        "\xFF\xD8\xFF\xE0" + big(16, 2) + std::string("JFIF\0", 5) + std::string(9, '\1');
    data += "\xFF\xC0" + big(17, 2) + "\x08" + big(height, 2) + big(width, 2) + "\x03" +
            std::string(9, '\1');
    data += "\xFF\xDA" + big(12, 2) + std::string(10, '\1');
    data += std::string("coded \xFF\0 bytes \xFF\xD0 restart", 25);
    return data + "\xFF\xD9";
}

inline std::string gif(std::uint32_t width, std::uint32_t height) {
    std::string data = "GIF89a" + little(width, 2) + little(height, 2) + "\x80" +
                       std::string(2, '\0') + std::string(6, '\x11');
    data += "\x21\xF9\x04" + std::string(4, '\0') + std::string(1, '\0');
    data += "\x2C" + std::string(8, '\0') + std::string(1, '\0') + "\x02\x02\x44\x01" +
            std::string(1, '\0');
    return data + "\x3B";
}

inline std::string riff(const std::string& chunks) {
    return "RIFF" + little(static_cast<std::uint32_t>(chunks.size() + 4), 4) + "WEBP" + chunks;
}

inline std::string webp_lossless(std::uint32_t width, std::uint32_t height) {
    const std::string data = "\x2F" + little((width - 1) | (height - 1) << 14, 4) + "pixel";
    return riff("VP8L" + little(static_cast<std::uint32_t>(data.size()), 4) + data);
}

inline std::string webp_lossy(std::uint32_t width, std::uint32_t height) {
    const std::string data =
        std::string(3, '\0') + "\x9D\x01\x2A" + little(width, 2) + little(height, 2) + "pixel";
    return riff("VP8 " + little(static_cast<std::uint32_t>(data.size()), 4) + data + '\0');
}

}  // namespace till::samples
