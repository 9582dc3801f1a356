"use strict";
// Shows what stands behind a report. The report can be read without it: nothing here changes a
// word of the page, and everything it adds is built from text, never from markup.

const behind = JSON.parse(document.getElementById("behind").textContent);
const main = document.querySelector("main");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
document.documentElement.classList.add("with-script");

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

function pairs(rows) {
  const shown = rows.filter(([, value]) => value);
  return make("dl", {}, ...shown.flatMap(([name, value]) => [
    make("dt", {}, name), make("dd", {}, value)]));
}

function mark(word) {
  const title = behind.marks[word] || "";
  return make("span", { class: `mark mark-${word.replaceAll(" ", "-")}`, title }, word);
}

// Neurons

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function integers(text) {
  const view = new DataView(bytes(text).buffer);
  return Int16Array.from({ length: view.byteLength / 2 }, (_, i) => view.getInt16(2 * i, true));
}

function values({ data, scale }) {
  const missing = behind.neurons.missing;
  return Array.from(integers(data), (v) => (v === missing ? NaN : v / scale));
}

const neurons = behind.neurons && {
  n: behind.neurons.n,
  half: bytes(behind.neurons.half),
  columns: behind.neurons.columns.map((column) => ({ ...column, values: values(column) })),
  effects: behind.claims.filter(({ id }) => behind.neurons.effects[id]).map(({ id }) => {
    const effect = behind.neurons.effects[id];
    return { id, values: values(effect), draws: integers(effect.draws) };
  }),
};

function column(name) {
  return neurons.columns.find((one) => one.name === name);
}

const DIVERGING = [[94, 60, 153], [178, 171, 210], [208, 206, 206], [253, 184, 99], [190, 92, 0]];
const RISING = [[0, 34, 78], [53, 69, 108], [102, 105, 112], [165, 156, 116], [253, 231, 55]];

function colour(ramp, share) {
  const at = Math.min(Math.max(share, 0), 1) * (ramp.length - 1);
  const low = Math.min(Math.floor(at), ramp.length - 2);
  const mixed = ramp[low].map((a, i) => Math.round(a + (at - low) * (ramp[low + 1][i] - a)));
  return `rgb(${mixed.join(" ")})`;
}

function limits(shown, signed) {
  const sorted = shown.filter(Number.isFinite).sort((a, b) => a - b);
  if (!sorted.length) return [0, 1];
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  if (!signed) return [at(0.02), at(0.98) > at(0.02) ? at(0.98) : at(0.02) + 1];
  const most = Math.max(Math.abs(at(0.02)), Math.abs(at(0.98))) || 1;
  return [-most, most];
}

// Points of a map in pixels; what has no place is left out.
function places(view, width, height, room) {
  const [x, y] = (view === "cortex" ? ["x_um", "y_um"] : ["rf_azimuth_deg", "rf_elevation_deg"])
    .map((name) => column(name).values);
  const known = [...x.keys()].filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]));
  const span = (all) => known.reduce(([a, b], i) => [Math.min(a, all[i]), Math.max(b, all[i])],
    [Infinity, -Infinity]);
  const [[left, right], [low, high]] = [span(x), span(y)];
  const scale = Math.min((width - 2 * room) / (right - left || 1),
    (height - 2 * room) / (high - low || 1));
  const points = new Map();
  for (const i of known) {
    points.set(i, [width / 2 + (x[i] - (left + right) / 2) * scale,
      height / 2 - (y[i] - (low + high) / 2) * scale]);
  }
  return points;
}

function paint(canvas, points, shown, signed, radius, chosen) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const [low, high] = limits(shown, signed);
  const ink = getComputedStyle(canvas).color;
  const empty = [...points.keys()].filter((i) => !Number.isFinite(shown[i]));
  const full = [...points.keys()].filter((i) => Number.isFinite(shown[i]));
  for (const i of [...empty, ...full]) {
    const [x, y] = points.get(i);
    pen.beginPath();
    if (Number.isFinite(shown[i])) {
      // Shape tells the sign where colour is not seen.
      const up = signed ? -Math.sign(shown[i]) : 0;
      if (up) pen.moveTo(x, y + 1.3 * up * radius);
      if (up) pen.lineTo(x + 1.2 * radius, y - up * radius);
      if (up) pen.lineTo(x - 1.2 * radius, y - up * radius);
      else pen.arc(x, y, radius, 0, 7);
      pen.fillStyle = colour(signed ? DIVERGING : RISING, (shown[i] - low) / (high - low));
      pen.fill();
    } else {
      pen.arc(x, y, 0.6 * radius, 0, 7);
      pen.strokeStyle = "#8888";
      pen.stroke();
    }
  }
  if (points.has(chosen)) {
    pen.beginPath();
    pen.arc(...points.get(chosen), radius + 5, 0, 7);
    Object.assign(pen, { strokeStyle: ink, lineWidth: 2.5 });
    pen.stroke();
  }
  return [low, high];
}

