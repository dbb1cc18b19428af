# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=True
# cython: overflowcheck=True, nonecheck=True, cdivision=False, embedsignature=False
"""
The compiled twin of the byte work: heads taken apart, signed and put together.

It knows no rule and refuses nothing. Whatever is not plainly sound it leaves, with `None`, to the
Python code that it stands beside (`parse_head`, `parse_response_head`, `sign_plainly`); that alone
says what is wrong. What it does answer is what the Python code would have answered: a fuzz test
holds them together. Every byte is read through the bounds-checked index of a `bytes` object.
"""

import os
from hashlib import sha256
from hmac import compare_digest


cdef enum:
    TAB = 9
    LF = 10
    CR = 13
    SPACE = 32
    HASH = 35
    SLASH = 47
    COLON = 58
    MAX_METHOD = 20
    MAX_NAMES = 1024
    MAX_NAME_LENGTH = 64
    MAX_LENGTH_DIGITS = 18
    DOT = 46
    SIGNATURE_LENGTH = 64
    MAX_KEY_LENGTH = 1024
    MAX_QUERY_LENGTH = 64
    QUESTION = 63
    PERCENT = 37
    AMPERSAND = 38
    EQUALS = 61
    MAX_SIGNED_QUERY_LENGTH = 1024

cdef enum Kind:
    PLAIN = 0
    LENGTH = 1
    CONNECTION = 2
    CODING = 3

# RFC 9110 5.6.2 and 5.5: what a name, and what a value may hold. Indexed by a byte, never by more.
cdef bint[256] IS_TOKEN
cdef bint[256] IS_TEXT
cdef bint[256] IS_TARGET
# RFC 3986 2.3: what stands in a path as it is, in every form of it; without the slash.
cdef bint[256] IS_UNRESERVED

cdef int _byte
for _byte in range(256):
    IS_TOKEN[_byte] = (
        48 <= _byte <= 57 or 65 <= _byte <= 90 or 97 <= _byte <= 122 or _byte in b"!#$%&'*+.^_`|~-"
    )
    IS_TEXT[_byte] = _byte == TAB or 32 <= _byte <= 126 or _byte >= 128
    IS_TARGET[_byte] = 33 <= _byte <= 126 and _byte != HASH
    IS_UNRESERVED[_byte] = (
        48 <= _byte <= 57 or 65 <= _byte <= 90 or 97 <= _byte <= 122 or _byte in b"-._~"
    )

cdef dict _names = {}
cdef dict _kinds = {}


cdef Py_ssize_t end_of_token(bytes data, Py_ssize_t at, Py_ssize_t size):
    while at < size and IS_TOKEN[<unsigned char>data[at]]:
        at += 1
    return at


cdef Py_ssize_t skip_blanks(bytes data, Py_ssize_t at, Py_ssize_t size):
    while at < size and (data[at] == SPACE or data[at] == TAB):
        at += 1
    return at


cdef Py_ssize_t end_of_text(bytes data, Py_ssize_t at, Py_ssize_t size):
    """
    Return where a line's text ends; -1 if not in CR LF.
    """
    while at < size and IS_TEXT[<unsigned char>data[at]]:
        at += 1
    if at + 1 < size and data[at] == CR and data[at + 1] == LF:
        return at
    return -1


cdef Py_ssize_t trim(bytes data, Py_ssize_t start, Py_ssize_t end):
    while end > start and (data[end - 1] == SPACE or data[end - 1] == TAB):
        end -= 1
    return end


cdef str lower_name(bytes raw):
    """
    Return a token in lower case; the few names that exist are remembered.
    """
    cdef object known = _names.get(raw)
    if known is not None:
        return <str>known
    cdef str name = raw.lower().decode("ascii")
    if len(raw) <= MAX_NAME_LENGTH and not name.startswith("x-amz-meta-"):
        if len(_names) < MAX_NAMES:
            _names[raw] = name
    return name


