"""After a release: each organisation's own report, its exact figures beside the official ones of all others."""
