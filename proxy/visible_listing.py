"""
A listing by somebody who may see only some prefixes of the bucket.

It is put together from listings of those prefixes; the rest of the bucket is never asked for.
"""

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.client_side import ClientSide
from proxy.core.decision import Local
from proxy.core.listing import Cut, ListingQuery, Page, Question, open_cut, parse_listing
from proxy.core.operation_table import BY_NAME
from proxy.core.outgoing import Outgoing
from proxy.delivery import answer_fault
from proxy.errand import Reply
from proxy.errors import Occasion, render_response
from proxy.inquiries import Inquiries
from proxy.listing_xml import parse_page, render_cut
from proxy.sigv4.payload import EMPTY_SHA256

_OK = 200
_PASSED_FIELDS = ("x-amz-expected-bucket-owner", "x-amz-request-payer")


class VisibleListing:
    """
    One such request.
    """

    def __init__(self, client: ClientSide, local: Local) -> None:
        self._client = client
        self._local = local
        self._inquiries = Inquiries(client)

    def run(self, _body: bytes) -> None:
        """
        Read the parameters and begin to ask.

        Raises:
            StowageError: a parameter is not valid.
        """
        local = self._local
        query = parse_listing(local.audited.operation, local.request.parameters)
        cut = open_cut(query, local.visible_prefixes)
        self._inquiries.begin(self._walk(cut))

    def cancel(self) -> None:
        """
        Let go of the backend.
        """
        self._inquiries.cancel()

    def check(self, now: float) -> None:
        """
        Give up when the backend does not answer in time.
        """
        self._inquiries.check(now)

    async def _walk(self, cut: Cut) -> None:
        client, local = self._client, self._local
        route = local.backend
        assert route is not None  # noqa: S101  `decide` has found the bucket
        while (question := cut.next_question()) is not None:
            reply = await self._inquiries.ask(route, self._outgoing(cut.query, question))
            if reply.head.status != _OK:
                keeps_alive = client.may_persist
                answer_fault(client, local, reply.head, reply.body, keeps_alive=keeps_alive)
                return
            cut.take(_read(reply, cut.query))
        self._answer(cut)

    def _outgoing(self, query: ListingQuery, question: Question) -> Outgoing:
        kind = query.kind
        # A selector is a name without a value.
        parameters = {
            kind.selector: "",
            "prefix": question.prefix,
            "delimiter": question.delimiter,
            kind.marker: question.marker,
            kind.second: question.second,
            kind.size: str(question.limit),
            "encoding-type": "url",
        }
        given = self._local.request.fields
        passed = BY_NAME[query.operation].fields | frozenset(_PASSED_FIELDS)
        return Outgoing(
            "GET",
            self._local.audited.bucket,
            parameters=[
                (name, value)
                for name, value in parameters.items()
                if name and (value or name == kind.selector)
            ],
            fields=[(name, given[name]) for name in sorted(passed) if name in given],
            payload_sha256=EMPTY_SHA256,
        )

    def _answer(self, cut: Cut) -> None:
        client, local = self._client, self._local
        document = render_cut(cut, local.request.bucket)
        keeps_alive = client.may_persist
        occasion = Occasion(
            request_id=client.transaction.request_id,
            keeps_alive=keeps_alive,
            headers=client.extra_headers(),
        )
        client.transaction.bytes_out += len(document)
        client.write([render_response(_OK, occasion, (), document)])
        client.end(_OK, keeps_alive=keeps_alive)


def _read(reply: Reply, query: ListingQuery) -> Page:
    try:
        return parse_page(reply.body, query)
    except StowageError as error:
        raise errors.BACKEND_ERROR(reason="backend.transient") from error
