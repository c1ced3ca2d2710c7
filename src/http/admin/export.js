// SPDX-License-Identifier: MIT
// CSV, page by page, with progress and a way out. A cell that a spreadsheet would run stays text, by the
// same rule as till-server's `--format csv`.
import { api } from "./api.js";
import { button, h, problem, replace } from "./dom.js";
import { number } from "./format.js";

const plainNumber = /^-?\d+(\.\d+)?$/;

function cellText(value) {
  let text = value === null || value === undefined ? "" : String(value);
  if (/^[=+\-@\t\r\n]/.test(text) && !plainNumber.test(text)) text = `'${text}`;
  return /[",\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function lineOf(values) {
  return `${values.map(cellText).join(",")}\r\n`;
}

function download(name, parts) {
  // The mark at the front tells spreadsheets that it is UTF-8.
  const url = URL.createObjectURL(new Blob(["\ufeff", ...parts], { type: "text/csv" }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

// columns: {heading: (row) => value}. Resolves to the number of rows; undefined: stopped.
export function exportRows(name, path, query, columns) {
  return new Promise((resolve) => {
    const stop = new AbortController();
    const bar = h("progress", { "aria-label": "Export" });
    const said = h("p", { role: "status" }, "Starting …");
    const errors = h("div");
    const leave = button("Stop", { onclick: () => dialog.close() });
    const dialog = h("dialog", { "aria-label": `Export ${name}` }, h("h2", null, `Export ${name}`), bar, said, errors, h("div", { class: "buttons" }, leave));
    let result;
    dialog.addEventListener("close", () => {
      stop.abort();
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    (async () => {
      const parts = [lineOf(Object.keys(columns))];
      let rows = 0;
      for (let next = query; next;) {
        const page = await api.page(path, next, stop.signal);
        parts.push(page.rows.map((row) => lineOf(Object.values(columns).map((read) => read(row)))).join(""));
        rows += page.rows.length;
        said.textContent = `${number(rows)} rows …`;
        next = page.next && { ...query, ...page.next };
      }
      download(`${name}-${new Date().toISOString().slice(0, 10)}.csv`, parts);
      result = rows;
      dialog.close();
    })().catch((error) => {
      if (error.name === "AbortError") return;
      bar.remove();
      leave.textContent = "Close";
      replace(errors, problem(error));
    });
  });
}
