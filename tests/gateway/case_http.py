"""Plain HTTP on the same port, and who is let in."""
import asyncio
import http.client
import json
import re
import subprocess
import sys
import tempfile

import websockets
from harness import answer, connect, expect_close, gateway, run, say, until


def get(port, path, method="GET"):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    c.request(method, path)
    r = c.getresponse()
    body = r.read().decode()
    c.close()
    return r.status, r.getheader("content-type") or "", body


async def pages_answer(port):
    status, kind, body = get(port, "/healthz")
    assert (status, kind, json.loads(body)) == (200, "application/json", {"status": "ok"})
    assert get(port, "/readyz")[0] == 200
    status, kind, body = get(port, "/")
    assert status == 200 and kind.startswith("text/html") and "/v1/stream" in body
    assert body.endswith("</html>\n") and 'id="stop"' in body, "the whole page, with one tap that ends an offer"
    assert not re.search(r"(src|href)=.?https?:", body), "the console must bring everything itself"
    for path in ("/nope", "/v1/admin/x", "/v1/callback/game", "/../etc/passwd", "/v1/stream"):
        assert get(port, path)[0] == 404, path


async def several_requests_on_one_connection(port):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for path in ("/healthz", "/metrics", "/", "/healthz", "/nope"):
        c.request("GET", path)
        assert c.getresponse().read()
    c.close()


def metric(port, name):
    text = get(port, "/metrics")[2]
    return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.M).group(1))


async def metrics_count_and_name_nobody(port):
    turns = 'aside_turns_total{outcome="none"}'
    before = metric(port, turns)
    async with connect(port) as ws:
        await say(ws, type="hello", user="secretname", household="secrethouse")
        session = (await answer(ws))["session"]
        await say(ws, type="text", text="secretword")
        await until(ws, "decision")
        await ws.send("{")
        await answer(ws)
        assert metric(port, "aside_sessions") == 1 and metric(port, "aside_connections") == 1
        text = get(port, "/metrics")[2]
    assert metric(port, turns) == before + 1
    assert metric(port, 'aside_errors_total{code="json.invalid"}') == 1
    assert "secret" not in text and f'"{session}"' not in text
    for line in text.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) .+|[a-z0-9_]+(\{[a-z]+=\"[a-z0-9._]+\"\})? -?[0-9.]+", line), line


async def strange_pages_are_kept_out(port):
    for origin in ("http://evil.example", "null", "https://127.0.0.1.evil.example", f"http://evil.example:{port}"):
        try:
            async with connect(port, origin=origin):
                raise AssertionError(f"{origin} was let in")
        except websockets.InvalidStatusCode as e:
            assert e.status_code == 403, (origin, e)
    for origin in (f"http://127.0.0.1:{port}", "http://localhost:3000"):
        async with connect(port, origin=origin) as ws:
            await say(ws, type="text", text="turn on the lights")
            assert (await answer(ws))["type"] == "decision"


async def with_a_token(port):
    async with connect(port) as ws:
        await say(ws, type="hello", token="right-one")
        assert (await answer(ws))["type"] == "ready"
    for first in ({"type": "hello", "token": "wrong"}, {"type": "hello"}, {"type": "text", "text": "hi"}):
        async with connect(port) as ws:
            await say(ws, **first)
            assert (await answer(ws))["code"] == "token.refused"
            await expect_close(ws, 1008)
    async with connect(port, "/") as ws:
        await ws.send(bytes(3200))
        await expect_close(ws, 1008)
    async with connect(port, "/") as ws:
        await ws.send('{"config":{"token":"right-one"}}')
        await ws.send(bytes(3200))
        assert await answer(ws) == {"partial": ""}


async def a_listed_page_is_let_in(port):
    async with connect(port, origin="https://shop.example"):
        pass


def tokens():
    with tempfile.NamedTemporaryFile("w", suffix=".tokens") as f:
        f.write("# phones\nright-one\n")
        f.flush()
        with gateway("--set", f"gateway.tokens={f.name}", "--set", "gateway.origins=https://shop.example") as port:
            asyncio.run(with_a_token(port))
            asyncio.run(a_listed_page_is_let_in(port))
    print("ok tokens")


def an_open_address_needs_tokens():
    end = subprocess.run([sys.argv[1], "serve", "--port", "0", "--set", "gateway.address=0.0.0.0"],
                         capture_output=True, text=True, timeout=60)
    assert end.returncode in (2, 3) and "gateway.tokens" in end.stderr, end
    with gateway("--set", "gateway.address=0.0.0.0", "--insecure") as port:
        assert get(port, "/healthz")[0] == 200
    print("ok an_open_address_needs_tokens")


run(pages_answer, several_requests_on_one_connection, metrics_count_and_name_nobody, strange_pages_are_kept_out)
tokens()
an_open_address_needs_tokens()
