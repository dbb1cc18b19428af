from pathlib import Path

import pytest

from app.config.load import load_config
from app.config.problems import ConfigError

BACKEND = "{{id: {0}, type: s3v4, endpoint: 'http://{0}', access_key_env: A, secret_key_env: S}}"


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def backends(*ids: str) -> str:
    return "backends: [" + ", ".join(BACKEND.format(one) for one in ids) + "]\n"


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(path, {})
    return [str(one) for one in caught.value.problems]


def test_a_folder_is_read_in_name_order(tmp_path: Path) -> None:
    folder = write(tmp_path / "conf.d", b=backends("two"), a=backends("one") + "log: {level: warn}")
    (folder / "notes.txt").write_text("not: [yaml")
    (folder / ".hidden.yaml").write_text("not: [yaml")

    loaded = load_config(folder, {})

    assert [one.id for one in loaded.config.backends] == ["one", "two"]
    assert loaded.origins["backends[1].id"].file.endswith("conf.d/b.yaml")
    assert loaded.config.log.level == "warn"


def test_sections_of_several_files_are_joined(tmp_path: Path) -> None:
    folder = write(tmp_path, a="log: {level: warn}", b="log: {format: text}")

    log = load_config(folder, {}).config.log

    assert (log.level, log.format) == ("warn", "text")


def test_two_files_that_claim_one_key_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, a="log: {level: warn}", b="log:\n  level: info")

    (problem,) = problems(folder)

    assert "b.yaml:2:3: log.level: is set in two files, first at" in problem
    assert "a.yaml:1:7" in problem


def test_two_files_that_claim_one_list_of_words_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, a="auth: {modes: [local]}", b="auth: {modes: [local]}")

    assert "auth.modes: is set in two files" in problems(folder)[0]


def test_two_files_that_declare_one_thing_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, a=backends("one"), b=backends("one"))

    (problem,) = problems(folder)

    assert "b.yaml:1:12: backends[1]: is declared twice, first as backends[0], at " in problem
    assert problem.endswith("a.yaml:1:12")


def test_includes_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    write(tmp_path, main="include: [more]\n")
    write(tmp_path / "more", x="include: [../extra.yaml]\n" + backends("x"))
    write(tmp_path, extra=backends("extra"))

    loaded = load_config(tmp_path / "main.yaml", {})

    assert [one.id for one in loaded.config.backends] == ["x", "extra"]
    assert loaded.origins["backends[1]"].file.endswith("extra.yaml")


def test_a_cycle_of_includes_is_named(tmp_path: Path) -> None:
    write(tmp_path, a="include: [b.yaml]", b="include: [c.yaml]", c="include: [a.yaml]")

    (problem,) = problems(tmp_path / "a.yaml")

    assert "c.yaml:1:11: include: includes itself" in problem
    assert "a.yaml → " in problem


def test_a_file_is_not_read_twice(tmp_path: Path) -> None:
    write(tmp_path, a="include: [c.yaml]", b="", c="log: {level: warn}")

    (problem,) = problems(tmp_path)

    assert "c.yaml is read twice" in problem


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path)

    assert "holds no *.yaml" in problem


def test_links_of_a_kubernetes_volume_are_followed(tmp_path: Path) -> None:
    write(tmp_path / "..2026", a="log: {level: warn}")
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "a.yaml").symlink_to("..data/a.yaml")

    assert load_config(tmp_path, {}).config.log.level == "warn"
