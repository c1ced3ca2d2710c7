// SPDX-License-Identifier: MIT
// Elements made by hand: no text ever becomes markup.

const svgNamespace = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.setAttribute("class", value);
    else if (name === "value" || name === "checked" || name === "selected" || name === "indeterminate") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

export function h(tag, properties, ...children) {
  return fill(document.createElement(tag), properties, children);
}

export function svg(tag, properties, ...children) {
  return fill(document.createElementNS(svgNamespace, tag), properties, children);
}

export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

const strokes = {
  home: "M4 11.5 12 5l8 6.5M6 10v9h4.5v-5h3v5H18v-9",
  orders: "M5 7h14l-1.2 12H6.2L5 7Zm4 0a3 3 0 0 1 6 0",
  payments: "M3.5 7.5h17v10h-17v-10Zm0 3.5h17M7 14.5h3",
  users: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5.5 8a5.5 5.5 0 0 1 11 0M15.5 5.4a3 3 0 0 1 0 5.2M17 13.8a5.5 5.5 0 0 1 3.5 5.2",
  events: "M12 7.5V12l3 2M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Z",
  settings: "M5 7h8m4 0h2M5 17h2m4 0h8M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM9 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  leave: "M14 5h-8v14h8M11 12h9m-3-3 3 3-3 3",
  search: "M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12Zm4.5-1.5L20 20",
  save: "M12 4v10m-4-4 4 4 4-4M5 19h14",
  refresh: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4",
  back: "M14 6l-6 6 6 6",
  warning: "M12 9v4m0 3v.1M12 4 3.5 19h17L12 4Z",
};

export function icon(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, svg("path", { d: strokes[name] }));
}

// Told to screen readers, and shown for a moment.
export function announce(text) {
  const news = document.getElementById("news");
  news.textContent = "";
  requestAnimationFrame(() => { news.textContent = text; });
  const toast = h("div", { class: "toast", "aria-hidden": "true" }, text);
  document.body.append(toast);
  setTimeout(() => toast.remove(), 4000);
}

export function notice(kind, ...children) {
  return h("div", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : undefined }, children);
}

// What went wrong, in the shop's own words.
export function problem(error) {
  const fields = error.fields ? Object.entries(error.fields) : [];
  const lines = fields.flatMap(([field, messages]) => [messages].flat().map((message) => {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    return h("li", null, field === "non_field_errors" ? text : `${field}: ${text}`);
  }));
  const shown = lines.length > 1 ? h("ul", null, lines) : h("p", null, lines[0]?.textContent ?? error.message);
  return notice("bad", icon("warning"), shown);
}

export function badge(state, text = state) {
  return h("span", { class: `badge ${state}` }, text);
}

export function button(text, properties, name) {
  return h("button", { type: "button", ...properties }, name && icon(name), text);
}

// A list of terms with what they are; empty ones are left out.
export function facts(...pairs) {
  return h("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([term, value]) =>
    h("div", null, h("dt", null, term), h("dd", null, value))));
}

export function card(title, ...children) {
  return h("section", { class: "card" }, title && h("h2", null, title), children);
}
