// SPDX-License-Identifier: MIT
import { api } from "./api.js";
import { ask, passwordField } from "./dialog.js";
import { announce, badge, button, card, facts, h, icon, notice, problem, replace } from "./dom.js";
import { timeline } from "./events.js";
import { isOfUser, nameOf, time } from "./format.js";
import { listView } from "./list.js";

// Who is logged in, once app.js knows.
export const me = { id: 0, is_superuser: false };

const names = new Map();

// The user's name where it is known soon enough; his id until then.
export function userLink(id) {
  const link = h("a", { href: `#/users/${id}` }, `user ${id}`);
  if (!names.has(id)) names.set(id, api.get(`/users/${id}/`).then((user) => user.username, () => ""));
  names.get(id).then((name) => { if (name) link.textContent = link.title = name; });
  return link;
}

const roleOf = (user) => (user.is_superuser ? "superuser" : user.is_staff ? "staff" : null);

export function showUsers(place, values) {
  const filters = [
    { name: "find", label: "Id, or beginning of name or e-mail", max: 254 },
    { name: "active", label: "State", type: "choice", choices: [["", "any"], ["true", "active"], ["false", "inactive"]] },
    { name: "staff", label: "Role", type: "choice", choices: [["", "any"], ["true", "staff"], ["false", "customers"]] },
  ];
  if (/^\d+$/.test(values.find ?? "")) {
    location.hash = `#/users/${values.find}`;
    return undefined;
  }
  return listView(place, {
    title: "Users", base: "#/users", path: "/users/", filters, values,
    query: ({ find, active, staff }) => {
      if (find) return find.includes("@") ? { email: find } : { username: find };
      return { is_active: active, is_staff: staff };
    },
    columns: [
      { name: "User", class: "name", cell: (user) => h("a", { href: `#/users/${user.id}` }, user.username) },
      { name: "Name", class: "name", cell: nameOf },
      { name: "E-mail", class: "name", cell: (user) => user.email },
      { name: "State", cell: (user) => [badge(user.is_active ? "active" : "inactive"), roleOf(user) && badge("staff", roleOf(user))] },
      { name: "Joined", cell: (user) => time(user.date_joined) },
      { name: "Last login", cell: (user) => time(user.last_login) },
    ],
    csv: {
      id: (user) => user.id, username: (user) => user.username, email: (user) => user.email, first_name: (user) => user.first_name, last_name: (user) => user.last_name,
      phone_no: (user) => user.phone_no, address: (user) => user.address, is_active: (user) => user.is_active, is_staff: (user) => user.is_staff,
      is_superuser: (user) => user.is_superuser, joined: (user) => user.date_joined, last_login: (user) => user.last_login,
    },
  });
}

const change = (user, body) => api.patch(`/users/${user.id}/`, body, { version: user.version });

function edit(user) {
  const field = (name, label, more) => ({ name, label, value: user[name], ...more });
  return ask({
    title: `Edit ${user.username}`, action: "Save",
    fields: [
      field("username", "User name", { required: true, max: 150 }), field("email", "E-mail", { type: "email", max: 254 }),
      field("first_name", "First name", { max: 50 }), field("last_name", "Last name", { max: 50 }),
      field("phone_no", "Phone", { type: "tel", max: 15 }), field("address", "Address", { type: "area", max: 2000 }),
      field("locale", "Language", { max: 35, help: "A tag such as de or pt-BR; empty: the shop's." }),
    ],
    // Only what was changed is sent, so that nothing else can be in the way.
    act: (values) => change(user, Object.fromEntries(Object.entries(values).filter(([name, value]) => value.replaceAll("\r\n", "\n") !== user[name]))),
  });
}

