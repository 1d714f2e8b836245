// Pictures as training would feed them, drawn by the server; the newest question wins.

const TAB = Math.random().toString(36).slice(2); // lets the server drop this tab's older questions

const TICK_MS = 250;
const PATIENCE_MS = 1000; // what is quicker needs no bar
const MEMORY = "tailor.preview.ms"; // how long the last first drawing took in this browser

const WAYS = { beside: "Side by side", varied: "As training sees them", plain: "Originals" };

export default function (component) { return once(component, (host) => new PreviewGrid(host)); }

class PreviewGrid {
  constructor(host) {
    this.host = host;
    this.buttons = Object.entries(WAYS).map(([way, label]) => el("button", { type: "button", value: way, onclick: () => this.show(way) }, label));
    this.legend = el("p", { className: "legend soft" }, el("span", {}, "Your picture"), el("span", {}, "As training sees it"));
    this.words = el("span", { className: "soft", role: "status" });
    this.grid = el("div", { className: "grid" });
    this.fill = el("i");
    this.bar = el("div", { className: "bar unknown", role: "progressbar", "aria-label": "Drawing the preview", "aria-valuemin": 0, "aria-valuemax": 100, hidden: true }, this.fill);
    this.trouble = el("div", { hidden: true });
    host.append(el("div", { className: "tools" }, ...this.buttons, this.words), this.bar, this.trouble, this.legend, this.grid);
    this.skeletons();
    this.show("beside");
  }

  update(data) {
    const changed = this.data?.url !== data.url;
    const before = this.data;
    this.data = data;
    if (!changed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), before ? 250 : 0); // a slider being dragged
  }

  end() { clearTimeout(this.timer); clearInterval(this.ticking); this.abort?.abort(); }

  /** How far a drawing is can only be told from how long the last one took. */
  progress(since, usual) {
    const passed = performance.now() - since;
    this.bar.hidden = passed < PATIENCE_MS;
    const share = usual ? Math.min(passed / usual, 0.97) : 0;
    this.bar.classList.toggle("unknown", !share);
    this.fill.style.transform = share ? `scaleX(${share})` : "";
    if (share) this.bar.setAttribute("aria-valuenow", Math.round(100 * share));
    const left = Math.ceil((usual - passed) / 1000);
    const first = this.tiles ? "" : " The first time wakes the trainer, which takes a while.";
    this.words.textContent = passed < PATIENCE_MS ? "Drawing …" : left > 1 ? `Drawing … about ${left} s more.${first}` : `Drawing … for ${Math.round(passed / 1000)} s.${first}`;
  }

  skeletons() { this.grid.replaceChildren(...Array.from({ length: 8 }, () => el("div", { className: "skeleton" }))); }

  async load() {
    this.abort?.abort();
    const { signal } = (this.abort = new AbortController());
    this.trouble.hidden = true;
    this.grid.classList.toggle("stale", Boolean(this.tiles));
    const since = performance.now();
    const usual = this.tiles ? 0 : Number(localStorage.getItem(MEMORY));
    clearInterval(this.ticking);
    this.progress(since, usual);
    this.ticking = setInterval(() => this.progress(since, usual), TICK_MS);
    try {
      const url = this.data.url + (this.data.url.includes("?") ? "&" : "?") + `tab=${TAB}`;
      const drawn = await askJson(url, { signal });
      const took = performance.now() - since;
      if (!this.tiles && took > PATIENCE_MS) localStorage.setItem(MEMORY, Math.round(took));
      this.tiles = drawn.tiles;
      this.classes = drawn.classes;
      this.draw();
      this.done();
    } catch (error) {
      if (signal.aborted || error.status === 409) return; // another question is on its way
      this.done();
      this.trouble.replaceChildren(troubleBox(error, () => this.load()));
      this.trouble.hidden = false;
      if (!this.tiles) this.grid.replaceChildren();
    } finally {
      if (!signal.aborted) this.grid.classList.remove("stale");
    }
  }

  done() {
    clearInterval(this.ticking);
    this.bar.hidden = true;
    this.words.textContent = "";
  }

  show(way) {
    this.way = way;
    for (const button of this.buttons) button.setAttribute("aria-pressed", button.value === way);
    this.grid.classList.toggle("pairs", way === "beside");
    this.legend.hidden = way !== "beside";
    if (this.tiles) this.draw();
  }

  draw() { this.grid.replaceChildren(...this.tiles.map((tile) => this.figure(tile))); }

  figure(tile) {
    const original = [tile.original, tile.original_width ?? tile.width, tile.original_height ?? tile.height, tile.original_boxes, tile.original_shapes];
    const varied = [tile.file, tile.width, tile.height, tile.boxes, tile.shapes];
    const shown = { beside: [original, varied], varied: [varied], plain: [original] }[this.way];
    const boxes = (this.way === "plain" ? original : varied)[3];
    const names = [...new Set(boxes.map(([kind]) => this.classes[kind] ?? kind))].join(", ");
    const frames = shown.map((facts) => this.frame(facts === original ? `${tile.name}, your picture` : `${tile.name}, as training sees it`, facts));
    return el("figure", {}, el("div", { className: "frames" }, ...frames), el("figcaption", { title: names }, names || "nothing labelled here"));
  }

  frame(words, [src, width, height, boxes, shapes]) {
    const frame = el("div", { className: "frame" }, el("img", { src, alt: `${words}, ${plural(boxes.length, "label", "labels")}` }));
    frame.style.aspectRatio = `${width} / ${height}`;
    frame.style.flexGrow = width / height; // two of different shape get the same height
    frame.append(boxesOver(width, height, boxes, (kind) => colour(this.host, kind), { fit: "none", shapes: shapes ?? [], skeleton: this.data.skeleton }));
    return frame;
  }
}
