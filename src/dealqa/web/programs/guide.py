"""The page "/api": what programs can call, for the people who write them; made from the description of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from dealqa.web.markup import page, text
from dealqa.web.programs.examples import DOCUMENT_ID, PASSAGE_ID
from dealqa.web.programs.problems import KINDS, OF_REQUESTS, UNEXPECTED
from dealqa.web.programs.tools import TOOLS
from dealqa.web.readers import Reader

__all__ = ["MCP_PATH", "guide"]

MCP_PATH: Final = "/mcp"

_PATIENCE: Final = 600
"""Seconds that the examples wait: a comparison takes minutes, and the library waits five seconds by itself."""

_IDS: Final = {"read_document": DOCUMENT_ID, "read_passage": PASSAGE_ID}


def guide(description: Mapping[str, Any], address: str, reader: Reader) -> str:
    """The page.

    Args:
        description: the OpenAPI document.
        address: of this server, as it was reached, without a "/" at the end.
    """
    operations = list(_operations(description))
    contents = "".join(
        f'<li><a href="#{text(one["operationId"])}">{text(one["summary"])}</a></li>' for _, _, one in operations
    )
    told = "".join(_operation(description, address, *one) for one in operations)
    body = (
        f"<p>{text(description['info']['description'])}</p>"
        '<p>Programs get the same answers as the page “Ask”. The <a href="/api/openapi.json">OpenAPI description</a>'
        " says all of it in a form that programs read.</p>"
        '<nav aria-label="On this page"><ul class="contents">'
        f'{contents}<li><a href="#tools">Tools for assistants (MCP)</a></li>'
        '<li><a href="#problems">When something goes wrong</a></li></ul></nav>'
        f"{_signing_in()}{told}{_tools(address)}{_problems()}"
    )
    return page("For programs", body, reader=reader, styles=("programs.css",))


def _operations(description: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in description["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def _signing_in() -> str:
    return (
        '<h2 id="signing-in">Signing in</h2><p>A server without users needs no sign-in: it answers this machine alone.'
        " With users, each request needs the token of one of them, in the header <code>Authorization: Bearer "
        "TOKEN</code>. <code>dealqa users token NAME</code> prints one.</p>"
    )


def _operation(
    description: Mapping[str, Any], address: str, method: str, path: str, operation: Mapping[str, Any]
) -> str:
    name = operation["operationId"]
    shown = path.replace("{id}", _IDS.get(name, ""))
    example = _example(operation)
    with_curl = _code(_curl(address + shown, example), f"{name} with curl")
    with_python = _code(_python(address + shown, example), f"{name} with Python")
    return (
        f'<section aria-labelledby="{text(name)}"><h2 id="{text(name)}">{text(operation["summary"])}</h2>'
        f'<p class="target"><code>{text(method)} {text(path)}</code></p><p>{_said(operation["description"])}</p>'
        f"{_fields(description, operation)}"
        f"<h3>With curl</h3>{with_curl}<h3>With Python</h3>{with_python}{_result(operation)}</section>"
    )


def _example(operation: Mapping[str, Any]) -> Mapping[str, Any] | None:
    body = operation.get("requestBody")
    found: Mapping[str, Any] | None = body["content"]["application/json"]["example"] if body else None
    return found


def _result(operation: Mapping[str, Any]) -> str:
    example = operation["responses"]["200"]["content"]["application/json"].get("example")
    if example is None:
        return ""
    shown = json.dumps(example, indent=1, ensure_ascii=False)
    return f"<details><summary>An answer</summary>{_code(shown, 'An answer')}</details>"


def _curl(address: str, body: Mapping[str, Any] | None) -> str:
    if body is None:
        return f"curl '{address}'"
    return f"curl '{address}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{json.dumps(body)}'"


def _python(address: str, body: Mapping[str, Any] | None) -> str:
    call = (
        f'httpx.get("{address}")'
        if body is None
        else f'httpx.post(\n    "{address}",\n    json={body!r},\n    timeout={_PATIENCE},\n)'
    )
    return f"import httpx\n\nanswer = {call}\nanswer.raise_for_status()\nprint(answer.json())"


def _said(told: str) -> str:
    """What is said in the description, with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text(told))


