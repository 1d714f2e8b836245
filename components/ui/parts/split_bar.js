// One bar, two handles: how many pictures to learn from, to check with, and to test with at the end.

const PARTS = [["train", "Learn from", "train"], ["val", "Check with", "val"], ["test", "Test at the end", "test"]];

export default function (component) { return once(component, (host) => new SplitBar(host)); }

class SplitBar {
  constructor(host) {
    this.host = host;
    this.edges = [70, 90]; // percent, where the handles stand
    this.segments = PARTS.map(([name]) => el("div", { className: name }, el("b"), el("small")));
    this.words = PARTS.map(([name]) => el("span", {}, el("i", { className: name }), el("span")));
    this.handles = [0, 1].map((which) => {
      const handle = el("button", { type: "button", className: "handle", role: "slider", "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": which ? "Border between checking and testing" : "Border between learning and checking" });
      handle.onkeydown = (event) => this.steer(event, which);
      handle.onpointerdown = (event) => { handle.setPointerCapture(event.pointerId); handle.focus(); this.dragging = which; this.moving = this.edges[0] === this.edges[1] ? null : which; event.preventDefault(); };
      handle.onpointermove = (event) => { if (this.dragging === which) this.drag(this.percent(event)); };
      handle.onpointerup = handle.onpointercancel = () => { if (this.dragging === which) { this.dragging = null; this.settle(0); } };
      return handle;
    });
    this.bar = el("div", { className: "split" }, el("div", { className: "segments" }, ...this.segments), ...this.handles);
    host.append(this.bar, el("div", { className: "words" }, ...this.words));
  }

  update(data) {
    const given = data.edges.join();
    if (this.given !== given) { this.given = given; this.edges = [...data.edges]; }
    this.total = data.total;
    this.draw();
  }

  end() { clearTimeout(this.timer); }

  percent(event) {
    const box = this.bar.getBoundingClientRect();
    return Math.round(((event.clientX - box.left) / box.width) * 100);
  }

  drag(percent) { // of two handles in one place, which only look like one, the way tells which is meant
    if (this.moving === null && percent !== this.edges[0]) this.moving = percent < this.edges[0] ? 0 : 1;
    if (this.moving !== null) this.move(this.moving, percent);
  }

  move(which, percent) {
    const low = which ? this.edges[0] : 0;
    const high = which ? 100 : this.edges[1];
    this.edges[which] = Math.min(high, Math.max(low, percent));
    this.draw();
  }

  steer(event, which) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5, Home: -100, End: 100 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.move(which, this.edges[which] + steps[event.key] * (event.shiftKey ? 5 : 1));
    this.settle(400); // a held key is one change
  }

  settle(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep("edges", [...this.edges]), pause);
  }

  draw() {
    const shares = [this.edges[0], this.edges[1] - this.edges[0], 100 - this.edges[1]];
    const test = Math.round((this.total * shares[2]) / 100);
    const val = Math.round((this.total * shares[1]) / 100);
    const pictures = [this.total - val - test, val, test];
    PARTS.forEach(([, label], index) => {
      const far = `${shares[index]} %`;
      this.segments[index].style.width = `${shares[index]}%`;
      this.segments[index].firstChild.textContent = label;
      this.segments[index].lastChild.textContent = far;
      this.words[index].lastChild.textContent = `${label} (${PARTS[index][2]}): ${far}, about ${plural(pictures[index], "picture", "pictures")}`;
    });
    this.handles.forEach((handle, which) => {
      handle.style.left = `${this.edges[which]}%`;
      handle.setAttribute("aria-valuenow", this.edges[which]);
      handle.setAttribute("aria-valuetext", `${PARTS[which][1]} ${shares[which]} %, ${pictures[which]} pictures; ${PARTS[which + 1][1]} ${shares[which + 1]} %, ${pictures[which + 1]} pictures`);
    });
  }
}
