// SPDX-License-Identifier: MIT
#include "domain/image.hpp"

#include <cstring>
#include <string_view>

namespace till::domain {
namespace {

// Reads forward and never past the end: a failed read leaves `failed` set and gives 0.
class Reader {
public:
    explicit Reader(std::span<const std::byte> data) noexcept : data_(data) {}

    bool failed() const noexcept { return failed_; }
    bool at_end() const noexcept { return at_ == data_.size(); }
    std::size_t left() const noexcept { return data_.size() - at_; }

    bool expect(std::string_view bytes) noexcept {
        if (left() < bytes.size() ||
            std::memcmp(data_.data() + at_, bytes.data(), bytes.size()) != 0) {
            failed_ = true;
            return false;
        }
        at_ += bytes.size();
        return true;
    }
    std::uint32_t byte() noexcept { return big(1); }
    std::uint32_t big(std::size_t size) noexcept {
        std::uint32_t value = 0;
        if (!need(size)) return 0;
        for (std::size_t i = 0; i < size; ++i) {
            value = value << 8 | std::to_integer<std::uint32_t>(data_[at_ + i]);
        }
        at_ += size;
        return value;
    }
    std::uint32_t little(std::size_t size) noexcept {
        std::uint32_t value = 0;
        if (!need(size)) return 0;
        for (std::size_t i = 0; i < size; ++i) {
            value |= std::to_integer<std::uint32_t>(data_[at_ + i]) << (8 * i);
        }
        at_ += size;
        return value;
    }
    void skip(std::size_t size) noexcept {
        if (need(size)) at_ += size;
    }
    std::string_view word() noexcept {  // four bytes
        if (!need(4)) return {};
        at_ += 4;
        return {reinterpret_cast<const char*>(data_.data()) + at_ - 4, 4};
    }

private:
    bool need(std::size_t size) noexcept {
        if (left() < size) failed_ = true;
        return !failed_;
    }

