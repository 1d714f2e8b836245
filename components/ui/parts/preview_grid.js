// Pictures as training would feed them, drawn by the server; the newest question wins.

const TAB = Math.random().toString(36).slice(2); // lets the server drop this tab's older questions

export default function (component) { return once(component, (host) => new PreviewGrid(host)); }

class PreviewGrid {
  constructor(host) {
    this.host = host;
    this.varied = el("button", { type: "button", onclick: () => this.show(false) }, "As training sees them");
    this.plain = el("button", { type: "button", onclick: () => this.show(true) }, "Originals");
    this.words = el("span", { className: "soft", role: "status" });
    this.grid = el("div", { className: "grid" });
    this.trouble = el("div", { hidden: true });
    host.append(el("div", { className: "tools" }, this.varied, this.plain, this.words), this.trouble, this.grid);
    this.skeletons();
    this.show(false);
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

  show(originals) {
    this.originals = originals;
    this.varied.setAttribute("aria-pressed", !originals);
    this.plain.setAttribute("aria-pressed", originals);
    if (this.tiles) this.draw();
  }

  draw() { this.grid.replaceChildren(...this.tiles.map((tile) => this.figure(tile))); }

  figure(tile) {
    const width = (this.originals && tile.original_width) || tile.width;
    const height = (this.originals && tile.original_height) || tile.height;
    const boxes = this.originals ? tile.original_boxes : tile.boxes;
    const frame = el("div", { className: "frame" }, el("img", { src: this.originals ? tile.original : tile.file, alt: `${tile.name}, ${plural(boxes.length, "box", "boxes")}` }));
    frame.style.aspectRatio = `${width} / ${height}`;
    frame.append(boxesOver(width, height, boxes, (kind) => colour(this.host, kind), { fit: "none" }));
    const names = [...new Set(boxes.map(([kind]) => this.classes[kind] ?? kind))].join(", ");
    return el("figure", {}, frame, el("figcaption", { title: names }, names || "nothing labelled here"));
  }
}
