// SPDX-License-Identifier: MIT
// Bars a day, drawn as SVG, with the same figures as a table for whoever reads or listens.
import { h, svg } from "./dom.js";
import { shortDay } from "./format.js";

const width = 380;
const height = 150;
const left = 2;
const bottom = 22;
const top = 20;

// Values are only compared here; what is shown and said is `format`'s.
export function barChart({ title, days, values, format, tone }) {
  const numbers = values.map(Number);
  const peak = Math.max(...numbers, 0);
  const step = (width - left * 2) / days.length;
  const room = height - bottom - top;
  const bars = days.map((day, i) => {
    const size = peak > 0 ? Math.max(numbers[i] > 0 ? 3 : 0, (numbers[i] / peak) * room) : 0;
    const x = left + i * step + step * 0.14;
    return svg("g", null, svg("title", null, `${shortDay(day)}: ${format(values[i])}`),
      svg("rect", { class: "slot", x, y: top, width: step * 0.72, height: room, rx: 3 }),
      size > 0 && svg("rect", { class: `bar ${tone}`, x, y: top + room - size, width: step * 0.72, height: size, rx: 3 }));
  });
  const every = Math.ceil(days.length / 4);
  const labels = days.map((day, i) => (days.length - 1 - i) % every === 0 && svg("text", { class: "axis", x: left + (i + 1) * step - step * 0.14, y: height - 6, "text-anchor": "end" }, shortDay(day)));
  const drawing = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${title}, by day; the figures follow as a table` },
    bars, labels, peak > 0 && svg("text", { class: "peak", x: width - left, y: 14, "text-anchor": "end" }, `at most ${format(values[numbers.indexOf(peak)])}`));
  const rows = days.map((day, i) => h("tr", null, h("th", { scope: "row" }, shortDay(day)), h("td", { class: "right" }, format(values[i])))).reverse();
  return h("figure", null, h("figcaption", null, title), drawing,
    h("details", null, h("summary", null, "Figures"), h("table", { class: "figures" }, h("thead", null, h("tr", null, h("th", { scope: "col" }, "Day"), h("th", { scope: "col", class: "right" }, title))), h("tbody", null, rows))));
}
