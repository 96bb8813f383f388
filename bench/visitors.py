"""Many visitors at once: ``python -m bench.visitors`` asks a server on this machine for a minute.

Starts ``thinwalls web`` on a free port, lets ``--visitors`` open pages and ask questions as people
do (think, open a place, change a control, come back when asked to wait), and reports statuses,
how long answers took, what was lost, and the largest memory of the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import time
from collections import Counter

import httpx2 as httpx

from bench.serving import served

PLACES = (
    "facility:stewart-detention-center-ga",
    "facility:adelanto-ice-processing-center-ca",
    "county:13259",
    "facility:eloy-federal-contract-facility-az",
)
CONTROLS = ("release", "hygiene", "masks", "testing", "halt_arrests", "isolation")
_THINK_SECONDS = 4.0
_MOST_TRIES = 40


class Tally:
    """What was seen."""

    def __init__(self) -> None:
        self.status: Counter[int] = Counter()
        self.first: list[float] = []
        self.whole: list[float] = []
        self.waited: list[float] = []
        self.lost = 0
        self.pages: list[float] = []


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` of the values are."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def question(rng: random.Random) -> dict[str, str]:
    """What a visitor asks: a place, one or two measures, some draws."""
    asked = {"where": rng.choice(PLACES), "draws": "40", "lang": rng.choice(("en", "es"))}
    for side in ("a", "b")[: rng.randint(0, 2)]:
        asked[f"{side}.{rng.choice(CONTROLS)}"] = "on"
    return asked


async def visitor(client: httpx.AsyncClient, until: float, tally: Tally, seed: int) -> None:
    """One visitor until the time is up."""
    rng = random.Random(seed)
    await asyncio.sleep(rng.random() * _THINK_SECONDS)
    while time.monotonic() < until:
        begun = time.monotonic()
        found = await client.get("/", params={"q": "stewart"})
        tally.status[found.status_code] += 1
        tally.pages.append(time.monotonic() - begun)
        await asyncio.sleep(rng.random() * _THINK_SECONDS)
        await _ask(client, question(rng), tally)
        await asyncio.sleep(rng.random() * _THINK_SECONDS)


async def _ask(client: httpx.AsyncClient, asked: dict[str, str], tally: Tally) -> None:
    arrived = time.monotonic()
    head: dict[str, str] = {}
    for _ in range(_MOST_TRIES):
        begun = time.monotonic()
        async with client.stream("GET", "/stream", params=asked, headers=head) as found:
            tally.status[found.status_code] += 1
            if found.status_code == 429:
                wait = float(found.headers["retry-after"])
                head = {"x-ticket": found.headers["x-ticket"]}
            else:
                done = False
                count = 0
                async for line in found.aiter_lines():
                    if line.startswith("data: "):
                        count += 1
                        if count == 1:
                            tally.first.append(time.monotonic() - begun)
                            tally.waited.append(time.monotonic() - arrived)
                        done = json.loads(line.removeprefix("data: "))["done"]
                tally.whole.append(time.monotonic() - begun)
                tally.lost += not done
                return
        await asyncio.sleep(wait)
    tally.lost += 1


async def crowd(address: str, visitors: int, seconds: float) -> Tally:
    """Let visitors loose on a server."""
    tally = Tally()
    limits = httpx.Limits(max_connections=visitors + 10)
    async with httpx.AsyncClient(base_url=address, timeout=300, limits=limits) as client:
        until = time.monotonic() + seconds
        await asyncio.gather(*(visitor(client, until, tally, n) for n in range(visitors)))
    return tally


def main() -> None:
    """Run the server, the visitors, and print what was seen as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    with served() as server:
        tally = asyncio.run(crowd(server.address, options.visitors, options.seconds))
        megabytes = server.peak_megabytes()
    report = {
        "visitors": options.visitors,
        "seconds": options.seconds,
        "status": dict(tally.status),
        "answers": len(tally.whole),
        "lost": tally.lost,
        "peak_megabytes": round(megabytes),
    }
    for name, values in (
        ("page", tally.pages),
        ("first_answer", tally.first),
        ("first_answer_with_waiting", tally.waited),
        ("whole_answer", tally.whole),
    ):
        report[f"{name}_seconds"] = {
            "median": round(percentile(values, 0.5), 3),
            "p95": round(percentile(values, 0.95), 3),
        }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
