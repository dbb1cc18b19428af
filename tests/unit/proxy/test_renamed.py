from proxy.core.operation_table import BY_NAME
from proxy.core.outgoing import RESULT_ROOTS


def test_every_operation_that_names_a_bucket_is_one_that_the_backend_answers() -> None:
    assert RESULT_ROOTS.keys() <= BY_NAME.keys()
    # ListBuckets and CompleteMultipartUpload name it too, and are written anew for everybody.
    listings = {
        name for name, row in BY_NAME.items() if row.kind.value == "L" and row.action.levels
    }
    assert listings <= RESULT_ROOTS.keys()
