"""
How an object can be shown before it is downloaded: by its media type, else by its name's ending.
"""

from collections.abc import Mapping
from typing import Literal

PreviewKind = Literal["image", "video", "audio", "pdf", "text", "none"]

_TYPES: Mapping[str, PreviewKind] = {
    "image/": "image",
    "video/": "video",
    "audio/": "audio",
    "application/pdf": "pdf",
    "text/": "text",
    "application/json": "text",
    "application/x-yaml": "text",
    "application/yaml": "text",
}
_ENDINGS: Mapping[PreviewKind, str] = {
    "image": "png jpg jpeg gif webp avif bmp svg",
    "video": "mp4 webm mov m4v mkv",
    "audio": "mp3 wav ogg flac m4a",
    "pdf": "pdf",
    "text": "text txt md markdown csv tsv json yaml yml log ini toml sh js ts css html xml go py"
    " rb rs java c h cpp sql",
}
_BY_ENDING: Mapping[str, PreviewKind] = {
    ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()
}


def preview_kind(content_type: str, name: str) -> PreviewKind:
    """
    Return the kind of preview that fits; `none` where there is none.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    for prefix, kind in _TYPES.items():
        if media_type.startswith(prefix):
            return kind
    _, dot, ending = name.rpartition("/")[2].rpartition(".")
    return _BY_ENDING.get(ending.lower(), "none") if dot else "none"