    std::span<const std::byte> data_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

struct Size {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
};

bool is_plausible(Size size) noexcept {
    return size.width > 0 && size.height > 0 && size.width <= image_side_max &&
           size.height <= image_side_max &&
           std::uint64_t{size.width} * size.height <= image_pixels_max;
}

// PNG, third edition, 5.2-5.3: signature, IHDR first, chunks, IEND last.
std::optional<Size> read_png(std::span<const std::byte> data) noexcept {
    Reader in(data);
    using namespace std::string_view_literals;
    if (!in.expect("\x89PNG\r\n\x1A\n"sv) || !in.expect("\0\0\0\x0DIHDR"sv)) return std::nullopt;
    Size size;
    size.width = in.big(4);
    size.height = in.big(4);
    in.skip(5 + 4);  // depth, colour, compression, filter, interlace; CRC
    bool has_data = false;
    while (!in.failed()) {
        const std::uint32_t length = in.big(4);
        const std::string_view type = in.word();
        in.skip(length);
        in.skip(4);
        if (type == "IDAT") has_data = true;
        if (type == "IEND") {
            if (in.failed() || length != 0 || !has_data || !in.at_end()) return std::nullopt;
            return size;
        }
    }
    return std::nullopt;
}

// ITU-T T.81 B.1: markers with lengths; after a scan header coded bytes up to the next marker.
std::optional<Size> read_jpeg(std::span<const std::byte> data) noexcept {
    Reader in(data);
    using namespace std::string_view_literals;
    if (!in.expect("\xFF\xD8"sv)) return std::nullopt;
    Size size;
    bool has_scan = false;
    while (!in.failed()) {
        if (in.byte() != 0xFF) return std::nullopt;
        std::uint32_t marker = in.byte();
        while (marker == 0xFF && !in.failed()) marker = in.byte();  // fill bytes
        if (marker == 0xD9) {                                       // EOI
            if (in.failed() || !has_scan || size.width == 0 || !in.at_end()) return std::nullopt;
            return size;
        }
        if (marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD8)) return std::nullopt;
        const std::uint32_t length = in.big(2);
        if (length < 2) return std::nullopt;
        const bool is_frame = marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (is_frame) {
            if (length < 8 || size.width != 0) return std::nullopt;
            in.skip(1);
            size.height = in.big(2);
            size.width = in.big(2);
            in.skip(length - 2 - 5);
        } else {
            in.skip(length - 2);
        }
        if (marker != 0xDA) continue;
        has_scan = true;
        // Coded bytes: FF00 is a stuffed byte, FFD0-FFD7 are restarts; any other marker ends them.
        const std::byte* bytes = data.data() + (data.size() - in.left());
        std::size_t at = 0;
        for (; at + 1 < in.left(); ++at) {
            if (bytes[at] != std::byte{0xFF}) continue;
            const auto next = std::to_integer<std::uint32_t>(bytes[at + 1]);
            if (next != 0x00 && (next < 0xD0 || next > 0xD7)) break;
        }
        in.skip(at);
    }
    return std::nullopt;
}

// RFC 9649: a RIFF file whose size is the data's, made of padded chunks.
std::optional<Size> read_webp(std::span<const std::byte> data) noexcept {
    Reader in(data);
    if (!in.expect("RIFF")) return std::nullopt;
    if (in.little(4) != data.size() - 8 || !in.expect("WEBP")) return std::nullopt;
    Size canvas;  // of VP8X
    Size frame;   // of the first bitstream
    bool animated = false;
    while (!in.failed() && !in.at_end()) {
        const std::string_view type = in.word();
        const std::uint32_t length = in.little(4);
        const std::size_t end = in.left() < length ? 0 : in.left() - length;
        if (in.failed() || in.left() < length) return std::nullopt;
        if (type == "VP8X") {
            if (length < 10) return std::nullopt;
            animated = (in.byte() & 0x02u) != 0;
            in.skip(3);
            canvas.width = in.little(3) + 1;
            canvas.height = in.little(3) + 1;
        } else if (type == "VP8 " && frame.width == 0) {  // RFC 6386 9.1
            if (length < 10) return std::nullopt;
            in.skip(3);
            if (!in.expect("\x9D\x01\x2A")) return std::nullopt;
            frame.width = in.little(2) & 0x3FFFu;
            frame.height = in.little(2) & 0x3FFFu;
        } else if (type == "VP8L" && frame.width == 0) {  // RFC 9649 3.4
            if (length < 5 || in.byte() != 0x2F) return std::nullopt;
            const std::uint32_t bits = in.little(4);
            frame.width = (bits & 0x3FFFu) + 1;
            frame.height = (bits >> 14 & 0x3FFFu) + 1;
        } else if (type == "ANMF" && animated) {
            frame = canvas;
        }
        in.skip(in.left() - end);
        if (length % 2 != 0) in.skip(1);
    }
    if (in.failed() || frame.width == 0) return std::nullopt;
    if (canvas.width == 0) return frame;
    if (!animated && (frame.width != canvas.width || frame.height != canvas.height)) {
        return std::nullopt;
    }
    return canvas;
}

void skip_gif_blocks(Reader& in) noexcept {
    for (std::uint32_t length = in.byte(); length != 0 && !in.failed(); length = in.byte()) {
        in.skip(length);
    }
}

// GIF89a specification, 17-27: header, tables and blocks with lengths, trailer.
std::optional<Size> read_gif(std::span<const std::byte> data) noexcept {
    Reader in(data);
    if (!in.expect("GIF8")) return std::nullopt;
    const std::uint32_t version = in.byte();
    if ((version != '7' && version != '9') || !in.expect("a")) return std::nullopt;
    Size size;
    size.width = in.little(2);
    size.height = in.little(2);
    const auto skip_table = [&](std::uint32_t flags) {
        if ((flags & 0x80u) != 0) in.skip(std::size_t{3} << ((flags & 7u) + 1));
    };
    const std::uint32_t flags = in.byte();
    in.skip(2);
    skip_table(flags);
    bool has_image = false;
    while (!in.failed()) {
        switch (in.byte()) {
            case 0x21:  // extension
                in.skip(1);
                skip_gif_blocks(in);
                break;
            case 0x2C:  // image
                in.skip(8);
                skip_table(in.byte());
                in.skip(1);
                skip_gif_blocks(in);
                has_image = true;
                break;
            case 0x3B:  // trailer
                if (in.failed() || !has_image || !in.at_end()) return std::nullopt;
                return size;
            default:
                return std::nullopt;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<ImageType> recognise_image(std::span<const std::byte> data) noexcept {
    struct Format {
        const char* extension;
        const char* media_type;
        std::optional<Size> (*read)(std::span<const std::byte>) noexcept;
    };
    constexpr Format formats[] = {
        {"png", "image/png", read_png},
        {"jpg", "image/jpeg", read_jpeg},
        {"webp", "image/webp", read_webp},
        {"gif", "image/gif", read_gif},
    };
    if (data.size() > image_bytes_max) return std::nullopt;
    for (const Format& format : formats) {
        const std::optional<Size> size = format.read(data);
        if (!size) continue;
        if (!is_plausible(*size)) return std::nullopt;
        return ImageType{format.extension, format.media_type, size->width, size->height};
    }
    return std::nullopt;
}

}  // namespace till::domain