cdef dict take_fields(bytes data, Py_ssize_t at, int max_fields):
    """
    Return the fields from here to the end, by lower-case name; `None` where they are not sound.
    """
    cdef Py_ssize_t size = len(data), start, end
    cdef int count = 0
    cdef dict headers = {}
    cdef str name
    while at < size and data[at] != CR:
        start = at
        at = end_of_token(data, at, size)
        if at == start or at >= size or data[at] != COLON:
            return None
        name = lower_name(data[start:at])
        start = skip_blanks(data, at + 1, size)
        end = end_of_text(data, start, size)
        count += 1
        if end < 0 or count > max_fields or name in headers:
            return None
        headers[name] = data[start:trim(data, start, end)].decode("latin-1")
        at = end + 2
    if data[at:] != b"\r\n":
        return None
    return headers


def scan_head(bytes data not None, int max_fields):
    """
    Return method, target and fields of a request head; `None` where it is not plainly sound.
    """
    cdef Py_ssize_t size = len(data), at = 0, start
    while at < size and 65 <= data[at] <= 90:
        at += 1
    if at == 0 or at > MAX_METHOD or at + 1 >= size or data[at] != SPACE or data[at + 1] != SLASH:
        return None
    cdef str method = data[:at].decode("ascii")
    start = at + 1
    at = start
    while at < size and IS_TARGET[<unsigned char>data[at]]:
        at += 1
    cdef str target = data[start:at].decode("ascii")
    if data[at:at + 11] != b" HTTP/1.1\r\n":
        return None
    cdef dict headers = take_fields(data, at + 11, max_fields)
    if headers is None:
        return None
    return method, target, headers


cdef int kind_of(bytes raw):
    cdef object known = _kinds.get(raw)
    if known is not None:
        return <int>known
    cdef bytes name = raw.lower()
    cdef int kind = PLAIN
    if name == b"content-length":
        kind = LENGTH
    elif name == b"connection":
        kind = CONNECTION
    elif name == b"transfer-encoding":
        kind = CODING
    if len(raw) <= MAX_NAME_LENGTH and len(_kinds) < MAX_NAMES:
        _kinds[raw] = kind
    return kind


cdef object read_length(bytes data, Py_ssize_t start, Py_ssize_t end):
    """
    Return a length of digits alone; `None` for anything else.
    """
    cdef Py_ssize_t at
    cdef long long length = 0
    if start == end or end - start > MAX_LENGTH_DIGITS:
        return None
    for at in range(start, end):
        if not 48 <= data[at] <= 57:
            return None
        length = length * 10 + (data[at] - 48)
    return length


def scan_response(bytes data not None):
    """
    Return status, fields and length of an answer's head; `None` where it is not plainly sound.

    Plainly sound is HTTP/1.1 that keeps its connection without saying so, of a declared length or
    of none; the length is -1 then.
    """
    cdef Py_ssize_t size = len(data), at, start, end, last
    cdef int status, kind
    cdef list fields = []
    cdef object length = None
    cdef bytes name
    if size < 15 or data[:9] != b"HTTP/1.1 ":
        return None
    if not (49 <= data[9] <= 53 and 48 <= data[10] <= 57 and 48 <= data[11] <= 57):
        return None
    status = (data[9] - 48) * 100 + (data[10] - 48) * 10 + (data[11] - 48)
    if data[12] != SPACE and data[12] != CR:
        return None
    end = end_of_text(data, 12, size)
    if end < 0:
        return None
    at = end + 2
    while at < size and data[at] != CR:
        start = at
        at = end_of_token(data, at, size)
        if at == start or at >= size or data[at] != COLON:
            return None
        name = data[start:at]
        start = skip_blanks(data, at + 1, size)
        end = end_of_text(data, start, size)
        if end < 0:
            return None
        last = trim(data, start, end)
        kind = kind_of(name)
        if kind == LENGTH:
            if length is not None:
                return None
            length = read_length(data, start, last)
            if length is None:
                return None
        elif kind != PLAIN:
            return None
        fields.append((name, data[start:last]))
        at = end + 2
    if data[at:] != b"\r\n":
        return None
    return status, tuple(fields), -1 if length is None else length


