# SPDX-License-Identifier: MIT
"""till: users, orders, payments and auth tokens in one SQLite file, called in-process.

    with till.Store("shop.db") as store:
        receipt = store.system.sale([till.Line("Espresso", "2.50", 2)], idempotency_key="sale-1")
        print(receipt.order.total)  # 5.00 EUR

A call has an actor: `store.system` is the program, `store.as_user(id)` somebody whom it vouches for,
`store.as_token(access)` whoever holds a token, `store.public` nobody. See `till.View` for the calls,
`till.TillError` for what they raise, TUTORIAL.md for a walk through both.
"""

from ._caller import Client
from ._decode import time_of, us_of
from ._enums import (
    ActorKind,
    Fault,
    LineKind,
    Measure,
    OrderState,
    PaymentMethod,
    PaymentState,
    PriceSource,
    RefundState,
    SettingType,
    Status,
)
from ._errors import (
    ActorRequired,
    AlreadyExists,
    Busy,
    Closed,
    Conflict,
    Corrupt,
    CursorError,
    FileSystemRefused,
    Forked,
    IdempotencyMismatch,
    InternalError,
    MisuseError,
    NotAStore,
    NotFound,
    OutcomeUnknown,
    OutOfMemory,
    PermissionDenied,
    PreconditionFailed,
    RateLimited,
    ReadOnly,
    SecondFactorRequired,
    StorageError,
    StorageFull,
    TillError,
    Unauthenticated,
    UnsupportedError,
    ValidationError,
    VersionError,
    Violation,
)
from ._library import LibraryError, build_info
from ._library import version as library_version
from ._listing import Listing
from ._money import Amount, Money
from ._order_input import Line, NewOrder
from ._records import (
    ApiKey,
    Currency,
    Event,
    Histogram,
    Image,
    Message,
    Order,
    OrderLine,
    Outcomes,
    Page,
    Payment,
    Receipt,
    Refund,
    Report,
    ReportRow,
    SecondFactor,
    SecondFactorSetup,
    Session,
    Setting,
    Settings,
    SigningKey,
    Standing,
    StoreInfo,
    StoreMetrics,
    Tokens,
    User,
)
from ._store import Batch, Store, open, restore
from ._view import PublicView, View

__version__ = "0.1.0"

__all__ = [
    "ActorKind", "ActorRequired", "AlreadyExists", "Amount", "ApiKey", "Batch", "Busy", "Client", "Closed",
    "Conflict", "Corrupt", "Currency", "CursorError", "Event", "Fault", "FileSystemRefused", "Forked",
    "Histogram", "IdempotencyMismatch", "Image", "InternalError", "LibraryError", "Line", "LineKind", "Listing",
    "Measure", "Message", "MisuseError", "Money", "NewOrder", "NotAStore", "NotFound", "Order", "OrderLine",
    "OrderState", "OutOfMemory", "OutcomeUnknown", "Outcomes", "Page", "Payment", "PaymentMethod",
    "PaymentState", "PermissionDenied", "PreconditionFailed", "PriceSource", "PublicView",
    "RateLimited", "ReadOnly", "Receipt", "Refund", "RefundState", "Report", "ReportRow",
    "SecondFactor", "SecondFactorRequired", "SecondFactorSetup", "Session", "Setting",
    "SettingType", "Settings", "SigningKey", "Standing", "Status", "StorageError", "StorageFull", "Store", "StoreInfo",
    "StoreMetrics", "TillError", "Tokens", "Unauthenticated", "UnsupportedError", "User", "ValidationError", "VersionError", "View",
    "Violation", "build_info", "library_version", "open", "restore", "time_of", "us_of",
]  # fmt: skip
