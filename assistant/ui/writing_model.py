"""Writing with a model: a whole report, or sections anew as proposals, in the background of the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.data.manuscripts import ManuscriptSection
from assistant.data.reports import Outline, ReportRef
from assistant.numerals import Period
from assistant.ui import preferences
from assistant.ui.desk import Desk
from assistant.ui.jobs import Job, open_chat_of, start


def write_with_model(desk: Desk, outline: Outline, period: Period) -> None:
    """Begin a report; when it is done it is opened."""
    from assistant.pipeline import ModelDraft, begin_report

    author = desk.author

    def use(written: ModelDraft) -> None:
        begin_report(desk.store, written.draft, outline, author=author)
        desk.open_report(written.draft.report.id)

    _start(desk, outline, period, "大模型正在起草全文", use)


def propose_with_model(desk: Desk, report: ReportRef, sections: Sequence[ManuscriptSection]) -> None:
    """Begin sections anew; each waits beside the author's text when it is done."""
    from assistant.pipeline import ModelDraft, outline_of_report
    from assistant.review import trace_section

    outline = outline_of_report(desk.store, report)
    wanted = {each.id for each in sections}
    part = outline.model_copy(update={"sections": tuple(each for each in outline.sections if each.id in wanted)})
    known = {each.id: each for each in sections}

    def use(written: ModelDraft) -> None:
        manuscript = desk.manuscript
        for each in written.draft.sections:
            text = written.draft.text[each.start : each.end].strip()
            proposal = with_heading(text, known[each.id].text)
            if proposal != known[each.id].text:
                manuscript.trace(each.id, trace_section(written.draft, each))
                manuscript.set(each.id, proposal=proposal, proposed_by=each.writer, told=each.told)

    _start(desk, part, Period.parse(report.period), f"大模型正在另写 {len(wanted)} 节", use)


def with_heading(text: str, old: str) -> str:
    """Give a section written by itself the numbered heading that it has in the report."""
    if not (text.startswith("#") and old.startswith("#")):
        return text
    return old.partition("\n")[0] + "".join(text.partition("\n")[1:])


def _start(desk: Desk, outline: Outline, period: Period, name: str, use: Any) -> None:
    from assistant.pipeline import WritingOptions, draft_with_model, sections_at_once

    chat = open_chat_of(desk)
    if chat is None:
        return
    records, store, naming = desk.records, desk.store, preferences.load().naming
    parallel = sections_at_once(desk.settings.model)

    def work(job: Job) -> Any:
        options = WritingOptions(
            parallel=parallel,
            cancel=job.cancel,
            on_progress=lambda step: job.steps.update({step.section: step}),
        )
        return draft_with_model(records, period, outline, chat=chat, store=store, naming=naming, options=options)

    start(Job(name, work, use))
