"""The progress pages inside Airflow's own: read-only, and only for those who are signed in and may see the collecting.

Three files of each known year can be asked for, by name; nothing else under WRES_HOME can be reached from here.
"""

import base64
import hashlib
from html import escape
from typing import Literal

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse

from wres.orchestration.airflow_internals import may_collect, may_see
from wres.reference.year_config import configured_years
from wres.settings import load_settings

# Airflow's pages show UTC until a person chooses otherwise, and no setting changes that. The list of years chooses
# London for whoever has not chosen: the key is that of Airflow 3.3's own choice of a time zone.
_LONDON = "if (!localStorage.getItem('timezone')) localStorage.setItem('timezone', JSON.stringify('Europe/London'));"
_SCRIPT = "sha256-" + base64.b64encode(hashlib.sha256(_LONDON.encode()).digest()).decode()
# The pages load nothing, and only that one script may run.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; script-src '{_SCRIPT}'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
}

app = FastAPI(dependencies=[Depends(may_see)], docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/")
def years() -> HTMLResponse:
    """List the years that have a page, latest first."""
    settings = load_settings()
    progress, configured = settings.progress, configured_years(settings.years)
    years_with_page = [year for year in reversed(configured) if (progress / str(year) / "index.html").is_file()]
    links = "".join(f'<li><a href="{year}/index.html">The collection of {year}</a></li>' for year in years_with_page)
    listing = f"<ul>{links}</ul>" if links else "<p>No collection has begun yet: there is nothing to show.</p>"
    return HTMLResponse(_PAGE.format(listing=listing, script=_LONDON), headers=_HEADERS)


@app.get("/{year}/chase-list.csv", dependencies=[Depends(may_collect)])
def chase_list(year: int) -> FileResponse:
    """Give the chase list, which may hold addresses, to those who may start `collect_returns`."""
    return _file(year, "chase-list.csv")


@app.get("/{year}/{name}")
def page(year: int, name: Literal["index.html", "still.html"]) -> FileResponse:
    """Give a page of a year as the last round wrote it."""
    return _file(year, name)


def _file(year: int, name: str) -> FileResponse:
    settings = load_settings()
    path = settings.progress / str(year) / name
    if year not in configured_years(settings.years) or not path.is_file():
        raise HTTPException(404, escape(f"There is no progress page of {year} yet."))
    return FileResponse(path, headers=_HEADERS)


_PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>WRES collections</title>
<style>body{{font:1.1rem/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#212b32;background:#fff}}a{{color:#005eb8}}</style><script>{script}</script></head>
<body><main><h1>WRES collections</h1>{listing}</main></body>
</html>
"""
