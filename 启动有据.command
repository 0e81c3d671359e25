#!/bin/bash
# Double-click to start 有据 on macOS (or Linux); the first time it makes its environment.
cd "$(dirname "$0")" || exit 1
export PYTHONUTF8=1 UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never

failed() {
  echo
  echo " 没有打开。请把上面最后几行拍下来，发给帮您装的人。按回车键关闭。"
  read -r
  exit 1
}

if [ ! -e .venv/ready ]; then
  echo " 第一次启动：正在准备，大约要几分钟，请保持联网。以后双击就能直接打开。"
  found=""
  for each in python3.13 python3.12 python3.11 python3; do
    if "$each" -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else 1)' 2>/dev/null; then
      found="$each"
      break
    fi
  done
  if [ -z "$found" ]; then
    echo " 没有找到 Python 3.11—3.13。请从 https://www.python.org/downloads/ 下载安装，再双击这个文件。"
    failed
  fi
  echo " [1/3] 建立运行环境"
  "$found" -m venv .venv || failed
  echo " [2/3] 准备安装工具"
  .venv/bin/python -m pip install --disable-pip-version-check --progress-bar on "uv>=0.9,<1" || failed
  echo " [3/3] 安装有据（下载约 1 GB，有进度条）"
  .venv/bin/uv sync --frozen --inexact --no-dev --python .venv/bin/python || failed
  touch .venv/ready
fi
echo " 正在打开有据……用完后关掉这个窗口。"
.venv/bin/youju ui || failed