def sign_plainly(
    tuple key not None,
    str timestamp not None,
    str scope not None,
    str method not None,
    str path not None,
    str query not None,
    dict headers not None,
    tuple names not None,
    str signed not None,
    str payload not None,
):
    """
    Return the signature of a request; `None` where a header is absent or has several forms.
    """
    return sign(key, timestamp, scope, method, path, query, headers, names, signed, payload)


cdef object sign(
    tuple key,
    str timestamp,
    str scope,
    str method,
    str path,
    str query,
    dict headers,
    tuple names,
    str signed,
    str payload,
):
    cdef list lines = []
    cdef object name, value
    for name in names:
        value = headers.get(name)
        if value is None or "  " in <str>value or "\t" in <str>value:
            return None
        lines.append(f"{<str>name}:{<str>value}\n")
    cdef str text = "".join(lines)
    text = f"{method}\n{path}\n{query}\n{text}\n{signed}\n{payload}"
    cdef str digest = sha256(text.encode("latin-1")).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{digest}"
    cdef bytes inner = sha256(<bytes>key[0] + text.encode("ascii")).digest()
    return sha256(<bytes>key[1] + inner).hexdigest()


def sign_head(
    tuple key not None,
    str access_key not None,
    str timestamp not None,
    str scope not None,
    str method not None,
    tuple address not None,
    dict fields not None,
    tuple signed not None,
    str payload not None,
    str frame not None,
):
    """
    Return the signed head of a request; `None` where a field has several forms.
    """
    cdef str host = address[0], path = address[1], query = address[2], text = signed[1]
    cdef dict written = {
        "host": host, "x-amz-content-sha256": payload, "x-amz-date": timestamp
    }
    written.update(fields)
    cdef object signature = sign(
        key, timestamp, scope, method, path, query, written, <tuple?>signed[0], text, payload
    )
    if signature is None:
        return None
    cdef str mark = "?" if query else ""
    cdef list lines = [f"{method} {path}{mark}{query} HTTP/1.1\r\n"]
    cdef object name, value
    for name, value in written.items():
        lines.append(f"{<str>name}: {<str>value}\r\n")
    lines.append(
        f"authorization: AWS4-HMAC-SHA256 Credential={access_key}/{scope}, "
        f"SignedHeaders={text}, Signature={<str>signature}\r\n{frame}\r\n"
    )
    return "".join(lines).encode("latin-1")


cdef class Lane:
    """
    What all requests of one kind share: the same key, bucket, method and names of fields.
    """

    cdef readonly str method, bucket, prefix, access_key
    cdef readonly object fixed
    """What was found out about them; the Python code's alone."""
    cdef tuple blocks, signed_names, constants
    cdef str scope, query, signed_text

    def __init__(
        self,
        *,
        str method not None,
        str bucket not None,
        str prefix not None,
        str access_key not None,
        tuple blocks not None,
        str scope not None,
        str query not None,
        tuple signed_names not None,
        str signed_text not None,
        tuple constants not None,
        object fixed,
    ):
        self.method, self.bucket, self.prefix = method, bucket, prefix
        self.access_key, self.fixed = access_key, fixed
        self.blocks, self.scope, self.query = blocks, scope, query
        self.signed_names, self.signed_text = signed_names, signed_text
        self.constants = constants


cdef Py_ssize_t end_of_plain_path(bytes data, Py_ssize_t at, Py_ssize_t size):
    """
    Return where a path of unreserved characters ends; -1 for one with a `.` or `..` segment.
    """
    cdef Py_ssize_t segment = at
    cdef bint is_dots = True
    while at < size:
        if data[at] == SLASH:
            if is_dots and 0 < at - segment <= 2:
                return -1
            segment, is_dots = at + 1, True
        elif IS_UNRESERVED[<unsigned char>data[at]]:
            is_dots = is_dots and data[at] == DOT
        else:
            break
        at += 1
    return -1 if is_dots and 0 < at - segment <= 2 else at


