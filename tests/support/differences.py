"""
The intended differences between an answer of the store and the same through the endpoint.

They stand in docs/reference/s3-differences.md, row by row in this order; a test compares the two.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """
    What the comparison of both sides leaves out.
    """

    what: str
    """The first column of the page."""
    headers: frozenset[str] = frozenset()
    """Headers that only one side has, or that say something else."""
    elements: frozenset[str] = frozenset()
    """Children of an error document, likewise."""
    is_on_errors: bool = False
    """The headers differ on errors alone."""


DIFFERENCES = (
    Difference(
        "every answer",
        frozenset({"server", "x-amz-request-id", "x-amz-id-2", "x-request-id", "date"}),
    ),
    Difference(
        "every error",
        frozenset({"x-error-code", "x-error-reason"}),
        frozenset({"RequestId", "HostId", "Resource", "Reason", "Docs"}),
        is_on_errors=True,
    ),
    Difference("HeadBucket", frozenset({"x-amz-bucket-region"})),
)

PROVED_ELSEWHERE = {
    "what the credential does not grant": "unit/proxy/core/test_permit.py"
    "::test_a_bucket_out_of_scope_is_refused",
    "a body that is not what was signed or declared": "integration/proxy/test_payload_modes.py"
    "::test_one_bit_changed_on_the_way_is_never_stored",
    "a name that could lead elsewhere": "unit/proxy/core/test_permit.py"
    "::test_names_that_lead_astray_are_refused",
    "a copy source": "unit/proxy/core/test_permit.py::test_a_copy_source_is_written_anew",
    "an encryption key of the customer in clear": "unit/proxy/core/test_permit.py"
    "::test_a_customer_key_never_travels_in_clear",
    "a backend that does not answer, or refuses Stowage's own key": (
        "integration/proxy/test_faults.py::test_refusal_of_our_key_is_the_backends_failure"
    ),
    "a bucket that the backend has elsewhere (301, 307, or 400 for the region)": (
        "integration/proxy/test_redirects.py"
        "::test_upload_is_tried_again_by_every_sdk_and_gets_there"
    ),
    "an answer that breaks off": "integration/proxy/test_faults.py"
    "::test_half_a_body_resets_the_client",
    "ListBuckets": "integration/proxy/test_local_operations.py"
    "::test_buckets_are_those_of_the_credential",
    "CreateBucket of a bucket that the credential has": (
        "integration/proxy/test_local_operations.py::test_own_bucket_is_there_already"
    ),
    "a parameter that must say something and does not: an empty `versionId`, a part number of 0": (
        "unit/proxy/core/test_operations.py::test_a_parameter_must_make_sense"
    ),
    "DeleteObjects": "integration/proxy/test_local_operations.py"
    "::test_each_key_of_a_delete_is_judged_by_itself",
    "the CORS rules of a bucket, and preflights": "integration/proxy/test_local_operations.py"
    "::test_bucket_cors_are_ours",
    "a write by an append-only credential": "integration/proxy/test_local_operations.py"
    "::test_append_only_credential_adds_but_never_replaces",
    "a listing by a credential that may see only some prefixes": (
        "integration/proxy/test_visible_listings.py::test_all_pages_show_what_is_visible_once"
    ),
    "a browser's form (PostObject)": "integration/proxy/test_post_object.py"
    "::test_form_becomes_an_object",
    "anything by an alias of a bucket": "integration/proxy/test_aliases.py"
    "::test_no_answer_shows_the_real_name",
    "a copy whose source lies on another backend": "integration/proxy/test_copies_across.py"
    "::test_copy_has_the_sources_bytes_and_words",
    "more than a limit allows": "integration/proxy/test_limits.py"
    "::test_credential_may_ask_so_often_and_others_are_not_concerned",
    "a write to a bucket that has a limit": "integration/proxy/test_quotas.py"
    "::test_exactly_full_passes_and_overwrites_cost_the_difference",
}
"""The other rows, each with a test that shows it."""
