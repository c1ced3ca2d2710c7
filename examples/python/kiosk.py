# SPDX-License-Identifier: MIT
"""A kiosk's day: sell, lose an answer and ask again, give back, count the money.

    PYTHONPATH=bindings/python/src TILL_LIBRARY=build/release/lib python3 examples/python/kiosk.py shop.db
"""

import sys
from decimal import Decimal

import till

with till.Store(sys.argv[1]) as store:
    store.system.update_settings({"shop_name": "Kiosk", "currency": "EUR"})
    kiosk = store.system

    # A walk-in's cash sale is one call: placed, paid and handed over, or nothing at all.
    espresso = till.Line("Espresso", Decimal("2.50"), quantity=2)
    tip = till.Line("Tip", "0.50", kind=till.LineKind.TIP)
    sale = kiosk.sale([espresso, tip], series="K1", idempotency_key="K1-0001")
    print(f"receipt {sale.order.series}/{sale.order.number}")
    for line in sale.order.lines:
        print(f"  {line.quantity} x {line.name:<10} {line.amount}")
    print(f"  total{sale.order.total!s:>18}")

    # The answer was lost? The same key gives the same sale, however often it is sent.
    again = kiosk.sale([espresso, tip], series="K1", idempotency_key="K1-0001")
    print(f"sent again: replayed={again.replayed}, receipt {again.order.number}")

    # What an offline till has collected goes in at once, by its own references.
    queue = [till.NewOrder([till.Line("Tea", "1.80")], reference=f"offline-{at}") for at in range(3)]
    print(f"queue: {len(kiosk.place_many(queue).all())} orders")
    print(f"again: {sum(order.replayed for order in kiosk.place_many(queue).all())} replayed")

    # Cash back; a mistake has a reason.
    refund = kiosk.start_refund(sale.payment.id, amount=till.Money(250, "EUR", 2), succeed=True, reason="cold")
    print(f"refund {refund.amount}, {refund.status.name.lower()}")
    try:
        kiosk.start_refund(sale.payment.id, amount=till.Money(1000, "EUR", 2))
    except till.Conflict as error:
        print(f"refused: {error.code}")

    taken = sum(payment.amount.amount - payment.refunded.amount for payment in kiosk.payments())
    print(f"in the drawer: {taken} EUR")
