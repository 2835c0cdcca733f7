// Wakes the page: what stands on it without scripts stays readable, in print too.

function switchScheme() {
  const root = document.documentElement;
  const dark = () => (root.dataset.scheme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const button = html("button", { type: "button", class: "scheme" });
  const name = () => { button.textContent = dark() ? "Light" : "Dark"; };
  button.addEventListener("click", () => { root.dataset.scheme = dark() ? "light" : "dark"; name(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
  document.querySelector("header").prepend(button);
}

// What is folded up on the screen is unfolded on paper.
function unfold() {
  const folded = () => [...document.querySelectorAll("details:not([open])")];
  let opened = [];
  addEventListener("beforeprint", () => { opened = folded(); for (const one of opened) one.open = true; });
  addEventListener("afterprint", () => { for (const one of opened) one.open = false; });
}

switchScheme();
unfold();
for (const table of document.querySelectorAll("table")) sortable(table);
const charts = carried("charts") || {};
for (const figure of document.querySelectorAll("figure[data-chart]")) {
  if (charts[figure.dataset.chart]) liveChart(figure, charts[figure.dataset.chart]);
}
const record = carried("record");
if (record && record.runs.length) replay(document.getElementById("stage"), record);
document.documentElement.dataset.awake = "yes";
