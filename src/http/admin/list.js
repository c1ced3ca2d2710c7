// SPDX-License-Identifier: MIT
// A list as every noun has it: filters kept in the address, pages by cursor, rows to choose, export.
import { api } from "./api.js";
import { labelled, valuesOf } from "./dialog.js";
import { announce, button, h, problem, replace } from "./dom.js";
import { exportRows } from "./export.js";
import { number } from "./format.js";

const pageSize = 50;

function hashOf(base, values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "" && value !== undefined && value !== false));
  const text = query.toString();
  return text ? `${base}?${text}` : base;
}

function filterForm(base, filters, values) {
  const fields = filters.map((filter) => labelled({ ...filter, value: values[filter.name] ?? "" }));
  const reset = h("a", { class: "button", href: base }, "Clear");
  const form = h("form", { class: "filters", role: "search" }, fields,
    h("div", { class: "buttons" }, button("Search", { type: "submit", class: "primary" }, "search"), Object.keys(values).length > 0 && reset));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.hash = hashOf(base, valuesOf(form));
  });
  for (const select of form.querySelectorAll("select")) select.addEventListener("change", () => form.requestSubmit());
  return form;
}

function cellOf(column, row) {
  return h("td", { class: column.class, "data-label": column.name }, h("span", { class: "cell" }, column.cell(row)));
}

// {title, base: "#/orders", path, columns, filters, values, query(values), csv, bulk(rows, reload)}
export function listView(place, config) {
  const chosen = new Map();
  const query = { ...config.query(config.values), page_size: pageSize };
  const body = h("tbody");
  const more = h("div", { class: "more" });
  const errors = h("div");
  const bulk = h("div", { class: "bulk hidden", role: "group", "aria-label": "Chosen rows" });
  const hasBulk = Boolean(config.bulk);
  let count = 0;

  const showBulk = () => {
    bulk.classList.toggle("hidden", chosen.size === 0);
    if (chosen.size > 0) replace(bulk, h("strong", null, `${number(chosen.size)} chosen`), config.bulk([...chosen.values()], reload));
  };
  const choose = (row, box) => {
    if (box.checked) chosen.set(row.id, row);
    else chosen.delete(row.id);
    showBulk();
  };
  const rowOf = (row) => {
    const box = hasBulk && h("input", { type: "checkbox", "aria-label": `Choose ${row.id}` });
    if (box) box.addEventListener("change", () => choose(row, box));
    return h("tr", null, hasBulk && h("td", { class: "choose" }, box), config.columns.map((column) => cellOf(column, row)));
  };
  const all = hasBulk && h("input", { type: "checkbox", "aria-label": "Choose all that are shown" });
  if (all) {
    all.addEventListener("change", () => {
      for (const box of body.querySelectorAll("td.choose input")) {
        if (box.checked !== all.checked) box.click();
      }
    });
  }
  const table = h("table", null,
    h("thead", null, h("tr", null, hasBulk && h("th", { class: "choose", scope: "col" }, all),
      config.columns.map((column) => h("th", { scope: "col", class: column.class }, column.name)))), body);

  async function load(from) {
    table.setAttribute("aria-busy", "true");
    replace(errors);
    try {
      const { rows, next } = await api.page(config.path, from);
      body.append(...rows.map(rowOf));
      count += rows.length;
      const said = count === 0 ? "Nothing here." : next ? `${number(count)} shown; there are more.` : `${number(count)} in all.`;
      const show = next && button("Show more", { onclick: async () => { await load({ ...query, ...next }); body.rows[count - 1]?.querySelector("a")?.focus(); } });
      replace(more, h("p", { class: "quiet" }, said), show);
      announceCount(said);
    } catch (error) {
      replace(errors, problem(error));
    }
    table.removeAttribute("aria-busy");
  }
  function announceCount(text) {
    document.getElementById("news").textContent = text;
  }
  async function reload() {
    chosen.clear();
    showBulk();
    body.replaceChildren();
    count = 0;
    await load(query);
  }

  const save = button("Export", {
    onclick: () => exportRows(config.title.toLowerCase(), config.path, { ...query, page_size: 100 }, config.csv).then((rows) => rows !== undefined && announce(`${number(rows)} rows exported.`)),
  }, "save");
  replace(place,
    h("header", { class: "head" }, h("h1", { tabindex: "-1" }, config.title), h("div", { class: "buttons" }, config.extra, save)),
    filterForm(config.base, config.filters, config.values), bulk, errors,
    h("div", { class: "table", tabindex: "0", role: "region", "aria-label": config.title }, table), more);
  return load(query);
}
