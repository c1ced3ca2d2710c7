// SPDX-License-Identifier: MIT
import { api } from "./api.js";
import { labelled, valuesOf } from "./dialog.js";
import { h, problem, replace } from "./dom.js";

function screen(title, text, fields, action, act) {
  const errors = h("div", null);
  const submit = h("button", { type: "submit", class: "primary wide" }, action);
  const form = h("form", null, h("h1", null, title), h("p", { class: "quiet" }, text), fields.map(labelled), errors, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    replace(errors);
    try {
      await act(valuesOf(form));
    } catch (error) {
      replace(errors, problem(error));
      form.querySelector("input[type=password], input").select();
    } finally {
      submit.disabled = false;
    }
  });
  return form;
}

// Shows the login; calls `done` once somebody is in.
export function showLogin(place, done, reason) {
  const main = h("main", { class: "login" });
  replace(place, main);
  const second = ({ challenge }) => {
    const form = screen("One more step", "Enter the code of your authenticator, or one of your recovery codes.",
      [{ name: "code", label: "Code", required: true, autocomplete: "one-time-code", max: 40 }], "Continue",
      async ({ code }) => {
        try {
          await api.second(challenge, code.trim());
        } catch (error) {
          // A challenge lives five minutes.
          if (error.status !== 401) throw error;
          showLogin(place, done, error.message);
          return;
        }
        await done();
      });
    replace(main, form);
    form.querySelector("input").focus();
  };
  const first = screen("Welcome back", reason ?? "Log in to run the shop.",
    [
      { name: "username", label: "User name", required: true, autocomplete: "username", max: 150 },
      { name: "password", label: "Password", type: "password", required: true, autocomplete: "current-password" },
    ], "Log in",
    async ({ username, password }) => {
      const answer = await api.login(username, password);
      if (answer.challenge) second(answer);
      else await done();
    });
  replace(main, first);
  document.title = "Log in – Desk";
  first.querySelector("input").focus();
}
