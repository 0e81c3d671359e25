"""`python -m eval.cassette record`: drafts the example's annual report with a real model and keeps its answers.

A cassette holds, for each request, the hash of what was asked and the stream that came back, and nothing else: no
address, key or path. `CassetteServer` is a real HTTP server on loopback in OpenAI's wire format that plays it again.
A request that was never recorded is answered with an error that says which message of which prompt has changed, and how
to record anew; it is also kept in `strangers`, so that a test can fail on it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from assistant.checking import Ledger, check_figures
from assistant.drafting import split_sentences
from assistant.drafting.guard import SourceText
from assistant.index import Index
from assistant.knowledge import load_knowledge
from assistant.numerals import Period
from assistant.pipeline import (
    draft_report,
    draft_with_model,
    example_folder,
    find_files,
    find_outline,
    name_book,
    open_model,
    open_records,
)
from assistant.pipeline.imports import import_files
from assistant.pipeline.writing import ModelDraft, SectionProgress, WritingOptions
from assistant.reading import Limits
from assistant.settings import ModelSettings, Settings
from assistant.store import Store
from eval.loopback import Loopback, WireHandler

CASSETTE = Path(__file__).parent.parent / "tests" / "cassettes" / "annual_qwen2.5-coder-1.5b.json"
RECORD_AGAIN = "重录：启动 ../shared/llm/serve.sh 18080，再运行 python -m eval.cassette record（见 docs/playbooks.md）"
_MODEL = "qwen2.5-coder-1.5b"
_SILENCE = 1800.0
_REPORT = "cassette"


@dataclass
class Cassette:
    """Recorded answers by the hash of their request.

    Attributes:
        answers: Hash → pieces of text, finish reason and token counts.
        parts: Hashes of single messages that were sent, to say which part of a strange request is new.
    """

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, path: Path = CASSETTE) -> Cassette:
        """Read a cassette."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(data["answers"], set(data["parts"]))

    def save(self, path: Path = CASSETTE) -> None:
        """Write the cassette, one answer a line."""
        path.parent.mkdir(exist_ok=True)
        lines = ",\n".join(
            f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
            for key, value in sorted(self.answers.items())
        )
        parts = ", ".join(json.dumps(each) for each in sorted(self.parts))
        path.write_text(f'{{"parts": [{parts}],\n "answers": {{\n{lines}\n}}}}\n', encoding="utf-8")

    def keep(self, body: dict[str, Any], answer: dict[str, Any]) -> None:
        """Remember an answer."""
        self.answers[request_hash(body)] = answer
        self.parts |= {_hash(each["content"]) for each in body["messages"]}

    def what_is_new(self, body: dict[str, Any]) -> str:
        """Say which message of a request was never recorded."""
        for number, message in enumerate(body["messages"], 1):
            if _hash(message["content"]) not in self.parts:
                return f"第 {number} 段（{message['role']}）和录制时不同：“{message['content'][:60]}…”"
        return "各段都录过，但次序或设置（模型、温度、长度）和录制时不同"


def request_hash(body: dict[str, Any]) -> str:
    """Return the hash of what a model is asked: messages, model and sampling."""
    asked = {name: body.get(name) for name in ("model", "messages", "temperature", "max_tokens")}
    return _hash(json.dumps(asked, ensure_ascii=False, sort_keys=True))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


class CassetteServer(Loopback):
    """Plays a cassette on loopback; with an `upstream`, asks it for what is not recorded and records the answer.

    Every recorded answer is saved at once to `partial`, so that a recording that broke off goes on where it was.
    """

    def __init__(self, cassette: Cassette, upstream: str | None = None, partial: Path | None = None) -> None:
        super().__init__(_Handler)
        self.cassette, self.upstream, self.partial = cassette, upstream, partial
        self.strangers: list[str] = []


class _Handler(WireHandler):
    """Answers for one `CassetteServer`."""

    owner: CassetteServer
    model = _MODEL

    def do_GET(self) -> None:  # noqa: N802 - the library asks for this name
        """Answer the list of models."""
        self.send_models([_MODEL])

    def do_POST(self) -> None:  # noqa: N802 - the library asks for this name
        """Play the answer of a request, record it, or say that it is not on the cassette."""
        body = json.loads(self.read_body())
        answer = self.owner.cassette.answers.get(request_hash(body))
        if answer is None and self.owner.upstream is not None:
            answer = _ask_upstream(self.owner.upstream, body)
            self.owner.cassette.keep(body, answer)
            if self.owner.partial is not None:
                self.owner.cassette.save(self.owner.partial)
        if answer is None:
            words = f"录音里没有这次请求：{self.owner.cassette.what_is_new(body)}。{RECORD_AGAIN}"
            self.owner.strangers.append(words)
            self.send_json(404, {"error": {"message": words}})
            return
        self.begin_stream()
        self.send_delta({"role": "assistant", "content": ""})
        for piece in answer["pieces"]:
            self.send_delta({"content": piece})
        self.end_stream(answer["finish"], answer["usage"])


