// Pictures as training would feed them, drawn by the server; the newest question wins.

const TAB = Math.random().toString(36).slice(2); // lets the server drop this tab's older questions

const WAYS = { beside: "Side by side", varied: "As training sees them", plain: "Originals" };

export default function (component) { return once(component, (host) => new PreviewGrid(host)); }

class PreviewGrid {
  constructor(host) {
    this.host = host;
    this.buttons = Object.entries(WAYS).map(([way, label]) => el("button", { type: "button", value: way, onclick: () => this.show(way) }, label));
    this.legend = el("p", { className: "legend soft" }, el("span", {}, "Your picture"), el("span", {}, "As training sees it"));
    this.words = el("span", { className: "soft", role: "status" });
    this.grid = el("div", { className: "grid" });
    this.trouble = el("div", { hidden: true });
    host.append(el("div", { className: "tools" }, ...this.buttons, this.words), this.trouble, this.legend, this.grid);
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

  end() { clearTimeout(this.timer); this.abort?.abort(); }

  skeletons() { this.grid.replaceChildren(...Array.from({ length: 8 }, () => el("div", { className: "skeleton" }))); }

  async load() {
    this.abort?.abort();
    const { signal } = (this.abort = new AbortController());
    this.trouble.hidden = true;
    this.grid.classList.toggle("stale", Boolean(this.tiles));
    this.words.textContent = "Drawing …";
    const slow = setTimeout(() => { this.words.textContent = "Drawing … the first time takes a while."; }, 4000);
    try {
      const url = this.data.url + (this.data.url.includes("?") ? "&" : "?") + `tab=${TAB}`;
      const drawn = await askJson(url, { signal });
      this.tiles = drawn.tiles;
      this.classes = drawn.classes;
      this.draw();
      this.words.textContent = "";
    } catch (error) {
      if (signal.aborted || error.status === 409) return; // another question is on its way
      this.words.textContent = "";
      this.trouble.replaceChildren(troubleBox(error, () => this.load()));
      this.trouble.hidden = false;
      if (!this.tiles) this.grid.replaceChildren();
    } finally {
      clearTimeout(slow);
      if (!signal.aborted) this.grid.classList.remove("stale");
    }
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
