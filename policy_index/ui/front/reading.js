const WIDE = window.matchMedia("(min-width: 1000px)");
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");
const ABOVE = 64; // px that the app's own head covers

// The text of a policy: what is chosen in it, which line of the contents is read, and the keys to read with.
class Reading {
  constructor(root) {
    this.root = root;
    this.data = null;
    root.onclick = (event) => this.click(event);
    root.onkeydown = (event) => this.key(event);
    this.choosing = (event) => this.show(event.detail, WIDE.matches);
    this.fold = () => { const folded = root.querySelector(".contents details"); if (folded) folded.open = WIDE.matches; };
    document.addEventListener("upe-choose", this.choosing);
    WIDE.addEventListener("change", this.fold);
    this.seen = new IntersectionObserver((all) => this.follow(all), { rootMargin: "-12% 0px -70% 0px" });
  }
  stop() {
    document.removeEventListener("upe-choose", this.choosing);
    WIDE.removeEventListener("change", this.fold);
    this.seen.disconnect();
  }
  update(data) {
    if (data === this.data) return;
    this.data = data;
    this.seen.disconnect();
    this.root.replaceChildren(...JSON.parse(data).map(draw));
    this.clauses = [...this.root.querySelectorAll(".clause")];
    this.places = new Map(this.clauses.map((each) => [each.dataset.id, each]));
    this.lines = new Map([...this.root.querySelectorAll("a[data-to]")].map((each) => [each.dataset.to, each]));
    this.fold();
    this.clauses.forEach((each) => this.seen.observe(each));
    const asked = new URLSearchParams(location.search), clause = asked.get("clause");
    const opened = [...this.lines.values()].find((each) => new URL(each.href).searchParams.get("category") === asked.get("category"));
    if (clause) this.show({ clause, place: clause }, true);
    else if (opened) this.show({ clause, place: opened.dataset.to }, true);
  }
  show({ clause, place }, scroll) {
    this.root.querySelector(".clause.chosen")?.classList.remove("chosen");
    this.root.querySelector("a.at[aria-current]")?.removeAttribute("aria-current");
    const chosen = this.places?.get(clause);
    chosen?.classList.add("chosen");
    chosen?.querySelector("a.at").setAttribute("aria-current", "true");
    if (place && place !== this.place && scroll) this.reveal(this.places?.get(place));
    this.place = place;
  }
  reveal(element, block = "center") {
    if (!element) return;
    const box = element.getBoundingClientRect();
    if (box.top >= ABOVE && box.bottom <= window.innerHeight) return;
    element.scrollIntoView({ block, behavior: STILL.matches ? "auto" : "smooth" });
  }
  choose(id) {
    const at = new URL(location.href);
    at.pathname = at.pathname.replace(/categories\/?$/, "read"); // there a clause in the address is its own page
    for (const name of ["category", "beside", "part"]) at.searchParams.delete(name);
    at.searchParams.set("clause", id);
    this.show({ clause: id, place: id }, false);
    go(at.href, true);
  }
  click(event) {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a");
    if (link?.classList.contains("down")) {
      event.preventDefault();
      const picture = document.querySelector(".st-key-picture");
      picture.scrollIntoView({ block: "start" });
      picture.querySelector("a")?.focus({ preventScroll: true });
      return;
    }
    if (link?.dataset.clause) { event.preventDefault(); this.choose(link.dataset.clause); return; }
    if (link?.dataset.to && this.places.has(link.dataset.to)) {
      event.preventDefault();
      if (!WIDE.matches) this.root.querySelector(".contents details").open = false;
      this.read(this.places.get(link.dataset.to), "start");
      return;
    }
    if (link && "inside" in link.dataset) { event.preventDefault(); go(link.href); return; }
    const clause = event.target.closest(".words")?.closest(".clause");
    if (clause && !link && getSelection().isCollapsed) this.choose(clause.dataset.id);
  }
  read(clause, block) {
    clause.querySelector("a.at").focus({ preventScroll: true });
    this.reveal(clause, block);
  }
  key(event) {
    const step = { j: 1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const now = this.clauses.indexOf(document.activeElement?.closest(".clause"));
    const next = this.clauses[now + step];
    if (next) this.read(next, "center");
    else if (step > 0) this.root.querySelector(".steps:last-child .on")?.focus();
  }
  // The line of the contents whose clauses are being read.
  follow(all) {
    const entered = all.filter((each) => each.isIntersecting).map((each) => this.clauses.indexOf(each.target));
    if (!entered.length) return;
    let place = Math.min(...entered);
    while (place > 0 && !this.lines.has(this.clauses[place].dataset.id)) place -= 1;
    const line = this.lines.get(this.clauses[place].dataset.id);
    this.root.querySelector("a[data-to][aria-current]")?.removeAttribute("aria-current");
    line?.setAttribute("aria-current", "location");
    const list = this.root.querySelector(".contents");
    if (line && WIDE.matches && list.scrollHeight > list.clientHeight) list.scrollTop = line.offsetTop - list.clientHeight / 2;
  }
}

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".upe-doc");
  root.reading ??= new Reading(root);
  root.reading.update(read(data));
  return () => { root.reading?.stop(); root.reading = null; };
}
