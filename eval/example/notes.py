"""The case notes: hand-written texts in ``sources/notes``, given their case numbers and written in three formats."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from eval.example.community import Community
from eval.example.habits import chinese
from eval.example.issues import SOURCES
from eval.example.sheets import new_word, write_word


@dataclass(frozen=True)
class Note:
    """One case note as its recorder hands it in."""

    file: str
    by: str
    day: date
    consent: str
    sensitive: str
    case: str
    paragraphs: tuple[str, ...]

    @property
    def title(self) -> str:
        """The file name without its month and ending."""
        return self.file.split(" ", 1)[1].rsplit(".", 1)[0]

    def declaration(self) -> list[str]:
        """Who wrote it, whether it may be told, and which case it belongs to."""
        lines = [
            f"同意公开：{self.consent}",
            f"敏感：{self.sensitive}",
            f"记录人：{self.by}",
            f"记录日期：{chinese(self.day)}",
        ]
        return [*lines, f"问题编号：{self.case}"] if self.case else lines


def read_notes(community: Community) -> tuple[Note, ...]:
    """Return the notes with the numbers of their cases filled in."""
    numbers = {one.key: one.code for year in community.issues.values() for one in year if one.key}
    notes = []
    for path in sorted((SOURCES / "notes").glob("*.md")):
        _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
        fields: dict[str, Any] = yaml.safe_load(head)
        case = numbers[fields["issue"]] if "issue" in fields else ""
        case = f"{case}（2024年登记簿）" if case and "-" not in case else case
        paragraphs = tuple(text.strip() for text in body.strip().split("\n\n"))
        day = fields["day"]
        notes.append(Note(fields["file"], fields["by"], day, fields["consent"], fields["sensitive"], case, paragraphs))
    return tuple(notes)


def write_notes(folder: Path, notes: tuple[Note, ...]) -> None:
    """Write each note in the format that its name asks for; the declaration stands at the head or at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    for note in notes:
        path = folder / note.file
        if path.suffix == ".docx":
            document = new_word()
            document.add_heading(note.title, level=1)
            document.add_paragraph("　".join(note.declaration()))
            for text in note.paragraphs:
                document.add_paragraph(text)
            write_word(path, document, note.by, note.day)
        elif path.suffix == ".md":
            lines = [f"# {note.title}", *note.paragraphs, "---", "\n".join(f"- {line}" for line in note.declaration())]
            path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
        else:
            body = "\n".join(f"　　{text}" for text in note.paragraphs)
            path.write_text("\n".join([note.title, "", body, "", *note.declaration()]) + "\n", encoding="utf-8")
