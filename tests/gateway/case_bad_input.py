"""What a gateway gets to see on the open road; another connection goes on meanwhile."""
import asyncio
import contextlib
import socket
import struct

import websockets
from harness import answer, connect, expect_close, expect_error, gateway, run, say, speech, until


@contextlib.asynccontextmanager
async def bystander(port):
    """Is answered before and after whatever happens to its neighbour."""
    async def check():
        await say(ws, type="text", text="turn on the lights")
        assert (await until(ws, "decision"))[-1]["text"] == "turn on the lights"
    async with connect(port) as ws:
        await say(ws, type="hello", user="bystander", household="bystander")
        await answer(ws)
        await check()
        yield
        await check()


async def broken_messages_cost_only_themselves(port):
    async with bystander(port), connect(port) as ws:
        for frame, code in (("{", "json.invalid"), ('{"type":"text","type":"text"}', "json.invalid"), ("[" * 9000, "json.invalid"),
                            ("7", "type.unknown"), ('{"type":"sing"}', "type.unknown"), ('{"type":"text"}', "field.invalid"),
                            ('{"type":"hello","scene":"moon"}', "hello.invalid"), ('{"type":"hello","lang":"tlh"}', "hello.invalid"),
                            ('{"type":"hello","zone":"Mars/Olympus"}', "hello.invalid"),
                            ('{"type":"consent","purpose":"world","granted":true}', "consent.invalid"),
                            ('{"type":"report","action":"none","event":"heard"}', "report.invalid"),
                            ('{"type":"text","text":"' + "x" * 5000 + '"}', "text.too_long")):
            await ws.send(frame)
            await expect_error(ws, code)
        await say(ws, type="text", text="turn on the lights")
        assert (await answer(ws))["type"] == "decision"


async def a_frame_may_be_as_large_as_the_limit_and_not_more(port):
    async with bystander(port), connect(port) as ws:
        await ws.send(bytes(65536))
        await say(ws, type="text", text="turn on the lights")
        assert (await answer(ws))["type"] == "decision"
        await ws.send(bytes(65537))
        await expect_error(ws, "frame.too_large")
        await expect_close(ws, 1009)
    async with bystander(port), connect(port) as ws:
        async def endless():
            for _ in range(200):
                yield b"x" * 1000
        with contextlib.suppress(websockets.ConnectionClosed):
            await ws.send(endless())
        await expect_close(ws, 1009)


async def a_message_in_fragments_is_one(port):
    async with connect(port) as ws:
        await ws.send(iter(['{"type":', '"te', 'xt","text":"turn on ', 'the lights"}']))
        assert (await answer(ws))["text"] == "turn on the lights"


async def sound_before_hello_and_half_samples(port):
    pcm = speech("can i have a small cappuccino")
    async with bystander(port), connect(port) as ws:
        clock = asyncio.get_running_loop().time
        begin = clock()
        for i in range(0, len(pcm), 3201):
            await ws.send(pcm[i:i + 3201])
            await asyncio.sleep(max(0.0, begin + i / 32000 - clock()))
        got = await until(ws, "decision")
        assert got[-1]["text"] == "can i have a small cappuccino", got[-1]


async def a_wrong_rate_closes_vosk(port):
    async with bystander(port), connect(port, "/") as ws:
        await ws.send('{"config":{"sample_rate":100}}')
        await expect_close(ws, 1008)


def handshake(port, path="/v1/stream", receive_bytes=None):
    s = socket.socket()
    if receive_bytes:                         # Before connecting, or it does not hold.
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    s.settimeout(20)
    s.connect(("127.0.0.1", port))
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += s.recv(1)
    assert b" 101 " in head, head
    return s


def frame(opcode, payload, claimed=None):
    n = len(payload) if claimed is None else claimed
    head = struct.pack("!BB", 0x80 | opcode, 0x80 | n) if n < 126 else struct.pack("!BBH", 0x80 | opcode, 0xFE, n)
    return head + bytes(4) + payload          # A mask of zeros changes nothing.


async def invalid_utf8_ends_its_connection_only(port):
    async with bystander(port):
        with handshake(port) as s:
            s.sendall(frame(1, b'{"type":"text","text":"\xff\xfe"}'))
            got = s.recv(100)
            assert got == b"" or (got[0] == 0x88 and struct.unpack("!H", got[2:4])[0] == 1007), got


async def half_a_frame_and_silence_hold_up_nobody(port):
    async with bystander(port):
        with handshake(port) as s:
            s.sendall(frame(2, bytes(100), claimed=4000))
            async with bystander(port):
                pass


async def peers_that_vanish_mid_utterance_leave_the_others_alone(port):
    pcm = speech("can i have a small cappuccino")
    async with bystander(port):
        for reset in (False, True):
            s = handshake(port, "/")
            for i in range(0, len(pcm) // 2, 3200):
                s.sendall(frame(2, pcm[i:i + 3200]))
            if reset:                         # RST instead of FIN.
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.close()
            async with bystander(port):
                pass


async def rubbish_instead_of_http(port):
    async with bystander(port):
        for junk in (b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"A" * 20000,
                     b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: tea\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as s, contextlib.suppress(OSError):
                s.sendall(junk)
                s.settimeout(0.3)
                s.recv(1000)


async def one_that_does_not_read_is_closed_and_holds_up_nobody(port):
    def flood():
        """True when the gateway gave up on us; far fewer turns than these fill every buffer."""
        message = frame(1, b'{"type":"text","text":"turn on the lights"}')
        with handshake(port, receive_bytes=65536) as s:
            s.settimeout(60)
            try:
                for _ in range(2000):
                    s.sendall(message * 50)
            except (BrokenPipeError, ConnectionResetError):
                return True
        return False
    async with bystander(port):
        flooding = asyncio.create_task(asyncio.to_thread(flood))
        while not flooding.done():
            async with bystander(port):
                await asyncio.sleep(0.1)
        assert await flooding, "a peer that reads nothing was served 100,000 turns"


def limits():
    with gateway("--set", "gateway.connections=3", "--set", "gateway.idle=1s") as port:
        asyncio.run(crowd(port))
        asyncio.run(idle(port))
    print("ok limits")
    with gateway("--set", "gateway.per_address=2") as port:
        asyncio.run(crowd(port))
    print("ok limits per address")


async def crowd(port):
    """The third or fourth is refused, and let in once another left."""
    inside = []
    try:
        with contextlib.suppress(websockets.InvalidStatusCode):
            for _ in range(5):
                inside.append(await connect(port))
        assert len(inside) in (2, 3), len(inside)
        try:
            await connect(port)
            raise AssertionError("there was no limit")
        except websockets.InvalidStatusCode as e:
            assert e.status_code == 503, e
        await inside.pop().close()
        await asyncio.sleep(0.2)
        inside.append(await connect(port))
    finally:
        for ws in inside:
            await ws.close()


async def idle(port):
    async with connect(port) as ws:
        await say(ws, type="text", text="turn on the lights")
        await answer(ws)
        await expect_close(ws, 1001)


run(broken_messages_cost_only_themselves, a_frame_may_be_as_large_as_the_limit_and_not_more,
    a_message_in_fragments_is_one, sound_before_hello_and_half_samples, a_wrong_rate_closes_vosk,
    invalid_utf8_ends_its_connection_only, half_a_frame_and_silence_hold_up_nobody,
    peers_that_vanish_mid_utterance_leave_the_others_alone, rubbish_instead_of_http,
    one_that_does_not_read_is_closed_and_holds_up_nobody)
limits()
