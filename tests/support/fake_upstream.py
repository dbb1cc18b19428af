"""
An upstream that misbehaves on demand: what a real store does not do when a test needs it.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

END = b"\r\n\r\n"


@dataclass
class Conversation:
    """
    One connection of the proxy to the fake upstream, as a script drives it.
    """

    number: int
    sock: socket.socket
    upstream: "FakeUpstream"
    buffer: bytes = b""

    def read_head(self) -> bytes:
        """
        Return the next request head; empty when the proxy closed instead.
        """
        while END not in self.buffer:
            data = self.sock.recv(65536)
            if not data:
                return b""
            self.buffer += data
        head, _, self.buffer = self.buffer.partition(END)
        self.upstream.heads.append(head + END)
        return head + END

    def read_body(self, size: int) -> bytes:
        """
        Return so many bytes, or what came before the proxy closed.
        """
        while len(self.buffer) < size:
            data = self.sock.recv(65536)
            if not data:
                break
            self.buffer += data
        body, self.buffer = self.buffer[:size], self.buffer[size:]
        return body

    def read_to_end(self) -> tuple[bytes, bool]:
        """
        Return everything until the connection ends, and whether it ended in order.
        """
        data = self.buffer
        self.buffer = b""
        try:
            while piece := self.sock.recv(65536):
                data += piece
        except ConnectionResetError:
            return data, False
        return data, True

    def send(self, data: bytes) -> None:
        """
        Send bytes as they are.
        """
        self.sock.sendall(data)

    def answer(self, body: bytes = b"", *, status: str = "200 OK", headers: str = "") -> None:
        """
        Send a sound response.
        """
        head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        self.send(head.encode() + body)

    def reset(self) -> None:
        """
        End the connection with a reset.
        """
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Script = Callable[[Conversation], None]


@dataclass
class FakeUpstream:
    """
    A listener whose every connection runs the script of the moment in a thread of its own.
    """

    script: Script
    listener: socket.socket
    tls: ssl.SSLContext | None = None
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0
    failures: list[BaseException] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    """Set at the end of the test; a script that stalls waits for it."""

    @property
    def port(self) -> int:
        """
        Where it listens on loopback.
        """
        port: int = self.listener.getsockname()[1]
        return port

    def serve(self) -> None:
        """
        Accept until the listener is closed.
        """
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            conversation = Conversation(self.connections, sock, self)
            threading.Thread(target=self._run, args=(conversation,), daemon=True).start()

    def _run(self, conversation: Conversation) -> None:
        try:
            conversation.sock.settimeout(20)
            if self.tls is not None:
                conversation.sock = self.tls.wrap_socket(conversation.sock, server_side=True)
            self.script(conversation)
        except AssertionError as error:
            self.failures.append(error)
        except OSError:
            pass  # the proxy has gone: what it did is in the test's hands
        finally:
            conversation.sock.close()


@contextmanager
def running_fake_upstream(
    script: Script, *, tls: ssl.SSLContext | None = None
) -> Iterator[FakeUpstream]:
    """
    Run one until the block ends; an assertion that failed in a script fails the test.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    upstream = FakeUpstream(script, listener, tls)
    thread = threading.Thread(target=upstream.serve, daemon=True)
    thread.start()
    try:
        yield upstream
    finally:
        upstream.released.set()
        # A listening socket in accept() is woken by a shutdown, not by a close.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
    assert not upstream.failures, upstream.failures


def answer_all(conversation: Conversation) -> None:
    """
    Answer every request of a connection with its own head, as a sound upstream would.
    """
    while head := conversation.read_head():
        conversation.answer(head)
