"""Files that office programs and file managers leave beside those that people work on."""

import re

_BYPRODUCT = re.compile(
    r"^(~\$.*"  # the lock file of Microsoft Office
    r"|\.~lock\..*\#"  # the lock file of LibreOffice
    r"|(eh)?thumbs(_vista)?\.db|desktop\.ini"  # Windows Explorer
    r"|(.*[:.\uf03a])?zone\.identifier(:\$data)?"  # where Windows says that a file came from the internet
    r"|\.ds_store|\._.*|icon\r"  # macOS Finder
    r"|\.directory|\.nfs[0-9a-f]+"  # Dolphin; a file that was removed on a network share while it was open
    r")$",
    re.IGNORECASE | re.DOTALL,
)


def is_byproduct(name: str) -> bool:
    """Say whether a file of this name is left behind by a program, and was not put there by a person."""
    return _BYPRODUCT.match(name) is not None
