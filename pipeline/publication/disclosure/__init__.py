"""Disclosure control of the official release: what may be printed, and the proof that nothing else can be worked out."""

from pipeline.publication.disclosure.protect import Protected, protect

__all__ = ["Protected", "protect"]
