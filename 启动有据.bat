@echo off
chcp 65001 >nul
title 有据
cd /d "%~dp0"
set PYTHONUTF8=1
if not exist ".venv\ready" (
  echo.
  echo  第一次启动：正在准备，大约要几分钟，请保持联网。以后双击就能直接打开。
  echo.
  where py >nul 2>nul && (set "PY=py -3") || (set "PY=python")
  call :prepare || goto failed
)
echo  正在打开有据……用完后关掉这个窗口。
".venv\Scripts\youju.exe" ui
if errorlevel 1 goto failed
exit /b 0

:prepare
echo  [1/3] 建立运行环境
%PY% -c "import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else 1)" || (
  echo  没有找到 Python 3.11—3.13。请从 https://www.python.org/downloads/ 下载安装，
  echo  安装时勾选“Add python.exe to PATH”，然后再双击这个文件。
  exit /b 1
)
%PY% -m venv .venv || exit /b 1
echo  [2/3] 准备安装工具
".venv\Scripts\python.exe" -m pip install --disable-pip-version-check --progress-bar on "uv>=0.9,<1" || exit /b 1
echo  [3/3] 安装有据（下载约 1 GB，有进度条）
set UV_PROJECT_ENVIRONMENT=.venv
set UV_PYTHON_DOWNLOADS=never
".venv\Scripts\uv.exe" sync --frozen --inexact --no-dev --python ".venv\Scripts\python.exe" || exit /b 1
echo ready> ".venv\ready"
exit /b 0

:failed
echo.
echo  没有打开。请把上面最后几行拍下来，发给帮您装的人。
pause
exit /b 1
