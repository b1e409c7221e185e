"""Turn the bytes of a text file into text: which encoding it is in, by its marks or by what reads as words.

Excel writes CSV in Windows-1252, "CSV (Macintosh)" in Mac OS Roman and "CSV (MS-DOS)" in code page 850. Nothing in the
file says so. The figures are the same in all of them; only accented letters, quotation marks and signs differ.
"""

import codecs
import itertools
import re

from wres.returns.parsed_return import Normalisation, UnreadableError

_MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_NAMES = {"cp1252": "Windows-1252", "mac_roman": "Mac OS Roman", "cp850": "code page 850 (MS-DOS)"}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x19\x1b-\x1f]")  # those that text files do not hold
_OUTSIDE_ASCII = re.compile(r"[^\x00-\x7f]")
_MOST_JUDGED = 2_000  # characters outside ASCII that are looked at
_MARK_READ_TWICE = "ï»¿"  # a UTF-8 mark that a program took for Windows-1252 and encoded again
_SAVE_AS = 'Save it as "CSV UTF-8" or as .xlsx.'

_LETTERS = dict.fromkeys("éè", 3.0) | dict.fromkeys("áàâäãåæçêëíïîñóôöøúüýœšž", 2.0)
_LETTERS |= dict.fromkeys("ìùûõðþßÿ", 1.0) | {"ò": 1.5}
_CLITICS = ("s", "t", "d", "m", "ll", "re", "ve")


def decode_text(content: bytes, repairs: list[Normalisation]) -> str:
    """Return the text of a file without its byte order marks; what was done is listed.

    Raises:
        UnreadableError: S101 when the bytes are no text, or are in no encoding that is known here.
    """
    if content.startswith(b"+/v"):
        raise UnreadableError("S101", f"The text is in UTF-7, which is not taken. {_SAVE_AS}")
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None) or _guess(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            line = content.count(b"\n", 0, error.start) + 1
            detail = f"The file begins with the mark of UTF-8, but line {line:,} is not in UTF-8. {_SAVE_AS}"
            raise UnreadableError("S101", detail) from None
        raise not_text() from None
    if "\x00" in text or _is_binary(text):
        raise not_text()
    if encoding in _NAMES:
        repairs.append(Normalisation(f"The text is in {_NAMES[encoding]} instead of UTF-8; check its accented letters"))
    elif encoding != "utf-8":
        repairs.append(Normalisation(f"The text is in {encoding.upper()[:6]} instead of UTF-8"))
    return _without_marks(text, repairs)


def not_text() -> UnreadableError:
    """Return the fault for bytes that are neither a workbook nor text."""
    return UnreadableError("S101", "The file is neither a workbook nor text")


def _guess(content: bytes) -> str:
    """Return the encoding where no mark says it. UTF-16 shows by its zero bytes: every second one in English text."""
    start = content[:2000]
    if start.count(0) > len(start) // 4:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _guess_code_page(content)
    return "utf-8"


def _guess_code_page(content: bytes) -> str:
    """Return the code page in which the bytes outside ASCII read as letters of words and as usual signs.

    Raises:
        UnreadableError: S101 when they do so in none.
    """
    start = content[:4000]
    if b"\x00" in content or sum(byte > 127 for byte in start) * 4 > len(start):
        raise not_text()
    candidates = {"cp1252": 0.0, "mac_roman": 0.0, "cp850": 0.0}
    if b"\r" in content and b"\n" not in content:  # line ends of the Macintosh
        candidates["mac_roman"] = 0.5
    for name, head_start in candidates.items():
        try:
            candidates[name] = head_start + _plausibility(content.decode(name))
        except UnicodeDecodeError:
            candidates[name] = float("-inf")
    best = max(candidates, key=lambda name: candidates[name])
    if candidates[best] <= 0:
        if _is_binary(start.decode("latin-1")):
            raise not_text()
        raise UnreadableError("S101", f"The text is in an encoding that is not known here. {_SAVE_AS}")
    return best


def _plausibility(text: str) -> float:
    """Rate how well characters outside ASCII fit between their neighbours: above 0 is likely, below is not."""
    padded = f" {text} "
    places = (match.start() for match in itertools.islice(_OUTSIDE_ASCII.finditer(padded), _MOST_JUDGED))
    return sum(_fit(padded[place], padded[place - 1], padded[place + 1 : place + 4]) for place in places)


def _fit(character: str, before: str, after: str) -> float:
    """Rate one character: a letter in a word, a quotation mark at its edge, a currency sign before digits."""
    following = after[:1]
    if character.isalpha() and character not in "ªº":
        return _fit_of_letter(character, before, after)
    edge = not before.isalnum(), not following.isalnum()
    if character == "\u2019" and not any(edge):
        return 3.0 if after.startswith(_CLITICS) or following.isupper() else 2.0
    for characters, strength, fits in (
        ("\u2018\u201c«", 2.0, edge[0] and not following.isspace()),
        ("\u2019\u201d»", 2.0, edge[1] and not before.isspace()),
        ("\u2013\u2014", 2.0, (before.isspace() and following.isspace()) or before.isdigit() or following.isdigit()),
        ("\u2013\u2014", 1.0, following.isupper() or all(edge)),
        ("…", 2.0, edge[1]),
        ("•·", 1.0, edge[0]),
        ("£€", 2.0, following.isdigit()),
        ("\xa0", 1.0, True),
        ("½¼¾°²³", 1.0, edge[1]),
        ("©®™§†‡±\xd7÷¬", 1.0, any(edge)),
    ):
        if character in characters and fits:
            return strength
    return -1.0 if character in "\u2018\u2019\u201c\u201d\u2013\u2014…•·£€«»½¼¾°²³" else -2.0


def _fit_of_letter(character: str, before: str, after: str) -> float:
    """Rate an accented letter in its word; the rarer ones stand before or after certain letters only."""
    following = after[:1]
    weight = _LETTERS.get(character.lower(), -1.0)
    if weight < 0 or before.isdigit() or following.isdigit():
        return -2.0
    if before.isalpha() and not before.isascii():  # a whole word of such letters is in another alphabet
        return -1.5
    if character.isupper():
        after_small = before.islower() or (before.isupper() and following.islower())
        return -2.0 if after_small else weight / 2
    if following.isupper():
        return -1.0
    if not before.isalpha():
        return weight / 2 if following.isalpha() else 0.5
    ends_word = not following.isalpha()
    usual = {
        "ç": following in ("a", "o", "u"),
        "ã": following in ("o", "e"),
        "õ": following == "e",
        "ë": ends_word or following in ("l", "n"),
        "ï": before in ("a", "o", "u") and not ends_word,
        "â": not ends_word,
        "ò": ends_word,
        "ÿ": ends_word,
    }
    return weight + 0.5 if usual.get(character) else weight - 0.5 if character in usual else weight


def _without_marks(text: str, repairs: list[Normalisation]) -> str:
    """Return the text without byte order marks, also those in the middle that joining files leaves there."""
    plain = text.removeprefix(_MARK_READ_TWICE).replace("\ufeff", "")
    if plain != text:
        repairs.append(Normalisation("The byte order mark was left out"))
    return plain


def _is_binary(text: str) -> bool:
    """Return whether more than a twentieth of the characters at the beginning are control characters."""
    start = text[:4000]
    return len(_CONTROLS.findall(start)) * 20 > len(start)
