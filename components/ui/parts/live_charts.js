// A run's numbers while it learns. Asks our own route for what is new, draws only when there is
// news, only what is on the screen, and no more than a page can spare: Plotly takes 10-20 ms to
// draw one chart anew, so when epochs come faster than that can be paid for, the charts take turns.

const EVERY_MS = 1000, OVER_MS = 4000; // another window may take up a run that is over
const ASKING = '[data-testid="stDialog"]';
const NEWS_MS = 700; // between a click and what it does to a run
const SPARE_MS = 7; // of drawing per tick on average; style, layout and paint come on top
const MOST_SAVED_MS = 45; // what slow epochs save up: then all charts in view are drawn at once
const MOST_POINTS = 1500; // per curve; a screen has no more columns
const WHENCE = [
  ["Still to go", "the batches and checks that are left, the last check included, at the pace of those just done; newer ones count more. An early end is not counted on."],
  ["Time spent", "seconds of work, by a clock that stands still while the computer sleeps or the run is paused."],
  ["Speed", "pictures learned from in the last round, by the seconds that learning took; checking is not in it."],
  ["Memory used", "what the card has handed out, or, on the processor, what the process that trains holds now."],
  ["Device at work", "the card's own word, or the share of all processor cores that the process that trains uses."],
  ["Best so far", "the round whose checks came out best, by the trainer's own measure; its weights are kept."],
];
const DASHES = { solid: "solid", dashed: "dash" };

export default function (component) { return once(component, (host, data) => new LiveCharts(host, data)); }

class LiveCharts {
  constructor(host, data) {
    this.host = host;
    this.rows = [];
    this.saved = 0; // milliseconds of drawing that may be spent
    this.sentence = el("p", { role: "status" });
    this.bar = el("i");
    this.frame = el("div", { className: "bar unknown", role: "progressbar", "aria-label": "Training", "aria-valuemin": 0, "aria-valuemax": 100 }, this.bar);
    this.facts = el("dl", { className: "live-facts" });
    this.notes = el("ul", { className: "live-notes" });
    this.way = el("div", { className: "live-way", hidden: true }, el("b", {}, "What happened on the way"), this.notes);
    // The words stay what they are while a run goes on: one click, and every number says whence.
    this.whence = el("details", { className: "live-whence", hidden: true }, el("summary", {}, "Where these numbers come from"), el("ul", {}, ...WHENCE.map(([label, words]) => el("li", {}, el("b", {}, `${label}: `), words))));
    this.lost = el("p", { className: "lost soft", hidden: true }, "Tailor does not answer just now. The training goes on; this page comes back by itself.");
    this.values = new Map();
    this.first = el("div", { className: "live-first soft" }, "The curves begin after the first round (epoch): once through all your pictures.");
    this.grid = el("div", { className: "live-charts" });
    host.append(el("div", { className: "live-head" }, this.sentence, this.frame, this.facts, this.whence, this.way, this.lost), this.first, this.grid);
    this.seen = new IntersectionObserver((entries) => {
      for (const entry of entries) { const chart = this.charts.find((one) => one.figure === entry.target); if (chart) chart.seen = entry.isIntersecting; }
      this.paintSoon();
    }, { rootMargin: "150px" });
    this.charts = data.charts.map((facts) => this.chart(facts));
    this.watching = new Watching((signal) => this.poll(signal));
    this.telling = new Telling(this);
    this.sizes = new ResizeObserver(() => { clearTimeout(this.resizing); this.resizing = setTimeout(() => this.fit(), 150); });
    this.sizes.observe(this.grid);
  }

