"""The words of a release: sentences whose figures come from its own tables, so that they cannot disagree."""
