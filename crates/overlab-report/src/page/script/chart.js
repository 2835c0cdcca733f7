// Charts that answer: values under the pointer or the arrow keys, overlays that can be put away, axes that can be bent.

const WIDTH = 820;
const LEFT = 76;
const RIGHT = 18;

// Puts a live chart in front of the picture of `figure`.
function liveChart(figure, chart) {
  const state = { hidden: new Set(), x: chart.x.logarithmic === true, y: false, at: null };
  const names = [...new Set(chart.series.map((series) => series.label))];
  const place = html("div", { class: "chart" });
  const tip = html("div", { class: "tip", hidden: true });
  const said = html("p", { class: "unseen", "aria-live": "polite" });
  const stage = html("div", { class: "stage" }, place, tip);
  const redraw = () => {
    state.drawn = draw(chart, state, figure);
    place.replaceChildren(state.drawn.root);
    follow(chart, state, tip, said);
  };
  const controls = html("div", { class: "controls" });
  for (const name of names) {
    const look = chart.series.find((series) => series.label === name).look;
    const button = html("button", { type: "button", "aria-pressed": "true", class: "overlay" }, sample(look, chart.mark), name);
    button.addEventListener("click", () => {
      if (state.hidden.has(name)) state.hidden.delete(name);
      else state.hidden.add(name);
      button.setAttribute("aria-pressed", String(!state.hidden.has(name)));
      redraw();
    });
    controls.append(button);
  }
  const option = (text, value, change) => {
    const box = html("input", { type: "checkbox" });
    box.checked = value;
    box.addEventListener("change", () => change(box.checked));
    controls.append(html("label", { class: "option" }, box, text));
  };
  if (chart.x.bends) option("logarithmic x", state.x, (on) => { state.x = on; redraw(); });
  option("logarithmic y", state.y, (on) => { state.y = on; redraw(); });
  option("picture", false, (on) => figure.classList.toggle("pictured", on));
  figure.prepend(controls, stage, said);
  figure.classList.add("live");

  place.addEventListener("pointermove", (event) => {
    const box = place.getBoundingClientRect();
    const unit = WIDTH / box.width;
    state.at = nearest(chart, state, (event.clientX - box.left) * unit, (event.clientY - box.top) * unit);
    follow(chart, state, tip, said);
  });
  place.addEventListener("pointerleave", () => { state.at = null; follow(chart, state, tip, said); });
  place.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (event.key === "Escape") state.at = null;
    else if (step) {
      const stops = state.drawn.stops;
      const index = state.at === null ? (step > 0 ? -1 : stops.length) : stops.indexOf(state.at);
      state.at = stops[Math.max(0, Math.min(stops.length - 1, index + step))];
    } else return;
    event.preventDefault();
    follow(chart, state, tip, said);
  });
  redraw();
}

// A piece of what an overlay looks like, for its button.
function sample(look, mark) {
  const key = shape("svg", { width: 30, height: 14, viewBox: "0 0 30 14", "aria-hidden": "true", class: "key" });
  if (mark === "bar") key.append(shape("rect", { x: 1, y: 1, width: 28, height: 12, class: `bar hatch${look.hatch}`, ...coloured(look) }));
  else key.append(shape("path", { d: "M0 7H30", class: "curve", ...coloured(look), ...dashed(look) }), marker(look, 15, 7));
  return key;
}

function coloured(look) {
  return { "data-look": look.colour };
}

function dashed(look) {
  return { "stroke-dasharray": look.dash.join(" ") };
}

function marker(look, x, y) {
  const r = 4;
  const paths = [
    `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
    `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
    `M${x} ${y - 1.2 * r}L${x + 1.2 * r} ${y + r}H${x - 1.2 * r}z`,
    `M${x} ${y - 1.3 * r}L${x + 1.3 * r} ${y}L${x} ${y + 1.3 * r}L${x - 1.3 * r} ${y}z`,
    `M${x - r} ${y - r}l${2 * r} ${2 * r}M${x - r} ${y + r}l${2 * r} ${-2 * r}`,
    `M${x - r} ${y}h${2 * r}M${x} ${y - r}v${2 * r}`,
  ];
  return shape("path", { d: paths[look.marker], class: "marker", ...coloured(look) });
}

