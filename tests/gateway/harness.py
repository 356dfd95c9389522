"""harness.py -- what the gateway's cases share: the real program, a voice, a client.

Each case runs the real `aside serve` on a free port, talks to it with Debian's
python3-websockets, and stops it by the process it started.  Where that client or
a voice (flite) is missing the case is skipped, loudly (exit status 77).
"""
import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import wave

SKIP = 77
PATIENCE_S = 60


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(SKIP)


try:
    import websockets
except ImportError:
    skip("no python3-websockets (config/setup.sh installs it)")


@contextlib.contextmanager
def gateway(*options):
    """The port of a running gateway; an orderly end is checked when the case is over."""
    with tempfile.TemporaryDirectory(prefix="aside-gateway-") as state:
        errors = open(os.path.join(state, "stderr"), "w+", encoding="utf-8")
        server = subprocess.Popen([sys.argv[1], "serve", "--port", "0", "--state", os.path.join(state, "store"), *options],
                                  stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            yield read_port(server, errors)
        finally:
            status = stop(server)
            errors.seek(0)
            text = errors.read()
            errors.close()
        assert status == 0, f"aside serve ended with {status}: {text}"
        assert "Sanitizer" not in text, text


def read_port(server, errors):
    line = server.stdout.readline()
    match = re.fullmatch(r"aside: listening on http://\S+:(\d+)\n", line)
    if not match:
        errors.seek(0)
        raise AssertionError(f"aside serve printed {line!r} and {errors.read()!r}")
    return int(match.group(1))


def stop(server):
    server.send_signal(signal.SIGTERM)
    try:
        return server.wait(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        server.kill()
        return f"no end within {PATIENCE_S} s of SIGTERM"


def speech(text, rate=16000):
    """Spoken by flite, with silence around it, as s16le bytes."""
    if not shutil.which("flite"):
        skip("no flite to speak with (config/setup.sh installs it)")
    with tempfile.TemporaryDirectory(prefix="aside-voice-") as folder:
        path = os.path.join(folder, "x.wav")
        subprocess.run(["flite", "-voice", "slt", "-t", text, "-o", path], check=True, stdout=subprocess.DEVNULL)
        with wave.open(path) as w:
            assert (w.getframerate(), w.getnchannels(), w.getsampwidth()) == (16000, 1, 2)
            pcm = w.readframes(w.getnframes())
    quiet = bytes(2 * 16000 // 2)
    pcm = quiet + pcm + quiet + quiet
    return pcm if rate == 16000 else b"".join(pcm[i:i + 2] for i in range(0, len(pcm), 4)) if rate == 8000 else None


def pieces(pcm, n_bytes=3200):
    return [pcm[i:i + n_bytes] for i in range(0, len(pcm), n_bytes)]


def connect(port, path="/v1/stream", **more):
    return websockets.connect(f"ws://127.0.0.1:{port}{path}", **more)


async def say(ws, **message):
    await ws.send(json.dumps(message))


async def answer(ws):
    return json.loads(await asyncio.wait_for(ws.recv(), PATIENCE_S))


async def until(ws, kind):
    """Everything up to the first message of this kind."""
    got = []
    while not got or got[-1]["type"] != kind:
        got.append(await answer(ws))
    return got


async def expect_error(ws, code):
    got = await answer(ws)
    assert got["type"] == "error" and got["code"] == code and got["text"], got


async def expect_close(ws, code):
    try:
        while True:
            await asyncio.wait_for(ws.recv(), PATIENCE_S)
    except websockets.ConnectionClosed as e:
        assert e.code == code, f"closed with {e.code} {e.reason!r}, not {code}"


async def stream(ws, pcm, step_s=0.1):
    """As fast as a microphone: 100 ms of sound each 100 ms."""
    clock = asyncio.get_running_loop().time
    begin = clock()
    for i, piece in enumerate(pieces(pcm)):
        await ws.send(piece)
        await asyncio.sleep(max(0.0, begin + (i + 1) * step_s - clock()))


def run(*cases):
    """Each case is a coroutine function that takes the port; one gateway for all."""
    with gateway() as port:
        for case in cases:
            asyncio.run(case(port))
            print("ok", case.__name__)
