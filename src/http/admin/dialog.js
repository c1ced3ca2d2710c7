// SPDX-License-Identifier: MIT
// Every action asks first, in a dialog that also says what went wrong. Esc is no, until the action runs.
import { announce, h, problem, replace } from "./dom.js";

let count = 0;

function control(field, id) {
  const shared = { id, name: field.name, required: field.required, "aria-describedby": field.help ? `${id}-help` : undefined };
  if (field.type === "choice") {
    return h("select", shared, field.choices.map((choice) => {
      const [value, text] = Array.isArray(choice) ? choice : [choice, choice];
      return h("option", { value, selected: value === field.value }, text);
    }));
  }
  if (field.type === "area") return h("textarea", { ...shared, rows: 3, maxlength: field.max, value: field.value ?? "" });
  if (field.type === "check") return h("input", { ...shared, type: "checkbox", checked: Boolean(field.value) });
  return h("input", {
    ...shared, type: field.type ?? "text", value: field.value ?? "", maxlength: field.max, pattern: field.pattern,
    inputmode: field.inputmode, autocomplete: field.autocomplete ?? "off", title: field.title, min: field.min, step: field.step,
  });
}

// A field with its label and help.
export function labelled(field) {
  count += 1;
  const id = `field-${count}`;
  const input = control(field, id);
  const help = field.help && h("small", { id: `${id}-help` }, field.help);
  const label = h("label", { for: id }, field.label);
  return h("div", { class: field.type === "check" ? "field check" : "field" }, field.type === "check" ? [input, label] : [label, input], help);
}

export function valuesOf(form) {
  const values = {};
  for (const element of form.elements) {
    if (!element.name) continue;
    values[element.name] = element.type === "checkbox" ? element.checked : element.value;
  }
  return values;
}

// What proves that it is still the one who has logged in.
export const passwordField = { name: "password", label: "Your password", type: "password", required: true, autocomplete: "current-password" };

// Asks, then runs `act(values)`; while it fails the dialog stays and says why. Nobody gets out while
// it runs: who opened the dialog anew would send the same thing as another one. Resolves to what act
// answered, or to undefined when nobody wants it any more.
export function ask({ title, text, fields = [], action, danger = false, act }) {
  return new Promise((resolve) => {
    count += 1;
    const id = `dialog-${count}`;
    const before = document.activeElement;
    const errors = h("div", null);
    const yes = h("button", { type: "submit", class: danger ? "danger" : "primary" }, action);
    const no = h("button", { type: "button" }, "Not now");
    const form = h("form", { method: "dialog", tabindex: "-1" }, h("h2", { id }, title), text && h("p", null, text), fields.map(labelled), errors,
      h("div", { class: "buttons" }, no, yes));
    const dialog = h("dialog", { "aria-labelledby": id }, form);
    let result;
    let isRunning = false;
    const setRunning = (value) => {
      isRunning = yes.disabled = no.disabled = value;
      if (value) {
        dialog.setAttribute("aria-busy", "true");
        form.focus(); // Which the buttons have just lost.
      } else {
        dialog.removeAttribute("aria-busy");
      }
    };
    no.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (isRunning) return;
      setRunning(true);
      replace(errors);
      try {
        result = (await act(valuesOf(form))) ?? true;
      } catch (error) {
        if (error.status === 412) result = { stale: true };
        else if (dialog.isConnected) replace(errors, problem(error));
        else announce(`${title} ${error.message}`); // The session ended meanwhile, and the dialog with it.
      }
      setRunning(false);
      if (result) dialog.close();
      else yes.focus();
    });
    dialog.addEventListener("keydown", (event) => {
      if (isRunning && event.key === "Escape") event.preventDefault();
    });
    dialog.addEventListener("cancel", (event) => {
      if (isRunning) event.preventDefault();
    });
    dialog.addEventListener("close", () => {
      // By another way out than Esc, such as a phone's gesture: the second of those closes whatever
      // becomes of `cancel`.
      if (isRunning && dialog.isConnected) {
        dialog.showModal();
        return;
      }
      dialog.remove();
      before?.focus?.();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    (form.querySelector(".field input, .field select, .field textarea") ?? (danger ? no : yes)).focus();
  });
}
