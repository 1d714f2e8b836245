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

function megabytes(bytes) {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
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

/** Boxes [class, left, top, right, bottom] of a picture as an SVG that lies over it. */
function boxesOver(width, height, boxes, colourOf, { fit = "xMidYMid slice" } = {}) {
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: fit, "aria-hidden": "true" });
  for (const [kind, left, top, right, bottom] of boxes) {
    drawing.append(svg("rect", {
      x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top),
      fill: "none", stroke: colourOf(kind), "vector-effect": "non-scaling-stroke", "stroke-width": 2,
    }));
  }
  return drawing;
}