  update(data) {
    if (this.data?.standing !== data.standing) this.telling.again();
    this.data = data;
    this.look = this.theme();
    for (const chart of this.charts) if (chart.ready) chart.restyle = true;
    this.paintSoon();
    this.watching.start(); // whatever drew the page anew may have been a click on the run
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.watching.start(), NEWS_MS);
  }

  end() {
    this.watching.end();
    clearTimeout(this.soon);
    this.seen.disconnect();
    this.sizes.disconnect();
    for (const chart of this.charts) if (chart.ready) window.Plotly.purge(chart.plot);
  }

  /** One question; returns how long to wait until the next. */
  async poll(signal) {
    const since = this.rows.length ? this.rows.at(-1)[0] : 0;
    const story = this.story === undefined ? "" : `&story=${this.story}`;
    try {
      const news = await askJson(`/tailor/live/${this.data.run}?since=${since}${story}`, { signal });
      this.lost.hidden = true;
      this.misses = 0;
      this.take(news);
      return this.isOver ? OVER_MS : EVERY_MS;
    } catch (error) {
      if (signal.aborted) return 0;
      if (!(error instanceof Refused)) throw error;
      this.misses = (this.misses ?? 0) + 1;
      this.lost.hidden = this.misses < 2;
      return Math.min(8000, EVERY_MS * 2 ** Math.min(3, this.misses));
    }
  }

  take(news) {
    this.story = news.story;
    this.isOver = news.over;
    this.first.hidden = news.over || news.state === "waiting" || this.rows.length > 0;
    if (news.replace_from !== null && news.replace_from !== undefined) {
      this.rows = this.rows.filter(([epoch]) => epoch < news.replace_from);
      for (const chart of this.charts) if (chart.ready) chart.drawn = -1; // draw it anew
    }
    this.rows.push(...news.rows);
    this.headline(news);
    this.paint(false);
    // The page's buttons and boxes fit one standing of the run; another one: draw them anew.
    // But not while somebody is being asked something: a page drawn anew takes its question back.
    if (this.data.standing && news.standing !== this.data.standing && !document.querySelector(ASKING)) this.telling.say({ state: news.state });
  }

  headline(news) {
    const now = news.now ?? {};
    this.sentence.textContent = news.headline;
    this.frame.hidden = this.facts.hidden = this.whence.hidden = news.state !== "running" && !news.epoch;
    const share = progressOf(news);
    this.frame.classList.toggle("unknown", share === null && !news.over);
    this.bar.style.transform = `scaleX(${share ?? (news.over ? 1 : 0.25)})`;
    if (share === null) this.frame.removeAttribute("aria-valuenow");
    else this.frame.setAttribute("aria-valuenow", Math.round(share * 100));
    const last = this.rows.at(-1)?.[1] ?? {};
    const memory = now.memory_bytes ?? last["memory/bytes"];
    const whole = now.memory_total_bytes ? ` of ${size(now.memory_total_bytes)}` : "";
    const load = now.device_load ?? now.load;
    const speed = now.pictures_per_s ?? last["speed/pictures_per_s"];
    this.fact("Round (epoch)", `${count(Math.max(news.epoch, now.epoch ?? 0))}`, `of ${count(news.epochs)}`);
    this.fact("Time spent", duration(news.elapsed_s));
    const isEnding = news.state !== "running" || news.stopping || news.pausing || news.stalled_s > 0;
    this.fact("Still to go", isEnding ? null : now.left_s === null || now.left_s === undefined ? "not known yet" : `about ${duration(now.left_s)}`);
    this.fact("Speed", speed ? speed.toFixed(speed < 10 ? 1 : 0) : null, "pictures/s");
    this.fact("Memory used", memory ? size(memory) : null, whole);
    this.fact("Device at work", news.stalled_s > 0 || load === null || load === undefined ? null : `${Math.round(load <= 1 ? load * 100 : load)} %`);
    this.fact("Best so far", news.best_epoch ? `round ${count(news.best_epoch)}` : null);
    this.tellTheWay(news.notes ?? []);
  }

  /** What a person should know of what happened on the way: remedies, and being taken up again. */
  tellTheWay(notes) {
    this.way.hidden = !notes.length;
    const before = [...this.notes.children].map((line) => line.textContent);
    if (notes.join("\n") !== before.join("\n")) this.notes.replaceChildren(...notes.map((note) => el("li", {}, note)));
  }

  /** A number with its name; one that is not known is not shown. */
  fact(label, value, small = "") {
    const known = this.values.get(label);
    if (known) known[0].parentElement.parentElement.hidden = value === null;
    if (value === null) return;
    let entry = this.values.get(label);
    if (!entry) {
      entry = [document.createTextNode(""), el("small")];
      this.values.set(label, entry);
      this.facts.append(el("div", {}, el("dt", {}, label), el("dd", {}, entry[0], " ", entry[1])));
    }
    if (entry[0].data !== value) entry[0].data = value;
    if (entry[1].textContent !== small) entry[1].textContent = small;
  }

  chart(facts) {
    const plot = el("div", { className: "live-plot" });
    const legend = el("div", { className: "live-legend" });
    if (facts.series.length > 1) legend.append(...facts.series.map((one) => {
      const swatch = el("i");
      swatch.style.borderTop = `3px ${one.dash} ${colour(this.host, one.colour)}`;
      return el("span", {}, swatch, one.label);
    }));
    const figure = el("figure", { hidden: true }, el("figcaption", {}, facts.title, el("small", {}, facts.help)), legend, plot);
    this.grid.append(figure);
    this.seen.observe(figure);
    return { facts, plot, figure, drawn: 0, ready: false, seen: false, at: 0, cost: 0 };
  }

  /** Charts that were never drawn come one per frame; the others wait for the next tick. */
  paintSoon() { this.drawing ??= requestAnimationFrame(() => { this.drawing = null; this.paint(true); }); }

  async paint(isFirst) {
    if (!this.rows.length) return;
    this.first.hidden = true;
    for (const chart of this.charts) if (chart.figure.hidden) chart.figure.hidden = !this.rows.some(([, values]) => chart.facts.series.some((one) => one.key in values));
    const Plotly = await plotly(this.data.plotly).catch(() => null);
    if (!Plotly || this.watching.signal.aborted) return;
    const shown = this.charts.filter((chart) => chart.seen && !chart.figure.hidden);
    const fresh = shown.find((chart) => !chart.ready);
    if (fresh) {
      this.paintChart(Plotly, fresh);
      this.paintSoon();
      return;
    }
    const waiting = shown.filter((chart) => chart.drawn !== this.rows.length || chart.restyle);
    if (this.isOver && waiting.length) { // no tick follows: one per frame, or they would stay behind
      this.paintChart(Plotly, waiting[0]);
      this.paintSoon();
    } else if (!isFirst) this.takeTurns(Plotly, waiting);
  }

  takeTurns(Plotly, waiting) {
    this.saved = Math.min(MOST_SAVED_MS, this.saved + SPARE_MS);
    waiting.sort((a, b) => a.at - b.at); // who waited longest
    for (const chart of waiting) {
      if (this.saved < Math.min(chart.cost, MOST_SAVED_MS)) return;
      this.paintChart(Plotly, chart);
      this.saved -= chart.cost;
    }
  }

  paintChart(Plotly, chart) {
    const began = performance.now();
    if (!chart.ready) this.begin(Plotly, chart);
    else if (chart.drawn < 0 || this.rows.length > MOST_POINTS) Plotly.restyle(chart.plot, this.points(chart, this.rows));
    else if (chart.drawn < this.rows.length) {
      if (chart.drawn < 2) Plotly.restyle(chart.plot, { mode: "lines" });
      Plotly.extendTraces(chart.plot, this.points(chart, this.rows.slice(chart.drawn)), chart.facts.series.map((_, index) => index));
    }
    if (chart.restyle && chart.ready) Plotly.relayout(chart.plot, this.colours());
    chart.restyle = false;
    chart.ready = true;
    chart.drawn = this.rows.length;
    chart.at = performance.now();
    // The clock also runs while other programs have the processor: believe the cheaper times.
    chart.cost = Math.min(chart.at - began, chart.cost ? chart.cost * 1.2 : Infinity);
  }

  begin(Plotly, chart) {
    const { x, y } = this.points(chart, this.rows);
    const traces = chart.facts.series.map((one, index) => ({
      x: x[index], y: y[index], name: one.label, type: "scatter", mode: this.rows.length < 2 ? "lines+markers" : "lines", connectgaps: true, hovertemplate: "%{y:.4~g}",
      line: { color: this.look.colours[one.colour], width: 2, dash: DASHES[one.dash], simplify: false }, marker: { size: 5 },
    }));
    Plotly.newPlot(chart.plot, traces, this.layout(chart), { displayModeBar: false, doubleClick: "reset+autosize" });
  }

  /** The curves of a chart over these rows, as Plotly's x and y; thinned when there are many. */
  points({ facts }, rows) {
    const stride = Math.ceil(rows.length / MOST_POINTS);
    const kept = stride > 1 ? rows.filter((_, index) => (rows.length - 1 - index) % stride === 0) : rows;
    return { x: facts.series.map(() => kept.map(([epoch]) => epoch)), y: facts.series.map((one) => kept.map(([, values]) => values[one.key] ?? null)) };
  }

  fit() { for (const chart of this.charts) if (chart.ready && !chart.figure.hidden) window.Plotly.Plots.resize(chart.plot); }

  theme() {
    const style = getComputedStyle(this.host);
    const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
    return {
      text: read("--st-text-color", "#1b2230"), line: read("--st-border-color", "#d5dae4"), back: read("--st-background-color", "#fff"), font: read("--st-font", "sans-serif"),
      colours: Array.from({ length: 8 }, (_, index) => colour(this.host, index)),
    };
  }

  colours() {
    const { text, line, back } = this.look;
    return { "font.color": text, "xaxis.gridcolor": line, "yaxis.gridcolor": line, "xaxis.linecolor": line, "yaxis.linecolor": line, "hoverlabel.bgcolor": back, "hoverlabel.font.color": text, "hoverlabel.bordercolor": line };
  }

  layout({ facts }) {
    const { text, line, back, font } = this.look;
    const axis = { gridcolor: line, linecolor: line, zeroline: false, automargin: false, ticklabeloverflow: "allow" };
    return {
      uirevision: "stays", height: 240, margin: { l: 52, r: 10, t: 8, b: 26 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: font, color: text, size: 12 }, hovermode: "x unified", hoverlabel: { bgcolor: back, bordercolor: line, font: { color: text } }, dragmode: "zoom",
      showlegend: false, // ours is text on the page: readable, and Plotly's costs 4 ms a drawing
      xaxis: { ...axis, tickformat: "d", nticks: 6, autorangeoptions: { include: [1, 5] } },
      yaxis: { ...axis, nticks: 5, ...(facts.from_zero ? { rangemode: "tozero" } : {}), exponentformat: "power", tickformat: ".3~g" },
    };
  }
}

/** Share of the whole run that is done, 0 to 1; null when it cannot be told. */
function progressOf(news) {
  if (!news.epochs) return null;
  if (news.over || news.state === "waiting") return news.state === "finished" ? 1 : Math.min(1, news.epoch / news.epochs);
  const { batch, batches, epoch } = news.now ?? {};
  const part = batches && epoch > news.epoch ? Math.min(1, batch / batches) : 0;
  return Math.min(1, (news.epoch + part) / news.epochs);
}
