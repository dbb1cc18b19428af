"""
The actions of S3 operations: the same that the proxy decides by.
"""

from app.rbac.actions import REFUSED_ACTIONS, S3_ACTIONS, STRANGERS_MAY
from app.rbac.levels import Level
from proxy.core.operation_table import BY_NAME
from proxy.core.operations import Answerer


def test_the_operation_table_decides_by_these_and_no_others() -> None:
    assert {name: row.action for name, row in BY_NAME.items()} == {**S3_ACTIONS, **REFUSED_ACTIONS}


def test_what_is_refused_for_everybody_is_answered_by_nobody() -> None:
    unserved = {Answerer.NOBODY, Answerer.LATER}

    assert all(BY_NAME[name].answerer in unserved for name in REFUSED_ACTIONS)


def test_strangers_may_only_list_and_read() -> None:
    for name in STRANGERS_MAY:
        assert S3_ACTIONS[name].levels in (Level.NONE, Level.LIST, Level.READ)
        assert not S3_ACTIONS[name].whole_bucket
