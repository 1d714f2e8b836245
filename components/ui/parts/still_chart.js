// A Plotly figure that stands still between clicks. Drawn over in place (Plotly.react), only when
// it changed and is on the screen, and after the frame that shows what was clicked.

export default function (component) { return once(component, (host) => new StillChart(host)); }

class StillChart {
  constructor(host) {
    this.host = host;
    this.plot = el("div", { className: "still-chart", role: "img" });
    this.trouble = el("div", { className: "still-chart-trouble", hidden: true });
    host.append(this.plot, this.trouble);
    this.seen = new IntersectionObserver(([entry]) => { this.isSeen = entry.isIntersecting; this.soon(); }, { rootMargin: "200px" });
    this.seen.observe(this.plot);
    this.sizes = new ResizeObserver(() => { clearTimeout(this.resizing); this.resizing = setTimeout(() => this.fit(), 100); });
    this.sizes.observe(this.plot);
  }

  update(data) {
    this.data = data;
    this.plot.setAttribute("aria-label", data.alt);
    this.plot.style.height = `${data.height}px`; // the page does not jump when the drawing comes
    this.soon();
  }

  end() {
    this.isOver = true;
    clearTimeout(this.resizing);
    cancelAnimationFrame(this.drawing);
    this.seen.disconnect();
    this.sizes.disconnect();
    if (this.drawn) window.Plotly.purge(this.plot);
  }

  soon() { this.drawing ??= requestAnimationFrame(() => { this.drawing = null; this.draw(); }); }

  async draw() {
    if (!this.isSeen || !this.data) return;
    const look = this.look();
    const wanted = this.data.figure + JSON.stringify(look);
    if (this.drawn === wanted) return;
    const Plotly = await plotly(this.data.plotly).catch((error) => this.sorry(error));
    if (!Plotly || this.isOver) return;
    this.trouble.hidden = true;
    this.drawn = wanted;
    const { data, layout } = JSON.parse(this.data.figure);
    Plotly.react(this.plot, data, { ...layout, template: { layout: look }, uirevision: "stays", autosize: true }, { displayModeBar: false });
    this.width = this.plot.clientWidth;
  }

  sorry(error) {
    this.trouble.replaceChildren(troubleBox(error, () => this.soon()));
    this.trouble.hidden = false;
  }

  fit() { if (this.drawn && !this.isOver && this.plot.clientWidth && this.plot.clientWidth !== this.width) { this.width = this.plot.clientWidth; window.Plotly.Plots.resize(this.plot); } }

  /** The page's colours, as defaults that a figure may overrule. */
  look() {
    const style = getComputedStyle(this.host);
    const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
    const text = read("--st-text-color", "#1b2230"), line = read("--st-border-color", "#d5dae4"), back = read("--st-background-color", "#fff");
    const axis = { gridcolor: line, linecolor: line, zerolinecolor: line, automargin: true, title: { standoff: 8 } };
    return {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: read("--st-font", "sans-serif"), color: text, size: 12 },
      colorway: Array.from({ length: 10 }, (_, index) => colour(this.host, index)), hoverlabel: { bgcolor: back, bordercolor: line, font: { color: text } }, xaxis: axis, yaxis: axis,
    };
  }
}
