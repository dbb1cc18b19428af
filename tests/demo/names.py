"""
Names as people give them: long, from right to left, with emoji, blanks and odd characters; always
the same ones.
"""

import random
from collections.abc import Iterator

BIG_BUCKET = "survey-images"
BIG_PREFIX = "2026/field/"
VERSIONED_BUCKET = "contracts"

_TOPICS = [
    "accounting",
    "analytics",
    "archive-2024",
    "archive-2025",
    "backups",
    "billing",
    "catalogue",
    "compliance",
    "contracts",
    "customer-exports",
    "datalake",
    "deliveries",
    "designs",
    "documents",
    "events",
    "finance",
    "firmware",
    "harbour-cameras",
    "human-resources",
    "invoices",
    "iot-raw",
    "legal",
    "logs",
    "machine-learning",
    "maps",
    "media",
    "newsletters",
    "orders",
    "payroll",
    "photos",
    "press",
    "prototypes",
    "recordings",
    "releases",
    "research",
    "sensors",
    "survey-images",
    "tickets",
    "timetables",
    "weather",
]
_GIVEN = [
    "aylin",
    "bjarne",
    "chiara",
    "dmitri",
    "elif",
    "farid",
    "greta",
    "hana",
    "ivo",
    "jamal",
    "katja",
    "liam",
    "mireille",
    "noor",
    "olga",
    "paulo",
    "quentin",
    "rosa",
    "sven",
    "tamar",
    "ulla",
    "viktor",
    "wanda",
    "xenia",
    "yusuf",
    "zoe",
]
_FAMILY = ["adler", "brandt", "castillo", "diallo", "eriksen", "fischer"]

ODD_KEYS = (
    "קבצים/דוח שנתי.txt",
    "مستندات/تقرير 2026.txt",
    "日本語/会議メモ.txt",
    "emoji/🌊 waves & ⛵ boats 👩‍🔬.txt",
    " leading and trailing blanks .txt",
    "a//b/empty folder name.txt",
    "percent %2F and plus +.txt",
    "quote \" and apostrophe '.txt",
    "deep/" + "/".join(f"level-{depth}" for depth in range(12)) + "/bottom.txt",
    "long/" + "a-name-that-does-not-end-" * 9 + ".txt",
    "<script>alert(1)</script>.txt",
)


def bucket_names(count: int) -> tuple[str, ...]:
    """
    Return so many names of buckets, at most forty; the ones that matter come first.
    """
    first = (BIG_BUCKET, VERSIONED_BUCKET)
    return (*first, *(name for name in _TOPICS if name not in first))[:count]


def user_names(count: int) -> tuple[str, ...]:
    """
    Return that many different names of people.
    """
    pairs = [f"{given}.{family}" for family in _FAMILY for given in _GIVEN]
    return tuple(pairs[:count])


def big_keys(count: int) -> Iterator[str]:
    """
    Yield keys for a folder that nobody wants to look through.
    """
    chosen = random.Random(2026)  # noqa: S311  # the same every time is what is wanted
    for number in range(count):
        station = chosen.choice(("harbour", "hill", "dune", "lighthouse"))
        yield f"{BIG_PREFIX}{station}-{number:05d}.json"
