"""What this project adds to Airflow itself; Airflow finds it by the entry point `airflow.plugins`."""

from typing import Any
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

_PREFIX = "/wres/progress"


async def progress_pages(scope: Any, receive: Any, send: Any) -> None:
    """Serve the progress pages; their libraries are imported with the first request, in the API server alone."""
    from wres.orchestration.progress_view import app

    await app(scope, receive, send)


class WresPlugin(AirflowPlugin):
    """The progress pages in Airflow's menu."""

    name = "wres"
    fastapi_apps: list[Any] = [  # noqa: RUF012 - as Airflow declares them, here and below
        {"app": progress_pages, "url_prefix": _PREFIX, "name": "WRES progress"}
    ]
    external_views: list[Any] = [  # noqa: RUF012
        {
            "name": "Progress",
            "href": f"{urlsplit(conf.get('api', 'base_url', fallback='') or '').path.rstrip('/')}{_PREFIX}/",
            "url_route": "wres-progress",
            "destination": "nav",
        }
    ]
