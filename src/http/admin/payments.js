// SPDX-License-Identifier: MIT
import { api, newKey } from "./api.js";
import { ask } from "./dialog.js";
import { announce, badge, button, card, facts, h, icon, notice, problem, replace } from "./dom.js";
import { timeline } from "./events.js";
import { addDays, amount, digitsIn, fromMinor, money, startOf, time, toMinor } from "./format.js";
import { listView } from "./list.js";

const states = ["pending", "completed", "failed", "surplus", "refunded"];
const methods = ["cash", "card", "transfer", "other"];

const columns = [
  { name: "Payment", class: "key", cell: (payment) => h("a", { href: `#/payments/${payment.id}` }, `Payment ${payment.id}`) },
  { name: "Order", class: "key", cell: (payment) => h("a", { href: `#/orders/${payment.order}` }, `Order ${payment.order}`) },
  { name: "Started", cell: (payment) => time(payment.payment_date) },
  { name: "Method", cell: (payment) => [payment.method, payment.provider && h("span", { class: "quiet" }, ` ${payment.provider}`)] },
  { name: "State", cell: (payment) => badge(payment.status) },
  { name: "Amount", class: "right", cell: (payment) => amount(payment.amount, payment.currency) },
];

export function paymentRows(rows) {
  const shown = columns.filter((column) => column.name !== "Order");
  return h("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Payments" }, h("table", null,
    h("thead", null, h("tr", null, shown.map((column) => h("th", { scope: "col", class: column.class }, column.name)))),
    h("tbody", null, rows.map((row) => h("tr", null, shown.map((column) => h("td", { class: column.class, "data-label": column.name }, h("span", { class: "cell" }, column.cell(row)))))))));
}

export function showPayments(place, values) {
  const filters = [
    { name: "find", label: "Id or provider reference" },
    { name: "status", label: "State", type: "choice", choices: [["", "any"], ...states] },
    { name: "method", label: "Method", type: "choice", choices: [["", "any"], ...methods] },
    { name: "user", label: "User id", inputmode: "numeric", pattern: "[0-9]*" },
    { name: "order", label: "Order id", inputmode: "numeric", pattern: "[0-9]*" },
    { name: "from", label: "From day", type: "date" }, { name: "to", label: "To day", type: "date" },
  ];
  if (/^\d+$/.test(values.find ?? "")) {
    location.hash = `#/payments/${values.find}`;
    return undefined;
  }
  return listView(place, {
    title: "Payments", base: "#/payments", path: "/payments/", filters, values, columns,
    query: ({ find, status, user, order, method, from, to }) => (find ? { provider_reference: find, user: "all" } : {
      user: user || "all", status, order, method,
      started_after: from && startOf(from).toISOString(), started_before: to && startOf(addDays(to, 1)).toISOString(),
    }),
    csv: {
      id: (payment) => payment.id, order: (payment) => payment.order, started: (payment) => payment.payment_date, completed: (payment) => payment.completed_date,
      status: (payment) => payment.status, method: (payment) => payment.method, provider: (payment) => payment.provider,
      provider_reference: (payment) => payment.provider_reference, currency: (payment) => payment.currency, amount: (payment) => payment.amount, refunded: (payment) => payment.refunded,
    },
  });
}

function difference(a, b) {
  return fromMinor(toMinor(a) - toMinor(b), digitsIn(a));
}

// `refunding` holds what is on its way and what has arrived.
const left = (payment) => difference(payment.amount, payment.refunding);

async function settle(payment, status, reload) {
  const completes = status === "completed";
  const result = await ask({
    title: completes ? "Has this money arrived?" : "Did this payment fail?", action: completes ? "Complete" : "Fail", danger: !completes,
    text: `${money(payment.amount, payment.currency)} for order ${payment.order}. ${completes ? "The order then counts as paid." : "The customer may pay again."}`,
    fields: completes ? [{ name: "provider_reference", label: "Provider reference (optional)", value: payment.provider_reference ?? "", max: 200 }] : [],
    act: ({ provider_reference: reference }) => api.patch(`/payments/${payment.id}/`, { status, ...(reference ? { provider_reference: reference } : {}) }, { version: payment.version }),
  });
  if (!result) return;
  if (!result.stale) announce(completes ? "Completed." : "Failed.");
  await reload(result.stale);
}

