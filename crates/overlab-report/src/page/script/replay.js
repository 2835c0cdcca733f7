// Plays a sample back: who is up, on the ring of keys and on the map, and which lookups are on their way.

const RING = { middle: 210, radius: 180, size: 420 };
// Steps that a lookup stays to be seen: most take far less than one.
const SEEN = 4;
const FAILED = new Set(["stale_entry", "timeout", "wrong_owner", "partition", "unreachable_host", "adversary", "overload"]);

function replay(section, record) {
  const runs = record.runs;
  const state = { run: 0, at: 0, playing: null };
  const ring = shape("svg", { viewBox: `0 0 ${RING.size} ${RING.size}`, role: "img", "aria-label": "Peers on the ring of keys" });
  const map = section.querySelector("svg.ground");
  const stages = html("div", { class: "replay" }, html("div", { class: "ring" }, ring));
  if (map) stages.append(html("div", { class: "map" }, map));
  const choice = html("select", { "aria-label": "Run" });
  runs.forEach((run, index) => choice.append(html("option", { value: index }, run.name)));
  const slider = html("input", { type: "range", min: 0, max: record.steps, step: 1, value: 0, "aria-label": "Time" });
  const play = html("button", { type: "button" }, "Play");
  const time = html("output", { class: "time" });
  const count = html("p", { class: "count", "aria-live": "off" });
  const marks = html("div", { class: "controls" });
  const each = record.measure / record.steps;
  const go = (step) => {
    state.at = Math.max(0, Math.min(record.steps, step));
    slider.value = state.at;
    show();
  };
  const stop = () => {
    clearInterval(state.playing);
    state.playing = null;
    play.textContent = "Play";
  };
  const show = () => {
    const now = state.at * each;
    const run = runs[state.run];
    const moment = momentOf(run, now, each);
    ring.replaceChildren(...ringOf(run, moment));
    if (map) {
      let layer = map.querySelector(".layer");
      if (!layer) {
        layer = shape("g", { class: "layer" });
        map.append(layer);
      }
      layer.replaceChildren(...mapOf(run, moment));
    }
    time.textContent = spoken(now);
    slider.setAttribute("aria-valuetext", spoken(now));
    count.textContent = told(run, moment, each);
  };
  choice.addEventListener("change", () => { state.run = Number(choice.value); show(); });
  slider.addEventListener("input", () => go(Number(slider.value)));
  play.addEventListener("click", () => {
    if (state.playing !== null) return stop();
    if (state.at >= record.steps) go(0);
    play.textContent = "Pause";
    state.playing = setInterval(() => {
      go(state.at + 1);
      if (state.at >= record.steps) stop();
    }, 120);
  });
  for (const [at, name] of record.events) {
    const button = html("button", { type: "button" }, `${name} (${spoken(at)})`);
    button.addEventListener("click", () => go(Math.ceil(at / each)));
    marks.append(button);
  }
  const label = (text, control) => html("label", { class: "option" }, text, control);
  const bar = html("div", { class: "controls" }, play, label("Time", slider), time);
  if (runs.length > 1) bar.prepend(label("Run", choice));
  section.append(bar, marks, count, stages, legend());
  section.classList.add("live");
  show();
}

// Who is up at an instant, and the lookups issued in the step before it.
function momentOf(run, now, each) {
  const peers = run.peers.map(([peer, x, y, sessions]) => {
    const session = sessions.find(([up, , down]) => up <= now && (down === null || down > now));
    const near = session || sessions.find(([up]) => up > now) || sessions[sessions.length - 1];
    const standing = !session ? "down" : session[1] !== null && session[1] <= now ? "up" : "joining";
    return { peer, x, y, standing, key: near ? near[3] : null };
  });
  const lookups = run.lookups.filter(([, issued]) => issued <= now && issued > now - SEEN * each);
  return { peers, lookups, by: new Map(peers.map((peer) => [peer.peer, peer])) };
}

function onRing(key, radius) {
  const angle = key * 2 * Math.PI - Math.PI / 2;
  return [RING.middle + radius * Math.cos(angle), RING.middle + radius * Math.sin(angle)];
}

