"""有据 in the browser: `youju ui`, `make app`, or `streamlit run streamlit_app.py`."""

from assistant.ui import run_app

run_app()
