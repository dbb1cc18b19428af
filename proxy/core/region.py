"""
For which region a request was signed, where that matters (`s3_proxy.strict_region`).

AWS: "Error responses", `AuthorizationHeaderMalformed`: its `Region` is what SDKs sign for next.
"""

from app.errors import registry as errors
from app.snapshot.values import BackendRoute
from proxy.core.proof import Proof, query_malformed
from proxy.core.trail import Trail


def verify_region(proof: Proof, backend: BackendRoute, trail: Trail) -> None:
    """
    Refuse a version 4 signature for another region than the bucket's, and name the right one.

    Of a request or a form. Only who may do the operation comes here, so that nobody else learns
    where a bucket is.

    Raises:
        StowageError: `bad_request`; the region stands in `trail.extra` then.
    """
    region = proof.scope.split("/")[1] if proof.scope else backend.region
    if region == backend.region:
        return
    trail.extra["Region"] = backend.region
    problem = f"the region {region[:64]} is wrong; expecting {backend.region}"
    if trail.auth_mode == "presigned":
        raise query_malformed(problem)
    raise errors.BAD_REQUEST(reason="s3.authorization_malformed", params={"problem": problem})