// The panel that says what stands behind a number or a claim

const panel = make("div", { id: "panel", role: "dialog", tabindex: "-1", hidden: true });
document.body.append(panel);
let anchor = null;
let pinned = false;
let quiet = false;
let timer = 0;

function later(act, milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(act, milliseconds);
}

function show(target, pin) {
  clearTimeout(timer);
  if (pinned && anchor === target && !pin) return;
  if (anchor && anchor !== target) close();
  anchor = target;
  pinned = pin;
  const claim = target.dataset.claim !== undefined;
  const told = claim ? ofClaim(behind.claims[target.dataset.claim]) : ofNumber(target);
  const end = make("button", { type: "button", class: "close", onclick: () => close(true) }, "Close");
  panel.replaceChildren(...(pin ? [end] : []), ...told.filter(Boolean));
  panel.setAttribute("aria-label", claim ? "What stands behind this claim" : "Where this number comes from");
  panel.hidden = false;
  panel.scrollTop = 0;
  target.setAttribute("aria-describedby", "panel");
  place(target);
  for (const canvas of panel.querySelectorAll("canvas")) smallMap(canvas);
  if (pin) panel.focus();
}

function place(target) {
  panel.style.left = panel.style.top = panel.style.maxHeight = "";
  if (window.matchMedia("(max-width: 40rem)").matches) return;
  const box = target.getBoundingClientRect();
  const [above, below] = [box.top - 48, window.innerHeight - box.bottom];
  const under = below > 320 || below > above;
  panel.style.maxHeight = `min(36rem, ${Math.max(under ? below : above, 160) - 14}px)`;
  const own = panel.getBoundingClientRect();
  const left = Math.min(Math.max(box.left, 8), document.documentElement.clientWidth - own.width - 8);
  panel.style.left = `${left + window.scrollX}px`;
  panel.style.top = `${(under ? box.bottom + 6 : box.top - own.height - 6) + window.scrollY}px`;
}

function close(back = false) {
  clearTimeout(timer);
  panel.hidden = true;
  const was = anchor;
  anchor = null;
  pinned = false;
  if (was) was.removeAttribute("aria-describedby");
  // The panel must not come up again because focus returns.
  if (back && was) {
    quiet = true;
    was.focus();
    quiet = false;
  }
}

function ofNumber(target) {
  const [what, how, source] = behind.origins[target.dataset.of];
  const [trial, arm, stage, draws, events, blobs, command] = behind.sources[source];
  const claim = behind.claims[trial];
  const stages = { test: "test draws, until the verdict", estimate: "fresh draws, for the estimate" };
  const named = blobs ? blobs.split(" ") : [];
  const listed = named.slice(0, 3).map((name) => `blobs/${name.slice(0, 2)}/${name}…`);
  if (named.length > 3) listed.push(`and ${named.length - 3} more`);
  return [
    make("p", { class: "what" }, make("strong", {}, target.textContent), ` ${behind.words[what]}`),
    make("p", {}, behind.words[how]),
    pairs([
      ["Finding", claim && make("a", { href: `#result-${trial}` }, `${claim.id}. ${claim.title}`)],
      ["Measure", claim && claim.measure],
      ["Arm", arm],
      ["Stage", stages[stage]],
      ["Draws", draws && `${draws}`],
      ["Events", events && `${events} of journal.jsonl`],
      ["Data", listed.length && make("span", { class: "data" }, listed.join(" "))],
      ["Shown by", make("code", {}, command)],
    ]),
  ];
}

