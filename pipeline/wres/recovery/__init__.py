"""KEEPING IT SAFE: what is kept so that all can be made again; audit, rebuild from nothing, backup and restore."""
