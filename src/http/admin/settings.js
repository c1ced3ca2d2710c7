// SPDX-License-Identifier: MIT
import { api } from "./api.js";
import { ask } from "./dialog.js";
import { announce, badge, button, h, icon, notice, problem, replace } from "./dom.js";
import { me } from "./users.js";

const titleOf = (name) => name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

function durationText(seconds) {
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, each]) => seconds >= each && seconds % each === 0) ?? units[3];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function shown(setting, value = setting.value) {
  if (setting.type === "boolean") return value ? "yes" : "no";
  if (setting.type === "duration") return durationText(value);
  return value === "" ? "(empty)" : String(value);
}

function fieldOf(setting) {
  const shared = { name: "value", label: titleOf(setting.name), help: setting.description, value: setting.value };
  if (setting.type === "boolean") return { ...shared, type: "check" };
  if (setting.type === "choice") return { ...shared, type: "choice", choices: setting.choices.split(" ") };
  if (setting.type === "integer" || setting.type === "duration") {
    return { ...shared, type: "number", min: setting.min, step: 1, required: true, help: `${setting.description}${setting.type === "duration" ? " In seconds." : ""}` };
  }
  return { ...shared, max: setting.max || undefined };
}

async function change(setting, version, reload) {
  const result = await ask({
    title: titleOf(setting.name), action: "Save", fields: [fieldOf(setting)],
    text: `Now ${shown(setting)}; by default ${shown(setting, setting.default)}. Every change is an event.`,
    act: ({ value }) => {
      const isNumber = setting.type === "integer" || setting.type === "duration";
      return api.patch("/settings/", { [setting.name]: isNumber ? Number(value) : value }, { version });
    },
  });
  if (!result) return;
  if (!result.stale) announce("Saved.");
  await reload(result.stale);
}

export async function showSettings(place, query, isStale) {
  const { rows: settings, version } = await api.page("/settings/");
  const reload = (stale) => showSettings(place, null, stale).catch((error) => replace(place, problem(error)));
  const rows = settings.map((setting) => h("tr", null,
    h("th", { scope: "row", "data-label": "Setting" }, h("span", { class: "cell" }, titleOf(setting.name), h("small", { class: "quiet" }, setting.description))),
    h("td", { class: "wide", "data-label": "Value" }, h("span", { class: "cell" }, h("strong", null, shown(setting)), " ", setting.value !== setting.default && badge("changed"))),
    me.is_superuser && h("td", { class: "right" }, button("Change", { "aria-label": `Change ${titleOf(setting.name)}`, onclick: () => change(setting, version, reload) }))));
  replace(place,
    h("header", { class: "head" }, h("h1", { tabindex: "-1" }, "Settings")),
    isStale && notice("warn", icon("warning"), h("p", null, "Somebody else has changed the settings since you opened this page. Nothing was done; this is how they are now.")),
    !me.is_superuser && notice("info", h("p", null, "Only a superuser changes settings.")),
    h("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Settings" }, h("table", { class: "settings" },
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "Setting"), h("th", { scope: "col" }, "Value"), me.is_superuser && h("td"))), h("tbody", null, rows))));
}