# Where no such URL is known, the same work is done with a key that nobody has: the time of an
# answer must not tell who has been here.
cdef Lane NOBODY_URL = Lane(
    method="",
    bucket="",
    prefix="",
    access_key="",
    blocks=(os.urandom(64), os.urandom(64)),
    scope="20000101/us-east-1/s3/aws4_request",
    query="",
    signed_names=("host",),
    signed_text="host",
    constants=(),
    fixed=None,
)


cdef Py_ssize_t end_of_escaped(bytes data, Py_ssize_t at, Py_ssize_t end):
    """
    Return where text ends that is escaped as the canonical form has it; -1 if otherwise.
    """
    cdef int high, low
    while at < end:
        if IS_UNRESERVED[<unsigned char>data[at]]:
            at += 1
        elif data[at] == PERCENT and at + 2 < end:
            high, low = hex_of(data[at + 1]), hex_of(data[at + 2])
            if high < 0 or low < 0 or high > 7 or IS_UNRESERVED[16 * high + low]:
                return -1
            at += 3
        else:
            break
    return at


cdef int hex_of(int byte):
    if 48 <= byte <= 57:
        return byte - 48
    return byte - 55 if 65 <= byte <= 70 else -1


def split_query(bytes data not None):
    """
    Return of a signed query what stays the same all day, its canonical form, moment, signature.

    `None` where it is not signed, or not escaped as the canonical form has it.
    """
    cdef Py_ssize_t size = len(data), at = 0, start, end
    cdef list same = [], pairs = []
    cdef str name, value, moment = None, signature = None
    if size > MAX_SIGNED_QUERY_LENGTH:
        return None
    while at < size:
        start = at
        while at < size and IS_UNRESERVED[<unsigned char>data[at]]:
            at += 1
        if at == start or at >= size or data[at] != EQUALS:
            return None
        name = data[start:at].decode("ascii")
        end = end_of_escaped(data, at + 1, size)
        if end < 0 or (end < size and (data[end] != AMPERSAND or end + 1 == size)):
            return None
        value = data[at + 1:end].decode("ascii")
        at = end + 1
        if name == "X-Amz-Signature":
            if signature is not None:
                return None
            signature = value
            same.append(name)
            continue
        pairs.append((name, value))
        if name == "X-Amz-Date":
            if moment is not None:
                return None
            moment = value
            same.append(name)
        else:
            same.append(f"{name}={value}")
    if moment is None or signature is None:
        return None
    pairs.sort()
    return "&".join(same), "&".join([f"{name}={value}" for name, value in pairs]), moment, signature


def recognise(bytes data not None, object lanes not None, int max_fields):
    """
    Return lane, path, key, query, fields, moment and signature of a head that is like one before.

    It is signed as that was. For any other that is sound, return method, target, fields and, where
    its signature was found wrong, the right one, else nothing: so a signature is made once for any
    head that is signed in a field, and the time of an answer does not tell who has been here.
    `None` for the rest. `lanes` holds them by method, what the claim is
    (the Authorization field up to the signature, or what is always the same of a signed query),
    bucket, any other query, and the names of the fields in their order. Whether the moment is
    right, the caller looks.
    """
    cdef Py_ssize_t size = len(data), at = 0, start, slash, end
    while at < size and 65 <= data[at] <= 90:
        at += 1
    if at == 0 or at > MAX_METHOD or at + 1 >= size or data[at] != SPACE or data[at + 1] != SLASH:
        return None
    cdef str method = data[:at].decode("ascii")
    start = at + 1
    slash = start + 1
    while slash < size and IS_UNRESERVED[<unsigned char>data[slash]]:
        slash += 1
    if slash >= size or data[slash] != SLASH:
        return None
    at = end_of_plain_path(data, slash + 1, size)
    if at <= slash + 1 or at - slash > MAX_KEY_LENGTH:
        return None
    end = at
    while end < size and IS_TARGET[<unsigned char>data[end]]:
        end += 1
    if (end > at and data[at] != QUESTION) or data[end:end + 11] != b" HTTP/1.1\r\n":
        return None
    cdef tuple url = None
    if end - at > MAX_QUERY_LENGTH:
        url = split_query(data[at + 1:end])
        if url is None:
            return None
    cdef dict headers = take_fields(data, end + 11, max_fields)
    if headers is None:
        return None
    cdef str bucket = data[start + 1:slash].decode("ascii")
    cdef str query = data[at:end].decode("ascii")
    cdef Lane lane = find_lane(lanes, method, bucket, query, headers, url)
    cdef str path, right = ""
    cdef tuple proof
    cdef bint is_alike
    if lane is not None:
        path = data[start:at].decode("ascii")
        proof = prove(lane, method, path, headers, url)
        if proof is not None and proof[0] is None:
            right = proof[1]
        elif proof is not None:
            is_alike = True
            for name, value in lane.constants:
                is_alike = is_alike and headers[name] == value
            if is_alike:
                key = data[slash + 1:at].decode("ascii")
                return lane, path, key, query, headers, proof[0], proof[1]
    return method, data[start:end].decode("ascii"), headers, right


