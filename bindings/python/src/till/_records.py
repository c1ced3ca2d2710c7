# SPDX-License-Identifier: MIT
"""What calls answer: immutable values that own their memory.

Absent texts, times and ids are None. Times are aware and UTC, to the microsecond. Field names are
those of the C structures; a C time `created_us` is `created_at` here.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Dict, Generic, Iterable, Iterator, Optional, Tuple, TypeVar, Union, overload

from ._enums import (
    ActorKind,
    LineKind,
    Measure,
    OrderState,
    PaymentMethod,
    PaymentState,
    PriceSource,
    RefundState,
    SettingType,
)
from ._errors import TillError
from ._money import Money
from ._slots import SLOTS

T = TypeVar("T")


@dataclass(frozen=True, **SLOTS)
class User:
    """A user with his profile. Personal fields are None once he is deleted."""

    id: int
    version: int
    username: Optional[str]
    email: Optional[str]
    first_name: Optional[str]
    last_name: Optional[str]
    phone_no: Optional[str]
    address: Optional[str]
    locale: Optional[str]
    image_name: Optional[str]
    """For `image()`; None: no image."""
    created_at: datetime
    last_login_at: Optional[datetime]
    deleted_at: Optional[datetime]
    is_active: bool
    is_staff: bool
    is_superuser: bool
    email_verified: bool
    has_password: bool
    replayed: bool
    """The answer to a repeated idempotency key."""
    new_email: Optional[str] = None
    """Will be `email` once its token comes back; None: none waits."""


@dataclass(frozen=True, **SLOTS)
class Tokens:
    """What a login gives. `access` is None when no session was opened: e-mail verification is
    mandatory and outstanding."""

    session_id: Optional[int]
    access: Optional[str]
    refresh: Optional[str]
    access_expires_at: Optional[datetime]
    refresh_expires_at: Optional[datetime]
    user: User

    def __repr__(self) -> str:
        return f"Tokens(session_id={self.session_id}, user={self.user!r})"  # No secrets in logs.


@dataclass(frozen=True, **SLOTS)
class Challenge:
    """Of a login that a second factor follows. Raised as SecondFactorRequired."""

    challenge: Optional[str]
    challenge_expires_at: Optional[datetime]

    def __repr__(self) -> str:
        return f"Challenge(challenge_expires_at={self.challenge_expires_at!r})"  # No secrets in logs.


@dataclass(frozen=True, **SLOTS)
class SecondFactor:
    """Whether a user has a second factor. `is_pending`: begun, not confirmed. `is_required`: the setting
    second_factor_staff asks it of him."""

    user_id: int
    is_enabled: bool
    is_pending: bool
    is_required: bool
    enabled_at: Optional[datetime]
    recovery_codes_left: int


@dataclass(frozen=True, **SLOTS)
class SecondFactorSetup:
    """What an authenticator app is given: `secret` in base32 to be typed, `uri` as a QR code."""

    secret: str
    uri: str

    def __repr__(self) -> str:
        return "SecondFactorSetup()"  # No secrets in logs.


@dataclass(frozen=True, **SLOTS)
class Session:
    """A live session. `is_current`: of the call's own token."""

    id: int
    user_id: int
    created_at: datetime
    last_used_at: datetime
    idle_expires_at: datetime
    expires_at: datetime
    client_address: Optional[str]
    client_agent: Optional[str]
    is_current: bool


@dataclass(frozen=True, **SLOTS)
class SigningKey:
    """A new signing key, and when the one it replaced is destroyed."""

    kid: str
    created_at: datetime
    previous_kid: str
    previous_expires_at: datetime


@dataclass(frozen=True, **SLOTS)
class ApiKey:
    """An API key. `scopes` are names with one blank between them. `secret` is there when the key is
    made, and never again. `created_by` None: the program. `last_used_at` is to a minute."""

    id: int
    name: str
    scopes: str
    secret: Optional[str]
    created_by: Optional[int]
    created_at: datetime
    expires_at: Optional[datetime]
    last_used_at: Optional[datetime]
    revoked_at: Optional[datetime]

    def __repr__(self) -> str:  # No secret in logs.
        return f"ApiKey(id={self.id}, name={self.name!r}, scopes={self.scopes!r})"


