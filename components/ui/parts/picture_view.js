// One picture, large, with what is marked on it: zoom by buttons, keys, Ctrl and wheel, or double click.

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

  /** What is on the picture in one form: class, confidence or null, corners, shape. */
  things() {
    return this.data.boxes.map((box, index) => ({ kind: box[0], sure: box.length > 5 ? box[1] : null, corners: box.slice(-4), shape: this.data.shapes[index] }))
      .filter(({ sure }) => sure === null || sure >= this.least);
  }

  draw() {
    if (!this.data) return;
    this.shown.textContent = `${Math.round(this.least * 100)} %`;
    const { width, height, classes } = this.data;
    const boxes = this.things();
    const unit = width / ((this.stage.clientWidth || width) * this.zoom); // picture pixels per screen pixel
    const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    boxes.forEach((box, place) => drawing.append(...this.box(box, unit, classes, place)));
    this.sheet.querySelector("svg")?.remove();
    this.sheet.append(drawing);
    const counts = new Map();
    for (const { kind } of boxes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    this.legend.replaceChildren(...[...counts].sort((a, b) => b[1] - a[1]).slice(0, 12).map(([kind, number]) => {
      const dot = el("i"); dot.style.background = colour(this.host, kind);
      return el("span", {}, dot, `${classes[kind] ?? kind}: ${count(number)}`);
    }));
    if (!boxes.length) this.legend.append(el("span", { className: "soft" }, this.data.boxes.length ? "Nothing above this confidence." : "Nothing is marked here."));
  }

  box({ kind, sure, corners, shape }, unit, classes, place) {
    const [left, top] = corners;
    const paint = colour(this.host, kind);
    const parts = thing(shape, corners, paint, this.data.skeleton, { halo: true });
    if (this.data.names && shape?.[0] === "keypoints") parts.push(...this.pointNames(shape[1], unit));
    if (!this.data.names) return parts;
    const words = `${String(classes[kind] ?? kind).slice(0, 40)}${sure === null ? "" : ` ${Math.round(sure * 100)} %`}`;
    const size = NAME_PX * unit;
    const row = shape?.[0] === "whole" ? place : 0; // classes of a whole picture stand below each other
    const y = top > size * 1.5 ? top : top + size * 1.5 * (row + 1); // inside the box when there is no room above
    const plate = svg("rect", { x: left, y: y - size * 1.4, width: (words.length * 0.58 + 0.8) * size, height: size * 1.4, fill: `color-mix(in srgb, ${paint} 78%, #000)` });
    const text = svg("text", { x: left + size * 0.4, y: y - size * 0.38, "font-size": size });
    text.textContent = words;
    return [...parts, plate, text];
  }

  /** What each keypoint is called, once there is room for it: names when zoomed, else nothing. */
  pointNames(numbers, unit) {
    const names = this.data.points;
    if (!names.length || this.zoom < 2) return [];
    const size = NAME_PX * 0.8 * unit;
    return names.flatMap((name, i) => {
      if (!(numbers[3 * i + 2] > 0)) return [];
      const text = svg("text", { x: numbers[3 * i] + size * 0.6, y: numbers[3 * i + 1] + size * 0.35, "font-size": size, stroke: "#000", "stroke-width": size * 0.2, "paint-order": "stroke" });
      text.textContent = name;
      return [text];
    });
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
