# make demo: from nothing to the example's annual report in Word.  make test: every test.  make check: lint, types, imports.
PYTHON ?= python3
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
export PYTHONUTF8 := 1

.PHONY: demo test check proof bench eval clean app screenshots

demo: .venv/ready
	$(BIN)/youju demo

test: .venv/ready
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What takes minutes: millions of values, thousands of damaged files.
proof: .venv/ready
	$(BIN)/python -m pytest -m proof

bench: .venv/ready
	$(BIN)/python -m eval bench

eval: .venv/ready
	$(BIN)/python -m eval claims

.venv/ready: pyproject.toml uv.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
	$(BIN)/uv sync --frozen --inexact --quiet --python $(BIN)/python
	touch $@

# The app on the example community, in the browser.
app: .venv/ready
	$(BIN)/youju demo
	$(BIN)/youju ui --workspace out/示例小区

# Pictures of every screen at both widths, in docs/screenshots/.
screenshots: .venv/ready
	$(BIN)/python -m tests.e2e.screenshots

clean:
	rm -rf .venv dist build
