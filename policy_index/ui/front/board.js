// A part of the Batch page: drawn from data, every click and key told to the server; whoever works by keyboard keeps their place.
const arrived = {};

const named = (root, act) => [...root.querySelectorAll("[data-act]")].find((each) => each.dataset.act === act && each.tagName === "BUTTON");

const drawn = (root, data) => {
  if (root.drawn === data) return;
  const here = root.contains(document.activeElement) ? document.activeElement.dataset.act : null;
  const across = [...root.querySelectorAll(".upe-scroll")].map((each) => each.scrollLeft);
  root.replaceChildren(...JSON.parse(data).map(draw));
  root.drawn = data;
  root.querySelectorAll(".upe-scroll").forEach((each, place) => { each.scrollLeft = across[place] ?? 0; });
  if (here) named(root, here)?.focus({ preventScroll: true });
};

// What was opened or gone back to comes into view with the focus, once.
const arrive = (root) => {
  const place = root.querySelector("[data-arrive]");
  if (!place || arrived[root.dataset.name] === place.dataset.arrive) return;
  arrived[root.dataset.name] = place.dataset.arrive;
  setTimeout(() => { place.focus({ preventScroll: true }); place.scrollIntoView({ block: place.dataset.block ?? "nearest" }); }, 60);
};

const step = (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const now = event.target.closest(".upe-open");
  if (!by || !now) return;
  const all = [...event.currentTarget.querySelectorAll(".upe-open")];
  const next = all[all.indexOf(now) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
};

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".upe-board");
  const { name, tags } = JSON.parse(read(data));
  root.dataset.name = name;
  drawn(root, JSON.stringify(tags));
  arrive(root);
  root.onkeydown = step;
  root.onclick = (event) => {
    const link = event.target.closest("a[data-inside]");
    if (link) {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      return go(link.href, "stay" in link.dataset);
    }
    const act = event.target.closest("[data-act]");
    const marked = act?.tagName !== "BUTTON" && String(getSelection());
    if (act && !marked) setTriggerValue("act", act.dataset.act);
  };
  const panel = root.closest(".st-key-suite-panel");
  if (panel) panel.onkeydown = (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) setTriggerValue("act", JSON.stringify({ close: true }));
  };
}
