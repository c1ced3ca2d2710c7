# SPDX-License-Identifier: MIT
"""Reports: sums over time, and what waits for staff."""

import ctypes
from datetime import datetime
from typing import Optional, Sequence, Tuple

from .. import _abi, _readers, _records
from .._call import Function
from .._caller import Caller, Client
from .._input import build, instant

_totals = Function("till_report_totals", _readers.items(_readers.report_row))
_standing = Function("till_report_standing", _readers.standing)


class ReportCalls(Caller):
    """Sums, exact to the minor unit; their cost grows with the days asked for, not with the orders."""

    def report_totals(
        self,
        bounds: Sequence[datetime],
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> Tuple[_records.ReportRow, ...]:
        """What happened from each bound to before the next, by measure, currency and label. Staff or
        system. A day is the shop's: pass where each begins, with a time zone.

        bounds  2-401, ascending, whole quarters of an hour in UTC

        ValidationError.
        """
        given = (ctypes.c_int64 * len(bounds))(*[instant(at, "bounds") for at in bounds])
        query = build(_abi.till_report_totals_in, bounds=given, bound_count=len(bounds))
        return _totals(self._handle, self._with(timeout, trace_id, client), query)

    def report_standing(
        self,
        *,
        timeout: Optional[float] = None,
        trace_id: Optional[str] = None,
        client: Optional[Client] = None,
    ) -> _records.Standing:
        """What waits for staff now: pending payments, and orders whose prices are to be confirmed."""
        return _standing(self._handle, self._with(timeout, trace_id, client))
