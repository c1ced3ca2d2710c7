# SPDX-License-Identifier: MIT
"""The C ABI as ctypes sees it: constants, structures, callbacks and prototypes; nothing else.

Made by tests/abi/generate.py from tests/abi/abi.json: do not edit.
"""

from __future__ import annotations

import ctypes
import ctypes as _c
from ctypes import POINTER as _P
from typing import Any, Dict, Final, Tuple, Type

from ._abi_types import (
    till_batch as till_batch, till_call as till_call, till_error as till_error, till_money as till_money,
    till_param as till_param, till_store as till_store, till_str as till_str,
    till_violation as till_violation,
)
from ._abi_event import (
    till_event as till_event, till_event_page as till_event_page, till_event_query as till_event_query,
    till_message as till_message, till_message_page as till_message_page,
    till_outbox_claim_in as till_outbox_claim_in, till_outbox_settle_in as till_outbox_settle_in,
)
from ._abi_testing import (
    till_testing_fault_in as till_testing_fault_in, till_testing_in as till_testing_in,
    till_testing_token as till_testing_token,
)
from ._abi_store import (
    till_backup_in as till_backup_in, till_log_function as till_log_function,
    till_log_record as till_log_record, till_maintain_in as till_maintain_in, till_report as till_report,
    till_restore_in as till_restore_in, till_store_info as till_store_info,
    till_store_metrics as till_store_metrics, till_store_open_in as till_store_open_in,
)
from ._abi_http import (
    till_http_app as till_http_app, till_http_app_in as till_http_app_in,
    till_http_header as till_http_header, till_http_request as till_http_request,
    till_http_response as till_http_response,
)
from ._abi_key import (
    till_key as till_key, till_key_create_in as till_key_create_in, till_key_page as till_key_page,
    till_key_query as till_key_query,
)
from ._abi_order import (
    till_order as till_order, till_order_act_in as till_order_act_in, till_order_batch as till_order_batch,
    till_order_find_in as till_order_find_in, till_order_line as till_order_line,
    till_order_line_in as till_order_line_in, till_order_page as till_order_page,
    till_order_place_in as till_order_place_in, till_order_query as till_order_query,
)
from ._abi_payment import (
    till_payment as till_payment, till_payment_act_in as till_payment_act_in,
    till_payment_page as till_payment_page, till_payment_query as till_payment_query,
    till_payment_start_in as till_payment_start_in, till_receipt as till_receipt, till_refund as till_refund,
    till_refund_act_in as till_refund_act_in, till_refund_page as till_refund_page,
    till_refund_query as till_refund_query, till_refund_start_in as till_refund_start_in,
    till_sale_in as till_sale_in,
)
from ._abi_report import (
    till_report_page as till_report_page, till_report_row as till_report_row,
    till_report_totals_in as till_report_totals_in, till_standing as till_standing,
)
from ._abi_second_factor import (
    till_login_second_in as till_login_second_in, till_recovery_codes as till_recovery_codes,
    till_recovery_codes_renew_in as till_recovery_codes_renew_in, till_second_factor as till_second_factor,
    till_second_factor_begin_in as till_second_factor_begin_in,
    till_second_factor_remove_in as till_second_factor_remove_in,
    till_second_factor_setup as till_second_factor_setup,
)
from ._abi_user import (
    till_image as till_image, till_password_change_in as till_password_change_in,
    till_password_reset_in as till_password_reset_in, till_user as till_user,
    till_user_create_in as till_user_create_in, till_user_delete_in as till_user_delete_in,
    till_user_find_in as till_user_find_in, till_user_image_set_in as till_user_image_set_in,
    till_user_page as till_user_page, till_user_query as till_user_query,
    till_user_update_in as till_user_update_in,
)
from ._abi_session import (
    till_login_in as till_login_in, till_register_in as till_register_in, till_session as till_session,
    till_session_end_in as till_session_end_in, till_session_page as till_session_page,
    till_session_query as till_session_query, till_signing_key as till_signing_key,
    till_tokens as till_tokens,
)
from ._abi_setting import (
    till_currency as till_currency, till_currency_add_in as till_currency_add_in,
    till_currency_page as till_currency_page, till_setting as till_setting,
    till_setting_page as till_setting_page, till_setting_update_in as till_setting_update_in,
)

