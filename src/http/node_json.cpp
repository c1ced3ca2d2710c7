// SPDX-License-Identifier: MIT
#include "http/node_json.hpp"

namespace till::http {

void write_node(JsonWriter& json, const Node& node) {
    switch (node.kind) {
        case NodeKind::null:
        case NodeKind::file:
            json.null();
            return;
        case NodeKind::boolean:
            json.boolean(node.truth);
            return;
        case NodeKind::number:
            json.raw(node.text);
            return;
        case NodeKind::text:
            json.text(node.text);
            return;
        case NodeKind::array:
            json.begin_array();
            for (const Node& child : node.children) write_node(json, child);
            json.end_array();
            return;
        case NodeKind::object:
            json.begin_object();
            for (const Node& child : node.children) {
                json.escaped_key(child.name);
                write_node(json, child);
            }
            json.end_object();
            return;
    }
}

}  // namespace till::http
