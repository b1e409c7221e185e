"""Count an organisation's return from extracts of its own systems, on its own machine."""
