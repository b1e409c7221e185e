"""The service in this process: a browser that keeps cookies, people who are signed in, returns as files."""

import csv
import io
from collections.abc import Callable

import pytest
from limits import parse

from tests.support.web_service import YEAR, Service
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.settings import load_settings
from wres.web import rate_limits, upload
from wres.web.app import create_app


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    """The service while the collection of 2022 is open; its processes are not started, so nothing is waited for."""
    monkeypatch.setenv("WRES_AS_OF", "2022-06-20T10:00")
    monkeypatch.setattr(upload, "WAIT_SECONDS", 0.0)
    monkeypatch.setattr(rate_limits, "LIMITS", dict.fromkeys(rate_limits.LIMITS, parse("100000/minute")))
    return Service(create_app(load_settings()))


@pytest.fixture(scope="session")
def csv_return() -> Callable[..., bytes]:
    """A return as CSV: all staff in clinical band 5."""

    def make(code: str = "RXY", bme: str = "9", *, year: int = YEAR, role: str = "Director of People") -> bytes:
        template = load_template(load_year(year).template_version)
        cells = {cell: "0" for cell in template.cells() if cell[0] != "workforce.total"}
        for group, staff, entered in (("white", "1000", "10"), ("bme", "400", bme), ("unknown", "20", "0")):
            cells["workforce.clinical.band_5", group] = staff
            cells["disciplinary.entered", group] = entered
        rows = [["collection_year", "organisation_code", "item", "ethnic_group", "value"]]
        rows += [[str(year), code, item, group, value] for (item, group), value in cells.items()]
        rows.append([str(year), code, "signoff.name", "", "x"])
        if int(bme) > 30:  # it states a ratio that its figures do not give, so it is asked about that (Q308)
            rows.append([str(year), code, "calculated.relative_likelihood", "", "1.00"])
        if role:
            rows += [
                [str(year), code, "signoff.role", "", role],
                [str(year), code, "signoff.date", "", f"{year}-06-01"],
            ]
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()

    return make
