from app.config.problems import Origin
from app.plan.plan import Op, Orphan, Plan, Step

CREATE = Step(Op.CREATE, "backends", "new", origin=Origin("config.yaml", 3, 5))
UPDATE = Step(Op.UPDATE, "backends", "old", ("name", "source"), takes_over=True)
DELETE = Step(Op.DELETE, "backends", "gone", is_destructive=True)
KEEP = Step(Op.KEEP, "backends", "same")
ORPHAN = Orphan("backends", "left", Origin("config.yaml", 9))


def test_a_plan_without_changes_is_empty() -> None:
    assert Plan().is_empty
    assert Plan((KEEP,), (ORPHAN,)).is_empty
    assert not Plan((KEEP, CREATE)).is_empty
    assert str(Plan((KEEP,))) == "Nothing to do."


def test_a_plan_reads_as_lines() -> None:
    assert str(Plan((CREATE, UPDATE, KEEP, DELETE), (ORPHAN,))).splitlines() == [
        "+ backends new",
        "~ backends old (name, source), takes over what the dashboard made",
        "- backends gone",
        "! backends left is no longer declared (it was at config.yaml:9)",
    ]


def test_a_plan_as_json_names_fields_and_places_but_no_values() -> None:
    plan = Plan((CREATE, KEEP, UPDATE), (ORPHAN,)).to_dict()

    assert plan == {
        "hash": Plan((CREATE, UPDATE)).hash,
        "steps": [
            {
                "op": "create",
                "kind": "backends",
                "id": "new",
                "fields": [],
                "destructive": False,
                "takes_over": False,
                "source_file": "config.yaml",
                "source_line": 3,
            },
            {
                "op": "update",
                "kind": "backends",
                "id": "old",
                "fields": ["name", "source"],
                "destructive": False,
                "takes_over": True,
                "source_file": "",
                "source_line": 0,
            },
        ],
        "orphans": [
            {"kind": "backends", "id": "left", "source_file": "config.yaml", "source_line": 9}
        ],
    }
