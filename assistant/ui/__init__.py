"""The app in the browser: one file per screen, and the only place that knows streamlit.

Nothing here is kept in modules, because a module is shared by everybody who has the app open: what belongs to a window
lives in its session, what is heavy in a cache under the fingerprint of the records that it was made from.
"""

from assistant.ui.frame import run_app

__all__ = ["run_app"]
