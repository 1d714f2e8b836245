// Files go to our own route in slices; what has arrived is never sent again.

const JUNK = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX(\/|$)|\._)/;
const AT_ONCE = 3; // files in flight: loose pictures are small, a request each would wait in line
const PATIENCE_MS = 90_000; // how long a lost connection is tried again

export default function (component) { return once(component, (host, data) => new UploadBox(host, data)); }

class UploadBox {
  constructor(host, data) {
    this.host = host;
    const files = el("input", { type: "file", multiple: data.many, accept: data.accept, hidden: true });
    const folder = el("input", { type: "file", hidden: true, webkitdirectory: true });
    files.onchange = () => { this.take([...files.files].map((file) => [file, file.name])); files.value = ""; };
    folder.onchange = () => { this.take([...folder.files].map((file) => [file, file.webkitRelativePath || file.name])); folder.value = ""; };
    this.title = el("h4");
    this.hint = el("p", { className: "soft" });
    this.drop = el("div", { className: "drop", role: "group", "aria-label": data.label }, this.title, this.hint,
      el("div", { className: "choose" },
        el("button", { type: "button", onclick: () => files.click() }, data.many ? "Choose files" : "Choose a file"),
        data.folder ? el("button", { type: "button", onclick: () => folder.click() }, "Choose a folder") : null),
      files, folder);
    this.drop.ondragover = (event) => { event.preventDefault(); this.drop.classList.add("over"); };
    this.drop.ondragleave = () => this.drop.classList.remove("over");
    this.drop.ondrop = async (event) => { event.preventDefault(); this.drop.classList.remove("over"); this.take(await dropped(event.dataTransfer)); };
    this.name = el("b");
    this.bar = el("i");
    this.words = el("p", { className: "soft", role: "status" });
    this.stop = el("button", { type: "button", onclick: () => this.cancel() }, "Cancel");
    this.sending = el("div", { className: "sending", hidden: true }, el("div", { className: "row" }, this.name, this.stop),
      el("div", { className: "bar", role: "progressbar", "aria-label": "Files sent", "aria-valuemin": 0, "aria-valuemax": 100 }, this.bar), this.words);
    this.trouble = el("div", { hidden: true });
    host.append(this.drop, this.sending, this.trouble);
  }

  update(data) {
    this.data = data;
    this.title.textContent = data.label;
    this.hint.textContent = data.hint;
    if (data.taken && data.taken === this.announcing) { clearInterval(this.again); this.announcing = null; }
  }

  end() { this.leaving = true; clearInterval(this.again); this.abort?.abort(); }

  async take(chosen) {
    const wanted = chosen.filter(([, name]) => !JUNK.test(name)).slice(0, this.data.many ? undefined : 1);
    if (!wanted.length || this.abort) return;
    this.abort = new AbortController();
    this.show(wanted);
    try {
      await this.send(wanted, this.abort.signal);
    } catch (error) {
      if (!this.abort.signal.aborted) { this.refuse(error, wanted); this.abort.abort(); }
    } finally {
      this.abort = null;
      this.drop.hidden = false;
      this.sending.hidden = this.announcing === null || this.announcing === undefined;
    }
  }

  show(wanted) {
    this.trouble.hidden = true;
    this.drop.hidden = true;
    this.sending.hidden = false;
    this.stop.hidden = false;
    this.total = wanted.reduce((sum, [file]) => sum + file.size, 0);
    this.sent = 0;
    this.marks = [];
    this.name.textContent = wanted.length === 1 ? wanted[0][1] : `${count(wanted.length)} files`;
    this.tick();
  }

  async send(wanted, signal) {
    const listing = wanted.map(([file, name]) => ({ name, size: file.size, modified: file.lastModified }));
    const begun = await this.patiently(signal, () => askJson("/tailor/upload", { method: "POST", headers: WRITE, body: JSON.stringify({ files: listing }), signal }));
    this.batch = begun.batch;
    this.sent = begun.offsets.reduce((sum, offset) => sum + offset, 0);
    this.tick();
    let next = 0;
    const lane = async () => {
      while (next < wanted.length) {
        const number = next++;
        if (begun.offsets[number] < wanted[number][0].size) await this.sendFile(wanted[number][0], number, begun, signal);
      }
    };
    const lanes = Array.from({ length: AT_ONCE }, lane);
    try { await Promise.all(lanes); } catch (error) { this.abort?.abort(); throw error; }
    const done = await this.patiently(signal, () => askJson(`/tailor/upload/${begun.batch}`, { method: "POST", headers: WRITE, signal }));
    this.confirm({ ...done, name: wanted[0][1] });
  }