def _ask_upstream(url: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask the real server and take its stream apart."""
    request = Request(  # noqa: S310 - the recorder's own loopback server
        f"{url}/chat/completions",
        json.dumps(body).encode(),
        {"content-type": "application/json", "authorization": "Bearer local"},
    )
    pieces: list[str] = []
    answer: dict[str, Any] = {"pieces": pieces, "finish": "stop", "usage": None}
    with urlopen(request, timeout=_SILENCE) as reply:  # noqa: S310 - as above
        for event in _events(reply):
            answer["usage"] = event.get("usage") or answer["usage"]
            for choice in event.get("choices", ()):
                answer["finish"] = choice.get("finish_reason") or answer["finish"]
                if choice.get("delta", {}).get("content"):
                    pieces.append(choice["delta"]["content"])
    return answer


def _events(lines: Any) -> Iterator[dict[str, Any]]:
    for line in lines:
        data = line.decode().strip().removeprefix("data: ")
        if data.startswith("{"):
            yield json.loads(data)


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a section is the model's own.

    Attributes:
        own: Sentences that the built-in writer does not have.
        all: All its sentences.
    """

    section: str
    own: int
    all: int


@dataclass(frozen=True)
class Drafted:
    """A report drafted through an endpoint, and how much of it is the model's own.

    Attributes:
        known: What the built-in writer and the notes say, with the names that the registers know.
        wrong: Findings of the checker against the records: figures that are contradicted.
    """

    written: ModelDraft
    shares: tuple[Share, ...]
    known: SourceText
    wrong: tuple[str, ...]

    @property
    def own_share(self) -> float:
        """Share of own sentences in the sections that are a model's to write."""
        return sum(each.own for each in self.shares) / max(1, sum(each.all for each in self.shares))


def draft_example(url: str, folder: Path, progress: Any = None) -> Drafted:
    """Draft the example's annual report for 2025 through an endpoint, as `youju draft --writer model` does.

    Args:
        url: Base URL of the endpoint.
        folder: Where the workspace is made.
        progress: Told of every step.
    """
    settings = Settings(
        model=ModelSettings(
            base_url=url, api_key="local", name=_MODEL, temperature=0.3, timeout=_SILENCE, parallel=1, prices=()
        )
    )
    store = Store(folder)
    try:
        knowledge = load_knowledge()
        import_files(store, knowledge, find_files([example_folder()]), limits=Limits())
        records = open_records(store, knowledge)
        period, outline = Period.parse("2025"), find_outline("annual")
        plain, _ = draft_report(records, period, outline, naming="surname", report_id=_REPORT)
        known = SourceText(plain.text + "".join(each.text for each in records.notes), name_book(records))
        written = draft_with_model(
            records,
            period,
            outline,
            chat=open_model(settings, store, name_book(records)),
            store=store,
            naming="surname",
            options=WritingOptions(
                index=Index(store.folder / "index", None), report_id=_REPORT, parallel=1, on_progress=progress
            ),
        )
        ledger = Ledger(records.knowledge, records.warehouse, records.notes, records.stated, max_rows=0)
        wrong = tuple(
            f"{each.text}：{each.reason}"
            for each in check_figures(written.draft.text, ledger, period)
            if each.verdict in ("contradicted", "inconsistent")
        )
    finally:
        store.close()
    return Drafted(written, tuple(_shares(written, known.text)), known, wrong)


def _shares(written: ModelDraft, known: str) -> Iterator[Share]:
    """Yield what share of a section is neither the built-in writer's nor a note's, for sections asked of a model."""
    asked = {each.section for each in written.calls}
    for section in written.draft.sections:
        if section.id not in asked:
            continue
        text = written.draft.text[section.start : section.end].removeprefix(section.title).strip()
        sentences = [text[start:end].strip() for start, end in split_sentences(text)]
        own = [] if section.writer == "builtin" else [each for each in sentences if each not in known]
        yield Share(section.id, len(own), len(sentences))


def record(upstream: str, path: Path = CASSETTE) -> Drafted:
    """Draft once through a real model and save the cassette; a recording that broke off is taken up."""

    def tell(step: SectionProgress) -> None:
        if step.state != "writing" or not step.text:
            print(f"{step.title}: {step.state}", file=sys.stderr, flush=True)

    partial = path.with_suffix(".partial")
    cassette = Cassette.load(partial) if partial.exists() else Cassette()
    with tempfile.TemporaryDirectory() as folder, CassetteServer(cassette, upstream, partial) as server:
        drafted = draft_example(server.url, Path(folder), tell)
    cassette.save(path)
    partial.unlink(missing_ok=True)
    return drafted


def main(arguments: Sequence[str]) -> int:
    """Record a cassette from the server that OPENAI_BASE_URL names, and print the draft and its figures."""
    if list(arguments) != ["record"]:
        print("python -m eval.cassette record", file=sys.stderr)
        return 2
    drafted = record(os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:18080/v1"))
    print(drafted.written.draft.text)
    for share in drafted.shares:
        calls = [each for each in drafted.written.calls if each.section == share.section]
        print(
            f"{share.section}: own {share.own}/{share.all}, repairs {sum(each.purpose == 'repair' for each in calls)}, "
            f"tokens {sum(each.tokens_in for each in calls)}+{sum(each.tokens_out for each in calls)}, "
            f"{sum(each.seconds for each in calls):.0f} s"
        )
    print(f"own sentences {drafted.own_share:.0%}; unbound {len(drafted.written.unbound)}; wrong {len(drafted.wrong)}")
    print("\n".join(drafted.wrong))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
