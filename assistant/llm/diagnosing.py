"""Tries the endpoint step by step and says in Chinese what is wrong: the model part of `youju doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.data.values import Value
from assistant.llm.chat import needed_veil, open_chat
from assistant.llm.endpoints import checked_url, guarded_client, place_of
from assistant.llm.faults import ModelError, explain_connection
from assistant.llm.messages import ChatOptions, Message
from assistant.privacy import NameBook, Veil, is_loopback

if TYPE_CHECKING:
    from assistant.settings import ModelSettings


class Check(Value):
    """One step of the diagnosis."""

    name: str
    ok: bool
    text: str
    hint: str = ""


class Diagnosis(Value):
    """All steps that were taken; the first that failed is the last."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether the model can be used."""
        return all(check.ok for check in self.checks)


def diagnose(model: ModelSettings, *, options: ChatOptions | None = None) -> Diagnosis:
    """Test address, key, model and one short answer; sends nothing of the author's."""
    chosen = options or ChatOptions(timeout=30, deadline=60, attempts=1, max_tokens=32)
    if not model.name:
        return Diagnosis(checks=(Check(name="设置", ok=True, text="没有设置模型：用内置写稿，不需要联网"),))
    checks: list[Check] = []
    try:
        url = checked_url(model.base_url)
        veil = needed_veil(model, url, Veil(NameBook(), b"doctor"))
        place = "本机" if is_loopback(url) else "别的机器"
        covered = "会遮名" if veil else "不遮名"
        checks.append(Check(name="地址", ok=True, text=f"{place_of(url)}（{place}，发出前{covered}）"))
        if model.api_key is None and not is_loopback(url):
            return Diagnosis(
                checks=(*checks, Check(name="密钥", ok=False, text="没有设置密钥", hint="请设置 OPENAI_API_KEY"))
            )
        checks.append(_listed(model, url, veil, chosen))
        reply = open_chat(model, veil=veil, options=chosen).ask([Message(role="user", content="请只回答一个字：好")])
        answer = reply.text.strip() or "（空）"
        checks.append(
            Check(name="试答", ok=bool(reply.text.strip()), text=f"{reply.seconds:.1f} 秒，答“{answer[:20]}”")
        )
    except ModelError as fault:
        checks.append(Check(name="模型服务", ok=False, text=fault.message, hint=fault.hint))
    return Diagnosis(checks=tuple(checks))


def _listed(model: ModelSettings, url: str, veil: Veil | None, options: ChatOptions) -> Check:
    """Look whether the server lists the model; a server without a list is no fault."""
    import httpx2

    client = guarded_client(url, veil, open_remote=model.pseudonyms == "never", timeout=options.timeout)
    headers = {"Authorization": f"Bearer {model.api_key.get_secret_value()}"} if model.api_key else {}
    try:
        with client:
            answer = client.get(f"{url.rstrip('/')}/models", headers=headers)
    except httpx2.HTTPError as error:
        raise explain_connection(error, place_of(url)) from None
    try:
        names = [str(each["id"]) for each in answer.json()["data"]] if answer.status_code == 200 else []
    except (ValueError, KeyError, TypeError):
        names = []
    if model.name in names:
        return Check(name="模型", ok=True, text=f"服务上有 {model.name}")
    if not names:
        return Check(name="模型", ok=True, text="服务没有给出模型清单，直接试")
    hint = f"服务上有：{'、'.join(names[:5])}{' 等' if len(names) > 5 else ''}"
    return Check(name="模型", ok=True, text=f"清单里没有 {model.name}，直接试", hint=hint)