@dataclass(frozen=True, **SLOTS)
class OrderLine:
    """`unit_price` and `amount` are Money; the minor units are theirs."""

    kind: LineKind
    included: bool
    price_source: PriceSource
    quantity: int
    unit_price_minor: int
    amount_minor: int
    name: str
    sku: Optional[str]
    currency: str
    exponent: int

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_price_minor, self.currency, self.exponent)

    @property
    def amount(self) -> Money:
        """What the line adds to the total unless `included`."""
        return Money(self.amount_minor, self.currency, self.exponent)


class Unread:
    """A record that may still lie in the block it came in: read when one of its fields is first asked
    for. Who places orders all day seldom looks at each.
    """

    __slots__ = ("_unread",)

    if not TYPE_CHECKING:  # A type checker knows the fields, and would believe in any other.

        def __getattr__(self, name: str) -> Any:
            if name == "_unread":
                raise AttributeError(name)
            # Two threads may both read it: they write the same values, and forget the block last.
            unread = getattr(self, "_unread", None)
            if unread is not None:
                read, block, address = unread
                whole = read(block, 0, address)
                for field in self.__dataclass_fields__:
                    object.__setattr__(self, field, getattr(whole, field))
                object.__setattr__(self, "_unread", None)
            return object.__getattribute__(self, name)

    def __reduce__(self) -> Tuple[Any, ...]:
        """Pickles and copies are of the values, never of the block."""
        fields = self.__dataclass_fields__  # type: ignore[attr-defined]
        return type(self), tuple(getattr(self, field) for field in fields)


@dataclass(frozen=True, **SLOTS)
class Order(Unread):
    """An order. `user_id` None: a walk-in; `placed_by` None: the system."""

    id: int
    user_id: Optional[int]
    placed_by: Optional[int]
    version: int
    total: Money
    status: OrderState
    price_verified: bool
    created_at: datetime
    updated_at: datetime
    number: Optional[int]
    series: Optional[str]
    reference: Optional[str]
    contact_name: Optional[str]
    contact_email: Optional[str]
    metadata_json: Optional[str]
    lines: Tuple[OrderLine, ...]
    replayed: bool
    """The answer to a repeated idempotency key or reference."""

    @property
    def metadata(self) -> Optional[Dict[str, Any]]:
        """The JSON object that was placed with it, parsed anew at each call."""
        return None if self.metadata_json is None else json.loads(self.metadata_json)


@dataclass(frozen=True, **SLOTS)
class Payment:
    """A payment of an order. `started_by` None: the system."""

    id: int
    order_id: int
    user_id: Optional[int]
    started_by: Optional[int]
    version: int
    amount: Money
    refunding_minor: int
    refunded_minor: int
    status: PaymentState
    method: PaymentMethod
    provider: Optional[str]
    provider_reference: Optional[str]
    created_at: datetime
    updated_at: datetime
    completed_at: Optional[datetime]
    replayed: bool

    @property
    def refunding(self) -> Money:
        """Pending and succeeded refunds."""
        return Money(self.refunding_minor, self.amount.currency, self.amount.exponent)

    @property
    def refunded(self) -> Money:
        """Succeeded refunds."""
        return Money(self.refunded_minor, self.amount.currency, self.amount.exponent)


@dataclass(frozen=True, **SLOTS)
class Refund:
    """A refund of a payment. `created_by` None: the system."""

    id: int
    payment_id: int
    order_id: int
    created_by: Optional[int]
    version: int
    amount: Money
    status: RefundState
    replayed: bool
    reason: Optional[str]
    provider_reference: Optional[str]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, **SLOTS)
class Receipt:
    """A counter sale. `payment` is None when the total is 0."""

    order: Order
    payment: Optional[Payment]
    replayed: bool


@dataclass(frozen=True, **SLOTS)
class Event:
    """One change, kept for ever, without personal data. `kind` is "order.placed", …"""

    sequence: int
    at: datetime
    actor: ActorKind
    actor_id: Optional[int]
    kind: str
    subject_id: int
    order_id: Optional[int]
    trace_id: Optional[str]
    data_json: Optional[str]

    @property
    def data(self) -> Optional[Dict[str, Any]]:
        """The change's own values, parsed anew at each call; None: nothing more to say."""
        return None if self.data_json is None else json.loads(self.data_json)


@dataclass(frozen=True, **SLOTS)
class Message:
    """Work from the outbox, leased: give it back with `acknowledge` or `fail_message`."""

    id: int
    kind: str
    lease: str
    user_id: int
    order_id: Optional[int]
    to: str
    username: Optional[str]
    locale: Optional[str]
    link: Optional[str]
    token: Optional[str]
    shop_name: Optional[str]
    created_at: datetime
    expires_at: datetime
    attempts: int
    recovery_codes_left: int  # Of "mail.recovery_code_used"; else 0.

    def __repr__(self) -> str:
        return f"Message(id={self.id}, kind={self.kind!r}, attempts={self.attempts})"  # No secrets.


