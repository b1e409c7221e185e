"""The database's roles: who may do what in the registry, as sql/registry/roles.sql says."""

import re

from sqlalchemy import Engine, text

from wres.errors import WresError
from wres.settings import package_data

ROLES = ("wres_reader", "wres_steps")


def grant_roles(engine: Engine) -> bool:
    """Give each role its rights and no others; whether there was anything to give them in.

    False for SQLite, whose file is for its own user alone, and for a PostgreSQL that has none of the roles: there one
    user does everything.

    Raises:
        WresError: only some of the roles are there.
    """
    if engine.dialect.name != "postgresql":
        return False
    with engine.begin() as connection:
        query = text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:roles)")
        found = set(connection.scalars(query, {"roles": list(ROLES)}))
        if not found:
            return False
        if missing := [role for role in ROLES if role not in found]:
            raise WresError(
                f"The database has no role {' and no role '.join(missing)}, so no rights were given. Make the roles as "
                "docker/postgres.sh does, then migrate again."
            )
        for statement in statements():
            connection.exec_driver_sql(statement)
    return True


def statements() -> list[str]:
    """The statements of roles.sql, without its comments."""
    lines = (package_data("sql") / "registry" / "roles.sql").read_text(encoding="utf-8")
    parts = re.sub(r"--.*", "", lines).split(";")
    return [" ".join(part.split()) for part in parts if part.strip()]
