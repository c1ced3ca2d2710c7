// SPDX-License-Identifier: MIT
//
// The handlers of the route table, by noun.
#pragma once

#include "http/exchange.hpp"

namespace till::http {

// pages.cpp
void get_index(Exchange& x);
void get_health(Exchange& x);
void get_metrics(Exchange& x);

// docs.cpp
void get_openapi(Exchange& x);
void get_docs(Exchange& x);
void get_docs_asset(Exchange& x);
void get_admin(Exchange& x);
void get_admin_asset(Exchange& x);

// registration.cpp
void post_registration(Exchange& x);
void post_verify_email(Exchange& x);
void post_resend_email(Exchange& x);

// tokens.cpp
void post_login(Exchange& x);
void post_logout(Exchange& x);
void post_token(Exchange& x);
void post_token_refresh(Exchange& x);
void post_token_verify(Exchange& x);
void post_token_blacklist(Exchange& x);

// second_factor.cpp
void post_login_second(Exchange& x);
void get_second_factor(Exchange& x);
void post_second_factor(Exchange& x);
void delete_second_factor(Exchange& x);
void post_second_factor_confirm(Exchange& x);
void post_recovery_codes(Exchange& x);
void get_user_second_factor(Exchange& x);
void delete_user_second_factor(Exchange& x);

// account.cpp
void get_account(Exchange& x);
void put_account(Exchange& x);
void patch_account(Exchange& x);
void post_account_delete(Exchange& x);
void get_sessions(Exchange& x);
void delete_session(Exchange& x);

// passwords.cpp
void post_password_change(Exchange& x);
void post_password_reset(Exchange& x);
void post_password_reset_confirm(Exchange& x);

// profile.cpp
void get_profile(Exchange& x);
void put_profile(Exchange& x);
void patch_profile(Exchange& x);
void get_profile_image(Exchange& x);

// orders.cpp
void get_orders(Exchange& x);
void get_order(Exchange& x);
void patch_order(Exchange& x);
void post_order_cancel(Exchange& x);

// order_place.cpp
void post_orders(Exchange& x);

// events.cpp
void get_order_events(Exchange& x);
void get_events(Exchange& x);

// payments.cpp
void get_payments(Exchange& x);
void post_payments(Exchange& x);
void get_payment(Exchange& x);
void put_payment(Exchange& x);
void patch_payment(Exchange& x);

// refunds.cpp
void get_refunds(Exchange& x);
void post_refunds(Exchange& x);
void patch_refund(Exchange& x);

// reports.cpp
void get_report_totals(Exchange& x);
void get_report_standing(Exchange& x);

// users.cpp
void get_users(Exchange& x);
void get_user(Exchange& x);
void patch_user(Exchange& x);
void delete_user(Exchange& x);
void get_user_sessions(Exchange& x);
void delete_user_sessions(Exchange& x);

// keys.cpp
void get_keys(Exchange& x);
void post_keys(Exchange& x);
void delete_key(Exchange& x);

// settings.cpp
void get_settings(Exchange& x);
void patch_settings(Exchange& x);

}  // namespace till::http
