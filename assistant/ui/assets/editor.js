// A text area that loses nothing: each keystroke goes to this browser's storage at once and to the app a third of a second
// later; what a reload or a lost connection left behind is found again and sent.
const PAUSE = 300;
export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".editor");
  const area = root.querySelector("textarea");
  const status = root.querySelector(".status");
  const state = (root.state ??= { doc: null, timer: null, count: 0, version: null });
  state.send = (text, base) => setStateValue("edit", { doc: state.doc, text, base, count: ++state.count, at: Date.now() });
  area.setAttribute("aria-label", data.label);
  area.readOnly = data.locked;
  area.style.minHeight = `${data.height}px`;

  if (state.doc !== data.doc) {
    flush();
    state.doc = data.doc;
    const left = found();
    adopt();
    recover(left);
  } else if (data.text === area.value) {
    state.version = data.version;
    settle();
  } else if (data.mine) {
    state.version = data.version; // our own save came back, and more was typed since
  } else if (!state.timer && data.version !== state.version) {
    adopt(); // a correction, an earlier version, or another window; what was typed here has been sent and is kept
  }
  fit();

  if (!root.ready) {
    root.ready = true;
    area.addEventListener("input", () => {
      keep();
      show("正在保存……");
      clearTimeout(state.timer);
      state.timer = setTimeout(flush, PAUSE);
      fit();
    });
    area.addEventListener("blur", flush);
    addEventListener("pagehide", flush);
    area.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); flush(); }
    });
  }

  function flush() {
    if (!state.timer) return;
    clearTimeout(state.timer);
    state.timer = null;
    state.send(area.value, state.version);
  }
  function adopt() {
    area.value = data.text;
    state.version = data.version;
    settle();
  }
  function name() { return `youju:${state.doc}`; }
  function keep() {
    try { localStorage.setItem(name(), JSON.stringify({ text: area.value, base: state.version })); } catch { /* full or forbidden: the app still saves */ }
  }
  function settle() {
    try { localStorage.removeItem(name()); } catch { /* nothing was kept */ }
    show(data.saved);
  }
  function found() {
    try { return JSON.parse(localStorage.getItem(name()) ?? "null"); } catch { return null; }
  }
  function recover(left) {
    if (!left || left.text === data.text || left.text === data.received || data.locked) return;
    area.value = left.text;
    keep();
    show("找回了上次没来得及保存的字");
    state.version = left.base;
    state.send(left.text, left.base);
  }
  function show(text) { if (status.textContent !== text) status.textContent = text; }
  function fit() {
    area.style.height = "auto";
    area.style.height = `${Math.min(Math.max(area.scrollHeight + 4, data.height), 900)}px`;
  }
}
