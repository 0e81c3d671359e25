// Says on every screen what the framework says in English or not at all: the language, and the names of the file buttons.
export default function () {
  document.documentElement.lang = "zh-CN";
  const name = () => {
    for (const zone of document.querySelectorAll("[data-testid=stFileUploaderDropzone]")) {
      const label = zone.getAttribute("aria-label") ?? "选文件";
      for (const each of zone.querySelectorAll("button[data-testid=stBaseButton-secondary], input[type=file]"))
        if (each.getAttribute("aria-label") !== label) each.setAttribute("aria-label", label);
    }
  };
  name();
  const watch = new MutationObserver(name);
  watch.observe(document.body, { childList: true, subtree: true });
  return () => watch.disconnect();
}
