// SPDX-License-Identifier: MIT
// How the shop is doing: the day so far, two weeks as bars, what waits for somebody.
import { api } from "./api.js";
import { button, card, h, icon, notice, problem, replace } from "./dom.js";
import { barChart } from "./chart.js";
import { timeline } from "./events.js";
import { addDays, dayOf, fromMinor, money, number, shop, startOf, toMinor } from "./format.js";

const days = 14;
const pagesMax = 50; // 5000 orders: beyond that the bars say that they are not whole.

// Orders of the days, added up here, exact to the minor unit.
async function figures(first) {
  const start = startOf(first).toISOString();
  const counts = new Map();
  const currencies = new Map();
  let isWhole = true;
  let unverified = 0;
  let toShip = 0;
  const query = { user: "all", page_size: 100, placed_after: start };
  let next = query;
  for (let pages = 0; next; pages += 1) {
    if (pages === pagesMax) { isWhole = false; break; }
    const page = await api.page("/orders/", next);
    for (const order of page.rows) {
      if (order.order_date < start) { next = null; break; }
      if (order.status === "cancelled") continue;
      const day = dayOf(new Date(order.order_date));
      counts.set(day, (counts.get(day) ?? 0) + 1);
      if (!currencies.has(order.currency)) currencies.set(order.currency, { digits: (order.total.split(".")[1] ?? "").length, days: new Map() });
      const sums = currencies.get(order.currency).days;
      sums.set(day, (sums.get(day) ?? 0n) + toMinor(order.total));
      if (order.status === "pending") toShip += 1;
      if (order.status === "pending" && !order.price_verified) unverified += 1;
    }
    next = next && page.next && { ...query, ...page.next };
  }
  return { counts, currencies, isWhole, unverified, toShip };
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
  const [sums, open, failed, pending, unverified, events] = await Promise.all([
    figures(first), countOf("/payments/", { status: "pending" }), countOf("/payments/", { status: "failed" }), countOf("/orders/", { status: "pending" }),
    api.has("/orders/", "price_verified") ? countOf("/orders/", { status: "pending", price_verified: "false" }) : null,
    api.get("/events/", { ordering: "-sequence", limit: 12 }),
  ]);
  const revenue = [...sums.currencies].sort(([a], [b]) => (a === shop.currency ? -1 : b === shop.currency ? 1 : a.localeCompare(b)));
  const charts = [barChart({ title: "Orders", days: all, values: all.map((day) => sums.counts.get(day) ?? 0), format: number, tone: "a" })];
  for (const [currency, { digits, days: byDay }] of revenue) {
    charts.push(barChart({
      title: `Ordered, ${currency}`, days: all, values: all.map((day) => fromMinor(byDay.get(day) ?? 0n, digits)), format: (value) => money(value, currency), tone: "b",
    }));
  }
  const todays = revenue.filter(([, { days: byDay }]) => byDay.has(today)).map(([currency, { digits, days: byDay }]) => money(fromMinor(byDay.get(today), digits), currency));
  const news = card("Newest events", timeline(events, true), h("p", null, h("a", { href: "#/events" }, "All events")));
  replace(place,
    h("header", { class: "head" }, h("div", null, h("h1", { tabindex: "-1" }, shop.name), h("p", { class: "quiet" }, new Intl.DateTimeFormat(navigator.language, { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${today}T12:00:00Z`)), ` · ${shop.zone}`)),
      h("div", { class: "buttons" }, button("Refresh", { onclick: () => showDashboard(place).catch((error) => replace(place, problem(error))) }, "refresh"))),
    h("div", { class: "tiles" },
      tile("Orders today", number(sums.counts.get(today) ?? 0), "#/orders", "ink"),
      tile("Ordered today", todays.length ? todays.map((sum) => h("span", null, sum)) : "–", "#/orders", todays.length > 1 ? "ink money" : "ink"),
      tile("Waiting to ship", pending, "#/orders?status=pending"),
      tile("Unverified prices", unverified ?? number(sums.unverified), "#/orders?status=pending&verified=false", (unverified ?? sums.unverified) != 0 && "warn"),
      tile("Open payments", open, "#/payments?status=pending"),
      tile("Failed payments", failed, "#/payments?status=failed", failed !== "0" && "bad")),
    !sums.isWhole && notice("info", icon("warning"), h("p", null, "More orders than these bars can count: the oldest days are not whole.")),
    h("div", { class: "columns" }, h("div", null, card(`The last ${days} days`, h("div", { class: "charts" }, charts), h("p", { class: "quiet" }, "Without cancelled orders. Days are the shop's."))), h("div", null, news)));
}