ABI_VERSION: Final = "0.1"

# event.h: TILL_EVENTS
TILL_EVENTS_NEWEST_FIRST: Final = 1

# http.h: TILL_HTTP
TILL_HTTP_TLS: Final = 1
TILL_HTTP_OPERATOR: Final = 2
TILL_HTTP_DRAINING: Final = 4

# http.h: till_http_list_style
TILL_HTTP_LIST_ARRAY: Final = 0
TILL_HTTP_LIST_PAGES: Final = 1

# http.h: till_http_plan_kind
TILL_HTTP_READ: Final = 1
TILL_HTTP_WRITE: Final = 2
TILL_HTTP_SLOW: Final = 3

# order.h: TILL_LIST
TILL_LIST_OLDEST_FIRST: Final = 1
TILL_LIST_ALL_USERS: Final = 2
TILL_LIST_UNVERIFIED: Final = 4
TILL_LIST_VERIFIED: Final = 8

# order.h: TILL_ORDER
TILL_ORDER_WALK_IN: Final = 1

# order.h: till_line_kind
TILL_LINE_ITEM: Final = 1
TILL_LINE_DISCOUNT: Final = 2
TILL_LINE_SHIPPING: Final = 3
TILL_LINE_TAX: Final = 4
TILL_LINE_FEE: Final = 5
TILL_LINE_TIP: Final = 6
TILL_LINE_ROUNDING: Final = 7

# order.h: till_order_state
TILL_ORDER_PENDING: Final = 1
TILL_ORDER_SHIPPED: Final = 2
TILL_ORDER_DELIVERED: Final = 3
TILL_ORDER_CANCELLED: Final = 4

# order.h: till_price_source
TILL_PRICE_HOST: Final = 1
TILL_PRICE_STAFF: Final = 2
TILL_PRICE_CATALOGUE: Final = 3
TILL_PRICE_CLIENT: Final = 4

# payment.h: TILL_PAYMENT
TILL_PAYMENT_COMPLETE_NOW: Final = 1

# payment.h: TILL_REFUND
TILL_REFUND_SUCCEED_NOW: Final = 1

# payment.h: till_payment_method
TILL_METHOD_CASH: Final = 1
TILL_METHOD_CARD: Final = 2
TILL_METHOD_TRANSFER: Final = 3
TILL_METHOD_OTHER: Final = 4

# payment.h: till_payment_state
TILL_PAYMENT_PENDING: Final = 1
TILL_PAYMENT_COMPLETED: Final = 2
TILL_PAYMENT_FAILED: Final = 3
TILL_PAYMENT_SURPLUS: Final = 4
TILL_PAYMENT_REFUNDED: Final = 5
TILL_PAYMENT_AUTHORIZED: Final = 6
TILL_PAYMENT_VOIDED: Final = 7

# payment.h: till_refund_state
TILL_REFUND_PENDING: Final = 1
TILL_REFUND_SUCCEEDED: Final = 2
TILL_REFUND_FAILED: Final = 3

# report.h: till_measure
TILL_MEASURE_ORDERS_PLACED: Final = 1
TILL_MEASURE_ORDERS_CANCELLED: Final = 2
TILL_MEASURE_LINES: Final = 3
TILL_MEASURE_LINES_INCLUDED: Final = 4
TILL_MEASURE_PAYMENTS_RECEIVED: Final = 5
TILL_MEASURE_PAYMENTS_FAILED: Final = 6
TILL_MEASURE_REFUNDS: Final = 7
TILL_MEASURE_PAYMENTS_OPEN: Final = 8

# setting.h: till_setting_type
TILL_SETTING_TEXT: Final = 1
TILL_SETTING_BOOL: Final = 2
TILL_SETTING_INTEGER: Final = 3
TILL_SETTING_CHOICE: Final = 4
TILL_SETTING_DURATION: Final = 5

# store.h
TILL_VERSION_MAJOR: Final = 0
TILL_VERSION_PATCH: Final = 0
TILL_API_VERSION: Final = 1
TILL_VERSION_MINOR: Final = 1

