"""Loads, checks, renders and hashes the files in `prompts/<stage>/<name>.v<N>.md`.

A file is YAML front matter (`about`, `variables`, `output`, `examples`) and messages that begin with a line
`<!-- system -->` or `<!-- user -->`. `«name»` stands for a variable. Declared and used variables must agree both ways.
The examples stand where `«examples»` is, or, behind a line `<!-- examples -->`, as turns of a conversation.
A variable is `text` (written by us or by the author) or `data` (notes, cells, facts, a model's own draft): data is
fenced and escaped, so that nothing in it can close the fence, pass for a slot or a citation, or look like a message of
its own. A released version is never edited; the hash of the file is stored with each draft.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError

from assistant.data.values import Value
from assistant.errors import KnowledgeError
from assistant.knowledge import packaged_folder

VariableKind = Literal["text", "data"]
_FILE_NAME = re.compile(r"(?P<name>[a-z][a-z0-9_]*)\.v(?P<version>[1-9]\d*)\.md")
_FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_ROLE = re.compile(r"^<!-- (system|user|assistant) -->\n", re.MULTILINE)
_VARIABLE = re.compile(r"«([a-z][a-z0-9_]*)»")
_EXAMPLES = "examples"
_AS_TURNS = re.compile(r"^<!-- examples -->\n", re.MULTILINE)
# What could close a fence, or pass for a tag, slot, citation, variable or code block, in full-width look-alikes.
_ESCAPES = str.maketrans({"<": "＜", ">": "＞", "{": "｛", "}": "｝", "«": "‹", "»": "›", "`": "｀"})
_CITATION = re.compile(r"\[(?=\s*[A-Za-z]{1,2}\s*\d)([^\[\]\n]{1,12})\]")
_LABEL = re.compile(r"[^\w\u3400-\u9fff.:-]")


class PromptExample(Value):
    """One few-shot example: what the model is given and what it should write; checked like a draft.

    Attributes:
        facts: Aliases that the example's answer may use as slots.
        notes: Aliases that it may cite.
    """

    given: str
    written: str
    facts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class PromptMessage(Value):
    """One message of a rendered prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


class Material(Value):
    """A piece of untrusted text under a label: a note (N3), a fact (F12), a cell.

    Attributes:
        escaped: True when the caller has been through `escape_data` already and then set slots of its own; the text is
            refused if it holds anything else that could pass for a tag or a variable.
    """

    label: str
    text: str
    escaped: bool = False


class RenderedPrompt(Value):
    """A prompt ready to be sent, with the version and hash that are kept with the draft."""

    id: str
    version: int
    digest: str
    messages: tuple[PromptMessage, ...]


class Prompt(Value):
    """One prompt file.

    Attributes:
        id: `<stage>/<name>`.
        digest: First 16 hex digits of the SHA-256 of the file, its line ends made one.
        variables: Name → `text` or `data`.
        output: What the model gives back.
        turns_at: Before which message the examples are told as turns of a conversation; None when they are not.
    """

    id: str
    version: int = Field(ge=1)
    digest: str
    about: str
    variables: dict[str, VariableKind]
    output: Literal["prose", "json"]
    examples: tuple[PromptExample, ...] = ()
    turns_at: int | None = None
    templates: tuple[PromptMessage, ...]

    def render(self, values: Mapping[str, str | Sequence[Material]]) -> RenderedPrompt:
        """Put the values in their places.

        Args:
            values: One for each declared variable: a text, or for `data` also a sequence of labelled pieces.

        Raises:
            KnowledgeError: When a value is missing or one too many is given.
        """
        missing, unknown = self.variables.keys() - values.keys(), values.keys() - self.variables.keys()
        if missing or unknown:
            names = "、".join(sorted(missing or unknown))
            raise KnowledgeError(f"{'少了' if missing else '多了'}变量 {names}", where=f"{self.id}.v{self.version}")
        shown = {name: self._shown(name, values[name]) for name in self.variables}
        shown[_EXAMPLES] = "\n\n".join(f"给出：\n{each.given}\n写成：\n{each.written}" for each in self.examples)
        messages = [
            PromptMessage(role=each.role, content=_VARIABLE.sub(lambda match: shown[match[1]], each.content).strip())
            for each in self.templates
        ]
        if self.turns_at is not None:
            messages[self.turns_at : self.turns_at] = self._turns()
        return RenderedPrompt(id=self.id, version=self.version, digest=self.digest, messages=tuple(messages))

    def _turns(self) -> list[PromptMessage]:
        """Tell the examples as turns: what was given, what was written."""
        return [
            turn
            for each in self.examples
            for turn in (
                PromptMessage(role="user", content=each.given),
                PromptMessage(role="assistant", content=each.written),
            )
        ]

    def _shown(self, name: str, value: str | Sequence[Material]) -> str:
        """Write one value: data in fences; text as it is but escaped as well, since a title may come from a cell."""
        if self.variables[name] == "data":
            pieces = [Material(label=name, text=value)] if isinstance(value, str) else value
            return fence(pieces)
        if not isinstance(value, str):
            raise KnowledgeError(f"变量 {name} 只收一段文字", where=f"{self.id}.v{self.version}")
        return escape_data(value)


