"""
How the requests of each case are made: SDK shapes, signed with the keys of the target.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice

from bench import objects, shapes, signing
from bench.client import Job, Script
from bench.framing import find_etag
from bench.shapes import Shape
from bench.signing import Ask, Key

Maker = Callable[[Sequence[Key], int], list[Job]]
"""Makes that many different requests, the keys taking turns."""

CHUNK_BYTES = 65536
_READERS = (shapes.BOTO3_GET, shapes.CLI_GET, shapes.JS_GET)
_HEADERS = (shapes.BOTO3_PLAIN, shapes.CLI_PLAIN, shapes.JS_HEAD)


def read(size: str) -> Maker:
    """
    GET of an object of that size.
    """

    def make(keys: Sequence[Key], count: int) -> list[Job]:
        return [
            Job(
                signing.sign(Ask("GET", _path(size, number), shape), key).data,
                length=objects.SIZES[size],
                sha256=objects.sha256_of(size),
            )
            for number, key, shape in _turns(keys, count)
        ]

    return make


def look(keys: Sequence[Key], count: int) -> list[Job]:
    """
    HEAD of a 1 KiB object.
    """
    asks = [Ask("HEAD", _path("1k", n), _HEADERS[n % len(_HEADERS)]) for n in range(count)]
    return [
        Job(signing.sign(asks[number], key).data, is_head=True)
        for number, key, _ in _turns(keys, count)
    ]


def read_presigned(keys: Sequence[Key], count: int) -> list[Job]:
    """
    GET of a presigned URL.
    """
    return [
        _small(signing.presign(Ask("GET", _path("1k", number), shapes.URL_GET), key).data)
        for number, key, _ in _turns(keys, count)
    ]


def read_anonymous(keys: Sequence[Key], count: int) -> list[Job]:
    """
    GET without any signature.
    """
    return [
        _small(signing.anonymous(Ask("GET", _path("1k", number), shapes.URL_GET)).data)
        for number, _, _ in _turns(keys, count)
    ]


def read_badly_signed(keys: Sequence[Key], count: int) -> list[Job]:
    """
    GET with a signature that is not the right one.
    """
    return [
        Job(
            signing.spoil(signing.sign(Ask("GET", _path("1k", number), shape), key)).data,
            status=403,
        )
        for number, key, shape in _turns(keys, count)
    ]


def read_foreign(keys: Sequence[Key], count: int) -> list[Job]:
    """
    GET from a bucket that the credential does not reach.
    """
    path = f"/{objects.FOREIGN_BUCKET}/1k/"
    return [
        Job(signing.sign(Ask("GET", f"{path}{number:06d}", shape), key).data, status=403)
        for number, key, shape in _turns(keys, count)
    ]


def list_objects(keys: Sequence[Key], count: int) -> list[Job]:
    """
    ListObjectsV2 of 100 objects.
    """
    query = f"list-type=2&max-keys={objects.LISTED}&prefix=list%2F&encoding-type=url"
    ask = Ask("GET", f"/{objects.BUCKET}", shapes.BOTO3_PLAIN, query)
    return [Job(signing.sign(ask, key).data) for _, key, _ in _turns(keys, count)]


def list_buckets(keys: Sequence[Key], count: int) -> list[Job]:
    """
    ListBuckets.
    """
    ask = Ask("GET", "/", shapes.BOTO3_PLAIN)
    return [Job(signing.sign(ask, key).data) for _, key, _ in _turns(keys, count)]


def upload(data: bytes, shape: Shape, *, is_hashed: bool = True) -> Maker:
    """
    PUT of these bytes in one piece, its SHA-256 declared or `UNSIGNED-PAYLOAD`.
    """
    sha256 = hashlib.sha256(data).hexdigest() if is_hashed else signing.UNSIGNED
    crc32, etags = objects.crc32_of(data), _etags(data)
    waits = any(line.startswith("Expect") for line in shape.lines)

    def make_one(number: int, key: Key) -> Job:
        path = _path("put", number)
        ask = Ask("PUT", path, shape, sha256=sha256, length=len(data), crc32=crc32)
        return Job(signing.sign(ask, key).data, body=(data,), waits=waits, etags=etags)

    def make(keys: Sequence[Key], count: int) -> list[Job]:
        return [make_one(number, key) for number, key, _ in _turns(keys, count)]

    return make


def upload_signed_chunks(keys: Sequence[Key], count: int) -> list[Job]:
    """
    PUT of 1 MiB in chunks of 64 KiB, each signed.
    """
    return [_chunked_job(_path("put", number), key) for number, key, _ in _turns(keys, count)]


def _chunked_job(path: str, key: Key) -> Job:
    frame = len(";chunk-signature=") + 64 + 4
    chunk_count = objects.MIB // CHUNK_BYTES
    length = objects.MIB + chunk_count * (len(f"{CHUNK_BYTES:x}") + frame) + 1 + frame
    ask = Ask(
        "PUT",
        path,
        shapes.CHUNKED_PUT,
        sha256=signing.SIGNED_CHUNKS,
        length=length,
        decoded=objects.MIB,
    )
    head = signing.sign(ask, key)
    return Job(head.data, tuple(signing.sign_chunks(head, key, _chunks(objects.MEGABYTE))))


def upload_trailer(keys: Sequence[Key], count: int) -> list[Job]:
    """
    PUT of 1 MiB the way boto3 and aws-cli upload over TLS: unsigned, its checksum behind it.

    The aws-chunked body travels in transfer chunks, as they send it.
    """
    data = objects.MEGABYTE
    end = f"0\r\nx-amz-checksum-crc32:{objects.crc32_of(data)}\r\n\r\n".encode()
    framed = b"%x\r\n%b\r\n%b" % (len(data), data, end)
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(framed), framed)
    etags, shape = _etags(data, framed), shapes.BOTO3_TRAILER

    def make_one(number: int, key: Key) -> Job:
        path = _path("put", number)
        ask = Ask("PUT", path, shape, sha256=signing.UNSIGNED_TRAILER, decoded=len(data))
        return Job(signing.sign(ask, key).data, body=(body,), waits=True, etags=etags)

    return [make_one(number, key) for number, key, _ in _turns(keys, count)]


def delete_many(keys: Sequence[Key], count: int) -> list[Job]:
    """
    DeleteObjects of 1,000 keys.
    """
    body = objects.render_delete()
    ask = Ask(
        "POST",
        f"/{objects.BUCKET}",
        shapes.BOTO3_POST_SUMMED,
        "delete",
        hashlib.sha256(body).hexdigest(),
        len(body),
        crc32=objects.crc32_of(body),
    )
    return [Job(signing.sign(ask, key).data, body=(body,)) for _, key, _ in _turns(keys, count)]


def repeat(jobs: Sequence[Job], first: int) -> Script:
    """
    Send the jobs for ever, beginning somewhere in their midst.
    """
    yield from islice(cycle(jobs), first, None)


def upload_in_parts(key: Key, number: int) -> Script:
    """
    Upload 64 MiB in 8 parts for ever, as boto3 does one part after the other.
    """
    path = f"/{objects.BUCKET}/multi/{number:06d}"
    part = objects.MEGABYTE * (objects.PART_BYTES // objects.MIB)
    sha256, crc32 = hashlib.sha256(part).hexdigest(), objects.crc32_of(part)
    while True:
        begun = yield _step(Ask("POST", path, shapes.BOTO3_POST, "uploads"), key)
        if begun is None:
            continue
        upload_id = _between(begun.body, b"<UploadId>", b"</UploadId>")
        etags: list[str] = []
        for part_number in range(1, objects.PART_COUNT + 1):
            query = f"uploadId={upload_id}&partNumber={part_number}"
            ask = Ask("PUT", path, shapes.BOTO3_PUT, query, sha256, len(part), crc32=crc32)
            answer = yield _step(ask, key, part)
            if answer is None:
                break
            etags.append(find_etag(answer.head).decode())
        else:
            body = objects.render_complete(etags)
            digest = hashlib.sha256(body).hexdigest()
            ask = Ask("POST", path, shapes.BOTO3_POST, f"uploadId={upload_id}", digest, len(body))
            yield _step(ask, key, body, is_last=True)


def _step(ask: Ask, key: Key, body: bytes = b"", *, is_last: bool = False) -> Job:
    return Job(
        signing.sign(ask, key).data,
        body=(body,) if body else (),
        waits=ask.method == "PUT",
        is_last=is_last,
        keeps=True,
    )


def _small(head: bytes) -> Job:
    return Job(head, length=objects.KIB, sha256=objects.sha256_of("1k"))


def _path(folder: str, number: int) -> str:
    return f"/{objects.BUCKET}/{folder}/{number:06d}"


def _etags(*bodies: bytes) -> frozenset[bytes]:
    """
    Return what may come back as ETag, whether or not the target takes the framing off.
    """
    return frozenset(map(objects.md5_of, bodies)) | {objects.PLAIN_ETAG}


def _chunks(data: bytes) -> Iterator[memoryview]:
    view = memoryview(data)
    for at in range(0, len(data), CHUNK_BYTES):
        yield view[at : at + CHUNK_BYTES]


def _between(text: bytes, left: bytes, right: bytes) -> str:
    return text.split(left, 1)[-1].split(right, 1)[0].decode()


def _turns(keys: Sequence[Key], count: int) -> Iterator[tuple[int, Key, Shape]]:
    stride = max(len(keys) // count, 1)  # of many keys, some from everywhere among them
    for number in range(count):
        yield number, keys[number * stride % len(keys)], _READERS[number % len(_READERS)]
