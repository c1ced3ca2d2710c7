// SPDX-License-Identifier: MIT
#pragma once

#include "http/exchange.hpp"

namespace till::http {

// The tutorial's seven members, then ours.
void write_order(JsonWriter& json, const till_order& order);

// The same as the whole answer, with its entity tag.
void answer_order(Exchange& x, const till_order& order);

}  // namespace till::http
