const NARROW = 736; // as in margin.css: 46rem
const FEW = 8; // notes up to which the text is left in one piece
const FAR = 360; // px that a row's notes may hang below its words before the text makes room
const GAP = 10;
const USUAL = 104; // px of a note that is not made yet
const AT_ONCE = 24; // rows whose notes are made at once; those of the others when they come near the window

class Margin {
  constructor(root) {
    this.root = root;
    this.version = null;
    this.near = new IntersectionObserver((seen) => seen.forEach((each) => each.isIntersecting && this.fill(each.target)), { rootMargin: "900px" });
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(root);
    root.onkeydown = (event) => this.key(event);
    root.onclick = (event) => {
      const link = event.target.closest("a[data-inside]");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(link.href);
    };
  }
  stop() { this.near.disconnect(); this.sizes.disconnect(); }

  update({ data, setStateValue, setTriggerValue }) {
    const { main, side } = JSON.parse(read(data));
    Object.assign(this, { side, setState: setStateValue, trigger: setTriggerValue });
    if (main.version !== this.version) {
      const anew = this.version !== null;
      Object.assign(this, { main, version: main.version, now: -1 });
      this.drawer = null;
      this.build();
      if (anew && side.closer) this.setState("closer", null);
    }
    this.moved.replaceChildren(...(side.moved ?? []).map(draw));
    this.moved.hidden = !side.moved;
    if (side.moved) this.moved.append(make("div", { class: "acts" }, button("Undo this change", () => this.act({ kind: "undo" })), button("Fine, hide this", () => this.act({ kind: "seen" }))));
    this.root.querySelectorAll(".note").forEach((note) => this.answer(note));
    if (side.closer && this.drawer?.part === side.closer.part) this.drawer.show(side.closer);
    this.arrive(side.arrive);
  }
  act(what) { this.trigger("act", { version: this.version, ...what }); }

