// Elements made by hand; what a person typed only ever becomes a text node.
const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element[key] = value;
    else if (key === "lane") element.style.setProperty("--lane", value);
    else if (value !== false && value !== null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
};
const button = (words, act, attributes = {}) => make("button", { type: "button", class: "btn", onclick: act, ...attributes }, words);

const PAUSE = 120; // ms without a key before a wording is looked at

// The place where a passage is worded anew: the person's own typing, what it changes, and our nearest examples.
class Drawer {
  constructor({ words, title, onDraft, onKeep, onClose }) {
    Object.assign(this, { first: words, onDraft, onKeep, onClose, count: 0, timer: 0 });
    this.box = make("textarea", { id: "um-words", dir: "auto", spellcheck: "true", "aria-describedby": "um-live" });
    this.box.value = words;
    this.live = make("div", { class: "live", id: "um-live", role: "status", "aria-live": "polite" }, "Type, and see what moves. Nothing is changed until you keep it.");
    this.keep = button("Keep this wording", () => this.send(), { class: "btn first", disabled: true });
    this.pairs = make("div", { class: "pairs" }, "Looking for the nearest examples …");
    this.element = make("section", { class: "drawer", "aria-label": title },
      make("header", {}, make("h3", {}, title), button("Close", () => onClose(), { class: "btn plain" })),
      make("div", { class: "two" },
        make("div", {}, make("h4", {}, make("label", { for: "um-words" }, "Your wording of this passage")), this.box,
          make("div", { class: "acts" }, this.keep, button("Start over", () => this.reset()))),
        make("div", {}, make("h4", {}, "What it changes"), this.live)),
      this.pairs);
    this.box.oninput = () => this.typed();
    this.element.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Escape") onClose();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.send(); }
    };
  }
  typed() {
    clearTimeout(this.timer);
    this.keep.disabled = this.box.value === this.first;
    this.live.classList.add("waiting");
    this.timer = setTimeout(() => this.onDraft(this.box.value, ++this.count), PAUSE);
  }
  reset() { this.box.value = this.first; this.typed(); this.box.focus(); }
  send() {
    clearTimeout(this.timer);
    if (this.box.value === this.first) return;
    this.keep.disabled = true;
    this.live.replaceChildren("Checking the whole text …");
    this.onKeep(this.box.value);
  }
  show({ count, live, pairs }) {
    if (pairs) this.pairs.replaceChildren(...pairs.map(draw));
    if (live && count >= this.count) { this.live.replaceChildren(...live.map(draw)); this.live.classList.remove("waiting"); }
  }
}
