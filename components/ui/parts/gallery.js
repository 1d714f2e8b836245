// A grid of thumbnails that holds only what is seen: 10,000 pictures cost as much as 40.

const SHAPE = 0.78; // height of a tile for its width
const OVERSCAN = 1; // rows kept above and below what is seen
const AT_ONCE = 200; // pictures per request for labels
const KEPT = 4000; // pictures whose labels are remembered
const BADGES = { unlabelled: "no labels yet", empty: "empty on purpose", ignored: "put aside" };

export default function (component) { return once(component, (host, data) => new Gallery(host, data)); }

class Gallery {
  constructor(host, data) {
    this.host = host;
    this.tiles = new Map();
    this.known = new Map();
    this.ids = [];
    this.current = 0;
    const size = el("input", { type: "range", min: 90, max: 360, step: 10, value: data.tile, "aria-label": "Size of the pictures" });
    size.oninput = () => { this.wish = Number(size.value); this.layout(); };
    const boxes = el("input", { type: "checkbox", checked: true });
    boxes.onchange = () => { this.bare = !boxes.checked; for (const tile of this.tiles.values()) this.drawBoxes(tile); };
    this.legend = el("div", { className: "legend" });
    this.inner = el("div", { className: "inner" });
    this.none = el("div", { className: "none soft", hidden: true }, "No picture fits this choice.");
    this.scroller = el("div", { className: "scroll", role: "group", "aria-label": "Pictures" }, this.inner, this.none);
    host.append(el("div", { className: "tools" }, this.legend, el("label", {}, boxes, "Labels"), el("label", {}, "Size", size)), this.scroller);
    this.wish = data.tile;
    this.scroller.addEventListener("scroll", () => { this.frame ??= requestAnimationFrame(() => { this.frame = null; this.draw(); }); }, { passive: true });
    this.inner.onclick = (event) => { const tile = event.target.closest(".tile"); if (tile) this.open(Number(tile.dataset.index)); };
    this.scroller.onkeydown = (event) => this.steer(event);
    this.sizes = new ResizeObserver(() => this.layout());
    this.sizes.observe(this.scroller);
  }

  update(data) {
    if (data.asked) setTimeout(() => this.host.scrollIntoView({ block: "center", behavior: "smooth" }), 300); // what is above folds up first
    const other = !this.data || this.data.base !== data.base;
    const same = !other && this.ids.length === data.ids.length && this.ids.every((id, i) => id === data.ids[i]);
    this.data = data;
    this.scroller.style.height = `${data.height}px`;
    if (other || this.revision !== data.revision) this.known.clear();
    this.revision = data.revision;
    this.colours = data.classes.map((_, index) => colour(this.host, index));
    this.drawLegend();
    if (same) { for (const tile of this.tiles.values()) this.drawBoxes(tile); this.wantLabels(); return; }
    this.ids = data.ids;
    this.current = 0;
    this.clear();
    this.scroller.scrollTop = 0;
    this.none.hidden = this.ids.length > 0;
    this.layout();
  }

  end() { this.sizes.disconnect(); clearTimeout(this.timer); clearTimeout(this.landing); }

  clear() { for (const [index, tile] of this.tiles) this.drop(tile, index); }

  drawLegend() {
    const shown = this.data.classes.slice(0, 12);
    this.legend.replaceChildren(...shown.map((name, index) => {
      const dot = el("i"); dot.style.background = this.colours[index];
      return el("span", { title: name }, dot, name);
    }));
    if (this.data.classes.length > 12) this.legend.append(el("span", { className: "soft" }, `and ${this.data.classes.length - 12} more`));
  }

  layout() {
    const width = this.scroller.clientWidth - 8;
    if (width <= 0) return;
    this.columns = Math.max(1, Math.round(width / this.wish));
    this.step = width / this.columns;
    this.rise = this.step * SHAPE;
    this.inner.style.height = `${Math.ceil(this.ids.length / this.columns) * this.rise}px`;
    for (const [index, tile] of this.tiles) { this.place(tile, index); this.drawBoxes(tile); }
    this.draw();
  }

  place(tile, index) {
    tile.style.cssText = `left:${(index % this.columns) * this.step}px;top:${Math.floor(index / this.columns) * this.rise}px;width:${this.step - 4}px;height:${this.rise - 4}px`;
  }

  draw() {
    if (!this.rise) return;
    const { scrollTop, clientHeight } = this.scroller;
    const first = Math.max(0, Math.floor(scrollTop / this.rise) - OVERSCAN) * this.columns;
    const last = Math.min(this.ids.length, (Math.ceil((scrollTop + clientHeight) / this.rise) + OVERSCAN) * this.columns);
    for (const [index, tile] of this.tiles) if (index < first || index >= last) this.drop(tile, index);
    for (let index = first; index < last; index++) if (!this.tiles.has(index)) this.add(index);
    const isFlying = Math.abs(scrollTop - (this.top ?? scrollTop)) > clientHeight / 2;
    this.top = scrollTop;
    clearTimeout(this.landing);
    if (isFlying) this.landing = setTimeout(() => this.load(), 120); // nobody can see what flies past
    else this.load();
    this.wantLabels();
  }