// Draws the chart as it is to be now; tells where values are.
function draw(chart, state, figure) {
  const series = chart.series.filter((one) => !state.hidden.has(one.label));
  const bars = chart.mark === "bar";
  const flat = series.flatMap((one) => one.points.filter(Boolean));
  const across = chart.x.names
    ? [-0.5, chart.x.names.length - 0.5]
    : bars
      ? [Math.min(...flat.map((point) => point[0]), 0) - 0.5, Math.max(...flat.map((point) => point[0]), 1) + 0.5]
      : chart.x.from !== undefined && !state.x
        ? [chart.x.from, chart.x.to]
        : span(flat.flatMap((point) => (chart.across ? [point[0], point[2], point[3]] : [point[0]])), { zero: chart.across, logarithmic: state.x });
  const x = scale(across[0], across[1], state.x, LEFT, WIDTH - RIGHT);
  const named = eventRows(chart.events || [], x);
  let top = 14 + 17 * named.rows;
  const root = shape("svg", {
    role: "group", tabindex: 0, "aria-label": `${figure.dataset.title}; arrow keys read values`,
  });
  const panels = chart.panels.map((panel, index) => {
    const mine = series.filter((one) => one.panel === index);
    const values = mine.flatMap((one) => one.points.filter(Boolean).flatMap((point) => (chart.across ? [point[1]] : [point[1], point[2], point[3]])));
    const logarithmic = state.y && values.some((value) => value > 0);
    const range = span(values, { share: panel.share, zero: panel.zero && !logarithmic, logarithmic });
    if (panel.share && !logarithmic) range[1] = Math.min(range[1], 1.03);
    const bottom = top + panel.height;
    const y = scale(range[0], range[1], logarithmic, bottom, top);
    const last = index + 1 === chart.panels.length;
    const drawn = { panel, mine, top, bottom, y: (value) => (logarithmic && value <= 0 ? bottom : Math.max(top, Math.min(bottom, y(value)))) };
    axes(root, chart, drawn, { x, across, logarithmic, range, bent: state.x, last });
    if (bars) drawBars(root, drawn, x);
    else drawCurves(root, chart, drawn, (value) => (state.x && value <= 0 ? LEFT : Math.max(LEFT, Math.min(WIDTH - RIGHT, x(value)))));
    top = bottom + (last ? 50 : 18);
    return drawn;
  });
  for (const { at, end, name, row } of named.places) {
    root.append(
      shape("path", { d: `M${at} ${14 + 17 * named.rows}V${14 + 17 * (named.rows - 1 - row)}`, class: "event" }),
      shape("text", { x: at + (end ? -4 : 4), y: 10 + 17 * (named.rows - row), class: "name", "text-anchor": end ? "end" : "start" }, name),
    );
  }
  root.append(shape("g", { class: "cross" }));
  root.setAttribute("viewBox", `0 0 ${WIDTH} ${top}`);
  const stops = [...new Set(flat.map((point) => (chart.across ? point[1] : point[0])))].sort((a, b) => a - b);
  return { root, panels, x, stops };
}

