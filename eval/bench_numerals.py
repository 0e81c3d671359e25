"""How fast figures are found: real letters, a report, and lines made to hurt.

Run `python -m eval.bench_numerals [FOLDER]`; FOLDER holds texts (*.txt) of real reports. Times are CPU seconds of
one core, the best of three runs, so that other work on the machine counts as little as it can.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from assistant.numerals import find_figures

REPORT = (
    "全年共登记居民反映问题312项，已解决286项，解决率达91.7%，平均用时3.9天，比去年缩短1.2天。组织居民集中清理楼道杂物和公共区域积水，有效改善社区环境。"
    "开展社区文化活动24场次，参与居民达3126人次；组建5支志愿服务队，吸纳志愿者一百二十六名，累计服务时长三千八百余小时。管理社区基金4.86万元，每季度公开一次。"
)
PIECES = (
    "1",
    "一",
    "、",
    ",",
    "万",
    "(",
    " ",
    "1、",
    "1,",
    "1 ",
    "一、",
    "一万",
    "12，",
    "第",
    "每",
    "近",
    "年",
    "1-",
    "A1",
    "点",
    "一至",
    "三分之",
    "2024-",
)
TARGET = 250_000
HOSTILE_SECONDS = 5.0


def speed(text: str) -> float:
    """Return code points read per CPU second, the best of three runs."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        find_figures(text)
        best = min(best, time.process_time() - start)
    return len(text) / max(best, 1e-9)


def hostile_seconds(piece: str, size: int = 1_000_000) -> float:
    """Return the CPU seconds for one line of a million code points made of one piece."""
    line = (piece * (size // len(piece) + 1))[:size]
    start = time.process_time()
    find_figures(line)
    return time.process_time() - start


def measure(folder: Path | None = None) -> dict[str, float]:
    """Return the speeds of all texts (code points a second) and the worst hostile line (seconds)."""
    find_figures(REPORT)
    speeds = {"report": speed(REPORT * 500)}
    if folder is not None:
        letters = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt")))
        speeds["letters"] = speed(letters * 5)
    speeds["worst hostile line, seconds"] = max(hostile_seconds(piece) for piece in PIECES)
    return speeds


def main() -> None:
    """Print the measurements beside their targets."""
    for name, value in measure(Path(sys.argv[1]) if len(sys.argv) > 1 else None).items():
        target = HOSTILE_SECONDS if "seconds" in name else TARGET
        print(f"{name:<28} {value:>12,.2f}   target {target:>10,}")
    for piece in PIECES:
        print(f"  {piece!r:<26} {hostile_seconds(piece):>12.2f} s")


if __name__ == "__main__":
    main()
