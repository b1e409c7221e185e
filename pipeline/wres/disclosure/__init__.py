"""Disclosure control of the official release: what may be printed, and the proof that it gives no more away."""

from wres.disclosure.protect import Protected, RoundedNation, protect

__all__ = ["Protected", "RoundedNation", "protect"]