function axes(root, chart, { panel, top, bottom, y }, { x, across, logarithmic, range, bent, last }) {
  for (const value of roundValues(range[0], range[1], logarithmic, panel.height < 130 ? 3 : 5)) {
    root.append(
      shape("path", { d: `M${LEFT} ${y(value)}H${WIDTH - RIGHT}`, class: "grid" }),
      shape("text", { x: LEFT - 8, y: y(value) + 5, class: "tick", "text-anchor": "end" }, brief(value)),
    );
  }
  let ticks = chart.x.ticks || (chart.x.names || []).map((name, index) => [index, name]);
  if (!ticks.length) {
    ticks = roundValues(across[0], across[1], bent, 9).filter((value) => chart.mark !== "bar" || Number.isInteger(value)).map((value) => [value, brief(value)]);
  }
  let free = -Infinity;
  for (const [value, text] of ticks) {
    if (chart.mark !== "bar") root.append(shape("path", { d: `M${x(value)} ${top}V${bottom}`, class: "grid" }));
    const half = text.length * 4;
    if (!last || x(value) - half < free) continue;
    free = x(value) + half + 8;
    root.append(shape("text", { x: x(value), y: bottom + 19, class: "tick", "text-anchor": "middle" }, text));
  }
  for (const [event, name] of chart.events || []) {
    root.append(shape("path", { d: `M${x(event)} ${top}V${bottom}`, class: "event" }, shape("title", {}, name)));
  }
  root.append(
    shape("rect", { x: LEFT, y: top, width: WIDTH - RIGHT - LEFT, height: bottom - top, class: "frame" }),
    shape("text", { transform: `translate(16 ${(top + bottom) / 2}) rotate(-90)`, class: "title", "text-anchor": "middle" }, panel.title),
  );
  if (last) root.append(shape("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: bottom + 40, class: "title", "text-anchor": "middle" }, chart.x.title));
}

// Rows for the names of events, from the lowest up, so that none touches another; of many, those without a place are left to
// the titles of their lines.
function eventRows(events, x) {
  const free = [Infinity, Infinity, Infinity];
  const places = [];
  for (const [event, full] of [...events].reverse()) {
    const name = full.length > 34 ? full.slice(0, 33) + "…" : full;
    const at = x(event);
    const wide = name.length * 7.4 + 8;
    const end = at + wide > WIDTH;
    const row = free.findIndex((next) => (end ? at : at + wide) < next);
    if (row < 0 || (end && at - wide < LEFT)) continue;
    for (let lower = 0; lower <= row; lower += 1) free[lower] = Math.min(free[lower], end ? at - wide : at);
    places.push({ at, end, name, row });
  }
  return { places, rows: places.reduce((most, place) => Math.max(most, place.row + 1), 0) };
}

// The unbroken parts of a curve: nothing stands where there is a gap.
function parts(points) {
  const all = [[]];
  for (const point of points) {
    if (point) all[all.length - 1].push(point);
    else all.push([]);
  }
  return all.filter((part) => part.length);
}

function drawCurves(root, chart, { mine, y }, x) {
  const path = (places) => places.map(([a, b], index) => `${index ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`).join("");
  for (const one of mine) {
    for (const part of parts(one.points)) {
      const banded = part.filter((point) => point[2] !== null);
      if (chart.mark === "line" && banded.length > 1) {
        const side = (index) => banded.map((point) => (chart.across ? [x(point[index]), y(point[1])] : [x(point[0]), y(point[index])]));
        root.append(shape("path", { d: path(side(3).concat(side(2).reverse())) + "z", class: "band", ...coloured(one.look) }));
      } else {
        for (const point of banded) {
          const [a, low, high] = [x(point[0]), y(point[2]), y(point[3])];
          root.append(shape("path", { d: `M${a} ${low}V${high}M${a - 4} ${low}h8M${a - 4} ${high}h8`, class: "whisker", ...coloured(one.look) }));
        }
      }
    }
  }
  for (const one of mine) {
    for (const part of parts(one.points)) {
      const places = part.map((point) => [x(point[0]), y(point[1])]);
      root.append(shape("path", { d: path(places) + (places.length === 1 ? "h1" : ""), class: "curve", ...coloured(one.look), ...dashed(one.look) }));
      let next = -Infinity;
      for (const [a, b] of places) {
        if (chart.mark === "line" && a < next) continue;
        next = a + 90;
        root.append(marker(one.look, a, b));
      }
    }
  }
}

function drawBars(root, { mine, bottom, y }, x) {
  const wide = Math.min(46, ((x(1) - x(0)) * 0.84) / Math.max(1, mine.length));
  mine.forEach((one, place) => {
    for (const point of one.points.filter(Boolean)) {
      const left = x(point[0]) + (place - mine.length / 2) * wide;
      root.append(shape("rect", { x: left + 0.5, y: y(point[1]), width: Math.max(0.5, wide - 1), height: Math.max(0, bottom - y(point[1])), class: `bar hatch${one.look.hatch}`, ...coloured(one.look) }));
      if (point[2] === null) continue;
      const [middle, cap] = [left + wide / 2, Math.min(4, wide * 0.3)];
      root.append(shape("path", { d: `M${middle} ${y(point[2])}V${y(point[3])}M${middle - cap} ${y(point[2])}h${2 * cap}M${middle - cap} ${y(point[3])}h${2 * cap}`, class: "limit" }));
    }
  });
}

// The stop next to a place on the drawing.
function nearest(chart, state, x, y) {
  const { stops, panels } = state.drawn;
  const at = chart.across ? (stop) => Math.abs(panels[0].y(stop) - y) : (stop) => Math.abs(state.drawn.x(stop) - x);
  return stops.reduce((best, stop) => (best === null || at(stop) < at(best) ? stop : best), null);
}

// Shows what is at the chosen stop: a line across the drawing, and the values beside it and for those who listen.
function follow(chart, state, tip, said) {
  const cross = state.drawn.root.querySelector(".cross");
  cross.replaceChildren();
  tip.hidden = state.at === null;
  if (state.at === null) return;
  const { panels, x } = state.drawn;
  const first = panels[0];
  const [a, b] = chart.across ? [LEFT, first.y(state.at)] : [x(state.at), first.top];
  cross.append(shape("path", { d: chart.across ? `M${LEFT} ${b}H${WIDTH - RIGHT}` : `M${a} ${first.top}V${panels[panels.length - 1].bottom}` }));
  const name = chart.x.names ? chart.x.names[state.at] : ((chart.x.ticks || []).find((tick) => tick[0] === state.at) || [])[1];
  const head = chart.across ? `${brief(state.at * 100)} % took at most` : `${chart.x.title}: ${name || brief(state.at)}`;
  const lines = [];
  for (const { panel, mine } of panels) {
    for (const one of mine) {
      const point = one.points.find((other) => other && (chart.across ? other[1] : other[0]) === state.at);
      if (!point) continue;
      const value = chart.across ? point[0] : point[1];
      const interval = point[2] === null ? "" : ` (${brief(point[2])} to ${brief(point[3])})`;
      const unit = panels.length > 1 ? `, ${panel.title}` : "";
      lines.push(`${one.label}${unit}: ${brief(value)}${interval}`);
    }
  }
  tip.replaceChildren(html("b", {}, head), ...lines.map((line) => html("span", {}, line)));
  said.textContent = [head, ...lines].join("; ");
  // Beside the line, on the side with more room.
  const right = !chart.across && a > WIDTH / 2;
  tip.classList.toggle("left", right);
  tip.style.setProperty("--at", `${((chart.across ? WIDTH * 0.62 : a) / WIDTH) * 100}%`);
}
