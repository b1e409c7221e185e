"""What all requests share: settings, the open registry, the processes that validate uploads, limits, sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from starlette.requests import Request

from wres.context import Context, Pipeline
from wres.database.organisations import current_organisations
from wres.settings import Settings
from wres.web.rate_limits import RateLimits
from wres.web.validation_workers import ValidationWorkers

if TYPE_CHECKING:
    from wres.web.oidc import Provider


@dataclass
class ServiceState:
    """The service's state; one for each process."""

    pipeline: Pipeline
    workers: ValidationWorkers
    limits: RateLimits

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


def get_service(request: Request) -> ServiceState:
    """Return the state of the service that a request came to."""
    service: ServiceState = request.app.state.service
    return service
