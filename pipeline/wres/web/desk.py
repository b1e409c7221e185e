"""What all requests share: settings, the open registry, the processes that check uploads, limits, sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from starlette.requests import Request

from wres.context import Context, Pipeline
from wres.database.organisations import current_organisations
from wres.settings import Settings
from wres.web.judge import Judge
from wres.web.try_limits import TryLimits

if TYPE_CHECKING:
    from wres.web.oidc import Provider


@dataclass
class Desk:
    """The service's state; one for each process."""

    pipeline: Pipeline
    judge: Judge
    limits: TryLimits

    @property
    def settings(self) -> Settings:
        """Return the settings of the home."""
        return self.pipeline.settings

    @property
    def database(self) -> Engine:
        """Return the registry."""
        return self.pipeline.database

    @cached_property
    def provider(self) -> "Provider | None":
        """The OpenID provider by which people sign in; None where they sign in by invitation."""
        from wres.web.oidc import Provider

        return Provider(self.settings) if self.settings.oidc_issuer else None

    def context(self, year: int) -> Context:
        """Return what the steps of a year need.

        Raises:
            WresError: there is no such collection year.
        """
        return self.pipeline.for_year(year)

    def year_of(self, text: str) -> int | None:
        """Return the collection year that a part of an address names, None where there is none."""
        years = {str(year): year for year in self.pipeline.configured_years()}
        return years.get(text)

    def organisations(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the register in force, by code."""
        return {row["code"]: row for row in current_organisations(self.database)}


def desk_of(request: Request) -> Desk:
    """Return the state of the service that a request came to."""
    desk: Desk = request.app.state.desk
    return desk
