"""State the time zone of every date and time that people see."""

from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
