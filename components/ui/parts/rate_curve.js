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

  update({ rates, warmup, alt }) {
    const given = JSON.stringify([rates, warmup]);
    this.plot.setAttribute("aria-label", alt);
    if (this.given === given) return;
    Object.assign(this, { given, rates });
    const ticks = steps(Math.max(...rates), 5);
    this.most = Math.max(...rates, ticks.at(-1)) * 1.04;
    this.curve.setAttribute("d", rates.length > 1 ? `M${rates.map((rate, i) => `${this.x(i + 1)} ${this.y(rate)}`).join("L")}` : `M0 ${this.y(rates[0])}H${WIDE}`);
    this.warmup.setAttribute("width", warmup ? Math.max(0, this.x(Math.max(warmup, 1))) : 0);
    this.lines.replaceChildren(...ticks.map((tick) => svg("path", { d: `M0 ${this.y(tick)}H${WIDE}` })));
    this.left.replaceChildren(...ticks.map((tick) => this.label(text(tick), "bottom", 1 - this.y(tick) / HIGH)));
    const epochs = [1, ...steps(rates.length, 5).filter((tick) => tick > 1 && Number.isInteger(tick))];
    this.below.replaceChildren(...epochs.map((tick) => this.label(`${tick}`, "left", this.x(tick) / WIDE)));
    this.resting = warmup ? "Learning rate by epoch; shaded: warm-up" : "Learning rate by epoch";
    this.said.textContent = this.resting;
  }

  x(epoch) { return this.rates.length > 1 ? ((epoch - 1) / (this.rates.length - 1)) * WIDE : 0; }

  y(rate) { return HIGH * (1 - rate / this.most); }

  label(words, side, share) {
    const label = el("span", {}, words);
    label.style[side] = `${100 * share}%`;
    return label;
  }

  point(event) {
    const box = this.plot.getBoundingClientRect();
    const place = Math.round(((event.clientX - box.left) / box.width) * (this.rates.length - 1));
    const rate = this.rates[place];
    if (rate === undefined) return;
    this.dot.setAttribute("d", `M${this.x(place + 1)} 0V${HIGH}`);
    this.said.textContent = `Epoch ${place + 1}: ${text(rate)}`;
  }
}

/** Round numbers from 0 (not told) up to `most`, at most `wanted` of them. */
function steps(most, wanted) {
  const rough = most / wanted, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((one) => one >= rough * 0.999);
  return Array.from({ length: Math.floor((most / step) * 1.001) }, (_, i) => Number(((i + 1) * step).toPrecision(6)));
}

function text(rate) { return `${Number(rate.toPrecision(3))}`; }
