"""demo_client.py -- the device's side of config/demo.sh.

    demo_client.py http://127.0.0.1:2700 LIST.tsv

Streams recordings (file, voice, words; by tabs) to the gateway as fast as a
microphone would, types some Chinese, and prints a table of what came back.
"""
import asyncio
import csv
import datetime
import json
import sys
import textwrap
import unicodedata
import wave

import websockets

COLUMNS = (("how", 18), ("heard", 22), ("understood", 28), ("context", 15), ("decided, and why", 46))
PIECE_MS = 100


def zone_where_it_is(hour):
    """Offers keep to the day of where the device is: "+05:00" for a place where it is about this hour."""
    offset = (hour - datetime.datetime.now(datetime.timezone.utc).hour + 12) % 24 - 12
    return f"{'-' if offset < 0 else '+'}{abs(offset):02d}:00"


# ---- talking ----

class Device:
    """A connection in a household of its own, so that one offer does not use up another's limits."""
    count = 0

    def __init__(self, url, consent=True, **hello):
        Device.count += 1
        self.url, self.consent = url, consent
        self.hello = {"type": "hello", "user": f"demo-{Device.count}", "household": f"demo-{Device.count}",
                      "device": "demo", "kind": "phone", "scene": "home", "zone": zone_where_it_is(12),
                      "surfaces": ["speech", "card", "suggestion_chip"],
                      "capabilities": ["ar", "touch", "deeplink", "screen"], **hello}

    async def __aenter__(self):
        self.ws = await websockets.connect(self.url + "/v1/stream", subprotocols=["aside.v1"])
        await self.say(**self.hello)
        await self.until("ready")
        if self.consent and not self.hello.get("child"):      # A child cannot consent.
            await self.say(type="consent", purpose="offers", granted=True, wording="demo-1")
        return self

    async def __aexit__(self, *_):
        await self.ws.close()

    async def say(self, **message):
        await self.ws.send(json.dumps(message))

    async def until(self, kind):
        while True:
            message = json.loads(await asyncio.wait_for(self.ws.recv(), 30))
            if message["type"] == "error":
                raise SystemExit(f"demo: the gateway says {message['code']}: {message['text']}")
            if message["type"] == kind:
                return message

    async def type(self, text):
        await self.say(type="text", text=text)
        decision = await self.until("decision")
        if decision["action"] and decision["outcome"] == "offer":
            await self.say(type="report", action=decision["action"]["id"], step=0, event="heard")
        return decision

    async def speak(self, pcm, rate):
        clock = asyncio.get_running_loop().time
        size = 2 * rate * PIECE_MS // 1000
        begin = clock()
        for i, at in enumerate(range(0, len(pcm), size)):
            await self.ws.send(pcm[at:at + size])
            await asyncio.sleep(max(0.0, begin + (i + 1) * PIECE_MS / 1000 - clock()))
        await self.say(type="eof")
        return await self.until("decision")


def read_clip(path):
    """The sound with half a second of silence around it, and its rate."""
    with wave.open(path) as w:
        rate, pcm = w.getframerate(), w.readframes(w.getnframes())
        assert (w.getnchannels(), w.getsampwidth()) == (1, 2), path
    return bytes(rate) + pcm + bytes(rate), rate


# ---- showing ----

def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text, columns):
    """Chinese has no spaces and its characters are two columns wide."""
    if width(text) == len(text):
        return textwrap.wrap(text, columns) or [""]
    lines, line = [], ""
    for c in text:
        if width(line + c) > columns:
            lines, line = lines + [line], ""
        line += c
    return lines + [line]


def show(*cells):
    parts = [wrap(cell, columns) for cell, (_, columns) in zip(cells, COLUMNS)]
    for i in range(max(map(len, parts))):
        line = [part[i] if i < len(part) else "" for part in parts]
        print("  ".join(cell + " " * (columns - width(cell)) for cell, (_, columns) in zip(line, COLUMNS)).rstrip())
    sys.stdout.flush()


def rule():
    print("  ".join("-" * columns for _, columns in COLUMNS))


def understood(decision):
    intent = decision["intent"]
    slots = " ".join(f"{k}={v}" for k, v in intent["slots"].items()) if intent else ""
    return f"{intent['name']} {slots}" if intent else "(nothing)"


def decided(decision):
    action = decision["action"]
    if action:
        label, say = action.get("label") or "", action.get("say") or ""
        return f"{decision['outcome'].upper()} {action['skill']}: {say if say.startswith(label) else label + ': ' + say}"
    held = "; ".join(f"{h['skill']} held by {h['gate']}: {h['why']}" for h in decision["held"])
    return f"{decision['outcome']}. {held}" if held else decision["outcome"]


def show_decision(how, decision):
    heard = decision["text"] or "(not sure enough to say)"
    context = decision["context"]
    show(how, f"{heard} [{decision['confidence']}]", understood(decision), f"{context['class']} [{context['score']}]", decided(decision))
    rule()


# ---- the demo ----

async def spoken(url, path):
    with open(path, newline="", encoding="utf-8") as f:
        rows = list(csv.reader(f, delimiter="\t"))
    for file, voice, words in rows:
        pcm, rate = read_clip(file)
        async with Device(url, lang="en", rate=rate) as device:
            show_decision(f'{voice}, {rate} Hz: "{words}"', await device.speak(pcm, rate))


async def typed(url):
    for lang, text, more in (("zh", "打开客厅的灯", {}), ("zh", "我想买鞋", {}), ("zh", "我胸口疼", {}),
                             ("zh", "我美吗", {"consent": False}), ("zh", "我美吗", {"child": True}),
                             ("en", "am i pretty", {"zone": zone_where_it_is(2)})):
        how = {"consent": "no consent", "child": "a child", "zone": "at night"}
        async with Device(url, lang=lang, **more) as device:
            show_decision(", ".join(["typed", *(how[k] for k in more)]), await device.type(text))


async def dialogue(url):
    for lang, turns in (("zh", ("我美吗", "好的")), ("en", ("am i pretty", "no", "am i pretty"))):
        async with Device(url, lang=lang) as device:
            for i, text in enumerate(turns):
                show_decision(f"typed, turn {i + 1}", await device.type(text))


async def main():
    url = sys.argv[1].replace("http://", "ws://", 1)
    print("Numbers in brackets are per mille.  Each row is a device in a household of its own, where\n"
          f"it is about noon (zone {zone_where_it_is(12)}) and offers are allowed, unless it says otherwise.\n")
    show(*(name for name, _ in COLUMNS))
    rule()
    await spoken(url, sys.argv[2])
    await typed(url)
    await dialogue(url)


asyncio.run(main())