function ofClaim(claim) {
  const words = [claim.verdict, claim.controls, claim.level].filter(Boolean);
  const counted = neurons && neurons.effects.some((effect) => effect.id === claim.id);
  return [
    make("p", { class: "what" }, make("strong", {}, claim.id), ` ${claim.title}`),
    make("p", {}, ...words.flatMap((word) => [mark(word), " "])),
    ...words.slice(-1).map((word) => make("p", {}, `${word}: ${behind.marks[word] || ""}`)),
    make("p", {}, claim.statement),
    frames(claim),
    pairs([
      ["Estimate", claim.estimate && `${claim.estimate} ${claim.interval} (${claim.measure})`],
      ["Evidence", claim.e && `e = ${claim.e}, ${claim.tested} test draws`],
      ["Estimated from", claim.estimated && `${claim.estimated} fresh draws`],
      ["Neurons", `${claim.neurons ? `${claim.neurons}: ` : ""}${claim.rule}`],
      ["Registration", make("span", { class: "data" }, `${claim.registration}…`)],
    ]),
    counted ? make("canvas", { class: "small", "data-id": claim.id, role: "img",
      "aria-label": `Where the neurons of ${claim.id} lie in cortex or the visual field` }) : null,
    make("p", {}, make("a", { href: `#result-${behind.claims.indexOf(claim)}` }, "Go to the result")),
  ];
}

// The first example of every condition, as the figure of the stimuli shows it.
function frames(claim) {
  const figure = document.getElementById(`figure-stimuli-${claim.id}`);
  const pictures = figure ? [...figure.querySelectorAll("image")] : [];
  if (!pictures.length) return null;
  const each = pictures.length / claim.conditions.length;
  return make("div", { class: "frames" }, ...claim.conditions.map((condition, i) =>
    make("figure", {},
      make("img", { src: pictures[Math.floor(i * each)].getAttribute("href"), alt: "" }),
      make("figcaption", {}, condition))));
}

function smallMap(canvas) {
  const effect = neurons.effects.find((one) => one.id === canvas.dataset.id);
  const view = column("x_um") ? "cortex" : "field";
  const points = places(view, canvas.clientWidth, canvas.clientHeight, 6);
  paint(canvas, points, effect.values, true, 2);
}

const TARGETS = "[data-of], span[data-claim]";

// One number of every paragraph, table or caption can be reached by Tab, the others by arrows.
for (const block of main.querySelectorAll("p, table, li, figcaption, h3")) {
  [...block.querySelectorAll(TARGETS)].forEach((target, i) => {
    target.tabIndex = i ? -1 : 0;
    target.setAttribute("role", "button");
    target.setAttribute("aria-haspopup", "dialog");
  });
}

function targetOf(event) {
  return event.target.closest ? event.target.closest("[data-of], [data-claim]") : null;
}

main.addEventListener("pointerover", (event) => {
  const target = targetOf(event);
  if (target && !pinned && event.pointerType !== "touch") later(() => show(target, false), 120);
});
main.addEventListener("pointerout", (event) => {
  if (!pinned && targetOf(event)) later(close, 250);
});
panel.addEventListener("pointerenter", () => clearTimeout(timer));
panel.addEventListener("pointerleave", () => {
  if (!pinned) later(close, 250);
});
main.addEventListener("focusin", (event) => {
  const target = targetOf(event);
  // A press focuses too; the panel must not come between it and the click.
  if (target && target.matches(":focus-visible") && !quiet && !pinned) show(target, false);
});
main.addEventListener("focusout", () => {
  if (!pinned) later(close, 250);
});
main.addEventListener("click", (event) => {
  const target = targetOf(event);
  if (target && target.tagName !== "A") show(target, true);
});
document.addEventListener("pointerdown", (event) => {
  if (!panel.hidden && !panel.contains(event.target) && !targetOf(event)) close();
});
panel.addEventListener("click", (event) => {
  if (event.target.closest("a")) close();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.hidden) close(pinned);
});
main.addEventListener("keydown", (event) => {
  const target = targetOf(event);
  if (!target || target.tagName === "A") return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    show(target, true);
  }
  const all = [...target.closest("p, table, li, figcaption, h3").querySelectorAll(TARGETS)];
  const to = { ArrowRight: all.indexOf(target) + 1, ArrowLeft: all.indexOf(target) - 1,
    Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || !all[to]) return;
  event.preventDefault();
  target.tabIndex = -1;
  all[to].tabIndex = 0;
  all[to].focus();
});

// Tables of hypotheses that can be sorted and filtered

function choice(label, options, act) {
  const select = make("select", { onchange: act, "aria-label": label },
    ...options.map(([value, text]) => make("option", { value }, text)));
  return [select, make("label", {}, `${label} `, select)];
}

const VERDICTS = ["supported", "contradicted", "inconclusive", "undecided"];

