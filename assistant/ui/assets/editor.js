// A text area that loses nothing: each keystroke goes to this browser's storage at once, and to the app in the first short
// pause. One save is under way at a time: what is typed meanwhile goes as soon as it is answered, so that steady typing
// neither floods the app nor keeps its verdicts waiting. What a reload or a lost connection left is found again and sent.
const PAUSE = 60;
const PATIENCE = 3000; // after that long without an answer a save may follow another
export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".editor");
  const area = root.querySelector("textarea");
  const status = root.querySelector(".status");
  const state = (root.state ??= { doc: null, timer: null, unsent: false, composing: false, typed: 0, asked: null, count: 0, version: null });
  state.send = (text, base) => {
    state.unsent = false;
    state.asked = { text, at: Date.now() };
    setStateValue("edit", { doc: state.doc, text, base, count: ++state.count, at: Date.now() });
  };
  area.setAttribute("aria-label", data.label);
  area.readOnly = data.locked;
  area.style.minHeight = `${data.height}px`;
  if (state.asked && (data.received === state.asked.text || data.text === state.asked.text)) state.asked = null;

  if (state.doc !== data.doc) {
    flush();
    state.doc = data.doc;
    state.asked = null;
    const left = found();
    adopt();
    recover(left);
  } else if (data.text === area.value) {
    state.version = data.version;
    state.unsent = false;
    settle();
  } else if (data.mine) {
    state.version = data.version; // our own save came back, and more was typed since
  } else if (!state.unsent && data.version !== state.version) {
    adopt(); // a correction, an earlier version, or another window; what was typed here has been sent and is kept
  }
  if (state.unsent) wait();
  fit();

  if (!root.ready) {
    root.ready = true;
    area.addEventListener("input", () => {
      state.unsent = true;
      state.typed = Date.now();
      keep();
      show("正在保存……");
      wait();
      fit();
    });
    area.addEventListener("compositionstart", () => { state.composing = true; });
    area.addEventListener("compositionend", () => { state.composing = false; wait(); });
    area.addEventListener("blur", flush);
    addEventListener("pagehide", flush);
    area.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); flush(); }
    });
  }

  function wait() {
    clearTimeout(state.timer);
    const left = Math.max(0, PAUSE - (Date.now() - state.typed));
    state.timer = setTimeout(() => {
      if (state.composing) return; // half a word in an input method: its end asks again
      const waited = state.asked ? Date.now() - state.asked.at : PATIENCE;
      if (waited < PATIENCE) state.timer = setTimeout(flush, PATIENCE - waited); // else the answer asks again
      else flush();
    }, left);
  }
  function flush() {
    clearTimeout(state.timer);
    if (state.unsent) state.send(area.value, state.version);
  }
  function adopt() {
    area.value = data.text;
    state.version = data.version;
    state.unsent = false;
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