async function refund(payment, reload) {
  const key = newKey();
  const rest = left(payment);
  const result = await ask({
    title: "Give money back", action: "Refund", danger: true,
    text: `${money(rest, payment.currency)} of ${money(payment.amount, payment.currency)} can be refunded.`,
    fields: [
      { name: "amount", label: `Amount in ${payment.currency}`, value: rest, required: true, inputmode: "decimal", pattern: "[0-9]+([.][0-9]+)?", title: "Digits, with a point before the smaller unit" },
      { name: "reason", label: "Reason", max: 500 },
      { name: "succeeded", label: "The money has already gone back", type: "check", value: true },
    ],
    act: ({ amount: value, reason, succeeded }) => api.post(`/payments/${payment.id}/refunds/`, { amount: value, reason, status: succeeded ? "succeeded" : "pending" }, { key, version: payment.version }),
  });
  if (!result) return;
  if (!result.stale) announce(`Refunded ${money(result.amount, result.currency)}.`);
  await reload(result.stale);
}

async function settleRefund(row, status, reload) {
  const arrived = status === "succeeded";
  const result = await ask({
    title: arrived ? "Has this money gone back?" : "Did this refund fail?", action: arrived ? "Gone back" : "Refund failed", danger: !arrived,
    text: `${money(row.amount, row.currency)}, refund ${row.id}. ${arrived ? "It counts as refunded." : "The amount may be refunded again."}`,
    fields: arrived ? [{ name: "provider_reference", label: "Provider reference (optional)", value: row.provider_reference ?? "", max: 255 }] : [],
    act: ({ provider_reference: reference }) => api.patch(`/refunds/${row.id}/`, { status, ...(reference ? { provider_reference: reference } : {}) }, { version: row.version }),
  });
  if (!result) return;
  if (!result.stale) announce(arrived ? "Gone back." : "Failed.");
  await reload(result.stale);
}

function refunds(rows, reload) {
  return h("ul", { class: "plain" }, rows.map((row) => h("li", null, h("strong", null, amount(row.amount, row.currency)), " ", badge(row.status),
    h("div", { class: "quiet" }, time(row.refund_date), row.reason && ` · ${row.reason}`),
    row.status === "pending" && h("div", { class: "buttons" },
      button("Gone back", { "aria-label": `Refund ${row.id} has gone back`, onclick: () => settleRefund(row, "succeeded", reload) }),
      button("Failed", { class: "danger", "aria-label": `Refund ${row.id} failed`, onclick: () => settleRefund(row, "failed", reload) })))));
}

export async function showPayment(place, id, isStale) {
  const payment = await api.get(`/payments/${id}/`);
  const [events, given] = await Promise.all([api.get(`/orders/${payment.order}/events/`, { limit: 1000 }), api.page(`/payments/${id}/refunds/`)]);
  const own = events.filter((event) => (event.kind.startsWith("payment.") && event.subject === payment.id) || event.data.payment_id === payment.id);
  const reload = (stale) => showPayment(place, id, stale).catch((error) => replace(place, problem(error)));
  const canComplete = ["pending", "failed"].includes(payment.status);
  const canRefund = ["completed", "surplus"].includes(payment.status) && toMinor(left(payment)) > 0n;
  replace(place,
    h("p", null, h("a", { class: "back", href: "#/payments" }, icon("back"), "Payments")),
    h("header", { class: "head" }, h("div", null, h("h1", { tabindex: "-1" }, `Payment ${payment.id}`), h("p", { class: "badges" }, badge(payment.status))),
      h("div", { class: "buttons" },
        canComplete && button("Complete", { class: "primary", onclick: () => settle(payment, "completed", reload) }),
        payment.status === "pending" && button("Fail", { class: "danger", onclick: () => settle(payment, "failed", reload) }),
        canRefund && button("Refund", { class: "danger", onclick: () => refund(payment, reload) }))),
    isStale && notice("warn", icon("warning"), h("p", null, "Somebody else has changed this payment since you opened it. Nothing was done; this is how it is now.")),
    h("div", { class: "columns" },
      h("div", null, card("Amount", h("p", { class: "big" }, amount(payment.amount, payment.currency)), facts(
        ["Refunded", amount(payment.refunded, payment.currency)], ["On its way back", amount(difference(payment.refunding, payment.refunded), payment.currency)], ["Left", amount(left(payment), payment.currency)])),
      card("Refunds", given.rows.length ? refunds(given.rows, reload) : h("p", { class: "quiet" }, "None."))),
      h("div", null, card("About", facts(
        ["Order", h("a", { href: `#/orders/${payment.order}` }, `Order ${payment.order}`)], ["Method", payment.method], ["Provider", payment.provider],
        ["Provider reference", payment.provider_reference], ["Started", time(payment.payment_date)], ["Completed", payment.completed_date && time(payment.completed_date)], ["Version", String(payment.version)])),
      card("History", timeline(own.reverse())))));
}
