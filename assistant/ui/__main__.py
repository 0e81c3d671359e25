"""`python -m assistant.ui run …`: streamlit's own command, with our modules read while the browser is still loading."""

from __future__ import annotations

import threading
import time
from importlib import import_module

_AT_ONCE = ("assistant.ui.frame", "assistant.ui.home")
_SOON = ("assistant.pipeline", "pandas", "assistant.checking")
_PAUSE, _STEP, _LONGEST = 3.0, 0.05, 20.0


def main() -> None:
    """Start the server."""
    threading.Thread(target=_read_ahead, name="youju-ahead", daemon=True).start()
    from streamlit.web.cli import main as streamlit_main

    streamlit_main(prog_name="streamlit")


def _read_ahead() -> None:
    """Once the server stands, import what the first screen needs, and after it is painted what the others need."""
    from streamlit.runtime import Runtime
    from streamlit.runtime.runtime import RuntimeState

    for _ in range(int(_LONGEST / _STEP)):
        if Runtime.exists() and Runtime.instance().state is not RuntimeState.INITIAL:
            break
        time.sleep(_STEP)
    for name in _AT_ONCE:
        import_module(name)
    time.sleep(_PAUSE)
    for name in _SOON:
        import_module(name)


if __name__ == "__main__":
    main()
