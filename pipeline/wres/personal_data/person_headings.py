"""Recognise headings of lists of people, and of tables of counts, by their words and not by the marks between them."""

import re
from enum import Flag, auto
from functools import cache, lru_cache

from wres.personal_data.person_signs import plain
from wres.returns.template_spec import group_headings

_LONGEST = 60


class Heading(Flag):
    """The meaning of a heading for its column."""

    NONE = 0
    NUMBER = auto()  # a number or a date that belongs to one person
    NAME = auto()  # a name or a part of one
    CONTACT = auto()  # where a person can be reached
    TRAIT = auto()  # what is said of a person: ethnicity, age, religion
    CASE = auto()  # what is said of a disciplinary case
    POST = auto()  # what is said of a post: grade, staff group, department
    COUNT = auto()  # a number of people or a share of them


PERSON = Heading.NUMBER | Heading.NAME | Heading.CONTACT
ABOUT = PERSON | Heading.TRAIT | Heading.CASE | Heading.POST

_KIND_OF_NUMBER = r"(?:number|numbers|num|no|nr|nbr|id|ids|identifier|ref|reference|code|pin)"
_WHOSE = (
    r"(?:employee|employees|emp|staff|staff member|payroll|pay|person|personnel|personal|assignment|esr|"
    r"worker|colleague|individual|subject|registrant|gmc|nmc|gdc|hcpc|passport|ni|national insurance|nat ins|nhs|"
    r"hospital|unique|user|smart ?card|position|applicant|candidate|clinician|doctor|nurse)"
)
_WHO = (
    r"(?:employee|staff|staff member|member of staff|person|worker|colleague|individual|subject|case subject|"
    r"respondent|complainant|nurse|doctor|clinician|candidate|legal|people)"
)
_PARTS: tuple[tuple[Heading, str], ...] = (
    # The number of one member of staff, or how many there are: what stands below decides.
    (Heading.NUMBER | Heading.COUNT, r"(?:staff|nurse|doctor|clinician|position) (?:number|numbers|no|nos)"),
    (Heading.NUMBER | Heading.COUNT, r"employees? numbers|employees no"),
    (Heading.NUMBER, rf"{_WHOSE}(?: {_WHOSE})? {_KIND_OF_NUMBER}"),
    (Heading.NUMBER, r"(?:nino|n i n o|ni|n i|national insurance|nat ins|employee|uid|upn|username|user name|login)"),
    (Heading.NUMBER, r"n i (?:no|number)"),
    (Heading.NUMBER, r"(?:date of birth|d o b|dob|birth ?date|birthday|born|year of birth)"),
    (
        Heading.NAME,
        r"(?:sur ?name|first ?name|fore ?names?|last ?name|family name|second name|middle names?|maiden name)",
    ),
    (Heading.NAME, r"(?:given names?|full name|preferred name|known as|christian name|initials|middle initial)"),
    (Heading.NAME, rf"{_WHO}s? (?:sur|full |first |last )?names?"),
    (Heading.NAME, r"(?:employee|staff member|member of staff|colleague|respondent|complainant|worker|subject)"),
    (Heading.CONTACT, r"(?:personal|home|private|work|staff|employee)? ?(?:e ?mail|email)(?: address| addr)?"),
    (Heading.CONTACT, r"(?:home|personal|private|postal)? ?address(?: line)?(?: \d)?"),
    (Heading.CONTACT, r"(?:home|personal|mobile|work)? ?(?:phone|telephone|tel|mobile)(?: number| no)?"),
    (Heading.CONTACT, r"(?:home )?post ?code"),
    (Heading.CONTACT, r"(?:next of kin|emergency contact|bank account|sort code)"),
    (Heading.TRAIT, r"(?:name|names|age|gender|sex|ethnicity|ethnic|race|nationality|religion|religious belief|faith)"),
    (Heading.TRAIT, r"ethnic(?:ity)? (?:origin|category|code|group|background|description)"),
    (Heading.TRAIT, r"(?:disability|disabled|sexual orientation|marital status|pregnan\w+|trans\w*|date of death)"),
    (
        Heading.TRAIT,
        r"(?:latest |original |contract )?(?:start|hire|joining|leaving|leave|termination|end|appointment) ?date",
    ),
    (Heading.TRAIT, r"(?:date|reason) (?:of|for) (?:joining|starting|leaving|hire|appointment|termination)"),
    (Heading.TRAIT, r"(?:country of birth|length of service|fte|wte|salary|line manager|manager|supervisor|title)"),
    (Heading.CASE, rf"(?:er |employee relations |disciplinary )?case(?: {_KIND_OF_NUMBER})?"),
    (
        Heading.CASE,
        r"(?:allegations?|allegation type|nature of (?:the )?(?:allegation|case)|offence|misconduct|charge)",
    ),
    (
        Heading.CASE,
        r"(?:case |hearing |investigation |disciplinary )?(?:outcome|sanction|penalty|finding|result|decision)",
    ),
    (Heading.CASE, r"(?:hearing|suspen\w+|dismiss\w+|investigat\w+|appeal|incident)(?: date| start| end| status)?"),
    (
        Heading.CASE,
        r"date (?:of (?:the )?)?(?:hearing|suspension|dismissal|investigation|incident|allegation|case|outcome)",
    ),
    (Heading.POST, r"(?:job|position|post|role) ?(?:title|name|description)?"),
    (Heading.POST, r"(?:pay )?(?:grade|band|scale|spine point)(?: code| point)?"),
    (Heading.POST, r"(?:staff group|occupation code|department|directorate|division|ward|team|site|location|base)"),
    (
        Heading.POST,
        r"(?:assignment|employment|contract) (?:category|type|status)|cost cent(?:re|er)|employer|workplace",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _PARTS)
_COUNT = re.compile(
    r".*\b(?:headcounts?|counts?|total|totals|percent\w*|share|heads|sum|average|mean|median|rate|ratio|all|both)\b.*"
    r"|(?:the )?(?:number|no|nr|numbers) (?:of|in) .*|.* (?:numbers|figures)"
    r"|(?:value|item|n|number|staff|people)"
    r"|.*%.*|(?:19|20)\d\d(?: ?\d\d(?:\d\d)?)?|(?:q|quarter|m|month|year|yr) ?\d{1,2}(?: .*)?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*(?: \d{2,4})?|.*\b(?:fte|wte) (?:total|sum)"
    r"|(?:starters|leavers|entries|entered|cases|people|staff|workforce|employees)(?: .*)?"
)
_ANY = re.compile("|".join(pattern.pattern for pattern in (*(pattern for _, pattern in _PATTERNS), _COUNT)))
_JOINED = re.compile(r"\s*(?:[,/&;+|]|\band\b)\s*")
_CAPITAL_INSIDE = re.compile(r"([a-z])([A-Z][a-z])")  # as in FirstName
_MARKS = re.compile(r"[^\w%]+|_")


@lru_cache(maxsize=10_000)
def heading_of(text: str) -> Heading:
    """Return what a text says as a heading; `Last Name, First Name` says what both say."""
    if len(text) > _LONGEST or not text or (text.isdigit() and len(text) != 4):
        return Heading.NONE
    if not any(character.isalpha() for character in text) and len(text) > 8:
        return Heading.NONE
    words = _CAPITAL_INSIDE.sub(r"\1 \2", plain(text)).casefold()
    words = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", words) if words[:1] not in "([" else words
    words = words.replace("'s ", " ").replace("\u2019s ", " ").replace("#", " no ")
    if heading := _match_heading(_split_words(words)):
        return heading
    if not _JOINED.search(words):
        return Heading.NONE
    parts = [_match_heading(_split_words(part)) for part in _JOINED.split(words)]
    if len(parts) > 1 and all(parts):
        joined = Heading.NONE
        for part in parts:
            joined |= part
        return joined
    return Heading.NONE


def _split_words(text: str) -> str:
    return " ".join(_MARKS.sub(" ", text).split())


@cache
def _group_words() -> frozenset[str]:
    """Return the headings of ethnic groups: what stands below one is a count."""
    return frozenset(_split_words(heading) for heading in group_headings())


def _match_heading(words: str) -> Heading:
    """Say what a single heading says, nothing where it is neither about a person nor a count."""
    if words in _group_words():
        return Heading.COUNT
    if not _ANY.fullmatch(words):
        return Heading.NONE
    for kind, pattern in _PATTERNS:
        if pattern.fullmatch(words):
            return kind
    return Heading.COUNT
