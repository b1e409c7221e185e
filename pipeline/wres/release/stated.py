"""A manifest as somebody handed it over: read with care, for it may be forged, cut off, or no manifest at all."""

import json
import os
import stat
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from wres.outputs.metadata import Publication
from wres.safe_text import printable

_MOST_BYTES = 20_000_000
_SHOWN = 200  # characters of a name that is not the program's own
Text = Annotated[str, Field(max_length=4_000_000)]
Tag = Annotated[str, Field(pattern=r"^\d{4}-\d{1,9}\.\d{1,9}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _moment(text: str) -> str:
    """Let a text stand that Python reads as a time; a ValueError says of any other that it is none."""
    datetime.fromisoformat(text)
    return text


def _day(text: str) -> str:
    """Let a text stand that Python reads as a day."""
    date.fromisoformat(text)
    return text


class _Stated(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


class StatedFile(_Stated):
    """One entry of `files`."""

    path: Annotated[str, Field(min_length=1, max_length=4_000)]
    bytes: Annotated[int, Field(ge=0, lt=1 << 60)]
    sha256: Digest


class StatedAccess(_Stated):
    """One role that could see the edition early."""

    role: Text
    organisation: Text
    reason: Text
    access_from: Annotated[str, AfterValidator(_moment)]


class StatedPublication(_Stated):
    """When a release came out, how its figures stand, whom to ask, when the next come."""

    released_at: Annotated[str, AfterValidator(_moment)]
    status: Text
    team: Text
    mailbox: Text
    next_release: Annotated[str, AfterValidator(_day)] | None


class StatedFiles(_Stated):
    """What a release is held against."""

    files: list[StatedFile]
    content_sha256: Digest


class StatedManifest(StatedFiles):
    """All that a manifest holds, in the types that `manifest_document` writes."""

    collection_year: Annotated[int, Field(ge=1900, le=9999)]
    edition: Annotated[str, Field(pattern=r"^\d{1,9}\.\d{1,9}$")]
    audience: Literal["management", "official"]
    marking: list[Text]
    simulated: bool
    created_at: Annotated[str, Field(max_length=100)]
    publication: StatedPublication
    note: Text | None
    compared_with: Tag | None
    published_before: list[Tag]
    disclosure_policies: dict[Annotated[str, Field(pattern=r"^\d{4}$")], Literal["open", "ratios", "protected"]] | None
    figures_shown: dict[str, int] | None
    disclosure_notes: list[Text]
    open_reason: Text | None
    pre_release_access: list[StatedAccess] | None
    replaces: list[Tag]
    commentary: Text | None
    build: Annotated[str, Field(pattern=r"^[\w.-]{1,100}$")]
    code_version: Annotated[str, Field(pattern=r"^[\w.+-]{1,100}$")]
    rule_sets: dict[str, str]
    methods: dict[str, Any]


def publication_of(document: Mapping[str, Any]) -> Publication:
    """Read what a manifest states of the publication."""
    stated = document["publication"]
    following = stated["next_release"]
    return Publication(
        datetime.fromisoformat(stated["released_at"]),
        stated["team"],
        stated["mailbox"],
        stated["status"],
        date.fromisoformat(following) if following else None,
    )


def read_manifest(path: Path, model: type[StatedFiles] = StatedManifest, *, partly: bool = False) -> dict[str, Any]:
    """Read the manifest of a release: a dictionary that holds all that the model names, in the right types.

    Where it may be there `partly`, names may be missing from it, as a newer program may leave some out.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it cannot be read as a manifest; the text says why, in a clause fit for a terminal.
    """
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise ValueError("it is no plain file")
        with path.open("rb") as source:
            content = source.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ValueError(str(error.strerror)) from None
    if len(content) > _MOST_BYTES:
        raise ValueError(f"it is larger than {_MOST_BYTES:,} bytes")
    return parse_manifest(content, model, partly=partly)


def parse_manifest(
    content: bytes, model: type[StatedFiles] = StatedManifest, *, partly: bool = False
) -> dict[str, Any]:
    """Read the bytes of a manifest as `read_manifest` does a file.

    Raises:
        ValueError: they cannot be read as a manifest; the text says why, in a clause fit for a terminal.
    """
    try:
        document: dict[str, Any] = json.loads(
            content.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_once
        )
        model.model_validate(document)
    except ValidationError as error:
        wrong = [
            error for error in error.errors() if not (partly and error["type"] == "missing" and len(error["loc"]) == 1)
        ]
        if not wrong:
            return document
        first = wrong[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise ValueError(shown(f"{where}: {first['msg'].lower()}")) from None
    except UnicodeDecodeError:
        raise ValueError("it is not text in UTF-8") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise ValueError(shown(f"it is not JSON: {error}")) from None
    return document


def is_inside(path: str) -> bool:
    """Return whether a stated path names a file in the release's own folder, as the program writes such paths."""
    return PurePosixPath(path).as_posix() == path and not path.startswith("/") and ".." not in path.split("/")


def shown(text: str) -> str:
    """Return a text of somebody else's, printable and not too long."""
    return printable(text[:_SHOWN]) + ("..." if len(text) > _SHOWN else "")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; refuse a name that is there twice, for programs take one or the other."""
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a name is there twice")
    return content