function sortable(table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const claims = new Map(rows.map((row) => [row, behind.claims[row.dataset.trial]]));
  table.tHead.rows[0].append(make("th", { scope: "col",
    title: "Evidence that the verdict rests on: for the claim, or against it if contradicted" }, "e"));
  for (const [row, claim] of claims) row.append(make("td", {}, claim.e || ""));
  if (rows.length < 2) return;
  const rank = {
    order: (claim) => behind.claims.indexOf(claim),
    verdict: (claim) => VERDICTS.indexOf(claim.verdict),
    level: (claim) => claim.level || "",
    effect: (claim) => (claim.sort ? claim.sort.effect : -Infinity),
    e: (claim) => (claim.sort ? claim.sort.e : -Infinity),
  };
  const [sort, sorted] = choice("Sort by", [["order", "order of registration"], ["verdict", "verdict"],
    ["level", "level"], ["effect", "effect"], ["e", "evidence (e)"]], apply);
  const [way, direction] = choice("Direction", [["1", "rising"], ["-1", "falling"]], apply);
  const some = (name) => [...new Set([...claims.values()].map((claim) => claim[name]))].filter(Boolean);
  const any = (name) => [["", "all"], ...some(name).map((value) => [value, value])];
  const [verdict, ofVerdict] = choice("Verdict", any("verdict"), apply);
  const [level, ofLevel] = choice("Level", any("level"), apply);
  const words = make("input", { type: "search", oninput: apply });
  const said = make("span", { role: "status" });

  function apply() {
    const key = rank[sort.value];
    const order = (a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b)));
    body.append(...[...rows].sort((a, b) => Number(way.value) * order(claims.get(a), claims.get(b))));
    for (const [row, claim] of claims) {
      row.hidden = Boolean((verdict.value && claim.verdict !== verdict.value)
        || (level.value && claim.level !== level.value)
        || !`${claim.id} ${claim.title}`.toLowerCase().includes(words.value.trim().toLowerCase()));
    }
    const left = rows.filter((row) => !row.hidden).length;
    said.textContent = left === rows.length ? `${left} hypotheses` : `${left} of ${rows.length} hypotheses`;
  }

  apply();
  const bar = make("div", { class: "bar", role: "group", "aria-label": "Sort and filter hypotheses" },
    sorted, direction, ofVerdict, ofLevel, make("label", {}, "Words ", words), said);
  table.closest(".scroll").before(bar);
}

for (const table of document.querySelectorAll("table.sortable")) sortable(table);

// Movies

function player(image) {
  const { conditions, frames, rate } = image.dataset;
  const [n, across, down] = [Number(frames), image.naturalWidth / conditions, image.naturalHeight / frames];
  const id = image.closest("figure").querySelector("svg").id.replace("figure-stimuli-", "");
  const claim = behind.claims.find((one) => one.id === id);
  const screens = Array.from({ length: Number(conditions) }, (_, c) => make("canvas", {
    width: across, height: down, role: "img", "aria-label": `Draw 1, ${claim ? claim.conditions[c] : c + 1}` }));
  const at = make("input", { type: "range", min: 0, max: n - 1, value: 0, "aria-label": "Frame",
    oninput: () => { stop(); draw(); } });
  const button = make("button", { type: "button", onclick: toggle }, still.matches ? "Next frame" : "Play");
  let from = null;

  function draw() {
    screens.forEach((screen, c) => screen.getContext("2d").drawImage(
      image, c * across, at.value * down, across, down, 0, 0, across, down));
    at.setAttribute("aria-valuetext", `${(at.value / rate).toFixed(2)} s`);
  }

  function tick(now) {
    if (from === null) return;
    at.value = Math.floor(((now - from) / 1000) * rate) % n;
    draw();
    requestAnimationFrame(tick);
  }

  function stop() {
    from = null;
    button.textContent = still.matches ? "Next frame" : "Play";
  }

  function toggle() {
    if (still.matches) {
      at.value = (Number(at.value) + 1) % n;
      draw();
    } else if (from !== null) stop();
    else {
      from = performance.now() - (at.value / rate) * 1000;
      button.textContent = "Pause";
      requestAnimationFrame(tick);
    }
  }

  image.after(make("div", { class: "player" },
    make("div", { class: "frames" }, ...screens.map((screen, c) => make("figure", {}, screen,
      make("figcaption", {}, claim ? claim.conditions[c] : "")))),
    make("div", { class: "bar" }, button, make("label", {}, "Draw 1, frame ", at))));
  draw();
}

for (const image of document.querySelectorAll("img.movie")) {
  image.decode().then(() => player(image), () => {});
}

