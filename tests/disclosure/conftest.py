"""Small made-up nations, and everything that an attacker of the official tables needs."""

from tests.release.made_releases import about

__all__ = ["about"]
