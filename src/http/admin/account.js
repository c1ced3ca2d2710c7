// SPDX-License-Identifier: MIT
// One's own account: the second factor, set up, renewed and removed by whoever it protects.
import { api } from "./api.js";
import { ask, labelled, passwordField, valuesOf } from "./dialog.js";
import { announce, badge, button, card, facts, h, icon, notice, problem, replace } from "./dom.js";
import { time } from "./format.js";
import { qrCode } from "./qr.js";
import { me } from "./users.js";

// "abcd efgh": what is typed is read in groups of four.
const grouped = (secret) => secret.match(/.{1,4}/g).join(" ");

// The secret of a new factor. Right after a login nobody has to say his password again.
async function begin() {
  try {
    return await api.beginSecondFactor({});
  } catch (error) {
    if (!error.fields?.password) throw error;
  }
  return ask({ title: "Is it you?", text: "Your login is some time ago.", action: "Continue", fields: [passwordField], act: (proof) => api.beginSecondFactor(proof) });
}

// The address of the codes as a file: as long as it lives the browser keeps them.
let codesFile = "";

// Whoever takes the recovery codes from the page calls this, too.
export function forgetCodes() {
  URL.revokeObjectURL(codesFile);
  codesFile = "";
}

// Recovery codes are shown this once; `done` when they are kept.
function showCodes(place, codes, done) {
  forgetCodes();
  codesFile = URL.createObjectURL(new Blob([`${codes.join("\n")}\n`], { type: "text/plain" }));
  const kept = button("I have kept them", { class: "primary", onclick: () => { forgetCodes(); return done(); } });
  replace(place, card("Your recovery codes",
    h("p", null, "Each logs you in once, in place of a code of your app. Print them or keep them where you keep passwords: they are not shown again."),
    h("ol", { class: "codes" }, codes.map((code) => h("li", null, h("code", null, code)))),
    h("div", { class: "buttons" }, kept, h("a", { class: "button", href: codesFile, download: "recovery-codes.txt" }, icon("save"), "Save as a file"))));
  kept.focus();
}

// Shows what the app needs, takes its first code, shows the recovery codes, calls `done`.
export async function setUp(place, done) {
  const setup = await begin();
  if (!setup) return;
  const errors = h("div");
  const submit = h("button", { type: "submit", class: "primary" }, "Confirm");
  const form = h("form", { class: "setup" },
    labelled({ name: "code", label: "The code that the app shows now", required: true, autocomplete: "one-time-code", inputmode: "numeric", max: 20 }), errors, h("div", { class: "buttons" }, submit));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    replace(errors);
    try {
      const { recovery_codes: codes } = await api.confirmSecondFactor(valuesOf(form).code);
      announce("The second factor is on.");
      showCodes(place, codes, done);
    } catch (error) {
      replace(errors, problem(error));
      form.querySelector("input").select();
    } finally {
      submit.disabled = false;
    }
  });
  const code = qrCode(setup.uri, "QR code of the link below");
  replace(place, card("Add the shop to your authenticator app",
    h("p", null, `${code ? "Scan this code with the app. " : ""}On a phone open the link; elsewhere add an account by hand and type the key. It is shown this once.`),
    code, facts(["Key", h("code", { class: "secret" }, grouped(setup.secret))], ["Link", h("a", { class: "uri", href: setup.uri }, setup.uri)]), form));
  form.querySelector("input").focus();
}

async function renew(place, reload) {
  const result = await ask({
    title: "Make new recovery codes?", action: "Make new ones", text: "The old ones count no more.", fields: [passwordField], act: (proof) => api.renewRecoveryCodes(proof),
  });
  if (result) showCodes(place, result.recovery_codes, reload);
}

async function remove(reload) {
  const result = await ask({
    title: "Remove your second factor?", action: "Remove it", danger: true, text: "Your password alone then logs in.", fields: [passwordField], act: (proof) => api.removeSecondFactor(proof),
  });
  if (!result) return;
  announce("The second factor is off.");
  await reload();
}

export async function showAccount(place) {
  const [self, factor] = await Promise.all([api.self(), api.secondFactor()]);
  const reload = () => showAccount(place).catch((error) => replace(place, problem(error)));
  const body = h("div");
  const start = () => setUp(body, reload).catch((error) => replace(body, problem(error)));
  replace(body, card("Second factor",
    h("p", null, badge(factor.enabled ? "active" : "inactive", factor.enabled ? "on" : "off")),
    factor.enabled
      ? facts(["Since", time(factor.enabled_since)], ["Recovery codes left", String(factor.recovery_codes_left)])
      : h("p", null, "A code of an app on your phone, asked for after your password: who learns the password does not get in."),
    factor.enabled && factor.recovery_codes_left < 3 && notice("warn", icon("warning"), h("p", null, "Make new recovery codes before the last one is used.")),
    h("div", { class: "buttons" }, factor.enabled
      ? [button("New recovery codes", { onclick: () => renew(body, reload) }), button("Remove", { class: "danger", "aria-label": "Remove the second factor", onclick: () => remove(reload) })]
      : button("Set it up", { class: "primary", onclick: start }))));
  replace(place,
    h("header", { class: "head" }, h("h1", { tabindex: "-1" }, "Your account"), h("div", { class: "buttons" }, h("a", { class: "button", href: `#/users/${me.id}` }, "Profile and sessions"))),
    h("p", { class: "quiet" }, `Logged in as ${self.username}.`), body);
}

// For staff who must have one and do not: nothing else is there until they do.
export function requireSetUp(desk, done, leave) {
  const body = h("div");
  const intro = () => replace(body, button("Set it up", { class: "primary wide", onclick: () => setUp(body, done).catch((error) => { intro(); body.prepend(problem(error)); }) }));
  intro();
  replace(desk, h("main", { class: "login" }, h("div", { class: "required" }, h("h1", null, "A second factor, please"),
    h("p", { class: "quiet" }, "The shop asks its staff for a code of an authenticator app beside the password. Set it up to go on."), body,
    button("Log out", { onclick: leave }, "leave"))));
  document.title = "Second factor – Desk";
  body.querySelector("button").focus();
}
