// SPDX-License-Identifier: MIT
//
// A parsed body as JSON again.
#pragma once

#include "http/body.hpp"
#include "http/json_writer.hpp"

namespace till::http {

// Files are null: JSON has none.
void write_node(JsonWriter& json, const Node& node);

}  // namespace till::http