  build() {
    const { summary, sub, parts } = this.main;
    this.narrow = this.root.clientWidth < NARROW;
    const sentence = make("h2", { class: "sum", tabindex: "-1" }, ...summary.map((each) => typeof each === "string" ? each
      : make("button", { type: "button", class: "jump", lane: each.color, onclick: () => this.jump(each.part) }, each.words)));
    this.strip = make("div", { class: "strip", "aria-hidden": "true" }, ...parts.map((part) => {
      const tick = make("i", { lane: part.color, class: part.maybe ? "maybe" : "" });
      tick.style.left = `${100 * part.at}%`; tick.style.width = `${100 * part.share}%`;
      return tick;
    }));
    this.strip.hidden = !parts.length || this.main.sentences < 3;
    this.strip.onclick = (event) => {
      const box = this.strip.getBoundingClientRect(), where = (event.clientX - box.left) / box.width;
      const far = (part) => Math.max(part.at - where, where - part.at - part.share, 0);
      this.jump(parts.reduce((best, part, i) => far(part) < far(parts[best]) ? i : best, 0));
    };
    this.moved = make("div", { class: "moved", role: "status", hidden: true });
    this.rows = make("div", { class: "rows" });
    const top = make("div", { class: "top" }, sentence, make("p", { class: "sub" }, ...sub.map(draw)), this.moved, this.strip);
    this.root.replaceChildren(top, this.rows);
    this.fillRows();
    if (this.main.apart.length) this.root.append(make("section", { class: "apart" }, make("h3", {}, "Not in your words: these follow from what you said is true of the product"),
      make("div", { class: "notes" }, ...this.main.apart.map((each) => this.note(each, true)))));
    if (parts.length > 1) this.root.append(make("p", { class: "keys" }, "On a marked passage: ", make("kbd", {}, "J"), " and ", make("kbd", {}, "K"), " or the arrows go to the next one and the one before, ", make("kbd", {}, "E"), " changes its wording."));
  }
  fillRows() {
    this.near.disconnect();
    const rows = this.main.rows.flatMap((row) => row.fold || !this.narrow ? [row] : this.cut(row));
    this.rows.replaceChildren(...rows.map((row, place) => row.fold ? this.fold(row.fold) : this.row(row, place)));
    this.mark(this.now, false);
    this.settle();
  }
  cut({ pieces: whole, ends }) { // on a phone a passage's notes stand right under it
    const cut = [[]];
    for (const piece of whole) { cut.at(-1).push(piece); if (piece.part !== undefined) cut.push([]); }
    return cut.filter((pieces) => pieces.some((each) => each.words.trim())).map(([first, ...rest], i, all) => ({ pieces: [{ ...first, words: first.words.trimStart() }, ...rest], ends: ends && i === all.length - 1 }));
  }
  fold({ said, start, words }) {
    const row = make("div", { class: "row folded" });
    const closed = make("button", { type: "button", class: "fold", "aria-expanded": "false" }, make("span", {}, start), make("b", {}, said));
    const text = make("div", { class: "text quiet", dir: "auto" });
    const open = button("Fold this again", () => { row.replaceChildren(closed); closed.focus(); this.settle(); }, { class: "btn plain", "aria-expanded": "true" });
    closed.onclick = () => { text.textContent = words; row.replaceChildren(make("div", {}, text, open)); open.focus({ preventScroll: true }); this.settle(); };
    row.append(closed);
    return row;
  }
  row({ pieces, ends }, place) {
    const parts = pieces.filter((each) => each.part !== undefined).map((each) => each.part);
    const text = make("div", { class: "text", dir: "auto" }, ...pieces.map((piece) => {
      if (piece.part === undefined) return make("span", { class: "quiet" }, piece.words);
      const part = this.main.parts[piece.part];
      return make("mark", { role: "button", tabindex: "0", class: part.maybe ? "maybe" : "", lane: part.color, "data-part": piece.part, "data-n": piece.part + 1,
        "aria-describedby": part.notes.map((i) => `um-note-${i}`).join(" "), onclick: () => this.chosen(piece.part) }, piece.words);
    }));
    const notes = make("div", { class: "notes" });
    const row = make("div", { class: ends ? "row ends" : "row" }, text, notes);
    row.parts = parts;
    if (place < AT_ONCE) this.fill(row);
    else if (parts.length) this.near.observe(row);
    return row;
  }
  fill(row) {
    const notes = row.lastElementChild;
    if (!row.parts?.length || notes.childElementCount) return;
    notes.append(...row.parts.flatMap((part) => this.main.parts[part].notes.map((i) => this.note(this.main.notes[i], this.main.notes.length <= 3 || i === 0, i))));
    this.near.unobserve(row);
    this.settle();
  }
  note(note, open, i) {
    const element = make("article", { class: open ? "note open" : "note", lane: note.color, "data-clause": note.clause, "aria-label": note.label, ...(i === undefined ? {} : { id: `um-note-${i}` }) }, ...note.body.map(draw));
    element.part = note.part;
    const acts = make("div", { class: "acts" });
    for (const [answer, words] of [["done", "We do this already"], ["does-not-apply", "Does not apply …"]])
      acts.append(button(words, () => this.answered(element, answer), { class: "btn", "data-answer": answer, "aria-pressed": "false" }));
    if (note.part !== undefined) acts.append(button("Change the wording", () => this.edit(note.part, note.clause), { class: "btn" }));
    const more = button("", () => this.level(element, element.classList.contains("open") ? !element.classList.contains("full") : false), { class: "btn plain more" });
    acts.append(more);
    element.append(make("p", { class: "said", hidden: true }), acts);
    element.onclick = (event) => { if (!event.target.closest("button, a, input")) { this.open(element, true); if (note.part !== undefined) this.mark(note.part, false); } };
    this.named(element, note.name);
    this.answer(element);
    return element;
  }
  level(element, full) { element.classList.toggle("full", full); this.open(element, true); }
  named(element, name) {
    const more = element.querySelector(".more"), full = element.classList.contains("full");
    element.shortName = name;
    more.textContent = full ? "Less" : element.classList.contains("open") ? "Details" : "Open";
    more.setAttribute("aria-expanded", String(full));
    more.setAttribute("aria-label", `${more.textContent}: ${name}`);
  }
  open(element, open) {
    element.classList.toggle("open", open);
    this.named(element, element.shortName);
    this.settle();
  }
  answer(element) { // what the person said, where it is known
    const remark = this.side.remarks[element.dataset.clause], said = element.querySelector(".said");
    element.querySelectorAll("[data-answer]").forEach((each) => each.setAttribute("aria-pressed", String(remark?.answer === each.dataset.answer)));
    element.classList.toggle("answered", Boolean(remark));
    said.hidden = !remark;
    said.textContent = remark ? `Your words: ${remark.words}` : "";
  }
  answered(element, answer) {
    const clause = element.dataset.clause, known = this.side.remarks[clause];
    element.querySelector(".why")?.remove();
    const send = (remark) => {
      if (remark) this.side.remarks[clause] = remark; else delete this.side.remarks[clause];
      this.root.querySelectorAll(".note").forEach((note) => note.dataset.clause === clause && this.answer(note));
      this.settle();
      this.act({ kind: "answer", clause, answer: remark?.answer ?? null, why: remark?.why ?? "" });
    };
    if (known?.answer === answer) return send(null);
    if (answer === "done") return send({ answer, why: "", words: "We do this already." });
    const box = make("input", { type: "text", maxlength: 600, id: `why-${element.id}`, dir: "auto" });
    const take = () => { const why = box.value.trim().replace(/\s+/g, " "); form.remove(); send({ answer, why, words: why ? `Does not apply, because ${why}` : "Does not apply." }); element.querySelector(`[data-answer="${answer}"]`).focus(); };
    box.onkeydown = (event) => { event.stopPropagation(); if (event.key === "Enter") take(); if (event.key === "Escape") { form.remove(); this.settle(); } };
    const form = make("div", { class: "why" }, make("label", {}, "… because", box), button("Save", take));
    element.append(form);
    box.focus();
    this.settle();
  }

