// SPDX-License-Identifier: MIT
import { api } from "./api.js";
import { ask } from "./dialog.js";
import { announce, badge, button, card, facts, h, icon, notice, problem, replace } from "./dom.js";
import { timeline } from "./events.js";
import { addDays, amount, money, number, startOf, time } from "./format.js";
import { listView } from "./list.js";
import { paymentRows } from "./payments.js";
import { userLink } from "./users.js";

const states = ["pending", "shipped", "delivered", "cancelled"];

const titleOf = (order) => (order.number ? `${order.series}-${order.number}` : `Order ${order.id}`);

const actions = {
  confirm: {
    text: "Confirm prices", body: { price_verified: true }, done: "Prices confirmed.",
    title: "Confirm the prices of this order?", why: "The customer named these prices. Once confirmed, the shop stands for them.",
  },
  ship: { text: "Ship", body: { status: "shipped" }, done: "Shipped.", title: "Ship this order?", why: "It can no longer be cancelled." },
  handOver: { text: "Hand over", body: { status: "delivered" }, done: "Handed over.", title: "Hand this order over?", why: "It counts as delivered at once." },
  deliver: { text: "Mark delivered", body: { status: "delivered" }, done: "Delivered.", title: "Has this order arrived?", why: "That is its last state." },
  cancel: {
    text: "Cancel order", body: { status: "cancelled" }, done: "Cancelled.", danger: true, title: "Cancel this order?",
    why: "A pending payment fails with it; a completed one must be refunded first.",
  },
};

function actionsOf(order) {
  const names = [];
  if (!order.price_verified && order.status === "pending") names.push("confirm");
  if (order.status === "pending") names.push("ship", "handOver", "cancel");
  if (order.status === "shipped") names.push("deliver");
  return names;
}

async function run(order, name, reload) {
  const action = actions[name];
  const result = await ask({
    title: action.title, action: action.text, danger: action.danger,
    text: [`${titleOf(order)}, ${money(order.total, order.currency)}. `, action.why],
    act: () => api.patch(`/orders/${order.id}/`, action.body, { version: order.version }),
  });
  if (!result) return;
  if (!result.stale) announce(action.done);
  await reload(result.stale ? "Somebody else has changed this order since you opened it. Nothing was done; this is how it is now." : undefined);
}

// One after the other, so that one that cannot be shipped stops no other; says how each went.
function bulkShip(rows, reload) {
  const ready = rows.filter((row) => row.status === "pending");
  return button(`Ship ${number(ready.length)}`, {
    class: "primary", disabled: ready.length === 0,
    onclick: async () => {
      const failed = [];
      let shipped = 0;
      const done = await ask({
        title: `Ship ${ready.length} orders?`, action: "Ship them",
        text: h("span", null, ready.map(titleOf).slice(0, 12).join(", "), ready.length > 12 && " …"),
        act: async () => {
          for (const order of ready) {
            try {
              await api.patch(`/orders/${order.id}/`, { status: "shipped" }, { version: order.version });
              shipped += 1;
            } catch (error) {
              failed.push(h("li", null, h("a", { href: `#/orders/${order.id}` }, titleOf(order)), `: ${error.message}`));
            }
            document.getElementById("news").textContent = `${shipped + failed.length} of ${ready.length}`;
          }
        },
      });
      if (!done) return;
      await reload();
      announce(`${shipped} shipped, ${failed.length} not.`);
      if (failed.length) {
        document.querySelector(".filters").after(notice("bad", icon("warning"), h("div", null, h("p", null, `${shipped} shipped. These were not:`), h("ul", null, failed))));
      }
    },
  });
}

