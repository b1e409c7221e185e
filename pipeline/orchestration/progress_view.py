"""The progress pages inside Airflow's own: read-only, and only for those who are signed in and may see the collecting.

Three files of each known year can be asked for, by name; nothing else under WRES_HOME can be reached from here.
"""

from html import escape
from typing import Literal

from airflow.api_fastapi.core_api.security import requires_access_dag
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse

from pipeline.collection.calendar import known_years
from pipeline.settings import load_settings

_MAY_SEE = Depends(requires_access_dag(method="GET", param_dag_id="collect_returns"))
# The pages hold no scripts and load nothing.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
}

app = FastAPI(dependencies=[_MAY_SEE], docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/")
def years() -> HTMLResponse:
    """The years that have a page, latest first."""
    progress = load_settings().progress
    found = [year for year in reversed(known_years()) if (progress / str(year) / "index.html").is_file()]
    links = "".join(f'<li><a href="{year}/index.html">The collection of {year}</a></li>' for year in found)
    said = f"<ul>{links}</ul>" if found else "<p>No collection has begun yet: there is nothing to show.</p>"
    return HTMLResponse(_PAGE.format(said=said), headers=_HEADERS)


@app.get("/{year}/{name}")
def page(year: int, name: Literal["index.html", "still.html", "chase-list.csv"]) -> FileResponse:
    """One file of one year, as the last round wrote it."""
    path = load_settings().progress / str(year) / name
    if year not in known_years() or not path.is_file():
        raise HTTPException(404, escape(f"There is no progress page of {year} yet."))
    return FileResponse(path, headers=_HEADERS)


_PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>WRES collections</title>
<style>body{{font:1.1rem/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#212b32;background:#fff}}a{{color:#005eb8}}</style></head>
<body><main><h1>WRES collections</h1>{said}</main></body>
</html>
"""
