"""
What a policy must be: the same table that the interface's check while typing is tested with.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors.raised import StowageError
from app.objects.setting_rules import check_policy

POLICIES = Path(__file__).parents[3] / "vectors" / "policies.json"
CASES: list[dict[str, Any]] = json.loads(POLICIES.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[f"policy-{number}" for number in range(len(CASES))])
def test_a_policy_is_refused_for_what_the_interface_refuses_while_typing(
    case: dict[str, Any],
) -> None:
    problem = None
    try:
        check_policy(case["policy"])
    except StowageError as refused:
        problem = refused.params["problem"]

    assert problem == case["problem"]
