// Shows how far a background job is, and tells Python once when it has moved to another phase.

export default function (component) { return once(component, (host) => new ProgressWatch(host)); }

class ProgressWatch {
  constructor(host) {
    this.phase = el("b");
    this.words = el("span", { className: "soft" });
    this.bar = el("i");
    this.frame = el("div", { className: "bar unknown", role: "progressbar", "aria-label": "Progress", "aria-valuemin": 0, "aria-valuemax": 100 }, this.bar);
    this.trouble = el("p", { className: "soft", hidden: true });
    host.append(el("div", { className: "watch", role: "status" }, el("div", { className: "row" }, this.phase, this.words), this.frame, this.trouble));
    this.watching = new Watching((signal) => this.look(signal));
    this.telling = new Telling(this);
  }

  update(data) {
    const changed = !this.data || this.data.url !== data.url || this.data.phase !== data.phase;
    this.data = data;
    if (!changed) return;
    this.telling.again();
    this.watching.start();
  }

  end() { this.watching.end(); }

  /** One look; returns how long to wait until the next. */
  async look(signal) {
    try {
      const state = await askJson(this.data.url, { signal });
      this.trouble.hidden = true;
      this.draw(state.needle ?? {});
      // The page knows the phase it was drawn for. Another one: it must be drawn anew.
      if (state.phase !== this.data.phase) this.telling.say({ phase: state.phase });
      return 500;
    } catch (error) {
      if (signal.aborted) throw error;
      if (error.status === 404) { this.telling.say({ phase: "gone" }); return 3000; }
      this.trouble.textContent = `${error.what ?? GONE[0]} ${error.fix ?? ""}`;
      this.trouble.hidden = false;
      return 2000;
    }
  }

  draw(needle) {
    const { phase, done = 0, total = 0, left_s: left } = needle;
    this.phase.textContent = phase || this.data.waiting;
    this.frame.classList.toggle("unknown", !total);
    if (total) {
      const share = Math.min(1, done / total);
      this.bar.style.transform = `scaleX(${share})`;
      this.frame.setAttribute("aria-valuenow", Math.round(share * 100));
    } else this.frame.removeAttribute("aria-valuenow");
    const far = total ? `${count(done)} of ${count(total)}` : done ? count(done) : "";
    this.words.textContent = far + (left !== null && left !== undefined ? `, about ${duration(left)} left at this pace` : "");
  }
}
