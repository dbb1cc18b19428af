"""
The tags of an object.
"""

from pydantic import Field

from dashboard.schemas import Body, Schema


class Tags(Schema):
    """
    Every tag of an object.
    """

    tags: dict[str, str]


class TagsPut(Body):
    """
    The tags that replace those there are; none clears them.
    """

    tags: dict[str, str] = Field(default_factory=dict)
