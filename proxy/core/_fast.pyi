from typing import Any

def scan_head(data: bytes, max_fields: int) -> tuple[str, str, dict[str, str]] | None: ...
def scan_response(data: bytes) -> tuple[int, tuple[tuple[bytes, bytes], ...], int] | None: ...
def sign_plainly(
    key: tuple[bytes, bytes],
    timestamp: str,
    scope: str,
    method: str,
    path: str,
    query: str,
    headers: dict[str, str],
    names: tuple[str, ...],
    signed: str,
    payload: str,
) -> str | None: ...
def sign_head(
    key: tuple[bytes, bytes],
    access_key: str,
    timestamp: str,
    scope: str,
    method: str,
    address: tuple[str, str, str],
    fields: dict[str, str],
    signed: tuple[tuple[str, ...], str],
    payload: str,
    frame: str,
) -> bytes | None: ...
def join_head(first: str, fields: dict[str, str], last: str) -> bytes: ...
def pass_fields(
    headers: tuple[tuple[bytes, bytes], ...], fates: dict[bytes, int], has_length: bool
) -> tuple[bytes, bool] | None: ...

class Lane:
    method: str
    bucket: str
    prefix: str
    access_key: str
    fixed: Any
    def __init__(
        self,
        *,
        method: str,
        bucket: str,
        prefix: str,
        access_key: str,
        blocks: tuple[bytes, bytes],
        scope: str,
        query: str,
        signed_names: tuple[str, ...],
        signed_text: str,
        constants: tuple[tuple[str, str], ...],
        fixed: object,
    ) -> None: ...

def split_query(data: bytes) -> tuple[str, str, str, str] | None: ...
def recognise(
    data: bytes, lanes: dict[tuple[str, str, str, str, tuple[str, ...]], Lane], max_fields: int
) -> (
    tuple[Lane, str, str, str, dict[str, str], str, str]
    | tuple[str, str, dict[str, str], str]
    | None
): ...
