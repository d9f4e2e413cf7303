"""The chat model that the settings name, through LangChain; whoever has none imports nothing of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from dealqa.config import LanguageModelSettings
from dealqa.errors import ConfigError
from dealqa.loopback import is_loopback

if TYPE_CHECKING:
    import httpx
    from langchain_core.language_models import BaseChatModel

__all__ = ["KEY_VARIABLE", "close_chat_model", "load_chat_model"]

KEY_VARIABLE: Final = "DEALQA_LLM_KEY"

_NO_KEY: Final = "none"
"""What a server of one's own is sent, which asks for no key; OpenAI's client insists on some."""

_LONGEST_KEY: Final = 10_000


def load_chat_model(settings: LanguageModelSettings) -> BaseChatModel:
    """The model, at temperature 0 and without retries of its own; nothing is asked of it yet.

    Without a key of ours the provider's own variable counts (`OPENAI_API_KEY`, `ANTHROPIC_API_KEY` and so on).

    Raises:
        ConfigError: no such provider, its package is not installed, or a key is missing or cannot be read.
    """
    from langchain.chat_models import init_chat_model

    provider, _, name = settings.model.partition(":")
    options: dict[str, Any] = {
        "temperature": 0,
        "timeout": settings.seconds,
        "max_retries": 0,
        "max_tokens": settings.answer_tokens,
    }
    key = _key(settings)
    if settings.base_url:
        options["base_url"] = settings.base_url
        key = key or _NO_KEY
    if provider == "openai":
        options |= {"use_responses_api": False, "stream_usage": False}  # what every server of its kind understands
        options["http_client"] = _client(settings)
    if key:
        options["api_key"] = key
    try:
        model: BaseChatModel = init_chat_model(name, model_provider=provider, **options)
        return model
    except ImportError as err:
        package = getattr(err, "name", None) or f"langchain-{provider}"
        raise ConfigError(
            f"The language model {settings.model} needs a package that is not installed.",
            hint=f"Install it with `pip install {package.replace('_', '-')}`.",
        ) from err
    except ValueError as err:
        raise ConfigError(
            f"There is no language model {settings.model}: {_first_line(err)}",
            hint='Give it as "provider:name", for example openai:gpt-5-mini; a server that speaks OpenAI\'s protocol'
            " is openai with a `base_url`.",
        ) from err
    except Exception as err:
        # Each provider has errors of its own for a key that is missing; none of them may show it.
        raise ConfigError(
            f"The language model {settings.model} cannot be used: {type(err).__name__}.",
            hint=f"Is its key in {KEY_VARIABLE}, in `llm.key_file`, or in the variable that its provider asks for?",
        ) from err


def close_chat_model(model: BaseChatModel) -> None:
    """End the connections of a model that `load_chat_model` gave, as far as they are ours; what it is asked fails."""
    client = getattr(model, "http_client", None)
    if client is not None:
        client.close()


def _client(settings: LanguageModelSettings) -> httpx.Client:
    """What asks a server: it follows nobody to another one, and no proxy is told what a server on this machine is."""
    import httpx

    here = is_loopback(urlsplit(settings.base_url).hostname or "")
    return httpx.Client(timeout=settings.seconds, follow_redirects=False, trust_env=not here)


def _key(settings: LanguageModelSettings) -> str:
    if settings.key_file is None:
        return os.environ.get(KEY_VARIABLE, "").strip()
    try:
        with settings.key_file.open(encoding="utf-8") as file:
            key = file.read(_LONGEST_KEY + 1).strip()
    except (OSError, UnicodeDecodeError) as err:
        reason = err.strerror if isinstance(err, OSError) else "it is no text"
        raise ConfigError(f"The key in {settings.key_file} cannot be read: {reason}.") from err
    if not key or len(key.split()) > 1 or len(key) > _LONGEST_KEY:
        raise ConfigError(
            f"{settings.key_file} holds no key.", hint="It should hold the key on a line of its own, and nothing else."
        )
    return key


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]
