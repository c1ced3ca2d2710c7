// SPDX-License-Identifier: MIT
// Every action asks first, in a dialog that also says what went wrong. Esc is no.
import { h, problem, replace } from "./dom.js";

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

// Asks, then runs `act(values)`; while it fails the dialog stays and says why. Resolves to what act
// answered, or to undefined when nobody wants it any more.
export function ask({ title, text, fields = [], action, danger = false, act }) {
  return new Promise((resolve) => {
    count += 1;
    const id = `dialog-${count}`;
    const before = document.activeElement;
    const errors = h("div", null);
    const yes = h("button", { type: "submit", class: danger ? "danger" : "primary" }, action);
    const no = h("button", { type: "button" }, "Not now");
    const form = h("form", { method: "dialog" }, h("h2", { id }, title), text && h("p", null, text), fields.map(labelled), errors,
      h("div", { class: "buttons" }, no, yes));
    const dialog = h("dialog", { "aria-labelledby": id }, form);
    let result;
    no.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (yes.disabled) return;
      yes.disabled = true;
      dialog.setAttribute("aria-busy", "true");
      replace(errors);
      try {
        result = (await act(valuesOf(form))) ?? true;
        dialog.close();
      } catch (error) {
        if (error.status === 412) {
          result = { stale: true };
          dialog.close();
          return;
        }
        replace(errors, problem(error));
      } finally {
        yes.disabled = false;
        dialog.removeAttribute("aria-busy");
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    (form.querySelector(".field input, .field select, .field textarea") ?? (danger ? no : yes)).focus();
  });
}
