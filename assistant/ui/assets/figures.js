// A text whose figures can be picked: by mouse, by touch, by keyboard (Tab into the text, then arrows, n and p), and by
// screen reader (each figure is a button that says its verdict). Text arrives as data and is only ever set as textContent.
export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.querySelector(".text");
  const state = (host.state ??= { shown: [], buttons: [], selected: null });
  const had = host.contains(host.getRootNode().activeElement);
  if (patch(host, state, data.blocks) && had && data.selected !== null && !host.contains(host.getRootNode().activeElement)) {
    state.buttons.find((each) => each.dataset.id === String(data.selected))?.focus({ preventScroll: true });
  }
  host.pick = (id) => setTriggerValue("pick", id);
  host.setAttribute("aria-label", data.label);
  mark(state, data);

  // Puts new paragraphs in the place of those that changed; the others stay as they are, with focus and selection.
  function patch(root, kept, blocks) {
    const fresh = blocks.map((block) => JSON.stringify(block));
    const changed = fresh.length !== kept.shown.length || fresh.some((each, place) => each !== kept.shown[place]);
    if (!changed) return false;
    while (root.children.length > fresh.length) root.lastElementChild.remove();
    blocks.forEach((block, place) => {
      const old = root.children[place];
      if (!old) root.append(build(root, kept, block));
      else if (fresh[place] !== kept.shown[place]) old.replaceWith(build(root, kept, block));
    });
    kept.shown = fresh;
    kept.buttons = [...root.querySelectorAll("button.figure")];
    return true;
  }

  function build(root, kept, block) {
    const element = document.createElement(block.tag);
    let owed = "";
    block.runs.forEach((given, place) => {
      const run = owed ? { ...given, text: given.text.slice(owed.length) } : given;
      owed = "";
      if (run.id === undefined) {
        const piece = run.kind ? document.createElement(run.kind === "gap" ? "mark" : "span") : document.createTextNode(run.text);
        if (run.kind) { piece.className = run.kind; piece.textContent = run.text; }
        element.append(piece);
        return;
      }
      const button = document.createElement("button");
      button.type = "button";
      button.className = `figure ${run.verdict}`;
      button.dataset.id = run.id;
      button.dataset.mark = run.mark;
      button.dataset.verdict = run.verdict;
      button.textContent = run.text;
      button.tabIndex = -1;
      button.setAttribute("aria-label", `${run.text}，${run.name}`);
      button.addEventListener("click", () => root.pick(run.id));
      button.addEventListener("keydown", (event) => move(event, kept));
      const after = block.runs[place + 1];
      owed = after && after.id === undefined && !after.kind ? after.text.match(/^[。，、；：！？）”’》」%]+/u)?.[0] ?? "" : "";
      element.append(held(element, button, owed));
    });
    return element;
  }

  // A browser may break a line on either side of a button: the mark that closes after it, or opens before it, goes along.
  function held(element, button, closing) {
    const last = element.lastChild;
    const opening = last?.nodeType === Node.TEXT_NODE ? last.data.match(/[（“‘《「]+$/u)?.[0] ?? "" : "";
    if (!opening && !closing) return button;
    if (opening) last.data = last.data.slice(0, -opening.length);
    const piece = document.createElement("span");
    piece.className = "held";
    piece.append(opening, button, closing);
    return piece;
  }

  function mark(kept, { selected, active }) {
    const on = new Set(active);
    let entry = null;
    for (const button of kept.buttons) {
      const mine = button.dataset.id === String(selected);
      button.classList.toggle("faded", !on.has(Number(button.dataset.id)));
      button.setAttribute("aria-pressed", String(mine));
      button.tabIndex = -1;
      if (mine) entry = button;
    }
    entry ??= kept.buttons.find((each) => !each.classList.contains("faded")) ?? null;
    if (entry) entry.tabIndex = 0;
    if (selected !== null && kept.selected !== selected) {
      const picked = kept.buttons.find((each) => each.dataset.id === String(selected));
      picked?.scrollIntoView({ block: "nearest", behavior: "auto" });
    }
    kept.selected = selected;
  }

  function move(event, kept) {
    const forward = ["ArrowRight", "ArrowDown", "n", "j"].includes(event.key);
    const back = ["ArrowLeft", "ArrowUp", "p", "k"].includes(event.key);
    if (!forward && !back) return;
    event.preventDefault();
    const open = kept.buttons.filter((each) => !each.classList.contains("faded"));
    const at = open.indexOf(event.currentTarget);
    const next = open[(at + (forward ? 1 : -1) + open.length) % open.length];
    if (!next) return;
    next.focus();
    host.pick(Number(next.dataset.id));
  }
}