  marks() { return [...this.root.querySelectorAll("mark")]; }
  mark(part, open = true) { // one passage and its notes stand out
    this.now = part;
    this.root.querySelectorAll(".on, .now").forEach((each) => each.classList.remove("on", "now"));
    const mark = this.root.querySelector(`mark[data-part="${part}"]`);
    if (!mark) return;
    mark.classList.add("on");
    this.strip.children[part]?.classList.add("now");
    this.fill(mark.closest(".row"));
    this.main.parts[part].notes.forEach((i) => {
      const note = this.root.querySelector(`#um-note-${i}`);
      note?.classList.add("on");
      if (note && open) this.open(note, true);
    });
  }
  chosen(part) {
    this.mark(part);
    requestAnimationFrame(() => requestAnimationFrame(() => this.root.querySelector(`#um-note-${this.main.parts[part].notes[0]}`)?.scrollIntoView({ block: "nearest" })));
  }
  jump(part) {
    if (part === null || part === undefined) return this.root.querySelector(".apart .note button")?.focus();
    const mark = this.root.querySelector(`mark[data-part="${part}"]`);
    this.mark(part);
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }
  key(event) {
    if (event.target.closest("input, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    const mark = event.target.closest("mark"), key = event.key.toLowerCase();
    const step = key === "j" || (mark && ["arrowdown", "arrowright"].includes(key)) ? 1 : key === "k" || (mark && ["arrowup", "arrowleft"].includes(key)) ? -1 : 0;
    const here = mark ? Number(mark.dataset.part) : event.target.closest(".note")?.part ?? this.now;
    if (step) { const next = here + step; if (next >= 0 && next < this.main.parts.length) this.jump(next); }
    else if (mark && (key === "enter" || key === " ")) { this.chosen(here); }
    else if (mark && key === "e") { this.edit(here, this.main.notes[this.main.parts[here].notes[0]].clause); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  edit(part, clause) {
    this.shut(false);
    this.mark(part, false);
    const row = this.root.querySelector(`mark[data-part="${part}"]`).closest(".row");
    const tell = (words, count) => this.setState("closer", { version: this.version, part, clause, words, count });
    this.drawer = new Drawer({ words: this.main.parts[part].words, title: `Change passage ${part + 1}`, onDraft: tell, onClose: () => this.shut(true), onKeep: (words) => this.act({ kind: "keep", part, words }) });
    this.drawer.part = part;
    row.firstElementChild.append(this.drawer.element);
    this.settle();
    this.drawer.box.focus({ preventScroll: true });
    this.drawer.element.scrollIntoView({ block: "nearest" });
    tell(null, 0);
  }
  shut(back) {
    if (!this.drawer) return;
    const { element, part } = this.drawer;
    this.drawer = null;
    element.remove();
    this.settle();
    this.setState("closer", null);
    if (back) this.root.querySelector(`mark[data-part="${part}"]`)?.focus();
  }

  settle() { cancelAnimationFrame(this.frame); this.frame = requestAnimationFrame(() => this.align()); }
  align() { // a note begins where its passage does, unless one above is in the way; none lies far below its own
    const rows = [...this.rows.children], far = this.main.notes.length > FEW ? FAR : 2 * FAR;
    const seen = rows.map((row) => {
      const [text, notes] = row.children;
      if (!row.parts) return { row };
      text.style.paddingBottom = "";
      if (this.narrow) return { row };
      const first = text.getBoundingClientRect(), height = row.offsetHeight;
      const own = [...notes.children].map((note) => [note, note.offsetHeight, text.querySelector(`mark[data-part="${note.part}"]`).getClientRects()[0].top - first.top - 4]);
      const coming = notes.childElementCount ? 0 : row.parts.reduce((sum, part) => sum + this.main.parts[part].notes.length, 0);
      return { row, text, height, own, coming };
    });
    let hangs = 0; // px of notes below the row that they belong to
    seen.forEach(({ row, text, height, own, coming }) => {
      if (!text) { hangs = this.narrow ? 0 : Math.max(0, hangs - row.offsetHeight); return; }
      let bottom = hangs, end = 0;
      own.forEach(([note, tall, wanted], i) => {
        const top = Math.max(bottom, own[i - 1]?.[0].part === note.part ? 0 : wanted);
        note.style.marginTop = `${top - end}px`;
        end = top + tall;
        bottom = end + GAP;
      });
      bottom += coming * USUAL;
      const over = bottom - height, need = Math.max(0, over - far);
      text.style.paddingBottom = need ? `${need}px` : "";
      hangs = Math.max(0, over - need);
    });
    this.rows.style.paddingBottom = hangs ? `${hangs}px` : "";
  }
  resized() {
    if (!this.main || !this.root.clientWidth || this.root.clientWidth === this.width) return;
    this.width = this.root.clientWidth;
    if (this.width < NARROW !== this.narrow) { this.narrow = this.width < NARROW; if (!this.drawer) this.fillRows(); }
    this.settle();
  }
  arrive(number) { // a new result comes into view, once
    const seen = document.documentElement.dataset;
    if (String(number) === seen.upeArrived) return;
    seen.upeArrived = String(number);
    const summary = this.root.querySelector(".sum");
    let left = false;
    const leave = () => { left = true; };
    ["wheel", "touchmove", "keydown", "pointerdown"].forEach((name) => window.addEventListener(name, leave, { once: true, passive: true }));
    const come = () => {
      if (left || !summary.isConnected) return;
      const note = this.root.querySelector(".note"), box = summary.getBoundingClientRect();
      const end = (note ?? this.root).getBoundingClientRect().bottom;
      if (box.top < 56 || end > window.innerHeight) summary.scrollIntoView({ block: "start" });
    };
    summary.focus({ preventScroll: true });
    requestAnimationFrame(() => requestAnimationFrame(come));
    setTimeout(come, 250);
    setTimeout(come, 600);
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".um");
  root.margin ??= new Margin(root);
  root.margin.update(component);
  return () => { root.margin?.stop(); root.margin = null; };
}