// Neurons, one by one

function inspector(section) {
  const options = neurons.effects.map((effect, i) => [`e${i}`, `effect in ${effect.id}`])
    .concat(neurons.columns.map((one, i) => [`c${i}`, one.label]));
  const views = [["field", "receptive field"]];
  if (column("x_um")) views.unshift(["cortex", "cortical plane"]);
  const [shown, byColour] = choice("Colour", options, redraw);
  const [view, byPlace] = choice("Place", views, redraw);
  const number = make("input", { type: "number", min: 0, max: neurons.n - 1, value: 0,
    oninput: () => choose(Number(number.value)) });
  const canvas = make("canvas", { class: "map", tabindex: "0", role: "application",
    "aria-label": "Map of all neurons: arrow keys go to the next neuron in that direction",
    onclick: pick, onkeydown: go });
  const scale = make("p", { class: "scale" });
  const told = make("div", { class: "told", "aria-live": "polite" });
  let points = new Map();
  let chosen = 0;

  function redraw() {
    const kind = shown.value[0] === "e";
    const one = (kind ? neurons.effects : neurons.columns)[Number(shown.value.slice(1))];
    points = places(view.value, canvas.clientWidth, canvas.clientHeight, 14);
    const [low, high] = paint(canvas, points, one.values, kind, neurons.n > 1200 ? 2.4 : 3.4, chosen);
    const n = one.values.filter(Number.isFinite).length;
    scale.textContent = `${kind ? `▼ ${text(low)} to ▲ ${text(high)}` : `dark ${text(low)} to light ${text(high)}`}`
      + `; ${n} of ${neurons.n} neurons have a value, the others are small rings.`;
  }

  function choose(neuron) {
    if (!(neuron >= 0 && neuron < neurons.n)) return;
    chosen = neuron;
    number.value = neuron;
    redraw();
    const half = (neurons.half[neuron >> 3] >> (neuron & 7)) & 1 ? "B (confirmation)" : "A (exploration)";
    const rows = neurons.effects.map((effect) => {
      const claim = behind.claims.find((one) => one.id === effect.id);
      const counted = effect.draws[neuron];
      return make("tr", {}, make("th", { scope: "row", title: claim.title }, effect.id),
        make("td", {}, counted ? text(effect.values[neuron]) : "did not count"),
        make("td", {}, `${counted}`), make("td", {}, claim.measure));
    });
    told.replaceChildren(
      make("h4", {}, `Neuron ${neuron}`),
      pairs([["half", half], ...neurons.columns.map((one) => [one.label,
        Number.isFinite(one.values[neuron]) ? `${text(one.values[neuron])} ${one.unit}` : "not measurable"])]),
      make("div", { class: "scroll effects", tabindex: "0", role: "group", "aria-label": "Effects in every finding" },
        make("table", {}, make("thead", {}, make("tr", {}, ...["", "effect", "draws", "measure"].map((name) =>
          make("th", { scope: "col" }, name)))), make("tbody", {}, ...rows))));
  }

  function nearest(distance) {
    let [best, least] = [null, Infinity];
    for (const [i, point] of points) {
      const away = distance(point, i);
      if (away < least) [best, least] = [i, away];
    }
    return best;
  }

  function pick(event) {
    const [x, y] = [event.offsetX, event.offsetY];
    const found = nearest(([a, b]) => { const d = Math.hypot(a - x, b - y); return d < 24 ? d : Infinity; });
    if (found !== null) choose(found);
  }

  function go(event) {
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const [x, y] = points.get(chosen) || [0, 0];
    const found = nearest(([a, b], i) => {
      const along = (a - x) * way[0] + (b - y) * way[1];
      const across = Math.abs((a - x) * way[1]) + Math.abs((b - y) * way[0]);
      return i === chosen || along <= 0 ? Infinity : along + 2 * across;
    });
    if (found !== null) choose(found);
  }

  section.append(
    make("h3", {}, "Inspect neurons"),
    make("div", { class: "bar" }, byColour, byPlace, make("label", {}, "Neuron ", number)),
    make("div", { class: "inspector" }, make("div", {}, canvas, scale), told));
  choose(points.size ? chosen : 0);
  new ResizeObserver(redraw).observe(canvas);
}

function text(value) {
  return Number.isFinite(value) ? `${Number(value.toPrecision(4))}`.replace("-", "−") : "not measurable";
}

if (neurons && document.getElementById("neurons")) inspector(document.getElementById("neurons"));
