"""aside.v1 as a device speaks it."""
import asyncio

from harness import answer, connect, expect_error, gateway, run, say, speech, stream, until


async def a_phone_types_and_is_answered(port):
    async with connect(port, subprotocols=["aside.v1"]) as ws:
        assert ws.subprotocol == "aside.v1" and not ws.extensions
        await say(ws, type="hello", user="ann", household="one", device="phone", kind="phone", lang="en", scene="home",
                  surfaces=["speech", "screen"], capabilities=["touch"], rate=16000, format="s16le", future={"x": 1})
        ready = await answer(ws)
        assert ready["type"] == "ready" and ready["session"], ready
        await say(ws, type="text", text="can i have a small cappuccino")
        decision = (await until(ws, "decision"))[-1]
        assert decision["session"] == ready["session"] and decision["turn"] == 1, decision
        assert decision["text"] == "can i have a small cappuccino" and decision["confidence"] == 1000, decision
        assert {"intent", "context", "outcome", "action", "system", "held", "held_counts"} <= set(decision), decision


async def chinese_is_text_like_any_other(port):
    async with connect(port) as ws:
        await say(ws, type="hello", lang="zh", user="ming", household="two")
        assert (await answer(ws))["type"] == "ready"
        await say(ws, type="text", text="打开客厅的灯")
        decision = (await until(ws, "decision"))[-1]
        assert decision["lang"] == "zh" and decision["text"] == "打开客厅的灯", decision


async def who_says_no_hello_gets_the_defaults(port):
    async with connect(port) as ws:
        await say(ws, type="text", text="turn on the lights")
        assert (await until(ws, "decision"))[-1]["lang"] == "en"


async def speech_is_heard_while_it_is_spoken(port):
    async with connect(port) as ws:
        await say(ws, type="hello", user="bob", household="three")
        assert (await answer(ws))["type"] == "ready"
        await say(ws, type="wake")
        await stream(ws, speech("can i have a small cappuccino"))
        got = await until(ws, "decision")
        kinds = [m["type"] for m in got]
        assert kinds[0] == "speech" and kinds[-2:] == ["final", "decision"], kinds
        assert got[-2]["text"] == got[-1]["text"] == "can i have a small cappuccino", got[-2:]
        assert 0 < got[-2]["confidence"] <= 1000, got[-2]


async def eof_decides_at_once(port):
    pcm = speech("can i have a small cappuccino")[:-32000]
    async with connect(port) as ws:
        await say(ws, type="hello", user="bea", household="four")
        assert (await answer(ws))["type"] == "ready"
        await stream(ws, pcm + bytes(6400))
        await say(ws, type="eof")
        assert (await until(ws, "decision"))[-1]["text"] == "can i have a small cappuccino"


async def consent_takes_effect_on_the_next_turn(port):
    async with connect(port) as ws:
        await say(ws, type="hello", user="cem", household="five")
        await answer(ws)
        await say(ws, type="text", text="am i pretty")
        before = (await until(ws, "decision"))[-1]
        assert before["outcome"] == "none" and [h["gate"] for h in before["held"]] == ["consent"], before
        await say(ws, type="consent", purpose="offers", granted=True, wording="test")
        await say(ws, type="text", text="am i pretty")
        after = (await until(ws, "decision"))[-1]
        assert "consent" not in [h["gate"] for h in after["held"]], after


async def a_wrong_pace_is_said_and_text_goes_on(port):
    async with connect(port) as ws:
        await say(ws, type="hello", user="dan", household="six", rate=16000)
        await answer(ws)
        await stream(ws, bytes(3200 * 45), step_s=0.05)
        await expect_error(ws, "rate.mismatch")
        await ws.send(bytes(3200))
        await say(ws, type="text", text="turn on the lights")
        assert (await answer(ws))["type"] == "decision"


async def an_unsupported_rate_is_said(port):
    for hello, code in (({"rate": 4000}, "rate.unsupported"), ({"format": "opus"}, "format.unsupported")):
        async with connect(port) as ws:
            await say(ws, type="hello", **hello)
            await expect_error(ws, code)
            assert (await answer(ws))["type"] == "ready"
            await ws.send(bytes(3200))
            await say(ws, type="text", text="turn on the lights")
            assert (await answer(ws))["type"] == "decision"


async def many_talk_at_once(port):
    async def one(i):
        async with connect(port) as ws:
            await say(ws, type="hello", user=f"u{i}", household=f"h{i}")
            session = (await answer(ws))["session"]
            for turn in range(1, 6):
                await say(ws, type="text", text=f"turn on the lights {i}")
                decision = (await until(ws, "decision"))[-1]
                assert (decision["session"], decision["turn"], decision["text"]) == (session, turn, f"turn on the lights {i}")
    await asyncio.gather(*(one(i) for i in range(24)))


async def speakers_wait_for_the_only_decoder_and_lose_nothing(port):
    pcm = speech("can i have a small cappuccino")

    async def one(i):
        async with connect(port) as ws:
            await say(ws, type="hello", user=f"u{i}", household=f"h{i}")
            await answer(ws)
            await stream(ws, pcm)
            return (await until(ws, "decision"))[-1]["text"]
    heard = await asyncio.gather(*(one(i) for i in range(4)))
    assert heard == ["can i have a small cappuccino"] * 4, heard


async def who_stops_in_mid_utterance_gives_the_decoder_back(port):
    pcm = speech("can i have a small cappuccino")
    async with connect(port) as silent, connect(port) as other:
        for i, ws in enumerate((silent, other)):
            await say(ws, type="hello", user=f"s{i}", household=f"s{i}")
            await answer(ws)
        await stream(silent, pcm[:len(pcm) // 2])
        await stream(other, pcm)
        assert (await until(other, "decision"))[-1]["text"] == "can i have a small cappuccino"
        assert [m["type"] for m in await until(silent, "decision")][-2:] == ["final", "decision"]


def one_decoder():
    cases = speakers_wait_for_the_only_decoder_and_lose_nothing, who_stops_in_mid_utterance_gives_the_decoder_back
    with gateway("--set", "asr.decoders=1") as port:
        for case in cases:
            asyncio.run(case(port))
            print("ok", case.__name__)


run(a_phone_types_and_is_answered, chinese_is_text_like_any_other, who_says_no_hello_gets_the_defaults,
    speech_is_heard_while_it_is_spoken, eof_decides_at_once, consent_takes_effect_on_the_next_turn,
    a_wrong_pace_is_said_and_text_goes_on, an_unsupported_rate_is_said, many_talk_at_once)
one_decoder()
