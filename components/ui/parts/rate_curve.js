// A curve of the learning rate: an SVG that grows with the page, with its numbers beside it.

export default function (component) { return once(component, (host) => new RateCurve(host)); }

const WIDE = 1000, HIGH = 400; // the drawing's own units; it is stretched to the room there is

class RateCurve {
  constructor(host) {
    this.warmup = svg("rect", { class: "warmup", y: 0, height: HIGH });
    this.lines = svg("g", { class: "lines" });
    this.curve = svg("path", { class: "curve" });
    this.dot = svg("path", { class: "dot" });
    this.plot = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", role: "img" });
    this.plot.append(this.warmup, this.lines, this.curve, this.dot);
    this.left = el("div", { className: "left" });
    this.below = el("div", { className: "below" });
    this.said = el("div", { className: "said" });
    this.plot.onpointermove = (event) => this.point(event);
    this.plot.onpointerleave = () => { this.dot.setAttribute("d", ""); this.said.textContent = this.resting; };
    host.append(el("div", { className: "rate" }, this.said, this.left, this.plot, this.below));
  }

  update({ course, warmup, alt }) {
    const given = JSON.stringify([course, warmup]);
    this.plot.setAttribute("aria-label", alt);
    if (this.given === given) return;
    Object.assign(this, { given, course, epochs: course.at(-1)[0] });
    const highest = Math.max(...course.map(([, rate]) => rate));
    const ticks = steps(highest, 5);
    this.most = Math.max(highest, ticks.at(-1)) * 1.04;
    this.curve.setAttribute("d", `M${course.map(([gone, rate]) => `${this.x(gone)} ${this.y(rate)}`).join("L")}`);
    this.warmup.setAttribute("width", this.x(warmup));
    this.lines.replaceChildren(...ticks.map((tick) => svg("path", { d: `M0 ${this.y(tick)}H${WIDE}` })));
    this.left.replaceChildren(...ticks.map((tick) => this.label(text(tick), "bottom", 1 - this.y(tick) / HIGH)));
    const below = [0, ...steps(this.epochs, 5).filter(Number.isInteger)];
    this.below.replaceChildren(...below.map((tick) => this.label(`${tick}`, "left", this.x(tick) / WIDE)));
    this.resting = warmup ? "Learning rate over the epochs; shaded: warm-up" : "Learning rate over the epochs";
    this.said.textContent = this.resting;
  }

  x(gone) { return (gone / this.epochs) * WIDE; }

  y(rate) { return HIGH * (1 - rate / this.most); }

  label(words, side, share) {
    const label = el("span", {}, words);
    label.style[side] = `${100 * share}%`;
    return label;
  }

  point(event) {
    const box = this.plot.getBoundingClientRect();
    const gone = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * this.epochs;
    const after = this.course.findIndex(([end]) => end > gone);
    const [[start, from], [end, to]] = after < 0 ? this.course.slice(-2) : this.course.slice(after - 1, after + 1);
    const rate = from + (to - from) * (end > start ? (gone - start) / (end - start) : 1);
    this.dot.setAttribute("d", `M${this.x(gone)} 0V${HIGH}`);
    this.said.textContent = `Epoch ${Math.min(Math.floor(gone) + 1, this.epochs)}: ${text(rate)}`;
  }
}

/** Round numbers from 0 (not told) up to `most`, at most `wanted` of them. */
function steps(most, wanted) {
  const rough = most / wanted, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((one) => one >= rough * 0.999);
  return Array.from({ length: Math.floor((most / step) * 1.001) }, (_, i) => Number(((i + 1) * step).toPrecision(6)));
}

function text(rate) { return `${Number(rate.toPrecision(3))}`; }
