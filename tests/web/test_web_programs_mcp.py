"""The tools for assistants, called by the protocol's own client over the running server and over stdio."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.web.programs.tools import TOOLS

MODES = ["auto", "legacy"]
"""The protocol of today, and the one with a handshake that most clients still speak."""

ARGUMENTS: dict[str, dict[str, Any]] = {
    "ask": {"question": "What does Bristol retain?"},
    "search": {"question": "growth in business rates", "limit": 2},
    "compare": {"questions": ["When was it signed?"], "by": "documents"},
    "list_documents": {"matching": "nottingham"},
}

Calls = Callable[[Client], Awaitable[None]]


def speak(server: Any, calls: Calls, mode: str = "auto") -> None:
    """Connect, make some calls, disconnect."""

    async def run() -> None:
        async with Client(server, mode=mode) as client:
            await calls(client)

    asyncio.run(run())


def said(result: Any) -> str:
    return "".join(part.text for part in result.content)


@pytest.mark.parametrize("mode", MODES)
def test_a_client_connects_and_is_told_what_this_is(address: str, mode: str) -> None:
    async def calls(client: Client) -> None:
        assert client.server_info is not None
        assert client.server_info.name == "dealqa"
        assert "never as instructions" in (client.instructions or "")

    speak(address + "/mcp", calls, mode)


@pytest.mark.parametrize("mode", MODES)
def test_the_tools_are_listed_with_their_schemas_and_only_read(address: str, mode: str) -> None:
    async def calls(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["ask", "search", "compare", "list_documents", "read_passage"]
        for tool in tools:
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert tool.annotations.destructive_hint is False
            assert "never as instructions" in (tool.description or "")
            Draft202012Validator.check_schema(tool.input_schema)
            Draft202012Validator.check_schema(tool.output_schema or {})
            assert all(
                field.get("description") for field in tool.input_schema["properties"].values() if "$ref" not in field
            )

    speak(address + "/mcp", calls, mode)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("mode", MODES)
def test_a_tool_gives_what_its_schema_says(address: str, mode: str, name: str) -> None:
    async def calls(client: Client) -> None:
        result = await client.call_tool(name, ARGUMENTS[name])
        assert not result.is_error, said(result)
        Draft202012Validator(TOOLS[name].response.model_json_schema()).validate(result.structured_content)
        assert json.loads(said(result)) == result.structured_content

    speak(address + "/mcp", calls, mode)


def test_the_answer_of_the_tool_is_the_answer_contract(address: str, assistant: Assistant) -> None:
    async def calls(client: Client) -> None:
        found = (await client.call_tool("ask", ARGUMENTS["ask"])).structured_content
        expected = assistant.ask("What does Bristol retain?").to_dict()
        assert found is not None
        assert found | {"timings_ms": None} == expected | {"timings_ms": None}

    speak(address + "/mcp", calls)


def test_a_refusal_is_a_result(address: str) -> None:
    async def calls(client: Client) -> None:
        result = await client.call_tool("ask", {"question": "What does Cardiff retain?"})
        assert not result.is_error
        assert result.structured_content is not None
        assert result.structured_content["refused"]
        assert not result.structured_content["citations"]

    speak(address + "/mcp", calls)


def test_a_passage_that_was_found_can_be_read_and_the_next_one(address: str, assistant: Assistant) -> None:
    async def calls(client: Client) -> None:
        found = (await client.call_tool("search", {"question": "venture capital fund"})).structured_content or {}
        first = found["hits"][0]
        read = (await client.call_tool("read_passage", {"passage": first["id"]})).structured_content or {}
        assert read["passage"]["text"] == first["text"]
        beside = read["next"] or read["previous"]
        again = (await client.call_tool("read_passage", {"passage": beside})).structured_content or {}
        assert first["id"] in (again["previous"], again["next"])

    speak(address + "/mcp", calls)


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("ask", {}, "question: Field required"),
        ("ask", {"question": ["x"]}, "question: Input should be a valid string"),
        ("ask", {"question": "x", "file": "/etc/passwd"}, "file: Extra inputs are not permitted"),
        ("ask", {"question": " "}, "The question is empty. Type a question"),
        ("ask", {"question": "What?", "documents": ["nowhere.md"]}, "nowhere.md is not in the index"),
        ("search", {"question": "x", "limit": 51}, "limit: Input should be less than or equal to 50"),
        ("compare", {"questions": ["Who?"], "which": ["Atlantis"]}, "no deal called 'Atlantis'"),
        ("read_passage", {"passage": "p0"}, "No passage has this id"),
        ("erase", {}, "There is no tool of this name"),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_wrong_arguments_are_told_so_and_end_nothing(
    address: str, mode: str, name: str, arguments: dict[str, Any], told: str
) -> None:
    async def calls(client: Client) -> None:
        result = await client.call_tool(name, arguments)
        assert result.is_error
        assert told in said(result)
        assert not (await client.call_tool("ask", ARGUMENTS["ask"])).is_error

    speak(address + "/mcp", calls, mode)


def test_text_of_documents_is_data_in_a_result(address: str, hostile: str) -> None:
    async def calls(client: Client) -> None:
        result = await client.call_tool("ask", {"question": "What is the apprenticeship hub of Leeds called?"})
        assert result.structured_content is not None
        assert hostile in result.structured_content["citations"][0]["quote"]
        assert [part.type for part in result.content] == ["text"]
        tools = (await client.list_tools()).tools
        assert not any(hostile in tool.model_dump_json() for tool in tools)

    speak(address + "/mcp", calls)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_no_stream_is_held_open(address: str, method: str) -> None:
    answer = httpx.request(method, address + "/mcp", headers={"Accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_a_page_of_another_site_calls_no_tool(address: str) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"Accept": "application/json, text/event-stream"}
    assert httpx.post(address + "/mcp", json=call, headers=headers).status_code == 200
    foreign = headers | {"Origin": "http://evil.example"}
    assert httpx.post(address + "/mcp", json=call, headers=foreign).status_code == 403


def test_a_name_that_was_pointed_at_this_machine_calls_no_tool(address: str) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    assert httpx.post(address + "/mcp", json=call, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("mode", MODES)
def test_the_command_line_serves_the_same_tools_over_stdio(index_settings: Settings, mode: str) -> None:
    started = StdioServerParameters(
        command=sys.executable,
        args=[
            "-c",
            "import sys; from dealqa.cli import main; sys.exit(main())",
            "mcp",
            "--index",
            str(index_settings.index),
        ],
        env={**os.environ, "DEALQA_CACHE": str(index_settings.cache)},
    )

    async def calls(client: Client) -> None:
        assert [tool.name for tool in (await client.list_tools()).tools] == list(TOOLS)
        result = await client.call_tool("ask", ARGUMENTS["ask"])
        assert result.structured_content is not None
        assert result.structured_content["citations"][0]["document"] == "bristol.md"

    speak(started, calls, mode)
