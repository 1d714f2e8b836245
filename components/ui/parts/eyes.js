// What the model sees on the same few pictures, epoch after epoch.

const EVERY_MS = 2000, FIRST_MS = 300; // the first pictures come soon after the first epoch
const KEPT = 200; // epochs remembered here

export default function (component) { return once(component, (host) => new Eyes(host)); }

class Eyes {
  constructor(host) {
    this.host = host;
    this.known = new Map();
    this.epochs = [];
    this.follows = true; // the newest epoch, until somebody goes back
    this.least = 0.25;
    this.slider = el("input", { type: "range", min: 0, max: 0, step: 1, value: 0 });
    this.label = el("output");
    this.slider.oninput = () => { this.follows = Number(this.slider.value) === this.epochs.length - 1; this.show(); };
    const sure = el("input", { type: "range", min: 5, max: 90, step: 5, value: 25 });
    const limit = el("output", {}, "25 %");
    sure.oninput = () => { this.least = Number(sure.value) / 100; limit.textContent = `${sure.value} %`; this.draw(); };
    this.sure = el("label", {}, "Confidence at least", sure, limit);
    this.grid = el("div", { className: "grid" });
    host.append(el("div", { className: "tools" }, el("label", {}, "Epoch", this.slider, this.label), this.sure), this.grid);
    this.watching = new Watching((signal) => this.look(signal));
  }

  update(data) {
    this.data = data;
    this.watching.start();
  }

  end() { this.watching.end(); }

  /** One look; a run that is over has shown its last pictures. */
  async look(signal) {
    try {
      await this.take(await askJson(`/tailor/eyes/${this.data.run}`, { signal }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return EVERY_MS; // the server restarts
    }
    return this.data.over && this.epochs.length ? null : this.epochs.length ? EVERY_MS : FIRST_MS;
  }

  async take({ epochs, classes }) {
    this.classes = classes;
    if (epochs.length === this.epochs.length && epochs.at(-1) === this.epochs.at(-1)) return;
    this.epochs = epochs;
    this.slider.max = Math.max(0, this.epochs.length - 1);
    if (this.follows) this.slider.value = this.slider.max;
    await this.show();
  }

  async show() {
    const epoch = this.epochs[Number(this.slider.value)];
    if (epoch === undefined) return;
    this.label.textContent = `${count(epoch)} of ${count(this.epochs.at(-1))}`;
    this.slider.setAttribute("aria-valuetext", `epoch ${epoch}`);
    if (!this.known.has(epoch)) {
      this.wanted = epoch;
      const seen = await askJson(`/tailor/eyes/${this.data.run}/${epoch}`, { signal: this.watching.signal }).catch(() => null);
      if (!seen) return;
      this.known.set(epoch, seen);
      if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
      if (this.wanted !== epoch) return; // the slider has moved on
    }
    this.wanted = epoch;
    this.draw();
  }

  draw() {
    const seen = this.known.get(this.wanted);
    if (!seen) return;
    seen.pictures.forEach((picture, index) => {
      const figure = this.grid.children[index] ?? this.grid.appendChild(el("figure", {}, el("div", { className: "frame" }, el("img")), el("figcaption")));
      const [frame, caption] = figure.children;
      frame.style.aspectRatio = `${picture.width} / ${picture.height}`;
      const shapes = picture.shapes ?? [];
      const sorts = shapes[0]?.[0] === "whole"; // guesses at the picture as a whole, the best first
      const kept = picture.boxes.map((box, place) => ({ box, shape: shapes[place] })).filter(({ box }) => box[1] >= this.least);
      const boxes = kept.map(({ box }) => box);
      const image = frame.querySelector("img");
      if (image.getAttribute("src") !== picture.address) image.src = picture.address;
      const guess = sorts && picture.boxes.length ? `${this.classes[picture.boxes[0][0]] ?? picture.boxes[0][0]}, ${Math.round(picture.boxes[0][1] * 100)} %` : null;
      image.alt = `${picture.name ?? "Picture"}: the model sees ${guess ?? plural(boxes.length, "thing", "things")}`;
      frame.querySelector("svg")?.remove();
      frame.append(boxesOver(picture.width, picture.height, boxes.map(([kind, , ...corners]) => [kind, ...corners]), (kind) => colour(this.host, kind), { fit: "none", shapes: kept.map(({ shape }) => shape), skeleton: this.data.skeleton }));
      this.sure.hidden = sorts;
      if (guess) { caption.textContent = guess; return; }
      const counts = new Map();
      for (const [kind] of boxes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const cut = picture.more && boxes.length === picture.boxes.length ? "the surest: " : "";
      caption.textContent = cut + [...counts].map(([kind, number]) => `${number} × ${this.classes[kind] ?? kind}`).join(", ") || "sees nothing here yet";
    });
    while (this.grid.children.length > seen.pictures.length) this.grid.lastChild.remove();
  }
}
