# SPDX-License-Identifier: MIT
"""A reader for each result of the C ABI, and the errors of a failed call."""

import struct
from datetime import timedelta
from typing import Any, Callable, Tuple, TypeVar, Union

from . import _abi, _errors
from . import _records as r
from ._decode import EPOCH, MEMORY, Reader, currency_code, layout, make_money, maker, reader, time_of
from ._enums import LineKind, OrderState, PriceSource

T = TypeVar("T")

# ---- Orders: the hot ones, written by hand -------------------------------------------------------

_ORDER = layout(_abi.till_order).unpack_from
_LINE = layout(_abi.till_order_line).unpack_from
_make_order = maker(r.Order, [*r.Order.__dataclass_fields__])
_make_line = maker(r.OrderLine, [*r.OrderLine.__dataclass_fields__])
_line_kind = LineKind._value2member_map_
_source = PriceSource._value2member_map_
_order_state = OrderState._value2member_map_
_pointer = struct.Struct("<Q").unpack_from


def _optional(block: Any, at: int, length: int, base: int) -> Any:
    return block[at - base : at - base + length].decode() if at else None


def order_line(block: Any, at: int, base: int, currency: str, exponent: int) -> r.OrderLine:
    (_, kind, included, source, quantity, price, amount, name, name_len, sku, sku_len) = _LINE(block, at)
    return _make_line(
        _line_kind.get(kind) or LineKind(kind),
        included != 0,
        _source.get(source) or PriceSource(source),
        quantity,
        price,
        amount,
        block[name - base : name - base + name_len].decode(),
        block[sku - base : sku - base + sku_len].decode() if sku else None,
        currency,
        exponent,
    )


def order(block: Any, at: int, base: int) -> r.Order:
    rows: Tuple[r.OrderLine, ...]
    (
        _, _, _, id, user_id, placed_by, version, minor, code, exponent, status, verified, created,
        updated, number, series, series_len, reference, reference_len, name, name_len, email,
        email_len, metadata, metadata_len, lines, line_count, replayed, _,
    ) = _ORDER(block, at)  # fmt: skip
    currency = currency_code(code)
    total = make_money(minor, currency, exponent)
    created_at = EPOCH + timedelta(0, 0, created)
    lines -= base
    if line_count == 1:
        rows = (order_line(block, _pointer(block, lines)[0] - base, base, currency, exponent),)
    else:
        addresses = struct.unpack_from(f"<{line_count}Q", block, lines)
        rows = tuple([order_line(block, one - base, base, currency, exponent) for one in addresses])
    return _make_order(
        id,
        user_id or None,
        placed_by or None,
        version,
        total,
        _order_state.get(status) or OrderState(status),
        verified != 0,
        created_at,
        created_at if updated == created else time_of(updated),
        number or None,
        _optional(block, series, series_len, base) if series else None,
        _optional(block, reference, reference_len, base) if reference else None,
        _optional(block, name, name_len, base) if name else None,
        _optional(block, email, email_len, base) if email else None,
        _optional(block, metadata, metadata_len, base) if metadata else None,
        rows,
        replayed != 0,
    )


# ---- The others ----------------------------------------------------------------------------------

user = reader(r.User, _abi.till_user)
tokens = reader(r.Tokens, _abi.till_tokens, {r.User: user})
_challenge = reader(r.Challenge, _abi.till_tokens)
second_factor = reader(r.SecondFactor, _abi.till_second_factor)
second_factor_setup = reader(r.SecondFactorSetup, _abi.till_second_factor_setup)
_RECOVERY_CODES = layout(_abi.till_recovery_codes).unpack_from


def tokens_or_challenge(block: Any, at: int, base: int) -> r.Tokens:
    due = _challenge(block, at, base)
    if due.challenge is not None and due.challenge_expires_at is not None:
        raise _errors.second_factor_required(due.challenge, due.challenge_expires_at)
    return tokens(block, at, base)


def recovery_codes(block: Any, at: int, base: int) -> Tuple[str, ...]:
    *_, codes, count = _RECOVERY_CODES(block, at)
    texts = struct.unpack_from(f"<{2 * count}Q", block, codes - base)
    return tuple(block[text - base : text - base + size].decode() for text, size in zip(texts[::2], texts[1::2]))


session = reader(r.Session, _abi.till_session)
signing_key = reader(r.SigningKey, _abi.till_signing_key)
key = reader(r.ApiKey, _abi.till_key)
payment = reader(r.Payment, _abi.till_payment)
refund = reader(r.Refund, _abi.till_refund)
receipt = reader(r.Receipt, _abi.till_receipt, {r.Order: order, r.Payment: payment})
event = reader(r.Event, _abi.till_event)
message = reader(r.Message, _abi.till_message)
image = reader(r.Image, _abi.till_image)
setting = reader(r.Setting, _abi.till_setting)
currency = reader(r.Currency, _abi.till_currency)
store_info = reader(r.StoreInfo, _abi.till_store_info)
report = reader(r.Report, _abi.till_report)
report_row = reader(r.ReportRow, _abi.till_report_row)


def testing_token(block: Any, at: int, base: int) -> str:
    token, length = _CURSOR(block, at + _abi.till_testing_token.token.offset)
    text: str = _optional(block, token, length, base)
    return text


# ---- Pages ---------------------------------------------------------------------------------------