  async sendFile(file, number, begun, signal) {
    const url = `/tailor/upload/${begun.batch}/${number}`;
    let offset = begun.offsets[number];
    while (offset < file.size) {
      const slice = file.slice(offset, offset + begun.slice);
      const have = await this.patiently(signal, async () => {
        try {
          const answer = await ask(url, { method: "PUT", headers: { ...WRITE, "X-Offset": String(offset) }, body: slice, signal });
          return Number(answer.headers.get("X-Offset"));
        } catch (error) {
          if (error.status === 409 && error.answer) return Number(error.answer.headers.get("X-Offset"));
          throw error;
        }
      });
      this.sent += have - offset;
      offset = have;
      this.tick();
    }
  }

  /** Do it again while the connection is lost; a clear refusal ends it. */
  async patiently(signal, deed) {
    const until = performance.now() + PATIENCE_MS;
    for (let pause = 400; ; pause = Math.min(pause * 2, 8000)) {
      try {
        return await deed();
      } catch (error) {
        const passing = error instanceof Refused && (error.status === 0 || error.status >= 500) && error.status !== 507;
        if (signal.aborted || !passing || performance.now() > until) throw error;
        this.words.textContent = "The connection is lost. Trying again …";
        await sleep(pause, signal);
      }
    }
  }

  tick() {
    const now = performance.now();
    this.marks.push([now, this.sent]);
    while (this.marks.length > 2 && now - this.marks[0][0] > 8000) this.marks.shift();
    const [since, then] = this.marks[0];
    const rate = now - since > 500 ? (this.sent - then) / ((now - since) / 1000) : 0;
    const share = this.total ? this.sent / this.total : 1;
    this.bar.style.transform = `scaleX(${share})`;
    this.bar.parentElement.setAttribute("aria-valuenow", Math.round(share * 100));
    if (this.painted && now - this.painted < 200 && share < 1) return; // readable, not a flicker
    this.painted = now;
    const left = rate ? `, ${size(rate)}/s, ${duration((this.total - this.sent) / rate)} left at this speed` : "";
    this.words.textContent = `${size(this.sent)} of ${size(this.total)}${left}. Stay on this page until it is done.`;
  }

  /** Tell Python; a trigger can get lost, so it is told again until Python has taken it. */
  confirm(done) {
    this.stop.hidden = true;
    this.words.textContent = `${plural(done.files, "file", "files")}, ${size(done.bytes)}: all here.`;
    this.announcing = done.batch;
    let tries = 0;
    const announce = () => { if (tries++ < 5) this.tell("done", { ...done, try: tries }); else clearInterval(this.again); };
    clearInterval(this.again);
    this.again = setInterval(announce, 2000);
    announce();
  }

  refuse(error, wanted) {
    const trouble = error instanceof Refused ? error : new Refused(0, "A file could not be read any more.", "Choose the same files again.");
    this.trouble.replaceChildren(troubleBox(trouble, () => this.take(wanted)));
    this.trouble.hidden = false;
  }

  cancel() {
    const batch = this.batch;
    this.abort?.abort();
    this.words.textContent = "";
    if (batch) fetch(`/tailor/upload/${batch}`, { method: "DELETE", headers: WRITE }).catch(() => {});
    this.batch = null;
  }
}

/** Files of a drop, folders included, as [file, relative name]. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => [file, file.name]);
  const found = [];
  const walk = async (entry, path) => {
    if (entry.isFile) {
      found.push([await new Promise((resolve, reject) => entry.file(resolve, reject)), path + entry.name]);
      return;
    }
    const reader = entry.createReader();
    for (;;) { // a folder is told in portions of 100
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) return;
      for (const child of some) await walk(child, `${path}${entry.name}/`);
    }
  };
  for (const entry of entries) await walk(entry, "");
  return found;
}
