// SPDX-License-Identifier: MIT
#include "domain/image.hpp"

#include "base/encoding.hpp"
#include "domain/sample_images.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace till;
using namespace till::domain;
using namespace till::samples;

namespace {

std::string type_of(const std::string& data) {
    const auto type = recognise_image(bytes_of(data));
    return type ? type->extension : "";
}

}  // namespace

TEST_CASE("PNG, JPEG, WebP and GIF are recognised by their content, with their size") {
    CHECK(type_of(png(3, 2)) == "png");
    CHECK(type_of(jpeg(3, 2)) == "jpg");
    CHECK(type_of(gif(3, 2)) == "gif");
    CHECK(type_of(webp_lossless(3, 2)) == "webp");
    CHECK(type_of(webp_lossy(3, 2)) == "webp");
    for (const std::string& data : {png(300, 200), jpeg(300, 200), gif(300, 200),
                                    webp_lossless(300, 200), webp_lossy(300, 200)}) {
        const auto type = recognise_image(bytes_of(data));
        REQUIRE(type.has_value());
        CHECK(type->width == 300);
        CHECK(type->height == 200);
    }
}

TEST_CASE("what is not one of the four is refused") {
    for (const char* text :
         {"", "hello", "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>",
          "<?xml version=\"1.0\"?><svg/>", "<!doctype html><script>alert(1)</script>", "%PDF-1.7",
          "BM", "\x89PNG\r\n\x1A\n", "GIF89a", "\xFF\xD8", "\xFF\xD8\xFF\xD9", "RIFF", "II*"}) {
        CAPTURE(text);
        CHECK(type_of(text).empty());
    }
}

TEST_CASE("an image cut anywhere is refused") {
    for (const std::string& data :
         {png(3, 2), jpeg(3, 2), gif(3, 2), webp_lossless(3, 2), webp_lossy(3, 2)}) {
        for (std::size_t size = 0; size < data.size(); ++size) {
            CAPTURE(size);
            CHECK(type_of(data.substr(0, size)).empty());
        }
    }
}

TEST_CASE("an image with something behind its end is refused") {
    for (const std::string& data :
         {png(3, 2), jpeg(3, 2), gif(3, 2), webp_lossless(3, 2), webp_lossy(3, 2)}) {
        CHECK(type_of(data + "<script>alert(1)</script>").empty());
        CHECK(type_of(data + "PK\x03\x04").empty());
        CHECK(type_of(data + std::string(1, '\0')).empty());
        CHECK(type_of("<!-- " + data).empty());
    }
}

TEST_CASE("a small file that claims a huge picture is refused") {
    CHECK(type_of(png(65535, 65535)).empty());
    CHECK(type_of(jpeg(65535, 65535)).empty());
    CHECK(type_of(gif(65535, 65535)).empty());
    CHECK(type_of(png(16385, 1)).empty());
    CHECK(type_of(png(16384, 1)) == "png");
    CHECK(type_of(png(8000, 5000)) == "png");
    CHECK(type_of(png(8000, 5001)).empty());
    CHECK(type_of(png(0, 5)).empty());
    CHECK(type_of(jpeg(5, 0)).empty());
    CHECK(type_of(gif(0, 0)).empty());
}

TEST_CASE("an image has at most 2 MiB") {
    const std::string small = png(3, 2);
    // A text chunk of the right size before the end fills the file to the last byte.
    const auto filled = [&](std::size_t size) { return png(3, 2, size - small.size()); };
    CHECK(filled(image_bytes_max).size() == image_bytes_max);
    CHECK(type_of(filled(image_bytes_max)) == "png");
    CHECK(type_of(filled(image_bytes_max + 1)).empty());
}

TEST_CASE("no change of a single byte makes reading an image go wrong") {
    // Every byte of every sample takes four other values; sanitizers watch the reads.
    for (const std::string& sample :
         {png(3, 2), jpeg(3, 2), gif(3, 2), webp_lossless(3, 2), webp_lossy(3, 2)}) {
        for (std::size_t at = 0; at < sample.size(); ++at) {
            for (const char value : {'\x00', '\x7F', '\x80', '\xFF'}) {
                std::string data = sample;
                data[at] = value;
                const auto type = recognise_image(bytes_of(data));
                if (type) CHECK(type->width <= image_side_max);
            }
        }
    }
}
