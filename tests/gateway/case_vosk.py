"""A client of vosk-server, as those are written, against the gateway."""
import asyncio
import json

from harness import answer, connect, expect_close, pieces, run, speech


async def vosk(port, pcm, config, path="/", eof='{"eof" : 1}'):
    """One reply for each frame, like vosk-server's own test.py; all replies."""
    replies = []
    async with connect(port, path) as ws:
        await ws.send(json.dumps({"config": config}))
        for piece in pieces(pcm):
            await ws.send(piece)
            replies.append(await answer(ws))
        await ws.send(eof)
        replies.append(await answer(ws))
        await expect_close(ws, 1000)
    return replies


def finals(replies):
    return [r for r in replies if r.get("text")]


async def a_stock_client_is_understood(port):
    replies = await vosk(port, speech("can i have a small cappuccino"), {"sample_rate": 16000})
    assert all("partial" in r or "text" in r for r in replies), replies
    assert "text" in replies[-1] and "decision" not in replies[-1], replies[-1]
    heard = finals(replies)
    assert [r["text"] for r in heard] == ["can i have a small cappuccino"], heard
    words = heard[0]["result"]
    assert [w["word"] for w in words] == heard[0]["text"].split(), words
    assert all(0 <= w["conf"] <= 1 and w["start"] < w["end"] for w in words), words
    assert [w["start"] for w in words] == sorted(w["start"] for w in words), words


async def telephone_sound_is_understood(port):
    replies = await vosk(port, speech("can i have a small cappuccino", 8000), {"sample_rate": 8000.0, "words": False})
    assert [r["text"] for r in finals(replies)] == ["can i have a small cappuccino"], finals(replies)
    assert all("result" not in r for r in replies)


async def without_a_config_it_is_16_khz(port):
    async with connect(port, "/any/path?x=1") as ws:
        for piece in pieces(speech("turn on the lights")):
            await ws.send(piece)
            assert set(await answer(ws)) & {"partial", "text"}
        await ws.send('{"eof":1}')
        assert "text" in await answer(ws)


async def a_decision_comes_with_the_text_when_asked(port):
    replies = await vosk(port, speech("can i have a small cappuccino"),
                         {"sample_rate": 16000, "events": ["decision"], "model": "../../etc/passwd"}, eof=' {"eof":1 } ')
    heard = finals(replies)
    assert len(heard) == 1 and heard[0]["decision"]["text"] == heard[0]["text"], heard
    assert heard[0]["decision"]["outcome"], heard
    assert all("decision" not in r for r in replies if "text" not in r)


async def silence_is_answered_too(port):
    replies = await vosk(port, bytes(32000), {"sample_rate": 16000})
    assert all(r == {"partial": ""} for r in replies[:-1]), replies
    assert replies[-1] == {"text": ""}, replies[-1]


async def frames_sent_ahead_are_all_answered(port):
    pcm = speech("can i have a small cappuccino")
    async with connect(port, "/") as ws:
        async def send():
            for piece in pieces(pcm, 641):
                await ws.send(piece)
            await ws.send('{"eof":1}')
        sending = asyncio.create_task(send())
        replies = [json.loads(r) async for r in ws]
        await sending
    assert len(replies) == len(pieces(pcm, 641)) + 1, len(replies)
    assert [r["text"] for r in finals(replies)] == ["can i have a small cappuccino"], finals(replies)


run(a_stock_client_is_understood, telephone_sound_is_understood, without_a_config_it_is_16_khz,
    a_decision_comes_with_the_text_when_asked, silence_is_answered_too, frames_sent_ahead_are_all_answered)