cdef Lane find_lane(object lanes, str method, str bucket, str query, dict headers, tuple url):
    """
    Return the lane, for a URL that of nobody where there is none.
    """
    cdef object found, authorization = headers.get("authorization")
    cdef tuple names = tuple(headers)
    if url is not None:
        found = lanes.get((method, url[0], bucket, "", names))
        return NOBODY_URL if found is None else <Lane?>found
    if authorization is None or len(<str>authorization) <= SIGNATURE_LENGTH:
        return None
    cdef str claim = (<str>authorization)[:len(<str>authorization) - SIGNATURE_LENGTH]
    found = lanes.get((method, claim, bucket, query, names))
    return None if found is None else <Lane?>found


cdef tuple prove(Lane lane, str method, str path, dict headers, tuple url):
    """
    Return moment and signature if the signature is right; else `None`, or `None` and the right one.
    """
    cdef object moment, payload, signature, query = lane.query
    if url is not None:
        _, query, moment, signature = url
        payload = "UNSIGNED-PAYLOAD"
    else:
        moment, payload = headers.get("x-amz-date"), headers.get("x-amz-content-sha256")
        signature = headers["authorization"]
        signature = (<str>signature)[len(<str>signature) - SIGNATURE_LENGTH:]
    if moment is None or payload is None:
        return None
    if not ((<str>moment).isascii() and (<str>signature).isascii()):
        return None
    cdef object expected = sign(
        lane.blocks,
        <str>moment,
        lane.scope,
        method,
        path,
        <str>query,
        headers,
        lane.signed_names,
        lane.signed_text,
        <str>payload,
    )
    if expected is None:
        return None
    if compare_digest(expected, (<str>signature).lower()):
        return moment, signature
    return None if url is not None else (None, expected)


def join_head(str first not None, dict fields not None, str last not None):
    """
    Return a head of a first line, fields and last lines, each line with its end.
    """
    cdef list lines = [first]
    cdef object name, value
    for name, value in fields.items():
        lines.append(f"{<str>name}: {<str>value}\r\n")
    lines.append(last)
    return "".join(lines).encode("latin-1")


def pass_fields(tuple headers not None, dict fates not None, bint has_length):
    """
    Return the lines of the fields that pass, and whether Date is among them.

    `fates` says it by name as it was sent: 0 passes, 1 is dropped, 2 is the length, 4 the date.
    `None` where a name is not in there, or has any other fate.
    """
    cdef list pieces = []
    cdef bint has_date = False
    cdef object name, value, fate
    cdef int number
    for name, value in headers:
        fate = fates.get(name)
        if fate is None:
            return None
        number = fate
        if number == 1 or (number == 2 and not has_length):
            continue
        if number == 4:
            has_date = True
        elif number != 0 and number != 2:
            return None
        pieces.append(name)
        pieces.append(b": ")
        pieces.append(value)
        pieces.append(b"\r\n")
    return b"".join(pieces), has_date
