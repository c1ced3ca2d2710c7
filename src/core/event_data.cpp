// SPDX-License-Identifier: MIT
#include "core/event_data.hpp"

#include "core/event_log.hpp"

#include <algorithm>
#include <charconv>

namespace till::core {

void EventData::append(std::string_view text) {
    TILL_ASSERT(text.size() <= text_.size() - size_);
    std::copy(text.begin(), text.end(), text_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += text.size();
}

void EventData::begin_member(std::string_view name) {
    append(size_ == 0 ? "{\"" : ",\"");
    append(name);
    append("\":");
}

EventData& EventData::add(std::string_view name, std::int64_t number) {
    begin_member(name);
    const auto [end, error] =
        std::to_chars(text_.data() + size_, text_.data() + text_.size(), number);
    TILL_ASSERT(error == std::errc());
    size_ = static_cast<std::size_t>(end - text_.data());
    return *this;
}

EventData& EventData::add(std::string_view name, std::string_view word) {
    begin_member(name);
    append("\"");
    append(word);
    append("\"");
    return *this;
}

EventData& EventData::add_flag(std::string_view name, bool value) {
    begin_member(name);
    append(value ? "true" : "false");
    return *this;
}

EventData& EventData::add_move(std::string_view from, std::string_view to) {
    return add("from", from).add("to", to);
}

EventData& EventData::add_money(std::string_view name, std::int64_t minor,
                                const domain::Currency& currency) {
    return add(name, minor).add("currency", currency.view());
}

std::string_view EventData::finish() {
    append("}");
    return {text_.data(), size_};
}

void append_placed(Context& context, const domain::Order& order) {
    EventData data;
    data.add_money("total_minor", order.total_minor, order.currency)
        .add("line_count", static_cast<std::int64_t>(order.lines.size()))
        .add_flag("price_verified", order.price_verified);
    append_event(context, "order.placed", order.id, order.id, data.finish());
}

void append_moved(Context& context, const char* event, const domain::Order& order,
                  domain::OrderState from) {
    EventData data;
    data.add_move(name_of(from), name_of(order.status));
    append_event(context, event, order.id, order.id, data.finish());
}

void append_confirmed(Context& context, const char* event, const domain::Order& order,
                      domain::PriceSource source) {
    EventData data;
    data.add_money("total_minor", order.total_minor, order.currency)
        .add("price_source", name_of(source));
    append_event(context, event, order.id, order.id, data.finish());
}

void append_started(Context& context, const domain::Payment& payment) {
    EventData data;
    data.add_money("amount_minor", payment.amount_minor, payment.currency)
        .add("method", name_of(payment.method));
    append_event(context, "payment.started", payment.id, payment.order_id, data.finish());
}

void append_moved(Context& context, const char* event, const domain::Payment& payment,
                  domain::PaymentState from) {
    EventData data;
    data.add_move(name_of(from), name_of(payment.status))
        .add_money("amount_minor", payment.amount_minor, payment.currency);
    append_event(context, event, payment.id, payment.order_id, data.finish());
}

void append_started(Context& context, const domain::Refund& refund) {
    EventData data;
    data.add("payment_id", refund.payment_id)
        .add_money("amount_minor", refund.amount_minor, refund.currency);
    append_event(context, "refund.started", refund.id, refund.order_id, data.finish());
}

void append_moved(Context& context, const char* event, const domain::Refund& refund,
                  domain::RefundState from) {
    EventData data;
    data.add_move(name_of(from), name_of(refund.status))
        .add("payment_id", refund.payment_id)
        .add_money("amount_minor", refund.amount_minor, refund.currency);
    append_event(context, event, refund.id, refund.order_id, data.finish());
}

}  // namespace till::core
