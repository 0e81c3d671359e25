"""`python -m eval.bench_chain`: what the model's chain itself costs, on the example's annual report.

Tokens sent, beside pasting all records in; and the chain's own time beside that of a slow model's calls (simulated:
nothing is computed while it "writes", as with a server). The chain's own time is the processor's, so that what else
runs on the machine does not count.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.index import Index
from assistant.knowledge import load_knowledge
from assistant.llm import Message, Reply, estimate_tokens
from assistant.numerals import Period
from assistant.pipeline import draft_with_model, example_folder, find_files, find_outline, open_records
from assistant.pipeline.imports import import_files
from assistant.pipeline.writing import WritingOptions
from assistant.reading import Limits, read_file
from assistant.store import Store
from assistant.testing import ScriptedChat, scripted_reply

MOST_TOKENS = 0.25
MOST_OVERHEAD = 0.05
SECONDS_A_TOKEN = 0.02
"""50 tokens a second, as a good hosted model writes; a small local one takes 0.08."""


def pasted_tokens(folder: Path) -> int:
    """Count the tokens of pasting every record and note into a prompt."""
    total = 0
    for path, name in find_files([folder]):
        read = read_file(path, name, limits=Limits())
        rows = [row for table in read.tables for row in table.rows]
        total += estimate_tokens(
            "\n".join("｜".join("" if cell is None else str(cell) for cell in row) for row in rows)
        )
        total += estimate_tokens(read.note.text) if read.note and not read.tables else 0
    return total


def write_plainly(messages: Sequence[Message]) -> str:
    """Answer as a dutiful model: each fact of the section in a short clause; a story in its own sentences."""
    if "S1｜" in messages[-1].content:
        lines = re.findall(r"^S(\d+)｜(.*)$", messages[-1].content, re.MULTILINE)
        return "\n".join(f"{text}[S{number}]" for number, text in lines)
    prompt = next((each.content for each in reversed(messages) if "<资料 数据>" in each.content), "")
    clauses = []
    for alias, name, scope in re.findall(r"^(F\d+)｜(.*?)(?:（([^）]*)）)?：", prompt, re.MULTILINE):
        clauses.append(f"{scope if scope == '上年' else ''}{name}{{{{{alias}}}}}。")
    return "".join(clauses)


class SlowModel(ScriptedChat):
    """A model that takes its time."""

    def ask(self, messages: Sequence[Message], **_: object) -> Reply:
        """Wait as long as writing the answer would take."""
        reply = scripted_reply(write_plainly(messages), messages)
        time.sleep(reply.tokens_out * SECONDS_A_TOKEN)
        return reply


def main() -> int:
    """Measure and print; returns 1 when a bound is broken."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        knowledge = load_knowledge()
        import_files(store, knowledge, find_files([example_folder()]), limits=Limits())
        records = open_records(store, knowledge)
        period, outline = Period.parse("2025"), find_outline("annual")
        records.book(period)
        chat = SlowModel()
        index = Index(store.folder / "index", None)
        started, worked = time.perf_counter(), time.process_time()
        written = draft_with_model(
            records, period, outline, chat=chat, store=store, naming="surname",
            options=WritingOptions(index=index, parallel=1),
        )  # fmt: skip
        wall, worked = time.perf_counter() - started, time.process_time() - worked
        store.close()
    sent = sum(each.tokens_in for each in written.calls)
    waited = sum(each.tokens_out for each in written.calls) * SECONDS_A_TOKEN
    pasted = pasted_tokens(example_folder())
    share, overhead = sent / pasted, worked / waited
    print(f"tokens sent: {sent} in {len(written.calls)} calls; all records pasted: {pasted}; {share:.1%} (at most 25%)")
    print(f"wall {wall:.1f} s, model {waited:.1f} s, own work {worked:.1f} s; overhead {overhead:.1%} (at most 5%)")
    print(f"repairs: {sum(each.purpose == 'repair' for each in written.calls)}; unbound: {len(written.unbound)}")
    return 0 if share <= MOST_TOKENS and overhead <= MOST_OVERHEAD else 1


if __name__ == "__main__":
    raise SystemExit(main())