def fence(pieces: Iterable[Material]) -> str:
    """Write untrusted pieces each in a fence of its own; （无） when there are none.

    Raises:
        KnowledgeError: When a piece that is said to be escaped is not.
    """
    written: list[str] = []
    for each in pieces:
        text = each.text if each.escaped else escape_data(each.text)
        if any(sign in text for sign in "<>«»"):
            raise KnowledgeError("资料里有没有转义的尖括号", where=each.label)
        written.append(f"<资料 {_LABEL.sub('', each.label)[:24]}>\n{text}\n</资料>")
    return "\n".join(written) or "（无）"


def escape_data(text: str) -> str:
    """Make untrusted text harmless: no control or invisible characters, no tags, slots, citations or code fences.

    Chinese text without such signs stays as it is.
    """
    kept = "".join(
        letter
        for letter in text.replace("\r\n", "\n")
        if letter in "\n\t" or unicodedata.category(letter) not in _UNSEEN
    )
    return _CITATION.sub(r"［\1］", kept).translate(_ESCAPES).strip()


# Control characters, formats (zero width, text direction), private use, unassigned.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})


class PromptBook(Value):
    """All prompts, every version."""

    prompts: tuple[Prompt, ...]

    def get(self, prompt_id: str, version: int | None = None) -> Prompt:
        """Return a prompt, the newest version by default.

        Raises:
            KnowledgeError: When there is none.
        """
        found = [each for each in self.prompts if each.id == prompt_id and version in (None, each.version)]
        if not found:
            raise KnowledgeError(
                f"没有提示词 {prompt_id}{f'.v{version}' if version else ''}", hint="请检查 prompts 文件夹"
            )
        return max(found, key=lambda each: each.version)


def load_prompts(folder: Path | None = None) -> PromptBook:
    """Load and check every file below `prompts/`.

    Raises:
        KnowledgeError: When a file's name, front matter or variables are wrong; names the file.
    """
    root = folder or packaged_folder("prompts")
    return PromptBook(prompts=tuple(read_prompt(path) for path in sorted(root.glob("*/*.md"))))


def read_prompt(path: Path) -> Prompt:
    """Read and check one prompt file.

    Raises:
        KnowledgeError: When something about it is wrong.
    """
    where = f"{path.parent.name}/{path.name}"
    named = _FILE_NAME.fullmatch(path.name)
    if named is None:
        raise KnowledgeError("提示词文件名应为 名字.v数字.md", where=where)
    try:
        source = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"读不出来：{error}", where=where) from error
    parted = _FRONT.match(source)
    if parted is None:
        raise KnowledgeError("开头缺少 --- 之间的说明", where=where)
    front = _front_matter(parted["front"], where)
    turns = _AS_TURNS.search(parted["body"])
    templates = _templates(_AS_TURNS.sub("", parted["body"]), where)
    try:
        prompt = Prompt(
            id=f"{path.parent.name}/{named['name']}",
            version=int(named["version"]),
            digest=hashlib.sha256(source.encode()).hexdigest()[:16],
            templates=templates,
            turns_at=len(_ROLE.findall(parted["body"][: turns.start()])) if turns else None,
            **front,
        )
    except (ValidationError, TypeError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
        place = ".".join(str(part) for part in first["loc"])
        raise KnowledgeError(f"{place or '说明'}：{first['msg']}", where=where) from error
    _check_variables(prompt, where)
    return prompt


def _front_matter(text: str, where: str) -> dict[str, Any]:
    """Read the front matter; the keys that the loader sets itself may not be in it."""
    try:
        front = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise KnowledgeError(f"说明不是 YAML：{error}", where=where) from error
    if not isinstance(front, dict) or front.keys() - {"about", "variables", "output", "examples"}:
        raise KnowledgeError("说明里只能有 about、variables、output、examples", where=where)
    front["variables"] = front.get("variables") or {}
    return front


def _templates(body: str, where: str) -> tuple[PromptMessage, ...]:
    """Cut the body into messages."""
    parts = _ROLE.split(body)
    if parts[0].strip() or len(parts) < 3:
        raise KnowledgeError("正文要以 <!-- system --> 或 <!-- user --> 开头", where=where)
    roles = [("system", "user", "assistant").index(role) for role in parts[1::2]]
    if 0 in roles[1:]:
        raise KnowledgeError("<!-- system --> 只能在最前面", where=where)
    return tuple(
        PromptMessage.model_validate({"role": role, "content": content.strip()})
        for role, content in zip(parts[1::2], parts[2::2], strict=True)
    )


def _check_variables(prompt: Prompt, where: str) -> None:
    """Refuse a prompt whose declared and used variables differ."""
    used = {name for each in prompt.templates for name in _VARIABLE.findall(each.content)}
    shown = prompt.examples and prompt.turns_at is None
    declared = set(prompt.variables) | ({_EXAMPLES} if shown else set())
    if used - declared:
        raise KnowledgeError(f"用了没有声明的变量：{'、'.join(sorted(used - declared))}", where=where)
    if declared - used:
        raise KnowledgeError(f"声明了却没有用到的变量：{'、'.join(sorted(declared - used))}", where=where)
