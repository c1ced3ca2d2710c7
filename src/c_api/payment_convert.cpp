// SPDX-License-Identifier: MIT
#include "c_api/payment_convert.hpp"

#include <cstddef>

namespace till::c_api {
namespace {

constexpr std::size_t bytes_per_row = 320;  // a payment or refund with its usual texts

void fill_payment(BlockBuilder& block, std::size_t at, const domain::Payment& payment,
                  bool replayed) {
    till_payment& out = block.at<till_payment>(at);
    out.id = payment.id;
    out.order_id = payment.order_id;
    out.user_id = payment.user_id;
    out.started_by = payment.started_by;
    out.version = payment.version;
    fill_money(out.amount, payment.amount_minor, payment.currency);
    out.refunding_minor = payment.refunding_minor;
    out.refunded_minor = payment.refunded_minor;
    out.status = static_cast<till_payment_state>(payment.status);
    out.method = static_cast<till_payment_method>(payment.method);
    out.created_us = payment.created_at;
    out.updated_us = payment.updated_at;
    out.completed_us = payment.completed_at.value_or(TILL_TIME_NONE);
    out.replayed = replayed ? 1 : 0;
    block.text_or_absent(at + offsetof(till_payment, provider), payment.provider);
    block.text_or_absent(at + offsetof(till_payment, provider_reference),
                         payment.provider_reference);
}

void fill_refund(BlockBuilder& block, std::size_t at, const domain::Refund& refund, bool replayed) {
    till_refund& out = block.at<till_refund>(at);
    out.id = refund.id;
    out.payment_id = refund.payment_id;
    out.order_id = refund.order_id;
    out.created_by = refund.created_by;
    out.version = refund.version;
    fill_money(out.amount, refund.amount_minor, refund.currency);
    out.status = static_cast<till_refund_state>(refund.status);
    out.replayed = replayed ? 1 : 0;
    out.created_us = refund.created_at;
    out.updated_us = refund.updated_at;
    block.text_or_absent(at + offsetof(till_refund, reason), refund.reason);
    block.text_or_absent(at + offsetof(till_refund, provider_reference), refund.provider_reference);
}

}  // namespace

Result<domain::PaymentInput> read_payment_start(const till_payment_start_in* pointer) {
    TILL_TRY(const auto in, read_input(pointer, "till_payment_start_in"));
    TILL_CHECK(check_flags(in.flags, TILL_PAYMENT_COMPLETE_NOW, "till_payment_start_in.flags"));
    TILL_CHECK(check_reserved(in.reserved0, "till_payment_start_in.reserved0"));
    domain::PaymentInput input;
    input.complete_now = (in.flags & TILL_PAYMENT_COMPLETE_NOW) != 0;
    input.order_id = in.order_id;
    input.amount_minor = in.amount_minor;
    TILL_TRY(input.currency, read_optional_text(in.currency, "till_payment_start_in.currency"));
    input.method = in.method;
    TILL_TRY(input.provider, read_optional_text(in.provider, "till_payment_start_in.provider"));
    TILL_TRY(input.provider_reference,
             read_optional_text(in.provider_reference, "till_payment_start_in.provider_reference"));
    return input;
}

Result<Sale> read_sale(const till_sale_in* pointer) {
    TILL_TRY(const auto in, read_input(pointer, "till_sale_in"));
    TILL_CHECK(check_flags(in.flags, 0, "till_sale_in.flags"));
    TILL_CHECK(check_reserved(in.reserved0, "till_sale_in.reserved0"));
    Sale sale;
    TILL_TRY(sale.placement, read_placement(in.order));
    sale.input.order = sale.placement.input;
    sale.input.method = in.method;
    TILL_TRY(sale.input.provider, read_optional_text(in.provider, "till_sale_in.provider"));
    TILL_TRY(sale.input.provider_reference,
             read_optional_text(in.provider_reference, "till_sale_in.provider_reference"));
    return sale;
}

const till_payment* to_payment(const core::PaymentAnswer& answer) {
    BlockBuilder block(bytes_per_row);
    const std::size_t at = block.add<till_payment>();
    fill_payment(block, at, answer.value, answer.replayed);
    return block.finish<till_payment>(Kind::payment);
}

const till_payment_page* to_page(const core::Page<domain::Payment>& payments) {
    const std::size_t count = payments.items.size();
    BlockBuilder block(256 + count * bytes_per_row);
    const std::size_t page = block.add<till_payment_page>();
    const std::size_t first = add_rows<till_payment_page, till_payment>(block, page, count);
    for (std::size_t i = 0; i < count; ++i) {
        fill_payment(block, first + i * sizeof(till_payment), payments.items[i], false);
    }
    block.text_or_absent(page + offsetof(till_payment_page, next_cursor), payments.next_cursor);
    return block.finish<till_payment_page>(Kind::payments);
}

const till_refund* to_refund(const core::RefundAnswer& answer) {
    BlockBuilder block(bytes_per_row);
    const std::size_t at = block.add<till_refund>();
    fill_refund(block, at, answer.value, answer.replayed);
    return block.finish<till_refund>(Kind::refund);
}

const till_refund_page* to_page(const core::Page<domain::Refund>& refunds) {
    const std::size_t count = refunds.items.size();
    BlockBuilder block(256 + count * bytes_per_row);
    const std::size_t page = block.add<till_refund_page>();
    const std::size_t first = add_rows<till_refund_page, till_refund>(block, page, count);
    for (std::size_t i = 0; i < count; ++i) {
        fill_refund(block, first + i * sizeof(till_refund), refunds.items[i], false);
    }
    block.text_or_absent(page + offsetof(till_refund_page, next_cursor), refunds.next_cursor);
    return block.finish<till_refund_page>(Kind::refunds);
}

const till_receipt* to_receipt(const core::Answer<core::Receipt>& answer) {
    BlockBuilder block(1024);
    const std::size_t receipt = block.add<till_receipt>();
    block.at<till_receipt>(receipt).replayed = answer.replayed ? 1 : 0;
    const std::size_t order = block.add<till_order>();
    block.link(receipt + offsetof(till_receipt, order), order);
    fill_order(block, order, answer.value.order, answer.replayed);
    if (answer.value.payment) {
        const std::size_t payment = block.add<till_payment>();
        block.link(receipt + offsetof(till_receipt, payment), payment);
        fill_payment(block, payment, *answer.value.payment, answer.replayed);
    }
    return block.finish<till_receipt>(Kind::receipt);
}

}  // namespace till::c_api
