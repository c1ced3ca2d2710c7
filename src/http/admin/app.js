// SPDX-License-Identifier: MIT
// The desk: who is here, where they are, what is shown.
import { forgetCodes, requireSetUp, showAccount } from "./account.js";
import { api } from "./api.js";
import { showDashboard } from "./dashboard.js";
import { button, h, icon, notice, problem, replace } from "./dom.js";
import { showEvents } from "./events.js";
import { shop } from "./format.js";
import { showLogin } from "./login.js";
import { showOrder, showOrders } from "./orders.js";
import { showPayment, showPayments } from "./payments.js";
import { showSettings } from "./settings.js";
import { me, showUser, showUsers } from "./users.js";

const desk = document.getElementById("desk");
const rooms = [
  { name: "home", text: "Dashboard", list: showDashboard },
  { name: "orders", text: "Orders", list: showOrders, one: showOrder },
  { name: "payments", text: "Payments", list: showPayments, one: showPayment },
  { name: "users", text: "Users", list: showUsers, one: showUser },
  { name: "events", text: "Events", list: showEvents },
  { name: "settings", text: "Settings", list: showSettings },
  { name: "account", text: "Your account", list: showAccount, isAside: true },
];

let main = null;
let isFirst = true;

function place() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, id] = path.split("/");
  const room = rooms.find((each) => each.name === name) ?? rooms[0];
  return { room, id, values: Object.fromEntries(new URLSearchParams(query ?? "")) };
}

async function show() {
  if (!main) return;
  forgetCodes();
  const { room, id, values } = place();
  for (const link of document.querySelectorAll("[data-room]")) {
    if (link.dataset.room === room.name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${id ? `${room.text} ${id}` : room.text} – ${shop.name}`;
  const content = h("div", { class: "content" });
  main.setAttribute("aria-busy", "true");
  try {
    replace(main, content);
    window.scrollTo(0, 0);
    await (id && room.one ? room.one(content, id) : room.list(content, values));
  } catch (error) {
    if (main) replace(content, h("h1", { tabindex: "-1" }, room.text), error.status === 404 ? notice("info", h("p", null, "There is no such thing, or you may not see it.")) : problem(error));
  }
  if (!main) return;
  main.removeAttribute("aria-busy");
  // Where the reader's attention goes after a change of place; not when the page has just opened.
  if (!isFirst && content.isConnected && !content.contains(document.activeElement)) content.querySelector("h1")?.focus({ preventScroll: true });
  isFirst = false;
}

function leave(reason) {
  main = null;
  forgetCodes();
  me.id = 0;
  isFirst = true;
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.remove(); // First: one that waits for its action would open again.
    dialog.close();
  }
  showLogin(desk, enter, reason);
}

async function logOut() {
  await api.logout().catch(() => {}); // The session is forgotten here whatever becomes of it there.
  leave();
}

function shell(user) {
  const nav = h("nav", { "aria-label": "Rooms" }, h("ul", null, rooms.filter((room) => !room.isAside).map((room) => h("li", null, h("a", { href: `#/${room.name === "home" ? "" : room.name}`, "data-room": room.name }, icon(room.name), h("span", null, room.text))))));
  main = h("main", { id: "main", tabindex: "-1" });
  const skip = h("a", { class: "skip", href: "#main" }, "Skip to the content");
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  replace(desk, skip,
    h("div", { class: "shell" },
      h("header", { class: "side" }, h("div", { class: "brand" }, h("span", { class: "mark", "aria-hidden": "true" }), h("span", { class: "clip" }, shop.name)), nav,
        h("div", { class: "who" }, h("a", { class: "clip", href: "#/account", "data-room": "account" }, user.username), button("Log out", { class: "ghost", onclick: logOut }, "leave"))),
      main));
}

async function enter() {
  const [self, factor] = await Promise.all([api.self(), api.secondFactor()]);
  if (factor.required && !factor.enabled) {
    main = null;
    requireSetUp(desk, begin, logOut);
    return;
  }
  let user;
  try {
    user = await api.get(`/users/${self.pk}/`);
  } catch (error) {
    if (error.status !== 403) throw error;
    await api.logout();
    error.message = "The desk is for staff. Ask a superuser.";
    throw error;
  }
  Object.assign(me, { id: user.id, is_superuser: user.is_superuser });
  const settings = Object.fromEntries((await api.get("/settings/")).map((setting) => [setting.name, setting.value]));
  Object.assign(shop, { name: settings.shop_name, zone: settings.time_zone, currency: settings.currency });
  shell(user);
  await show();
}

api.onLogout = () => leave("Your session has ended. Log in again.");
// The shop has begun to ask for one while somebody is at work.
api.onSecondFactor = () => {
  if (!main) return;
  main = null;
  forgetCodes();
  begin();
};
window.addEventListener("hashchange", show);

async function begin() {
  try {
    await api.open();
    if (api.isLoggedIn) await enter();
    else leave();
  } catch (error) {
    // A session that is over has its login already, and whoever is no staff gets one.
    if (error.status === 401) return;
    if (!api.isLoggedIn && error.status === 403) leave(error.message);
    else replace(desk, h("main", { class: "login" }, problem(error), button("Try again", { class: "primary", onclick: begin })));
  }
}
await begin();