def _code(lines: str, label: str) -> str:
    return f'<pre class="scroll" tabindex="0" role="region" aria-label="{text(label)}"><code>{text(lines)}</code></pre>'


def _fields(description: Mapping[str, Any], operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><code>{text(name)}</code></th><td>{text(kind)}{"" if needed else ", optional"}</td>'
        f"<td>{_said(told)}</td></tr>"
        for name, kind, needed, told in _named(description, operation)
    )
    return (
        '<div class="scroll" tabindex="0" role="region" '
        f'aria-label="What is sent to {text(operation["operationId"])}"><table><thead><tr><th scope="col">Name</th>'
        f'<th scope="col">Kind</th><th scope="col">Meaning</th></tr></thead><tbody>{rows}</tbody></table></div>'
        if rows
        else ""
    )


def _named(description: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, str, bool, str]]:
    for one in operation.get("parameters", ()):
        schema = one["schema"]
        yield one["name"], _kind(schema), one.get("required", False), one.get("description", "The id, as listed.")
    if "requestBody" in operation:
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        model = description["components"]["schemas"][name]
        for field, schema in model["properties"].items():
            yield field, _kind(schema), field in model.get("required", ()), schema.get("description", "")


def _kind(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return " or ".join(f'"{value}"' for value in schema["enum"])
    if schema.get("type") == "array":
        return "list of texts"
    return {"string": "text", "integer": "number"}[schema["type"]]


def _tools(address: str) -> str:
    rows = "".join(
        f'<tr><th scope="row"><code>{text(name)}</code></th><td>{text(tool.title)}</td></tr>'
        for name, tool in TOOLS.items()
    )
    remote = {"mcpServers": {"dealqa": {"type": "http", "url": address + MCP_PATH}}}
    local = {"mcpServers": {"dealqa": {"command": "dealqa", "args": ["mcp", "--index", "/path/to/index"]}}}
    connecting = _code(json.dumps(remote, indent=2), "To connect to this server")
    starting = _code(json.dumps(local, indent=2), "To start it from an assistant")
    return (
        '<h2 id="tools">Tools for assistants (MCP)</h2><p>Assistants that speak the Model Context Protocol find these '
        f"tools at <code>{text(address + MCP_PATH)}</code> (streamable HTTP). None of them changes anything. What "
        "documents say comes back as data; the tools’ descriptions tell assistants to follow no instructions in it.</p>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Tools"><table><thead><tr><th scope="col">Tool</th>'
        f'<th scope="col">What it does</th></tr></thead><tbody>{rows}</tbody></table></div>'
        "<h3>An assistant that connects to this server</h3><p>With users, add the header <code>Authorization: Bearer "
        f"TOKEN</code>; most clients have <code>headers</code> for it.</p>{connecting}"
        "<h3>An assistant on this machine that starts it itself</h3><p>No server is needed then.</p>"
        f"{starting}"
    )


def _problems() -> str:
    kinds = {kind.name: kind for kind in (*(kind for _, kind in KINDS), *OF_REQUESTS.values(), UNEXPECTED)}
    rows = "".join(
        f'<tr id="problem-{text(kind.name)}"><th scope="row">{kind.status}</th><td>{text(kind.title)}</td>'
        f"<td>{f'After {kind.retry_after} s' if kind.retry_after else 'No'}</td></tr>"
        for kind in sorted(kinds.values(), key=lambda kind: (kind.status, kind.name))
    )
    return (
        '<h2 id="problems">When something goes wrong</h2><p>Errors are <code>application/problem+json</code>: '
        "<code>detail</code> says what is the case, <code>hint</code> what to do. A refusal is no error: it is an "
        "answer. When more is asked than can be answered soon, requests are turned away at once with 503; try again "
        "after the seconds that <code>Retry-After</code> names.</p>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Problems"><table><thead><tr><th scope="col">Status'
        '</th><th scope="col">What it means</th><th scope="col">Worth trying again</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