@dataclass(frozen=True, **SLOTS)
class Image:
    """A profile image."""

    name: str
    media_type: str
    data: bytes
    created_at: datetime


@dataclass(frozen=True, **SLOTS)
class Setting:
    """One rule of the shop's policy. Values are texts; DURATION counts whole seconds."""

    type: SettingType
    name: str
    value: str
    default_value: str
    choices: Optional[str]
    description: str
    min: int
    max: int


class Settings(Dict[str, Setting]):
    """The settings by name, as they were at `version`, which goes up with every change."""

    def __init__(self, settings: Iterable[Setting], version: int) -> None:
        super().__init__((one.name, one) for one in settings)
        self.version = version


@dataclass(frozen=True, **SLOTS)
class Currency:
    """A currency of the store; `exponent` is how many digits its minor unit has."""

    code: str
    exponent: int


@dataclass(frozen=True, **SLOTS)
class StoreInfo:
    """A store's identity, and figures of this process since it opened it."""

    store_id: str
    epoch: int
    schema_version: int
    testing: bool
    created_at: datetime
    path: str
    commits: int
    writes: int
    readers: int
    last_event: int


@dataclass(frozen=True, **SLOTS)
class Histogram:
    """How many values fell up to each bound; the last of `counts`, which has one more: above all."""

    bounds: Tuple[int, ...]
    counts: Tuple[int, ...]
    sum: int
    """Of the values."""


@dataclass(frozen=True, **SLOTS)
class StoreMetrics:
    """Figures for monitoring. Counters are of this process since it opened the store."""

    commits: int
    writes: int
    """Operations that the writer ran, refused ones too."""
    checkpoints: int
    readers: int
    commit_us: Histogram
    """Microseconds that commits took."""
    groups: Histogram
    """Operations that a commit kept."""
    hashes: int
    hashes_refused: int
    hashes_running: int
    hashes_waiting: int
    sessions: int
    """Live ones; of more than 100000, as many."""
    outbox: int
    outbox_oldest_at: Optional[datetime]
    file_bytes: int
    log_bytes: int


@dataclass(frozen=True, **SLOTS)
class ReportRow:
    """One sum of a report. `bucket` counts the stretches of time from 0."""

    measure: Measure
    bucket: int
    count: int
    amount: Money
    label: Optional[str]
    """Series, kind of line, or method; None: an order without a series."""
    exceeds: bool
    """The sum is beyond 64 bits, and `amount` the nearest that fits."""


@dataclass(frozen=True, **SLOTS)
class Standing:
    """What waits for staff now."""

    open_payments: Tuple[ReportRow, ...]
    unverified_orders: int


@dataclass(frozen=True, **SLOTS)
class Report:
    """What backup, check and maintain found."""

    sound: bool
    bytes: int
    swept: int
    text: Optional[str]


@dataclass(frozen=True, **SLOTS)
class Page(Generic[T]):
    """One page of a list: a sequence. `next_cursor` None: the end."""

    items: Tuple[T, ...]
    next_cursor: Optional[str]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __getitem__(self, index: int) -> T:
        return self.items[index]


@dataclass(frozen=True, **SLOTS)
class Outcomes:
    """One outcome an input, in order: the order, or the error that refused it."""

    items: Tuple[Union[Order, TillError], ...]

    @property
    def orders(self) -> Tuple[Order, ...]:
        """Those that succeeded."""
        return tuple(one for one in self.items if isinstance(one, Order))

    @property
    def errors(self) -> Dict[int, TillError]:
        """Those that did not, by their position."""
        return {at: one for at, one in enumerate(self.items) if isinstance(one, TillError)}

    def all(self) -> Tuple[Order, ...]:
        """Every order; raises the first error when there is one."""
        for one in self.items:
            if isinstance(one, TillError):
                raise one
        return self.orders

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Union[Order, TillError]]:
        return iter(self.items)

    @overload
    def __getitem__(self, index: int) -> Union[Order, TillError]: ...

    @overload
    def __getitem__(self, index: slice) -> Tuple[Union[Order, TillError], ...]: ...

    def __getitem__(self, index: Any) -> Any:
        return self.items[index]