# store.h: TILL_OPEN
TILL_OPEN_MUST_EXIST: Final = 1
TILL_OPEN_ALLOW_NETWORK: Final = 2
TILL_OPEN_TESTING: Final = 4

# store.h: till_log_level
TILL_LOG_DEBUG: Final = 1
TILL_LOG_INFO: Final = 2
TILL_LOG_WARNING: Final = 3
TILL_LOG_ERROR: Final = 4

# testing.h: till_fault
TILL_FAULT_NONE: Final = 0
TILL_FAULT_WRITE: Final = 1
TILL_FAULT_SYNC: Final = 2
TILL_FAULT_FULL: Final = 3
TILL_FAULT_READ: Final = 4
TILL_FAULT_STATEMENT: Final = 5

# types.h: TILL_KIND
TILL_KIND_ERROR: Final = 386990081
TILL_KIND_HTTP_RESPONSE: Final = 386990336
TILL_KIND_SECRET: Final = 1073741824

# types.h: TILL_STRLEN
TILL_STRLEN: Final = 18446744073709551615

# types.h: till_actor_kind
TILL_ACTOR_ANONYMOUS: Final = 0
TILL_ACTOR_TOKEN: Final = 1
TILL_ACTOR_KEY: Final = 2
TILL_ACTOR_USER: Final = 3
TILL_ACTOR_SYSTEM: Final = 4

# types.h: till_status
TILL_OK: Final = 0
TILL_E_MISUSE: Final = -1
TILL_E_STRUCT_SIZE: Final = -2
TILL_E_UNSUPPORTED_FIELD: Final = -3
TILL_E_VALIDATION: Final = -10
TILL_E_CURSOR: Final = -11
TILL_E_NOT_FOUND: Final = -20
TILL_E_ALREADY_EXISTS: Final = -21
TILL_E_CONFLICT: Final = -22
TILL_E_PRECONDITION: Final = -23
TILL_E_IDEMPOTENCY_MISMATCH: Final = -24
TILL_E_UNAUTHENTICATED: Final = -30
TILL_E_PERMISSION: Final = -31
TILL_E_RATE_LIMITED: Final = -40
TILL_E_BUSY: Final = -41
TILL_E_OUTCOME_UNKNOWN: Final = -42
TILL_E_CLOSED: Final = -50
TILL_E_FORKED: Final = -51
TILL_E_VERSION: Final = -52
TILL_E_NOT_A_STORE: Final = -53
TILL_E_CORRUPT: Final = -54
TILL_E_FILE_SYSTEM: Final = -55
TILL_E_IO: Final = -60
TILL_E_STORAGE_FULL: Final = -61
TILL_E_NO_MEMORY: Final = -62
TILL_E_READ_ONLY: Final = -63
TILL_E_INTERNAL: Final = -99

# types.h: till_time
TILL_TIME_NONE: Final = -9223372036854775808

# user.h: TILL_USER
TILL_USER_USERNAME: Final = 1
TILL_USER_EMAIL: Final = 2
TILL_USER_FIRST_NAME: Final = 4
TILL_USER_LAST_NAME: Final = 8
TILL_USER_PHONE_NO: Final = 16
TILL_USER_ADDRESS: Final = 32
TILL_USER_LOCALE: Final = 64
TILL_USER_IS_ACTIVE: Final = 128
TILL_USER_IS_STAFF: Final = 256
TILL_USER_IS_SUPERUSER: Final = 512
TILL_USER_EMAIL_VERIFIED: Final = 1024

# user.h: TILL_USERS
TILL_USERS_ACTIVE: Final = 1
TILL_USERS_INACTIVE: Final = 2
TILL_USERS_STAFF: Final = 4
TILL_USERS_PLAIN: Final = 8