  drop(tile, index) {
    tile.firstChild.removeAttribute("src"); // a picture still on its way is no longer waited for
    tile.remove();
    this.tiles.delete(index);
  }

  load() {
    for (const [index, tile] of this.tiles) if (!tile.firstChild.hasAttribute("src")) tile.firstChild.src = `/tailor/thumbnail/${this.data.base}/${this.ids[index]}?v=${this.data.stamp}`;
  }

  add(index) {
    const image = el("img", { alt: "", decoding: "async", draggable: false });
    const tile = el("button", { type: "button", className: "tile", tabIndex: index === this.current ? 0 : -1, "aria-label": `Picture ${index + 1} of ${this.ids.length}` }, image);
    tile.dataset.index = index;
    this.place(tile, index);
    this.tiles.set(index, tile);
    this.inner.append(tile);
    this.drawBoxes(tile);
  }

  drawBoxes(tile) {
    tile.querySelector(".boxes")?.remove();
    const facts = this.known.get(this.ids[tile.dataset.index]);
    if (!facts) return;
    tile.setAttribute("aria-label", `${facts.name}, ${plural(facts.boxes.length, "label", "labels")}`);
    tile.title = facts.name;
    const whole = facts.shapes?.[0]?.[0] === "whole" ? this.data.classes[facts.boxes[0][0]] : null;
    const badge = BADGES[facts.state] ?? whole;
    if (badge) tile.dataset.badge = badge;
    if (!this.bare && facts.boxes.length) tile.append(el("img", { className: "boxes", alt: "", draggable: false, src: this.drawing(facts) }));
  }

  /** What is labelled as an SVG picture of its own: one node, however many things there are. */
  drawing({ width, height, boxes, shapes }) {
    const line = 2 * Math.max(width / this.step, height / this.rise); // 2 pixels on the screen
    const paths = new Map();
    boxes.forEach(([kind, ...corners], index) => {
      const shape = shapes?.[index];
      const known = paths.get(kind) ?? { lines: "", dots: "" };
      const { lines, seen, hidden } = points(shape, this.data.skeleton);
      // With many points the box would only hide them.
      paths.set(kind, { lines: known.lines + (seen || hidden ? lines : outline(shape, corners)), dots: known.dots + seen + hidden });
    });
    const drawn = [...paths].map(([kind, { lines, dots }]) => `<g stroke="${this.colours[kind] ?? "gray"}"><path d="${lines}"/><path d="${dots}" stroke-width="${line * 2.5}"/></g>`).join("");
    return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Number(width)} ${Number(height)}" fill="none" stroke-linecap="round" stroke-linejoin="round" stroke-width="${line}">${drawn}</svg>`)}`;
  }

  wantLabels() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetchLabels(), 60); // not while somebody scrolls past
  }

  async fetchLabels() {
    const base = this.data.base;
    const missing = [...this.tiles.keys()].map((index) => this.ids[index]).filter((id) => id !== undefined && !this.known.has(id)).slice(0, AT_ONCE);
    if (!missing.length || this.asking) return;
    this.asking = true;
    try {
      const found = await askJson(`/tailor/labels/${base}?ids=${missing.join(",")}`);
      if (base !== this.data.base) return;
      for (const id of missing) this.known.set(id, found[id] ?? { boxes: [], name: "", width: 1, height: 1 });
      while (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
      for (const tile of this.tiles.values()) if (missing.includes(this.ids[tile.dataset.index])) this.drawBoxes(tile);
      this.pause = 0;
    } catch {
      this.pause = Math.min(8000, (this.pause || 500) * 2); // the server restarts; boxes come later
      await sleep(this.pause);
    } finally {
      this.asking = false;
    }
    if (this.scroller.isConnected) this.wantLabels();
  }

  open(index) {
    this.focus(index, false);
    this.tell("opened", { id: this.ids[index], at: Date.now() });
  }

  steer(event) {
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.rise)) * this.columns;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.focus(Math.min(this.ids.length - 1, Math.max(0, this.current + steps[event.key])), true);
  }

  focus(index, move) {
    const before = this.tiles.get(this.current);
    if (before) before.tabIndex = -1;
    this.current = index;
    const top = Math.floor(index / this.columns) * this.rise;
    if (move && top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    if (move && top + this.rise > this.scroller.scrollTop + this.scroller.clientHeight) this.scroller.scrollTop = top + this.rise - this.scroller.clientHeight + 8;
    this.draw();
    const tile = this.tiles.get(index);
    if (tile) { tile.tabIndex = 0; if (move) tile.focus({ preventScroll: true }); }
  }
}
