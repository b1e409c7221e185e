"""The checklist of a build before its official release, and the approval of a named person."""

OPEN_POLICY = "open-policy"  # the code of the line of a checklist after which an approval needs a written reason
