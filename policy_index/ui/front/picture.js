// Pictures to save, made by the browser itself. Whatever a picture says becomes text nodes, never markup.
const NS = "http://www.w3.org/2000/svg";
const WIDE = 1920; // px across that a PNG should have
const MOST = 16e6; // px of a PNG in all: of a larger canvas some phones make nothing
const EDGE = 20; // px around a chart
const FONT = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"; // the machine's: a file cannot use the page's own
const KEPT_OUT = "script, style, foreignObject, iframe, .hoverlayer, .draglayer, .modebar";

const shape = (name, attributes, ...children) => {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

// Words as lines that fit: an SVG breaks none by itself.
const broken = (words, size, weight, width) => {
  const pen = document.createElement("canvas").getContext("2d"), lines = [""];
  pen.font = `${weight} ${size}px ${FONT}`;
  const fits = (line) => pen.measureText(line).width <= width;
  for (let word of words.split(/\s+/).filter(Boolean)) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (fits(longer)) { lines[lines.length - 1] = longer; continue; }
    if (lines.at(-1)) lines.push("");
    for (const sign of word) { // one word wider than the picture is broken anywhere
      if (!fits(lines.at(-1) + sign)) lines.push("");
      lines[lines.length - 1] += sign;
    }
  }
  return lines;
};

// A copy of what a chart has drawn, with nothing in it that does anything, and as wide as it is here whatever the font elsewhere.
const drawn = (layer) => {
  const copy = layer.cloneNode(true), words = copy.querySelectorAll("text, tspan");
  layer.querySelectorAll("text, tspan").forEach((live, i) => {
    const wide = live.children.length || !live.textContent.trim() ? 0 : live.getComputedTextLength();
    if (wide > 0) { words[i].setAttribute("textLength", wide.toFixed(2)); words[i].setAttribute("lengthAdjust", "spacingAndGlyphs"); }
  });
  copy.querySelectorAll(KEPT_OUT).forEach((each) => each.remove());
  copy.querySelectorAll("*").forEach((each) => {
    for (const { name, value } of [...each.attributes])
      if (name.startsWith("on") || name.startsWith("data-") || name === "class" || (/href$/.test(name) && !/^(#|data:image\/)/.test(value))) each.removeAttribute(name);
    if (each.style.fontFamily) each.style.fontFamily = FONT;
  });
  return [...copy.childNodes];
};

// The chart as a picture that says by itself what it is: its view and policy above, what it shows and what it is not below.
const pictureOf = (chart, { view, policy, says, made }, paper, ink) => {
  const layers = [...chart.querySelectorAll(".main-svg")];
  const width = Number(layers[0].getAttribute("width")), height = Number(layers[0].getAttribute("height")), room = Math.max(width, 240);
  const said = [];
  let y = EDGE;
  const say = (words, size, weight, opacity) => broken(words, size, weight, room).forEach((line) => {
    y += Math.round(size * 1.35);
    said.push(shape("text", { x: EDGE, y: y - Math.round(size * .3), "font-size": size, "font-weight": weight, "fill-opacity": opacity, style: "unicode-bidi: plaintext" }, line));
  });
  say(view, 22, 600, 1);
  say(policy, 15, 400, .85);
  const top = y += 10;
  y += height + 6;
  say(says, 13, 400, .85);
  say(made, 13, 400, .85);
  y += EDGE - 6;
  const all = { width: room + 2 * EDGE, height: y };
  return shape("svg", { ...all, viewBox: `0 0 ${all.width} ${all.height}`, "font-family": FONT, fill: ink, role: "img" },
    shape("title", {}, `${view}: ${policy}`), shape("desc", {}, says),
    shape("rect", { ...all, fill: paper }), ...said,
    shape("g", { transform: `translate(${EDGE} ${top})` }, ...layers.flatMap(drawn)));
};

// Well-formed whatever was typed: what XML cannot hold becomes the sign for what cannot be read.
const written = (svg) => new XMLSerializer().serializeToString(svg).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");

const asSvg = (words) => new Blob([words], { type: "image/svg+xml" });

const asPng = async (words, { width, height }) => {
  const address = URL.createObjectURL(asSvg(words));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = Math.min(Math.max(2, WIDE / width), Math.sqrt(MOST / (width * height)));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => canvas.toBlob((blob) => blob ? done(blob) : failed(new Error("no picture")), "image/png"));
  } finally { URL.revokeObjectURL(address); }
};

const save = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a phone may ask first whether to save
};

// What there is to save: a chart of the page as it is seen, or a card that came as SVG.
const wanted = (root, { chart, card, ...said }) => {
  if (card) return { words: card, width: 1200, height: 630 };
  const found = document.querySelector(`.${CSS.escape(chart)} .js-plotly-plot`);
  if (!found?.querySelector(".main-svg")) throw new Error("not drawn yet");
  const look = getComputedStyle(root), svg = pictureOf(found, said, look.getPropertyValue("--st-background-color"), look.getPropertyValue("--st-text-color"));
  return { words: written(svg), width: svg.width.baseVal.value, height: svg.height.baseVal.value };
};

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".pic"), given = JSON.parse(read(data)), said = root.querySelector("[role=status]"), seen = root.querySelector("img");
  seen.hidden = !given.card;
  if (given.card) {
    const before = seen.src;
    seen.src = URL.createObjectURL(asSvg(given.card));
    seen.alt = given.says;
    if (before) URL.revokeObjectURL(before);
  }
  root.querySelectorAll("button").forEach((button) => {
    const kind = button.dataset.kind;
    button.setAttribute("aria-label", `${button.textContent.trim()}: ${given.view}`);
    button.onclick = async () => {
      try {
        const { words, ...size } = wanted(root, given), name = `${given.name}.${kind}`;
        save(kind === "svg" ? asSvg(words) : await asPng(words, size), name);
        said.textContent = `Saved as ${name}`;
      } catch { said.textContent = "This picture could not be made. If it is still being drawn, try again in a moment."; }
    };
  });
}
