// The network as a row of blocks, and beneath it what each stage has learned to see.

export default function (component) { return once(component, (host) => new NetworkPicture(host)); }

const STANDS = { all: "stays", part: "partly stays", "": "learns" };

class NetworkPicture {
  constructor(host) {
    this.blocks = el("div", { className: "blocks", role: "img" });
    this.stages = el("ul", { className: "stages" });
    host.append(this.blocks, this.stages);
  }

  update(data) {
    const given = JSON.stringify(data);
    if (this.given === given) return;
    this.given = given;
    this.blocks.setAttribute("aria-label", data.alt);
    this.blocks.replaceChildren(...data.blocks.map((block) => {
      const drawn = el("i", { title: block.title, className: `${block.stays ? "stays" : ""} ${block.opens ? "opens" : ""}` });
      drawn.style.height = `${100 * block.height}%`;
      return drawn;
    }));
    this.stages.replaceChildren(...data.stages.map((stage) =>
      el("li", { className: stage.stays ? `keeps-${stage.stays}` : "" }, el("i"), el("b", {}, stage.label), el("em", {}, STANDS[stage.stays]), el("span", {}, stage.sees))));
  }
}
