// SPDX-License-Identifier: MIT
// The audit log: what happened, to what, by whom.
import { h } from "./dom.js";
import { addDays, isOfUser, kindOf, kinds, minorMoney, startOf, time } from "./format.js";
import { listView } from "./list.js";
import { userLink } from "./users.js";

function actorOf(event) {
  if (event.actor === "user") return userLink(event.actor_id);
  return event.actor === "key" ? `key ${event.actor_id}` : event.actor;
}

function subjectOf(event) {
  const noun = event.kind.split(".")[0];
  if (noun === "order") return h("a", { href: `#/orders/${event.subject}` }, `order ${event.subject}`);
  if (noun === "payment") return h("a", { href: `#/payments/${event.subject}` }, `payment ${event.subject}`);
  if (noun === "refund") return h("a", { href: `#/payments/${event.data.payment_id}` }, `refund ${event.subject}`);
  if (isOfUser(event)) return userLink(event.subject);
  if (noun === "session" && event.data.user_id) return userLink(event.data.user_id);
  return event.data.name ?? event.data.code ?? `${noun} ${event.subject}`;
}

// What the data says, in words.
function wordsOf({ data }) {
  const words = [];
  const minor = data.amount_minor ?? data.total_minor;
  if (minor !== undefined && data.currency) words.push(minorMoney(minor, data.currency));
  if (data.from && data.to) words.push(`${data.from} → ${data.to}`);
  for (const [name, value] of Object.entries(data)) {
    if (["amount_minor", "total_minor", "currency", "from", "to", "user_id", "payment_id"].includes(name)) continue;
    words.push(`${name.replaceAll("_", " ")}: ${Array.isArray(value) ? value.join(", ") : value}`);
  }
  return words.join(" · ");
}

// A history, newest first, as a list with its times; about what, where that is not plain.
export function timeline(events, isMixed = false) {
  return h("ol", { class: "timeline" }, events.map((event) => h("li", null,
    h("strong", null, kindOf(event.kind)), isMixed && [" · ", subjectOf(event)], " ", h("span", { class: "quiet" }, wordsOf(event)),
    h("div", { class: "quiet" }, time(event.at), event.actor !== "anonymous" && [" · by ", actorOf(event)]))));
}

export function showEvents(place, values) {
  const filters = [
    { name: "order", label: "Order", inputmode: "numeric", pattern: "[0-9]*" },
    { name: "kind", label: "What", type: "choice", choices: [["", "anything"], ...kinds.map((kind) => [kind, kindOf(kind)])] },
    { name: "actor", label: "By user", inputmode: "numeric", pattern: "[0-9]*" },
    { name: "from", label: "From day", type: "date" }, { name: "to", label: "To day", type: "date" },
  ];
  return listView(place, {
    title: "Events", base: "#/events", path: "/events/", filters, values,
    query: ({ order, kind, actor, from, to }) => ({
      order, kind, actor, ordering: "-sequence", limit: 50,
      at_after: from && startOf(from).toISOString(), at_before: to && startOf(addDays(to, 1)).toISOString(),
    }),
    columns: [
      { name: "When", class: "key", cell: (event) => time(event.at) },
      { name: "What", cell: (event) => h("strong", null, kindOf(event.kind)) },
      { name: "About", class: "name", cell: subjectOf },
      { name: "Details", class: "wide", cell: (event) => h("span", { class: "quiet" }, wordsOf(event)) },
      { name: "By", class: "name", cell: actorOf },
    ],
    csv: {
      sequence: (event) => event.sequence, at: (event) => event.at, kind: (event) => event.kind, actor: (event) => event.actor,
      actor_id: (event) => event.actor_id, subject: (event) => event.subject, order: (event) => event.order, data: (event) => JSON.stringify(event.data),
    },
  });
}