_PAGE = struct.Struct("<IIQQQ").unpack_from  # head, items, count
_CURSOR = struct.Struct("<QQ").unpack_from
_CURSOR_AT = _abi.till_order_page.next_cursor.offset


def _items(read: Reader[T], block: bytes, base: int) -> Tuple[T, ...]:
    _, _, _, items, count = _PAGE(block, 0)
    addresses = struct.unpack_from(f"<{count}Q", block, items - base) if count else ()
    return tuple([read(block, at - base, base) for at in addresses])


def items(read: Reader[T]) -> Reader[Tuple[T, ...]]:
    """Reads a page without a cursor: a tuple."""
    return lambda block, at, base: _items(read, block, base)


def page(read: Reader[T]) -> Reader[r.Page[T]]:
    """Reads a page with its cursor."""

    def whole(block: Any, at: int, base: int) -> r.Page[T]:
        cursor, length = _CURSOR(block, _CURSOR_AT)
        return r.Page(_items(read, block, base), _optional(block, cursor, length, base))

    return whole


_SETTINGS = layout(_abi.till_setting_page).unpack_from


def settings(block: Any, at: int, base: int) -> r.Settings:
    *_, version = _SETTINGS(block, at)
    return r.Settings(_items(setting, block, base), version)


_STANDING = layout(_abi.till_standing).unpack_from


def standing(block: Any, at: int, base: int) -> r.Standing:
    *_, unverified = _STANDING(block, at)
    return r.Standing(_items(report_row, block, base), unverified)


def store_metrics(block: Any, at: int, base: int) -> r.StoreMetrics:
    c = _abi.till_store_metrics.from_buffer_copy(block, at)
    oldest = c.outbox_oldest_us
    return r.StoreMetrics(
        commits=c.commits,
        writes=c.writes,
        checkpoints=c.checkpoints,
        readers=c.readers,
        commit_us=r.Histogram(tuple(c.commit_us_bounds), tuple(c.commit_us_counts), c.commit_us),
        groups=r.Histogram(tuple(c.group_bounds), tuple(c.group_counts), c.group_writes),
        hashes=c.hashes,
        hashes_refused=c.hashes_refused,
        hashes_running=c.hashes_running,
        hashes_waiting=c.hashes_waiting,
        sessions=c.sessions,
        outbox=c.outbox,
        outbox_oldest_at=None if oldest == _abi.TILL_TIME_NONE else time_of(oldest),
        file_bytes=c.file_bytes,
        log_bytes=c.log_bytes,
    )


# ---- Errors --------------------------------------------------------------------------------------

_ERROR = layout(_abi.till_error).unpack_from
_VIOLATION = layout(_abi.till_violation).unpack_from
_PARAM = layout(_abi.till_param)


def _violation(block: Any, at: int, base: int) -> _errors.Violation:
    path, path_len, code, code_len, message, message_len, params, count = _VIOLATION(block, at)
    pairs = [_PARAM.unpack_from(block, params - base + one * _PARAM.size) for one in range(count)]
    return _errors.Violation(
        _optional(block, path, path_len, base) or "",
        _optional(block, code, code_len, base) or "",
        _optional(block, message, message_len, base) or "",
        {
            _optional(block, name, name_len, base): _optional(block, value, value_len, base) or ""
            for name, name_len, value, value_len in pairs
        },
    )


def error(block: Any, at: int, base: int) -> _errors.TillError:
    (
        _, _, _, status, retryable, retry_after_ms, source_code, code, code_len, message, message_len,
        violations, count,
    ) = _ERROR(block, at)  # fmt: skip
    addresses = struct.unpack_from(f"<{count}Q", block, violations - base) if count else ()
    return _errors.make(
        status,
        _optional(block, message, message_len, base) or "",
        code=_optional(block, code, code_len, base) or "",
        retryable=retryable != 0,
        retry_after=retry_after_ms / 1000 if retry_after_ms else None,
        source_code=source_code,
        violations=tuple(_violation(block, one - base, base) for one in addresses),
    )


def error_at(address: int) -> _errors.TillError:
    """An error where it lies: those for a lack of memory are static, and their texts outside."""
    return error(MEMORY, address, 0)


_BATCH = layout(_abi.till_order_batch).unpack_from


def outcomes(block: Any, at: int, base: int) -> r.Outcomes:
    """One outcome an input: each position has an item or an error."""
    _, _, _, orders, errors, count, _ = _BATCH(block, at)
    both = zip(
        struct.unpack_from(f"<{count}Q", block, orders - base),
        struct.unpack_from(f"<{count}Q", block, errors - base),
    )
    read: Callable[[int, int], Union[r.Order, _errors.TillError]] = lambda good, bad: (
        order(block, good - base, base) if good else error(block, bad - base, base)
    )
    return r.Outcomes(tuple(read(good, bad) for good, bad in both))


# ---- Responses of the HTTP adapter ---------------------------------------------------------------

_HEADER = layout(_abi.till_http_header)
HEADER_SIZE = _HEADER.size


def header(memory: Any, at: int) -> Tuple[str, str]:
    """A name and a value, as WSGI has them: bytes as Latin-1."""
    name, name_len, value, value_len = _HEADER.unpack_from(memory, at)
    return (
        memory[name : name + name_len].decode("latin-1"),
        memory[value : value + value_len].decode("latin-1"),
    )
