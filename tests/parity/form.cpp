// SPDX-License-Identifier: MIT
#include "form.hpp"

#include <cctype>

namespace till_parity {
namespace {

std::string form_text(const Json& value) {
    return value.is_string() ? value.get<std::string>() : write_json(value);
}

std::string percent_encode(const std::string& text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80 && (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.')) {
            encoded += c;
        } else {
            encoded += '%';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 15];
        }
    }
    return encoded;
}

std::string url_encode(const Json& body) {
    std::string encoded;
    for (const auto& [name, value] : body.items()) {
        if (!encoded.empty()) encoded += '&';
        encoded += percent_encode(name) + "=" + percent_encode(form_text(value));
    }
    return encoded;
}

std::string multipart(const Json& body, const std::string& boundary) {
    std::string encoded;
    for (const auto& [name, value] : body.items()) {
        encoded += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"";
        if (value.is_object() && value.contains("filename")) {
            encoded += "; filename=\"" + value.at("filename").get<std::string>() +
                       "\"\r\nContent-Type: " +
                       value.value("content_type", std::string("application/octet-stream")) +
                       "\r\n\r\n" + value.value("content", std::string());
        } else {
            encoded += "\r\n\r\n" + form_text(value);
        }
        encoded += "\r\n";
    }
    return encoded + "--" + boundary + "--\r\n";
}

}  // namespace

std::string encode_body(const Json& body, std::string& content_type) {
    if (body.is_object() && content_type.starts_with("application/x-www-form-urlencoded"))
        return url_encode(body);
    if (body.is_object() && content_type.starts_with("multipart/form-data")) {
        const std::size_t given = content_type.find("boundary=");
        if (given != std::string::npos) return multipart(body, content_type.substr(given + 9));
        content_type += "; boundary=till-parity-boundary";
        return multipart(body, "till-parity-boundary");
    }
    return write_json(body);
}

}  // namespace till_parity