function actionsOf(user, factor) {
  const isSelf = user.id === me.id;
  const mayChange = me.is_superuser || isSelf || !(user.is_staff || user.is_superuser);
  const actions = [];
  const add = (text, title, why, act, done, danger, fields) => actions.push({
    text, done, danger, run: () => ask({ title, text: why, action: text, danger, fields, act }),
  });
  if (mayChange) actions.push({ text: "Edit profile", done: "Saved.", run: () => edit(user) });
  if (user.email && user.is_active) {
    add("Send reset mail", `Mail ${user.username} a link for a new password?`, `It goes to ${user.email}.`, () => api.sendReset(user.email), "The mail is on its way.");
  }
  if (mayChange && !isSelf) {
    if (user.is_active) add("Deactivate", `Deactivate ${user.username}?`, "All sessions end at once, and nobody can log in as this user.", () => change(user, { is_active: false }), "Deactivated.", true);
    else add("Activate", `Activate ${user.username}?`, "This user may log in again.", () => change(user, { is_active: true }), "Activated.");
  }
  if (me.is_superuser && !isSelf) {
    if (user.is_staff) add("Take staff role", `Make ${user.username} a plain user?`, "The desk closes for this user at once.", () => change(user, { is_staff: false }), "No longer staff.", true);
    else add("Make staff", `Make ${user.username} staff?`, "Staff see every order, user and payment.", () => change(user, { is_staff: true }), "Is staff now.");
    if (factor.enabled) add("Remove second factor", `Remove the second factor of ${user.username}?`, "For whoever has lost the app and the recovery codes. Know first that it is really this user who asks.", (proof) => api.remove(`/users/${user.id}/second-factor/`, { body: proof }), "The password alone logs in again.", true, [passwordField]);
    add("End sessions", `End all sessions of ${user.username}?`, "Whoever uses this account must log in again.", () => api.remove(`/users/${user.id}/sessions/`), "All sessions have ended.", true);
  }
  return actions;
}

function sessionList(rows) {
  if (!rows) return h("p", { class: "quiet" }, "Only a superuser sees them.");
  if (!rows.length) return h("p", { class: "quiet" }, "Not logged in anywhere.");
  return h("ul", { class: "plain" }, rows.map((row) => h("li", null, h("strong", null, row.client_address ?? "this program"),
    h("div", { class: "quiet clip" }, row.client_agent), h("div", { class: "quiet" }, "last used ", time(row.last_used)))));
}

export async function showUser(place, id, isStale) {
  const user = await api.get(`/users/${id}/`);
  const sessions = me.is_superuser ? (await api.page(`/users/${id}/sessions/`)).rows : null;
  const factor = me.is_superuser ? await api.get(`/users/${id}/second-factor/`) : null;
  const orders = (await api.page("/orders/", { user: id, page_size: 5 })).rows;
  const events = (await api.get("/events/", { subject: id, ordering: "-sequence", limit: 200 })).filter(isOfUser);
  const reload = (stale) => showUser(place, id, stale).catch((error) => replace(place, problem(error)));
  const buttons = actionsOf(user, factor).map((action, at) => button(action.text, {
    class: action.danger ? "danger" : at === 0 && "primary",
    onclick: async () => {
      const result = await action.run();
      if (!result) return;
      if (!result.stale) announce(action.done);
      names.delete(user.id);
      await reload(result.stale);
    },
  }));
  replace(place,
    h("p", null, h("a", { class: "back", href: "#/users" }, icon("back"), "Users")),
    h("header", { class: "head" }, h("div", null, h("h1", { tabindex: "-1" }, user.username),
      h("p", { class: "badges" }, badge(user.is_active ? "active" : "inactive"), roleOf(user) && badge("staff", roleOf(user)), user.id === me.id && badge("self", "you"))),
    h("div", { class: "buttons" }, buttons)),
    isStale && notice("warn", icon("warning"), h("p", null, "Somebody else has changed this user since you opened this page. Nothing was done; this is how it is now.")),
    h("div", { class: "columns" },
      h("div", null, card("Profile", facts(
        ["Name", nameOf(user)], ["E-mail", user.email && [user.email, " ", user.email_verified ? badge("verified") : badge("unverified")]], ["Phone", user.phone_no],
        ["Address", user.address && h("span", { class: "lines" }, user.address)], ["Language", user.locale], ["Id", String(user.id)], ["Joined", time(user.date_joined)],
        ["Last login", time(user.last_login)], ["Second factor", factor && (factor.enabled ? "on" : "off")], ["Version", String(user.version)])),
      card("Newest orders", orders.length ? h("ul", { class: "plain" }, orders.map((order) => h("li", null, h("a", { href: `#/orders/${order.id}` }, order.product_name), " ", badge(order.status), h("div", { class: "quiet" }, time(order.order_date)))), h("li", null, h("a", { href: `#/orders?user=${user.id}` }, "All orders"))) : h("p", { class: "quiet" }, "None."))),
      h("div", null, card("Sessions", sessionList(sessions)), card("History", timeline(events)))));
}
