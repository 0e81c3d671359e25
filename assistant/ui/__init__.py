"""The app in the browser: one file per screen, and the only place that knows streamlit.

Nothing here is kept in modules, because a module is shared by everybody who has the app open: what belongs to a window
lives in its session, what is heavy in a cache under the fingerprint of the records that it was made from.
"""


def run_app() -> None:
    """Show the app: called once for each run of the script."""
    from assistant.ui.frame import run_app as run

    run()


__all__ = ["run_app"]