export function showOrders(place, values) {
  const filters = [
    { name: "find", label: "Id, number or reference", title: "12, COUNTER-1-7, or the customer's own reference" },
    { name: "status", label: "State", type: "choice", choices: [["", "any"], ...states] },
    { name: "verified", label: "Prices", type: "choice", choices: [["", "any"], ["false", "unverified"], ["true", "verified"]] },
    { name: "user", label: "User id", inputmode: "numeric", pattern: "[0-9]*" },
    { name: "from", label: "From day", type: "date" }, { name: "to", label: "To day", type: "date" },
  ];
  if (/^\d+$/.test(values.find ?? "")) {
    location.hash = `#/orders/${values.find}`;
    return undefined;
  }
  return listView(place, {
    title: "Orders", base: "#/orders", path: "/orders/", filters, values, bulk: bulkShip,
    query: ({ find, status, user, verified, from, to }) => {
      const found = find && (/^[A-Z0-9-]+-\d+$/.test(find) ? { number: find } : { reference: find });
      if (found) return { user: user || "all", ...found };
      return {
        user: user || "all", status, price_verified: verified,
        placed_after: from && startOf(from).toISOString(), placed_before: to && startOf(addDays(to, 1)).toISOString(),
      };
    },
    columns: [
      { name: "Order", class: "key", cell: (order) => h("a", { href: `#/orders/${order.id}` }, titleOf(order)) },
      { name: "What", class: "wide", cell: (order) => order.product_name },
      { name: "Customer", class: "name", cell: (order) => (order.user ? userLink(order.user) : order.contact_name ?? h("span", { class: "quiet" }, "walk-in")) },
      { name: "Placed", cell: (order) => time(order.order_date) },
      { name: "State", cell: (order) => [badge(order.status), !order.price_verified && order.status !== "cancelled" && badge("unverified", "unverified prices")] },
      { name: "Total", class: "right", cell: (order) => amount(order.total, order.currency) },
    ],
    csv: {
      id: (order) => order.id, number: (order) => (order.number ? titleOf(order) : ""), reference: (order) => order.reference, user: (order) => order.user,
      placed: (order) => order.order_date, status: (order) => order.status, price_verified: (order) => order.price_verified,
      what: (order) => order.product_name, currency: (order) => order.currency, total: (order) => order.total,
      contact_name: (order) => order.contact_name, contact_email: (order) => order.contact_email,
    },
  });
}

function lines(order) {
  const rows = order.items.map((line) => h("tr", null,
    h("td", { class: "wide", "data-label": "What" }, h("span", { class: "cell" }, line.product_name ?? line.label, line.sku && h("span", { class: "quiet" }, ` ${line.sku}`))),
    h("td", { class: "right", "data-label": "Quantity" }, h("span", { class: "cell" }, line.kind === "item" ? number(line.quantity) : line.kind)),
    h("td", { class: "right", "data-label": "Price" }, h("span", { class: "cell" }, line.kind === "item" ? amount(line.price, order.currency) : line.included ? "included" : "")),
    h("td", { class: "right", "data-label": "Amount" }, h("span", { class: "cell" }, amount(line.amount, order.currency))),
    h("td", { "data-label": "Price by" }, h("span", { class: "cell quiet" }, line.price_source))));
  return h("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Lines" }, h("table", null,
    h("thead", null, h("tr", null, ["What", "Quantity", "Price", "Amount", "Price by"].map((name) => h("th", { scope: "col", class: ["Quantity", "Price", "Amount"].includes(name) && "right" }, name)))),
    h("tbody", null, rows), h("tfoot", null, h("tr", null, h("th", { scope: "row", colspan: 3 }, "Total"), h("td", { class: "right" }, h("strong", null, amount(order.total, order.currency))), h("td")))));
}

export async function showOrder(place, id, message) {
  const order = await api.get(`/orders/${id}/`);
  const [events, payments] = await Promise.all([api.get(`/orders/${id}/events/`, { limit: 1000 }), api.page("/payments/", { order: id, user: "all" })]);
  const reload = (text) => showOrder(place, id, text).catch((error) => replace(place, problem(error)));
  replace(place,
    h("p", null, h("a", { class: "back", href: "#/orders" }, icon("back"), "Orders")),
    h("header", { class: "head" }, h("div", null, h("h1", { tabindex: "-1" }, titleOf(order)),
      h("p", { class: "badges" }, badge(order.status), badge(order.price_verified ? "verified" : "unverified", order.price_verified ? "prices verified" : "unverified prices"))),
    h("div", { class: "buttons" }, actionsOf(order).map((name, at) => button(actions[name].text, {
      class: actions[name].danger ? "danger" : at === 0 && "primary", onclick: () => run(order, name, reload),
    })))),
    message && notice("warn", icon("warning"), h("p", null, message)),
    h("div", { class: "columns" },
      h("div", null, card("Lines", lines(order)), card("Payments", payments.rows.length ? paymentRows(payments.rows) : h("p", { class: "quiet" }, "Nobody has paid yet."))),
      h("div", null, card("About", facts(
        ["Id", String(order.id)], ["Customer", order.user ? userLink(order.user) : "walk-in"], ["Placed", time(order.order_date)], ["Reference", order.reference],
        ["Contact", order.contact_name], ["E-mail", order.contact_email], ["Version", String(order.version)],
        ["Metadata", order.metadata && h("code", null, JSON.stringify(order.metadata))])),
      card("History", timeline(events.reverse())))));
}
