// Shared by all parts. Text is always set as text; no part ever writes HTML.

const instances = new WeakMap();

/** Streamlit calls a part's function at every change of its data: make the instance once. */
function once({ parentElement, data: [data], setTriggerValue, setStateValue }, make) {
  const host = parentElement.querySelector(".part");
  let part = instances.get(host);
  if (!part) {
    // Streamlit's own keys (r, c) must not fire while somebody types or steers in here.
    host.addEventListener("keydown", (event) => event.stopPropagation());
    part = make(host, data);
    instances.set(host, part);
  }
  part.tell = setTriggerValue;
  part.keep = setStateValue;
  part.update(data);
  return () => { instances.delete(host); part.end?.(); };
}

/** An element with properties and children: el("button", { type: "button" }, "Send"). */
function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element && name !== "role") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function svg(tag, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

const sleep = (ms, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
});

/**
 * Looks at a route again and again, while the page is seen and the part is on it.
 * `look(signal)` gives the milliseconds until the next look, or null to stop until `start`.
 */
class Watching {
  constructor(look) {
    this.look = look;
    this.abort = new AbortController();
    this.wake = () => { if (document.visibilityState === "visible") this.rouse?.(); };
    document.addEventListener("visibilitychange", this.wake);
  }

  get signal() { return this.abort.signal; }

  /** Begin, or look now instead of at the next turn. */
  start() { if (this.going) this.rouse?.(); else this.go(); }

  end() {
    this.abort.abort();
    this.rouse?.();
    document.removeEventListener("visibilitychange", this.wake);
  }

  async go() {
    this.going = true;
    let pause = 0;
    try {
      while (!this.signal.aborted && pause !== null) {
        pause = document.visibilityState === "visible" ? await this.look(this.signal) : UNSEEN_MS;
        if (pause !== null) await this.rest(pause);
      }
    } catch (error) {
      if (!this.signal.aborted) throw error;
    } finally { this.going = false; }
  }

  rest(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.rouse = () => { clearTimeout(timer); resolve(); };
    });
  }
}

const UNSEEN_MS = 600_000; // becoming visible rouses it
const MOST_TELLS = 6;

/**
 * Tells the page that it must be drawn anew, until it was. A trigger can get lost, so it is told
 * again, ever more rarely.
 */
class Telling {
  constructor(part) { this.part = part; this.again(); }

  /** The page was drawn anew. */
  again() { this.told = 0; this.next = 0; }

  say(facts) {
    const now = performance.now();
    if (this.told >= MOST_TELLS || now < this.next) return;
    this.told += 1;
    this.next = now + 2000 * this.told;
    this.part.tell("changed", { ...facts, count: this.told, at: Date.now() });
  }
}

/** What went wrong, as two sentences. */
class Refused extends Error {
  constructor(status, what, fix) { super(what); this.status = status; this.what = what; this.fix = fix; }
}

const GONE = ["Tailor does not answer.", "Look whether the window in which it was started is still open."];

/** Fetch; an answer that is not good becomes a Refused with the server's sentences. */
async function ask(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, ...GONE);
  }
  if (answer.ok) return answer;
  let said = {};
  try { said = await answer.clone().json(); } catch { /* plain text */ }
  const refused = new Refused(answer.status, said.what ?? `The page could not be answered (${answer.status}).`,
    said.fix ?? "Try again; if it happens again, start Tailor anew.");
  refused.answer = answer;
  throw refused;
}

const askJson = async (url, options) => (await ask(url, options)).json();
const WRITE = { "X-Tailor": "1" };

/** Draw a Refused (or any trouble with what and fix), with a button to try again. */
function troubleBox(trouble, again) {
  const box = el("div", { className: "trouble", role: "alert" }, el("b", {}, trouble.what ?? String(trouble)), trouble.fix ?? "");
  if (again) box.append(" ", el("button", { type: "button", onclick: again }, "Try again"));
  return box;
}

/** Bytes as people say them, in decimal units, as `words.size` does: "5.3 MB", "26 GB". */
function size(bytes) {
  let [value, unit] = [bytes / 1e3, "kB"];
  for (const larger of ["MB", "GB"]) if (value >= 999.5) [value, unit] = [value / 1e3, larger];
  return `${value.toFixed(value < 10 && unit !== "kB" ? 1 : 0)} ${unit}`;
}

