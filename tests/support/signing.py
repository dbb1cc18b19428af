"""
A second, plain implementation of SigV4 for tests: signs a request head as a client would.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
EMPTY = hashlib.sha256(b"").hexdigest()
NOW = 1_700_000_000.0


def timestamp(now: float) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


@dataclass
class Client:
    """
    Signs requests with one credential.
    """

    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY
    region: str = "us-east-1"
    host: str = "s3.example.com"
    now: float = NOW
    unsigned: Mapping[str, str] = field(default_factory=dict)
    """Headers that are sent and not signed."""
    service: str = "s3"

    @property
    def scope(self) -> str:
        return f"{timestamp(self.now)[:8]}/{self.region}/{self.service}/aws4_request"

    def key(self) -> bytes:
        key = f"AWS4{self.secret_key}".encode()
        for part in self.scope.split("/"):
            key = _mac(key, part)
        return key

    def sign(
        self, method: str, target: str, headers: Mapping[str, str], payload: str, path: str = ""
    ) -> str:
        raw_path, _, query = target.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        escaped = sorted((quote(n, safe=""), quote(v, safe="")) for n, v in pairs)
        lines = [method, path or quote(unquote(raw_path), safe="/~")]
        lines.append("&".join(f"{name}={value}" for name, value in escaped))
        lines += [f"{name}:{' '.join(headers[name].split(' '))}" for name in sorted(headers)]
        lines += ["", ";".join(sorted(headers)), payload]
        digest = hashlib.sha256("\n".join(lines).encode("latin-1")).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{timestamp(self.now)}\n{self.scope}\n{digest}"
        return hmac.new(self.key(), text.encode(), hashlib.sha256).hexdigest()

    def head(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        *,
        payload: str = EMPTY,
        path: str = "",
    ) -> bytes:
        """
        Return a head signed in its Authorization field; all given headers are signed.
        """
        signed = {
            "host": self.host,
            "x-amz-content-sha256": payload,
            "x-amz-date": timestamp(self.now),
            **(headers or {}),
        }
        signature = self.sign(method, target, signed, payload, path)
        authorization = (
            f"AWS4-HMAC-SHA256 Credential={self.access_key}/{self.scope}, "
            f"SignedHeaders={';'.join(sorted(signed))}, Signature={signature}"
        )
        return render(method, target, {**signed, **self.unsigned, "authorization": authorization})

    def presigned_target(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        *,
        expires: int = 3600,
        payload: str = "UNSIGNED-PAYLOAD",
    ) -> str:
        """
        Return a target signed in its query.
        """
        signed = {"host": self.host, **(headers or {})}
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{self.access_key}/{self.scope}",
            "X-Amz-Date": timestamp(self.now),
            "X-Amz-Expires": str(expires),
            "X-Amz-SignedHeaders": ";".join(sorted(signed)),
        }
        joined = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        target = f"{target}{'&' if '?' in target else '?'}{joined}"
        return f"{target}&X-Amz-Signature={self.sign(method, target, signed, payload)}"

    def presigned(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        *,
        expires: int = 3600,
        payload: str = "UNSIGNED-PAYLOAD",
    ) -> bytes:
        """
        Return a head with a presigned target; the given headers are signed and sent.
        """
        whole = self.presigned_target(method, target, headers, expires=expires, payload=payload)
        return render(method, whole, {"host": self.host, **(headers or {}), **self.unsigned})


def render(method: str, target: str, headers: Mapping[str, str]) -> bytes:
    """
    Return the bytes of a head; a PUT says that its body is empty unless told otherwise.
    """
    if method == "PUT" and not {"content-length", "transfer-encoding"} & set(headers):
        headers = {**headers, "content-length": "0"}
    lines = [f"{method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