function ringOf(run, { peers, lookups, by }) {
  const all = [shape("circle", { cx: RING.middle, cy: RING.middle, r: RING.radius, class: "orbit" })];
  for (const lookup of lookups) {
    const origin = by.get(lookup[0]);
    if (!origin || origin.key === null) continue;
    const end = lookup[5] === null ? onRing(lookup[2], RING.radius) : onRing(lookup[5], RING.radius);
    all.push(...way(onRing(origin.key, RING.radius), end, lookup));
  }
  for (const peer of peers) if (peer.key !== null) all.push(dot(onRing(peer.key, RING.radius), peer));
  all.push(shape("text", { x: RING.middle, y: RING.size - 4, class: "tick", "text-anchor": "middle" }, "ring of keys, 0 at the top, clockwise"));
  return all;
}

function mapOf(run, { peers, lookups, by }) {
  const all = [];
  for (const lookup of lookups) {
    const origin = by.get(lookup[0]);
    if (!origin || origin.x === null || lookup[6] === null) continue;
    all.push(...way([origin.x, origin.y], [lookup[6], lookup[7]], lookup));
  }
  for (const peer of peers) if (peer.x !== null) all.push(dot([peer.x, peer.y], peer));
  return all;
}

// Who is up is a filled dot, who joins a square, who is down a hollow dot: not by colour alone.
function dot([x, y], { peer, standing }) {
  const title = shape("title", {}, `peer ${peer}: ${standing}`);
  if (standing === "joining") return shape("rect", { x: x - 3.5, y: y - 3.5, width: 7, height: 7, class: "joining" }, title);
  return shape("circle", { cx: x, cy: y, r: standing === "up" ? 3.6 : 2.6, class: standing }, title);
}

function way([a, b], [c, d], lookup) {
  const failed = FAILED.has(lookup[8]);
  const latency = lookup[3] === null ? "no answer in time" : `${brief(lookup[3])} ms, ${lookup[4]} hops`;
  const title = () => shape("title", {}, `lookup of peer ${lookup[0]}: ${lookup[8].replace("_", " ")}, ${latency}`);
  const lines = [shape("path", { d: `M${a} ${b}L${c} ${d}`, class: failed ? "way failed" : "way" }, title())];
  if (failed) lines.push(shape("path", { d: `M${c - 5} ${d - 5}l10 10M${c - 5} ${d + 5}l10 -10`, class: "way failed end" }, title()));
  return lines;
}

function told(run, { peers, lookups }, each) {
  const of = (standing) => peers.filter((peer) => peer.standing === standing).length;
  const outcomes = new Map();
  for (const lookup of lookups) outcomes.set(lookup[8], (outcomes.get(lookup[8]) || 0) + 1);
  const list = [...outcomes].map(([name, count]) => `${count} ${name.replace("_", " ")}`).join(", ");
  const lately = `issued in the last ${spoken(SEEN * each)}`;
  const recorded = lookups.length ? `${lookups.length} recorded lookup${lookups.length > 1 ? "s" : ""} ${lately}: ${list}` : `no recorded lookup ${lately}`;
  return `Of ${peers.length} sampled peers (pool of ${run.pool}) ${of("up")} are up, ${of("joining")} are joining, ${of("down")} are down; ${recorded}.`;
}

function legend() {
  const entry = (drawing, text) => html("span", {}, drawing, text);
  const small = (...children) => shape("svg", { width: 26, height: 14, viewBox: "0 0 26 14", "aria-hidden": "true", class: "key replayed" }, ...children);
  return html("p", { class: "legend" },
    entry(small(shape("circle", { cx: 13, cy: 7, r: 4, class: "up" })), "up"),
    entry(small(shape("rect", { x: 9, y: 3, width: 8, height: 8, class: "joining" })), "joining"),
    entry(small(shape("circle", { cx: 13, cy: 7, r: 3, class: "down" })), "down"),
    entry(small(shape("path", { d: "M0 7H26", class: "way" })), "lookup: from who asked to who answered"),
    entry(small(shape("path", { d: "M0 7H20M15 2l10 10M15 12l10 -10", class: "way failed" })), "failed lookup: to the key that was asked for, or to the wrong peer"));
}