/** 75 becomes "1 min 15 s"; nothing known becomes a dash. */
function duration(seconds) {
  if (seconds === null || seconds === undefined || !isFinite(seconds)) return "–";
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 3600) return `${Math.round(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

const count = (number) => Number(number).toLocaleString("en");
const plural = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;

const COLOURS = ["#2f6fde", "#e07b39", "#2f9e6e", "#c2417c", "#8a63d2", "#b08900", "#1f9bb3", "#d64545"];

/** A colour for class number `index`: the theme's chart colours, then hues far from each other. */
function colour(host, index) {
  const themed = getComputedStyle(host).getPropertyValue("--st-chart-categorical-colors").split(",").map((c) => c.trim()).filter(Boolean);
  const palette = themed.length ? themed : COLOURS;
  return index < palette.length ? palette[index] : `hsl(${(index * 137.5) % 360} 62% 50%)`;
}

/** Where a thing is, as an SVG path. `shape` is null for a plain box, else [kind, numbers]. */
function outline(shape, [left, top, right, bottom]) {
  const [kind, numbers] = shape ?? [];
  if (kind === "whole") return "";
  if (kind !== "polygon" && kind !== "rotated") return `M${left} ${top}H${right}V${bottom}H${left}Z`;
  let path = "";
  for (let i = 0; i + 1 < numbers.length; i += 2) path += `${i ? "L" : "M"}${numbers[i]} ${numbers[i + 1]}`;
  if (kind === "rotated") { // a line from its middle to its front tells which way it looks
    const [x1, y1, x2, y2, x3, y3, x4, y4] = numbers;
    return `${path}ZM${(x1 + x2 + x3 + x4) / 4} ${(y1 + y2 + y3 + y4) / 4}L${(x1 + x2) / 2} ${(y1 + y2) / 2}`;
  }
  return `${path}Z`;
}

/** The keypoints of a thing as two paths: lines between those that belong together, and dots. */
function points(shape, skeleton) {
  if (shape?.[0] !== "keypoints") return { lines: "", seen: "", hidden: "" };
  const numbers = shape[1];
  const at = (i) => (numbers[3 * i + 2] > 0 ? `${numbers[3 * i]} ${numbers[3 * i + 1]}` : null);
  let lines = "", seen = "", hidden = "";
  for (const [a, b] of skeleton ?? []) if (at(a) && at(b)) lines += `M${at(a)}L${at(b)}`;
  for (let i = 0; 3 * i + 2 < numbers.length; i++) {
    if (!at(i)) continue;
    const dot = `M${at(i)}h0`; // with round ends a line without length is a dot of the line's width
    if (numbers[3 * i + 2] > 1) seen += dot; else hidden += dot;
  }
  return { lines, seen, hidden };
}

/** Things [class, left, top, right, bottom] of a picture as an SVG that lies over it. */
function boxesOver(width, height, boxes, colourOf, { fit = "xMidYMid slice", shapes = [], skeleton = [] } = {}) {
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: fit, "aria-hidden": "true" });
  boxes.forEach(([kind, ...corners], index) => drawing.append(...thing(shapes[index], corners, colourOf(kind), skeleton)));
  return drawing;
}

/** One thing as SVG elements whose lines keep their width at any zoom. */
function thing(shape, corners, paint, skeleton, { halo = false } = {}) {
  const line = (d, more) => (d ? [svg("path", { d, fill: "none", stroke: paint, "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "vector-effect": "non-scaling-stroke", ...more })] : []);
  const d = outline(shape, corners);
  const { lines, seen, hidden } = points(shape, skeleton);
  const filled = shape?.[0] === "polygon" ? { fill: paint, "fill-opacity": 0.22, "fill-rule": "evenodd" } : {};
  return [
    ...(halo ? line(d, { stroke: "#000", "stroke-opacity": 0.45, "stroke-width": 4 }) : []), ...line(d, filled), ...line(lines, { "stroke-opacity": 0.8 }),
    ...line(hidden + seen, { stroke: "#000", "stroke-opacity": 0.6, "stroke-width": 8 }), ...line(hidden, { "stroke-width": 3 }), ...line(seen, { "stroke-width": 6 }),
  ];
}

let library;

/** The drawing library, fetched once for all charts. */
function plotly(address) {
  library ??= new Promise((resolve, reject) => {
    if (window.Plotly) { resolve(window.Plotly); return; }
    const script = el("script", { src: address });
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { library = undefined; script.remove(); reject(new Refused(0, ...GONE)); };
    document.head.append(script);
  });
  return library;
}