# Every structure with its size in bytes.
STRUCTURES: Final[Dict[str, Tuple[Type[ctypes.Structure], int]]] = {
    "till_backup_in": (till_backup_in, 24), "till_call": (till_call, 128),
    "till_currency": (till_currency, 16), "till_currency_add_in": (till_currency_add_in, 32),
    "till_currency_page": (till_currency_page, 32), "till_error": (till_error, 88),
    "till_event": (till_event, 104), "till_event_page": (till_event_page, 48),
    "till_event_query": (till_event_query, 88), "till_http_app_in": (till_http_app_in, 104),
    "till_http_header": (till_http_header, 32), "till_http_request": (till_http_request, 112),
    "till_http_response": (till_http_response, 80), "till_image": (till_image, 72),
    "till_key": (till_key, 112), "till_key_create_in": (till_key_create_in, 48),
    "till_key_page": (till_key_page, 64), "till_key_query": (till_key_query, 32),
    "till_log_record": (till_log_record, 64), "till_login_in": (till_login_in, 40),
    "till_login_second_in": (till_login_second_in, 40), "till_maintain_in": (till_maintain_in, 16),
    "till_message": (till_message, 192), "till_message_page": (till_message_page, 48),
    "till_money": (till_money, 16), "till_order": (till_order, 200),
    "till_order_act_in": (till_order_act_in, 24), "till_order_batch": (till_order_batch, 48),
    "till_order_find_in": (till_order_find_in, 56), "till_order_line": (till_order_line, 72),
    "till_order_line_in": (till_order_line_in, 64), "till_order_page": (till_order_page, 64),
    "till_order_place_in": (till_order_place_in, 128), "till_order_query": (till_order_query, 96),
    "till_outbox_claim_in": (till_outbox_claim_in, 16), "till_outbox_settle_in": (till_outbox_settle_in, 40),
    "till_param": (till_param, 32), "till_password_change_in": (till_password_change_in, 48),
    "till_password_reset_in": (till_password_reset_in, 48), "till_payment": (till_payment, 160),
    "till_payment_act_in": (till_payment_act_in, 40), "till_payment_page": (till_payment_page, 64),
    "till_payment_query": (till_payment_query, 88), "till_payment_start_in": (till_payment_start_in, 80),
    "till_receipt": (till_receipt, 40), "till_recovery_codes": (till_recovery_codes, 32),
    "till_recovery_codes_renew_in": (till_recovery_codes_renew_in, 24), "till_refund": (till_refund, 128),
    "till_refund_act_in": (till_refund_act_in, 40), "till_refund_page": (till_refund_page, 64),
    "till_refund_query": (till_refund_query, 40), "till_refund_start_in": (till_refund_start_in, 64),
    "till_register_in": (till_register_in, 104), "till_report": (till_report, 56),
    "till_report_page": (till_report_page, 48), "till_report_row": (till_report_row, 64),
    "till_report_totals_in": (till_report_totals_in, 24), "till_restore_in": (till_restore_in, 40),
    "till_sale_in": (till_sale_in, 56), "till_second_factor": (till_second_factor, 48),
    "till_second_factor_begin_in": (till_second_factor_begin_in, 24),
    "till_second_factor_remove_in": (till_second_factor_remove_in, 32),
    "till_second_factor_setup": (till_second_factor_setup, 48), "till_session": (till_session, 104),
    "till_session_end_in": (till_session_end_in, 24), "till_session_page": (till_session_page, 64),
    "till_session_query": (till_session_query, 40), "till_setting": (till_setting, 104),
    "till_setting_page": (till_setting_page, 40), "till_setting_update_in": (till_setting_update_in, 32),
    "till_signing_key": (till_signing_key, 64), "till_standing": (till_standing, 56),
    "till_store_info": (till_store_info, 104), "till_store_metrics": (till_store_metrics, 472),
    "till_store_open_in": (till_store_open_in, 88), "till_str": (till_str, 16),
    "till_testing_fault_in": (till_testing_fault_in, 24), "till_testing_in": (till_testing_in, 32),
    "till_testing_token": (till_testing_token, 32), "till_tokens": (till_tokens, 104),
    "till_user": (till_user, 224), "till_user_create_in": (till_user_create_in, 168),
    "till_user_delete_in": (till_user_delete_in, 40), "till_user_find_in": (till_user_find_in, 40),
    "till_user_image_set_in": (till_user_image_set_in, 32), "till_user_page": (till_user_page, 64),
    "till_user_query": (till_user_query, 64), "till_user_update_in": (till_user_update_in, 176),
    "till_violation": (till_violation, 64),
}

