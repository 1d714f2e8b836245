// One picture, large, with its boxes: zoom by buttons, keys, Ctrl and wheel, or double click.

const MOST_ZOOM = 16;
const NAME_PX = 13; // height of the names on the screen, at any zoom

export default function (component) { return once(component, (host) => new PictureView(host)); }

class PictureView {
  constructor(host) {
    this.host = host;
    this.zoom = 1; this.x = 0; this.y = 0;
    this.image = el("img", { draggable: false, decoding: "async" });
    this.sheet = el("div", { className: "sheet" }, this.image);
    this.stage = el("div", { className: "stage", tabIndex: 0, role: "group" }, this.sheet);
    const button = (label, text, deed) => el("button", { type: "button", "aria-label": label, title: label, onclick: deed }, text);
    this.slider = el("input", { type: "range", min: 5, max: 95, step: 1 });
    this.shown = el("output");
    this.slider.oninput = () => { this.least = Number(this.slider.value) / 100; this.draw(); };
    this.sure = el("label", { hidden: true }, "Only what the model is sure of", this.slider, this.shown);
    this.legend = el("div", { className: "legend" });
    host.append(this.stage, el("div", { className: "tools" }, el("span", { className: "zoom" },
      button("Larger", "+", () => this.zoomBy(1.5)), button("Smaller", "−", () => this.zoomBy(1 / 1.5)), button("Whole picture", "Fit", () => this.fit())), this.sure, this.legend));
    this.stage.onkeydown = (event) => this.steer(event);
    this.stage.ondblclick = (event) => (this.zoom > 1 ? this.fit() : this.zoomBy(3, event));
    this.stage.addEventListener("wheel", (event) => { if (event.ctrlKey || event.metaKey) { event.preventDefault(); this.zoomBy(Math.exp(-event.deltaY / 200), event); } }, { passive: false });
    this.stage.onpointerdown = (event) => { if (this.zoom > 1) { this.grip = [event.clientX - this.x, event.clientY - this.y]; this.stage.setPointerCapture(event.pointerId); } };
    this.stage.onpointermove = (event) => { if (this.grip) this.place(event.clientX - this.grip[0], event.clientY - this.grip[1]); };
    this.stage.onpointerup = this.stage.onpointercancel = () => { this.grip = null; };
    this.sizes = new ResizeObserver(() => { this.place(this.x, this.y); this.draw(); });
    this.sizes.observe(this.stage);
  }

  update(data) {
    const other = this.data?.url !== data.url;
    this.data = data;
    if (other) {
      this.image.src = data.url;
      this.image.alt = data.name || "Picture";
      this.stage.setAttribute("aria-label", `${data.name || "Picture"}; plus and minus zoom, arrows move`);
      this.fit();
    }
    const { width, height } = data;
    this.stage.style.aspectRatio = `${width} / ${height}`;
    this.stage.style.maxWidth = `min(100%, ${(data.height_px * width) / height}px)`;
    if (data.confidence === null) this.least = 0;
    else if (this.given !== data.confidence) { this.least = data.confidence; this.slider.value = Math.round(data.confidence * 100); }
    this.given = data.confidence;
    this.sure.hidden = data.confidence === null;
    this.draw();
  }

  end() { this.sizes.disconnect(); }

  /** Boxes in one form: class, confidence or null, corners. */
  boxes() {
    return this.data.boxes.map((box) => (box.length > 5 ? { kind: box[0], sure: box[1], corners: box.slice(2) } : { kind: box[0], sure: null, corners: box.slice(1) }))
      .filter(({ sure }) => sure === null || sure >= this.least);
  }

  draw() {
    if (!this.data) return;
    this.shown.textContent = `${Math.round(this.least * 100)} %`;
    const { width, height, classes } = this.data;
    const boxes = this.boxes();
    const unit = width / ((this.stage.clientWidth || width) * this.zoom); // picture pixels per screen pixel
    const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    for (const box of boxes) drawing.append(...this.box(box, unit, classes));
    this.sheet.querySelector("svg")?.remove();
    this.sheet.append(drawing);
    const counts = new Map();
    for (const { kind } of boxes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    this.legend.replaceChildren(...[...counts].sort((a, b) => b[1] - a[1]).slice(0, 12).map(([kind, number]) => {
      const dot = el("i"); dot.style.background = colour(this.host, kind);
      return el("span", {}, dot, `${classes[kind] ?? kind}: ${count(number)}`);
    }));
    if (!boxes.length) this.legend.append(el("span", { className: "soft" }, this.data.boxes.length ? "Nothing above this confidence." : "No boxes."));
  }

  box({ kind, sure, corners }, unit, classes) {
    const [left, top, right, bottom] = corners;
    const paint = colour(this.host, kind);
    const frame = { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top), fill: "none", "vector-effect": "non-scaling-stroke" };
    const parts = [svg("rect", { ...frame, stroke: "#000", "stroke-opacity": 0.45, "stroke-width": 4 }), svg("rect", { ...frame, stroke: paint, "stroke-width": 2 })];
    if (!this.data.names) return parts;
    const words = `${String(classes[kind] ?? kind).slice(0, 40)}${sure === null ? "" : ` ${Math.round(sure * 100)} %`}`;
    const size = NAME_PX * unit;
    const y = top > size * 1.5 ? top : top + size * 1.5; // inside the box when there is no room above
    const plate = svg("rect", { x: left, y: y - size * 1.4, width: (words.length * 0.58 + 0.8) * size, height: size * 1.4, fill: `color-mix(in srgb, ${paint} 78%, #000)` });
    const text = svg("text", { x: left + size * 0.4, y: y - size * 0.38, "font-size": size });
    text.textContent = words;
    return [...parts, plate, text];
  }

  zoomBy(factor, at) {
    const box = this.stage.getBoundingClientRect();
    const [cx, cy] = at ? [at.clientX - box.left, at.clientY - box.top] : [box.width / 2, box.height / 2];
    const zoom = Math.min(MOST_ZOOM, Math.max(1, this.zoom * factor));
    const ratio = zoom / this.zoom;
    this.zoom = zoom;
    this.place(cx - (cx - this.x) * ratio, cy - (cy - this.y) * ratio);
    this.draw();
  }

  fit() { this.zoom = 1; this.place(0, 0); this.draw(); }

  place(x, y) {
    const least = 1 - this.zoom;
    this.x = Math.min(0, Math.max(this.stage.clientWidth * least, x));
    this.y = Math.min(0, Math.max(this.stage.clientHeight * least, y));
    this.stage.classList.toggle("zoomed", this.zoom > 1);
    this.sheet.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.zoom})`;
  }

  steer(event) {
    const deeds = {
      "+": () => this.zoomBy(1.5), "=": () => this.zoomBy(1.5), "-": () => this.zoomBy(1 / 1.5), 0: () => this.fit(),
      ArrowLeft: () => this.place(this.x + 60, this.y), ArrowRight: () => this.place(this.x - 60, this.y),
      ArrowUp: () => this.place(this.x, this.y + 60), ArrowDown: () => this.place(this.x, this.y - 60),
    };
    const moves = event.key.startsWith("Arrow");
    if (!(event.key in deeds) || event.ctrlKey || (moves && this.zoom === 1)) return;
    event.preventDefault();
    deeds[event.key]();
  }
}
