"""设置: the author, how people are named, and the language model; the key stays in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from pydantic import SecretStr

from assistant.ui import preferences
from assistant.ui.desk import Desk
from assistant.ui.model import KEY, model_settings
from assistant.ui.wording import NAMINGS

if TYPE_CHECKING:
    from assistant.ui.frame import Way


def show(desk: Desk | None, way: Way) -> None:
    """Show the settings."""
    del way
    kept = preferences.load()
    st.subheader("署名和称呼")
    st.text_input(
        "您的名字（记在改动和认定旁边）", value=kept.author, key="set_author", on_change=_keep, args=("author",)
    )
    st.radio(
        "写总结时，居民怎么称呼", list(NAMINGS), index=list(NAMINGS).index(kept.naming), key="set_naming",
        format_func=NAMINGS.__getitem__, on_change=_keep, args=("naming",),
    )  # fmt: skip
    st.caption("志愿者和工作人员按实名；电话、身份证号、门牌在任何时候都会遮住。")
    st.subheader("大模型（可以不设）")
    st.write("不设也能用：内置写法从台账起草全文。设了大模型，文字会更顺；数字仍由台账算，模型一个数字都不写。")
    st.text_input(
        "服务地址", value=kept.base_url, placeholder="例如 http://127.0.0.1:11434/v1", key="set_base_url",
        on_change=_keep, args=("base_url",),
    )  # fmt: skip
    st.text_input(
        "模型名", value=kept.model, placeholder="例如 qwen3:8b", key="set_model", on_change=_keep, args=("model",)
    )
    st.text_input(
        "密钥", type="password", key="set_key", placeholder="只留在这个窗口里，关掉就没有了，不写进任何文件",
        on_change=_hold_key,
    )  # fmt: skip
    st.caption("地址不在本机时，发出去之前会把人名、电话、门牌换成代号；回来再换回去。")
    if st.button("试一试连不连得上", key="diagnose"):
        _diagnose(desk)


def _keep(name: str) -> None:
    """Keep one setting at once: whoever types and then follows a link has left this screen before it is drawn again."""
    value = st.session_state[f"set_{name}"]
    value = value.strip() if isinstance(value, str) else value
    preferences.save(preferences.load().model_copy(update={name: value}))


def _hold_key() -> None:
    """Hold the key in this window's memory."""
    typed = st.session_state["set_key"]
    st.session_state[KEY] = SecretStr(typed) if typed else None


def _diagnose(desk: Desk | None) -> None:
    from assistant.llm import diagnose

    with st.spinner("正在试……"):
        result = diagnose(model_settings(desk))
    for check in result.checks:
        (st.success if check.ok else st.error)(
            f"{check.name}：{check.text}" + (f"\n\n**怎么办：**{check.hint}" if check.hint else "")
        )