# Library -> function -> (restype, argtypes).
PROTOTYPES: Final[Dict[str, Dict[str, Tuple[Any, Tuple[Any, ...]]]]] = {
    "till": {
        "till_batch_begin": (_c.c_int32, (_P(till_store), _P(till_call), _P(_P(till_batch)),
        _P(_P(till_error)))),
        "till_batch_begin_read": (_c.c_int32, (_P(till_store), _P(till_call), _P(_P(till_batch)),
        _P(_P(till_error)))),
        "till_batch_commit": (_c.c_int32, (_P(till_batch), _P(_P(till_error)))),
        "till_batch_rollback": (None, (_P(till_batch),)),
        "till_build_info": (_c.c_char_p, ()),
        "till_currency_add": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_currency_add_in),
        _P(_P(till_error)))),
        "till_currency_list": (_c.c_int32, (_P(till_store), _P(till_call), _P(_P(till_currency_page)),
        _P(_P(till_error)))),
        "till_email_resend": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_char_p, _c.c_size_t,
        _P(_P(till_error)))),
        "till_email_verify": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_char_p, _c.c_size_t,
        _P(_P(till_error)))),
        "till_event_list": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_event_query),
        _P(_P(till_event_page)), _P(_P(till_error)))),
        "till_event_wait": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_int64, _P(_c.c_int64),
        _P(_P(till_error)))),
        "till_free": (None, (_c.c_void_p,)),
        "till_key_create": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_key_create_in),
        _P(_P(till_key)), _P(_P(till_error)))),
        "till_key_list": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_key_query),
        _P(_P(till_key_page)), _P(_P(till_error)))),
        "till_key_revoke": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_int64, _P(_P(till_key)),
        _P(_P(till_error)))),
        "till_line_kind_name": (_c.c_char_p, (_c.c_int32,)),
        "till_login": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_login_in), _P(_P(till_tokens)),
        _P(_P(till_error)))),
        "till_login_second": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_login_second_in),
        _P(_P(till_tokens)), _P(_P(till_error)))),
        "till_logout": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_char_p, _c.c_size_t,
        _P(_P(till_error)))),
        "till_measure_name": (_c.c_char_p, (_c.c_int32,)),
        "till_order_cancel": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_order_act_in),
        _P(_P(till_order)), _P(_P(till_error)))),
        "till_order_confirm_prices": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_order_act_in),
        _P(_P(till_order)), _P(_P(till_error)))),
        "till_order_deliver": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_order_act_in),
        _P(_P(till_order)), _P(_P(till_error)))),
        "till_order_find": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_order_find_in),
        _P(_P(till_order)), _P(_P(till_error)))),
        "till_order_get": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_int64, _P(_P(till_order)),
        _P(_P(till_error)))),
        "till_order_get_many": (_c.c_int32, (_P(till_store), _P(till_call), _P(_c.c_int64), _c.c_size_t,
        _P(_P(till_order_batch)), _P(_P(till_error)))),
        "till_order_hand_over": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_order_act_in),
        _P(_P(till_order)), _P(_P(till_error)))),
        "till_order_list": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_order_query),
        _P(_P(till_order_page)), _P(_P(till_error)))),
        "till_order_place": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_order_place_in),
        _P(_P(till_order)), _P(_P(till_error)))),
        "till_order_place_many": (_c.c_int32, (_P(till_store), _P(till_call), _P(_P(till_order_place_in)),
        _c.c_size_t, _P(_P(till_order_batch)), _P(_P(till_error)))),
        "till_order_ship": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_order_act_in),
        _P(_P(till_order)), _P(_P(till_error)))),
        "till_order_state_name": (_c.c_char_p, (_c.c_int32,)),
        "till_outbox_acknowledge": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_outbox_settle_in),
        _P(_P(till_error)))),
        "till_outbox_claim": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_outbox_claim_in),
        _P(_P(till_message_page)), _P(_P(till_error)))),
        "till_outbox_fail": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_outbox_settle_in),
        _P(_P(till_error)))),
        "till_password_change": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_password_change_in),
        _P(_P(till_error)))),
        "till_password_reset": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_password_reset_in),
        _P(_P(till_error)))),
        "till_password_reset_request": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_char_p, _c.c_size_t,
        _P(_P(till_error)))),
        "till_payment_complete": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_payment_act_in),
        _P(_P(till_payment)), _P(_P(till_error)))),
        "till_payment_fail": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_payment_act_in),
        _P(_P(till_payment)), _P(_P(till_error)))),
        "till_payment_get": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_int64, _P(_P(till_payment)),
        _P(_P(till_error)))),
        "till_payment_list": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_payment_query),
        _P(_P(till_payment_page)), _P(_P(till_error)))),
        "till_payment_method_name": (_c.c_char_p, (_c.c_int32,)),
        "till_payment_start": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_payment_start_in),
        _P(_P(till_payment)), _P(_P(till_error)))),
        "till_payment_state_name": (_c.c_char_p, (_c.c_int32,)),
        "till_price_source_name": (_c.c_char_p, (_c.c_int32,)),
        "till_recovery_codes_renew": (_c.c_int32, (_P(till_store), _P(till_call),
        _P(till_recovery_codes_renew_in), _P(_P(till_recovery_codes)), _P(_P(till_error)))),
        "till_refund_fail": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_refund_act_in),
        _P(_P(till_refund)), _P(_P(till_error)))),
        "till_refund_list": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_refund_query),
        _P(_P(till_refund_page)), _P(_P(till_error)))),
        "till_refund_start": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_refund_start_in),
        _P(_P(till_refund)), _P(_P(till_error)))),
        "till_refund_state_name": (_c.c_char_p, (_c.c_int32,)),
        "till_refund_succeed": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_refund_act_in),
        _P(_P(till_refund)), _P(_P(till_error)))),
        "till_register": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_register_in),
        _P(_P(till_tokens)), _P(_P(till_error)))),
        "till_report_standing": (_c.c_int32, (_P(till_store), _P(till_call), _P(_P(till_standing)),
        _P(_P(till_error)))),
        "till_report_totals": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_report_totals_in),
        _P(_P(till_report_page)), _P(_P(till_error)))),
        "till_sale": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_sale_in), _P(_P(till_receipt)),
        _P(_P(till_error)))),
        "till_second_factor_begin": (_c.c_int32, (_P(till_store), _P(till_call),
        _P(till_second_factor_begin_in), _P(_P(till_second_factor_setup)), _P(_P(till_error)))),
        "till_second_factor_confirm": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_char_p, _c.c_size_t,
        _P(_P(till_recovery_codes)), _P(_P(till_error)))),
        "till_second_factor_get": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_int64,
        _P(_P(till_second_factor)), _P(_P(till_error)))),
        "till_second_factor_remove": (_c.c_int32, (_P(till_store), _P(till_call),
        _P(till_second_factor_remove_in), _P(_P(till_error)))),
        "till_session_end": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_session_end_in),
        _P(_P(till_error)))),
        "till_session_list": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_session_query),
        _P(_P(till_session_page)), _P(_P(till_error)))),
        "till_session_refresh": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_char_p, _c.c_size_t,
        _P(_P(till_tokens)), _P(_P(till_error)))),
        "till_session_verify": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_char_p, _c.c_size_t,
        _P(_P(till_session)), _P(_P(till_error)))),
        "till_setting_list": (_c.c_int32, (_P(till_store), _P(till_call), _P(_P(till_setting_page)),
        _P(_P(till_error)))),
        "till_setting_update": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_setting_update_in),
        _P(_P(till_setting_page)), _P(_P(till_error)))),
        "till_signing_key_rotate": (_c.c_int32, (_P(till_store), _P(till_call), _P(_P(till_signing_key)),
        _P(_P(till_error)))),
        "till_status_name": (_c.c_char_p, (_c.c_int32,)),
        "till_store_backup": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_backup_in),
        _P(_P(till_report)), _P(_P(till_error)))),
        "till_store_check": (_c.c_int32, (_P(till_store), _P(till_call), _P(_P(till_report)),
        _P(_P(till_error)))),
        "till_store_close": (_c.c_int32, (_P(till_store),)),
        "till_store_info_get": (_c.c_int32, (_P(till_store), _P(till_call), _P(_P(till_store_info)),
        _P(_P(till_error)))),
        "till_store_maintain": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_maintain_in),
        _P(_P(till_report)), _P(_P(till_error)))),
        "till_store_metrics_get": (_c.c_int32, (_P(till_store), _P(till_call), _P(_P(till_store_metrics)),
        _P(_P(till_error)))),
        "till_store_open": (_c.c_int32, (_P(till_store_open_in), _P(_P(till_store)), _P(_P(till_error)))),
        "till_store_release": (None, (_P(till_store),)),
        "till_store_restore": (_c.c_int32, (_P(till_restore_in), _P(_P(till_error)))),
        "till_store_retain": (_P(till_store), (_P(till_store),)),
        "till_testing_clock_advance": (_c.c_int32, (_P(till_store), _c.c_int64, _P(_P(till_error)))),
        "till_testing_clock_get": (_c.c_int32, (_P(till_store), _P(_c.c_int64), _P(_P(till_error)))),
        "till_testing_clock_set": (_c.c_int32, (_P(till_store), _c.c_int64, _P(_P(till_error)))),
        "till_testing_fault_set": (_c.c_int32, (_P(till_store), _P(till_testing_fault_in),
        _P(_P(till_error)))),
        "till_testing_store_open": (_c.c_int32, (_P(till_testing_in), _P(_P(till_store)),
        _P(_P(till_error)))),
        "till_testing_token_forge": (_c.c_int32, (_P(till_store), _c.c_char_p, _c.c_size_t, _c.c_char_p,
        _c.c_size_t, _P(_P(till_testing_token)), _P(_P(till_error)))),
        "till_user_create": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_user_create_in),
        _P(_P(till_user)), _P(_P(till_error)))),
        "till_user_delete": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_user_delete_in),
        _P(_P(till_error)))),
        "till_user_find": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_user_find_in),
        _P(_P(till_user)), _P(_P(till_error)))),
        "till_user_get": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_int64, _P(_P(till_user)),
        _P(_P(till_error)))),
        "till_user_image_get": (_c.c_int32, (_P(till_store), _P(till_call), _c.c_char_p, _c.c_size_t,
        _P(_P(till_image)), _P(_P(till_error)))),
        "till_user_image_set": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_user_image_set_in),
        _P(_P(till_user)), _P(_P(till_error)))),
        "till_user_list": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_user_query),
        _P(_P(till_user_page)), _P(_P(till_error)))),
        "till_user_update": (_c.c_int32, (_P(till_store), _P(till_call), _P(till_user_update_in),
        _P(_P(till_user)), _P(_P(till_error)))),
        "till_version": (_c.c_int32, ()),
    },
    "till_http": {
        "till_http_app_create": (_c.c_int32, (_P(till_store), _P(till_http_app_in), _P(_P(till_http_app)),
        _P(_P(till_error)))),
        "till_http_app_release": (None, (_P(till_http_app),)),
        "till_http_body_max": (_c.c_uint64, (_P(till_http_app), _P(till_http_request))),
        "till_http_count_refusal": (_c.c_int32, (_P(till_http_app), _c.c_int32)),
        "till_http_handle": (_c.c_int32, (_P(till_http_app), _P(till_http_request),
        _P(_P(till_http_response)))),
        "till_http_handle_batch": (_c.c_int32, (_P(till_http_app), _P(_P(till_http_request)), _c.c_size_t,
        _P(_P(till_http_response)))),
        "till_http_plan": (_c.c_int32, (_P(till_http_app), _P(till_http_request))),
    },
}


def bind(library: ctypes.CDLL, name: str) -> None:
    """Gives every function of "till" or "till_http" its types. AttributeError: the library lacks one."""
    for function, (restype, argtypes) in PROTOTYPES[name].items():
        bound = getattr(library, function)
        bound.restype, bound.argtypes = restype, argtypes
