"""
What the models say about a place: which keys it has, and what kind of value it holds.
"""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from app.config.models import Config
from app.config.problems import Path, render_path
from app.config.values import Section

Kind = Literal["section", "list", "map", "flag", "whole", "real", "text"]
_SCALARS: Mapping[Any, Kind] = {bool: "flag", int: "whole", float: "real"}
_NO_MODEL: type[Section] | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """
    What stands at a place. `model` is the section, or the section of each item of a list.
    """

    kind: Kind
    model: type[Section] | None = _NO_MODEL


def shape_of(annotation: Any) -> Shape:  # noqa: ANN401  any annotation of a field
    """
    Return the shape that a field's annotation describes.
    """
    annotation = _bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return Shape("section", annotation)
    origin = get_origin(annotation)
    if origin is tuple:
        item = shape_of(get_args(annotation)[0])
        return Shape("list", item.model if item.kind == "section" else None)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Shape("map")
    return Shape(_SCALARS.get(annotation, "text"))


def field_shape(model: type[Section], name: str) -> Shape:
    """
    Return the shape of a section's field.
    """
    return shape_of(model.model_fields[name].annotation)


def find_shape(path: Path) -> Shape | None:
    """
    Return the shape of a path through sections, as environment variables name it.
    """
    shape = Shape("section", Config)
    for step in path:
        if shape.kind != "section" or shape.model is None or step not in shape.model.model_fields:
            return None
        shape = field_shape(shape.model, str(step))
    return shape


def nearest(word: str, model: type[Section]) -> str:
    """
    Return the key that was probably meant: one of the section, else one that stands elsewhere.
    """
    folded = word.lower().replace("-", "_")
    names = list(model.model_fields)
    close = [folded] if folded in names else get_close_matches(folded, names, n=1, cutoff=0.7)
    if close:
        return close[0]
    return next((render_path(path) for path in walk_keys() if path[-1] == folded), "")


def walk_keys(model: type[Section] = Config, path: Path = ()) -> Iterator[Path]:
    """
    Yield the path of every key, sections before what is in them; a list's items under `[0]`.
    """
    for name in model.model_fields:
        here = (*path, name)
        yield here
        shape = field_shape(model, name)
        if shape.model is not None:
            inner = (*here, 0) if shape.kind == "list" else here
            yield from walk_keys(shape.model, inner)


def _bare(annotation: Any) -> Any:  # noqa: ANN401  any annotation of a field
    """
    Take off `Annotated` and `| None`; of a choice between text and a list the text stays.
    """
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            annotation = next(one for one in get_args(annotation) if one is not types.NoneType)
        else:
            return annotation
