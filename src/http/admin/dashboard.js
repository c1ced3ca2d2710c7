// SPDX-License-Identifier: MIT
// How the shop is doing: the day so far, two weeks as bars, what waits for somebody.
import { api } from "./api.js";
import { button, card, h, problem, replace } from "./dom.js";
import { barChart } from "./chart.js";
import { timeline } from "./events.js";
import { addDays, dayOf, fromMinor, learn, money, number, shop, startOf, toMinor } from "./format.js";

const days = 14;

// What the shop's totals say of each of these days, exact to the minor unit. The cost grows with the
// days, not with the orders.
async function figures(all) {
  const bounds = [...all, addDays(all.at(-1), 1)].map((day) => startOf(day).toISOString());
  const { rows } = await api.get("/reports/totals/", { bounds: bounds.join(",") });
  const counts = all.map(() => 0);
  const currencies = new Map([[shop.currency, { sums: all.map(() => 0n) }]]);
  for (const { bucket, measure, currency, count, amount } of rows) {
    const digits = learn(amount, currency);
    if (measure === "orders_placed") counts[bucket] += count;
    if (measure !== "payments_received" && measure !== "refunds") continue;
    if (!currencies.has(currency)) currencies.set(currency, { sums: all.map(() => 0n) });
    currencies.get(currency).digits = digits;
    currencies.get(currency).sums[bucket] += measure === "refunds" ? -toMinor(amount) : toMinor(amount);
  }
  return { counts, currencies };
}

// "12" or "100+": a count costs one page, however many there are.
async function countOf(path, query) {
  const { rows, next } = await api.page(path, { user: "all", page_size: 100, ...query });
  return `${number(rows.length)}${next ? "+" : ""}`;
}

function tile(name, value, href, tone) {
  return h("a", { class: `tile ${tone ?? ""}`, href }, h("span", { class: "quiet" }, name), h("strong", null, value));
}

export async function showDashboard(place) {
  const today = dayOf(new Date());
  const first = addDays(today, 1 - days);
  const all = Array.from({ length: days }, (_, i) => addDays(first, i));
  const [{ counts, currencies }, standing, failed, pending, events] = await Promise.all([
    figures(all), api.get("/reports/standing/"), countOf("/payments/", { status: "failed" }), countOf("/orders/", { status: "pending" }),
    api.get("/events/", { ordering: "-sequence", limit: 12 }),
  ]);
  const open = standing.open_payments.reduce((sum, row) => sum + row.count, 0);
  const unverified = standing.unverified_orders;
  const revenue = [...currencies].sort(([a], [b]) => (a === shop.currency ? -1 : b === shop.currency ? 1 : a.localeCompare(b)));
  const charts = [barChart({ title: "Orders", days: all, values: counts, format: number, tone: "a" })];
  for (const [currency, { digits, sums }] of revenue) {
    charts.push(barChart({
      title: `Revenue, ${currency}`, days: all, values: sums.map((sum) => fromMinor(sum, digits ?? 0)), tone: "b",
      format: (value) => (digits === undefined ? number(value) : money(value, currency)), // Nothing came in, so nothing says how it is written.
    }));
  }
  const todays = revenue.filter(([, { sums }]) => sums.at(-1) !== 0n).map(([currency, { digits, sums }]) => money(fromMinor(sums.at(-1), digits), currency));
  const news = card("Newest events", timeline(events, true), h("p", null, h("a", { href: "#/events" }, "All events")));
  replace(place,
    h("header", { class: "head" }, h("div", null, h("h1", { tabindex: "-1" }, shop.name), h("p", { class: "quiet" }, new Intl.DateTimeFormat(navigator.language, { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${today}T12:00:00Z`)), ` · ${shop.zone}`)),
      h("div", { class: "buttons" }, button("Refresh", { onclick: () => showDashboard(place).catch((error) => replace(place, problem(error))) }, "refresh"))),
    h("div", { class: "tiles" },
      tile("Orders today", number(counts.at(-1)), "#/orders", "ink"),
      tile("Revenue today", todays.length ? todays.map((sum) => h("span", null, sum)) : "–", "#/payments", todays.length > 1 ? "ink money" : "ink"),
      tile("Waiting to ship", pending, "#/orders?status=pending"),
      tile("Unverified prices", number(unverified), "#/orders?status=pending&verified=false", unverified > 0 && "warn"),
      tile("Open payments", number(open), "#/payments?status=pending"),
      tile("Failed payments", failed, "#/payments?status=failed", failed !== "0" && "bad")),
    h("div", { class: "columns" }, h("div", null, card(`The last ${days} days`, h("div", { class: "charts" }, charts), h("p", { class: "quiet" }, "Revenue is what was received less what was refunded. Days are the shop's."))), h("div", null, news)));
}
