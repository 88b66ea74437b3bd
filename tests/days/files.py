"""
Days of what the configuration and its calendar files can say more: hours by weekday, categories, repetitions, events.
"""

from days.places import NINE_TO_SIX

SATURDAYS = 'hours: {mon-fri: ["09:00-18:00"], sat: ["10:00-14:00"]}\n'
CATHOLIC = "holidays: {country: DE, subdivision: BY, categories: [public, catholic]}\n"

CALENDARS: dict[str, tuple[str, str]] = {
    "by day": ("Europe/Berlin", 'hours: {mon-thu: ["09:00-12:00", "13:00-17:30"], fri: ["09:00-15:00"]}\n'),
    "friday until noon": (
        "Asia/Dubai",
        'hours: {mon-thu: ["09:00-18:00"], fri: ["08:00-12:00"]}\nholidays: {country: AE}\n',
    ),
    "their weekend SA": ("Asia/Riyadh", 'hours: ["09:00-18:00"]\nholidays: {country: SA}\n'),
    "their weekend EG": ("Africa/Cairo", 'hours: ["09:00-18:00"]\nholidays: {country: EG}\n'),
    "their weekend IL": ("Asia/Jerusalem", 'hours: ["09:00-18:00"]\nholidays: {country: IL}\n'),
    "their weekend AE": ("Asia/Dubai", 'hours: ["09:00-18:00"]\nholidays: {country: AE}\n'),
    "sunday to thursday nights": ("Europe/Berlin", 'hours: {sun-thu: ["22:00-06:00"]}\n'),
    "sweden as it is": ("Europe/Stockholm", NINE_TO_SIX + "holidays: {country: SE, categories: [public, de_facto]}\n"),
    "munich": (
        "Europe/Berlin",
        NINE_TO_SIX + "holidays: {country: DE, subdivision: BY, categories: [public, catholic]}\n",
    ),
    "amsterdam": ("Europe/Amsterdam", NINE_TO_SIX + 'holidays: {country: NL, ignore: ["goede vrijdag"]}\n'),
    "london works": (
        "Europe/London",
        NINE_TO_SIX + "holidays: {country: GB, subdivision: ENG, ignore: [2026-08-31, 12-28]}\n",
    ),
    "every year": (
        "Europe/Berlin",
        NINE_TO_SIX + "holidays: {country: DE, subdivision: BY, calendars: [yearly.yaml]}\n",
    ),
    "fair": ("Europe/Berlin", SATURDAYS + "holidays: {country: DE, calendars: [fair.ics, fair.yaml]}\n"),
}

YEARLY_YAML = """\
closures:
  - {on: 12-23, from_time: "12:00", yearly: true, name: Party}
  - {from: 12-27, to: 01-01, yearly: true, name: Between the years}
  - {on: 02-29, yearly: true, name: Leap day}
  - {on: 2026-06-11, from_time: "13:00", to_time: "15:30", name: Outing}
"""

FAIR_YAML = """\
working_days:
  - {on: 2026-11-29, hours: ["10:00-16:00"], name: First Advent}
"""

EVENTS = (
    "DTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261125\nSUMMARY:Trade fair",
    "DTSTART;VALUE=DATE:20200619\nRRULE:FREQ=YEARLY\nSUMMARY:Founder's day",
    "DTSTART;TZID=America/New_York:20261026T060000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT=2\nSUMMARY:Call",
    "DTSTART:20260709T120000Z\nDTEND:20260709T130000Z\nSUMMARY:Fire drill",
    "DTSTART:20260710T100000\nDTEND:20260710T110000\nSUMMARY:Lift repair",
    "DTSTART;VALUE=DATE:20270201\nRRULE:FREQ=WEEKLY;UNTIL=20270222\nEXDATE;VALUE=DATE:20270215\nSUMMARY:Course",
    "DTSTART;VALUE=DATE:20260909\nTRANSP:TRANSPARENT\nSUMMARY:A birthday",
    "DTSTART;VALUE=DATE:20260912\nSUMMARY:Office party",
    "DTSTART;VALUE=DATE:20261128\nDTEND;VALUE=DATE:20261130\nSUMMARY:Moving",
    "DTSTART;VALUE=DATE:20261225\nSUMMARY:Shutdown",
    "DTSTART;VALUE=DATE:20200131\nRRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=-1FR\nSUMMARY:Stocktaking",
)


def _ics() -> str:
    """Return the events as another program would write them."""
    blocks = (f"BEGIN:VEVENT\nUID:{number}@example.com\n{event}\nEND:VEVENT\n" for number, event in enumerate(EVENTS))
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example//synthetic//EN\n" + "".join(blocks) + "END:VCALENDAR\n"
    return text.replace("\n", "\r\n")


FILES = {"yearly.yaml": YEARLY_YAML, "fair.yaml": FAIR_YAML, "fair.ics": _ics()}

# name | calendar | wall clock there | ... as above
SOURCES = """
Thursday's afternoon by the week's own lines      | by day | 2026-11-26 17:29 | open          | | 2026-11-26 17:30
Friday closes earlier                             | by day | 2026-11-27 15:00 | outside_hours | | 2026-11-30 09:00
a lunch break has no day named after it           | by day | 2026-11-26 12:00 | outside_hours | | 2026-11-26 13:00
a weekday that is not named is a day off          | by day | 2026-11-28 10:00 | weekend       | | 2026-11-30 09:00
Friday until noon in Dubai                        | friday until noon | 2026-11-27 12:00 | outside_hours | | 2026-11-30 09:00
Friday morning in Dubai                           | friday until noon | 2026-11-27 08:00 | open | | 2026-11-27 12:00
Saudi Arabia's weekend without being told: Friday | their weekend SA | 2026-11-27 10:00 | weekend | | 2026-11-29 09:00
... and Sunday is a working day                   | their weekend SA | 2026-11-29 10:00 | open    | | 2026-11-29 18:00
Egypt's weekend without being told                | their weekend EG | 2026-11-28 10:00 | weekend | | 2026-11-29 09:00
Israel's weekend without being told               | their weekend IL | 2026-11-27 10:00 | weekend | | 2026-11-29 09:00
the Emirates moved theirs to Saturday and Sunday  | their weekend AE | 2026-11-27 10:00 | open    | | 2026-11-27 18:00
... so Sunday is closed there                     | their weekend AE | 2026-11-29 10:00 | weekend | | 2026-11-30 09:00
Thursday's night ends on Friday morning           | sunday to thursday nights | 2026-11-27 05:59 | open | | 2026-11-27 06:00
no night on Friday                                | sunday to thursday nights | 2026-11-28 03:00 | weekend | | 2026-11-29 22:00
Sunday's night is the week's first                | sunday to thursday nights | 2026-11-29 22:00 | open | | 2026-11-30 06:00
Sunday's evening before its night                 | sunday to thursday nights | 2026-11-29 21:59 | outside_hours | | 2026-11-29 22:00
Midsummer Eve as Sweden lives it                  | sweden as it is | 2026-06-19 10:00 | holiday | Midsummer Eve | 2026-06-22 09:00
Christmas Eve as Sweden lives it                  | sweden as it is | 2026-12-24 10:00 | holiday | Christmas Eve | 2026-12-28 09:00
Assumption in Munich, which is Catholic           | munich | 2028-08-15 10:00 | holiday | Assumption Day | 2028-08-16 09:00
Good Friday is worked where the seller says so    | amsterdam | 2026-04-03 10:00 | open       | | 2026-04-03 18:00
the other holidays stay                           | amsterdam | 2026-04-06 10:00 | holiday | Easter Monday | 2026-04-07 09:00
a holiday ignored by its date                     | london works | 2026-08-31 10:00 | open    | | 2026-08-31 18:00
a holiday ignored in every year                   | london works | 2026-12-28 10:00 | open    | | 2026-12-28 18:00
... which leaves the year's others                | london works | 2027-12-27 10:00 | holiday | Christmas Day (observed) | 2027-12-28 09:00
a party every year                                | every year | 2027-12-23 12:00 | closure | Party | 2027-12-24 09:00
... in the morning everybody is there             | every year | 2027-12-23 11:59 | open       | | 2027-12-23 12:00
between the years, across New Year                | every year | 2027-12-28 10:00 | closure | Between the years | 2028-01-03 09:00
its last day is New Year's Day                    | every year | 2028-01-01 23:59:59 | closure | Between the years | 2028-01-03 09:00
29 February every year that has one               | every year | 2028-02-29 10:00 | closure | Leap day | 2028-03-01 09:00
a year without it has no such day                 | every year | 2027-03-01 10:00 | open       | | 2027-03-01 18:00
two and a half hours of one day                   | every year | 2026-06-11 15:29 | closure | Outing | 2026-06-11 15:30
the second day of an event                        | fair   | 2026-11-24 10:00 | closure | Trade fair | 2026-11-25 09:00
its end is not a day of its own                   | fair   | 2026-11-25 09:00 | open          | | 2026-11-25 18:00
an event of every year                            | fair   | 2028-06-19 10:00 | closure | Founder's day | 2028-06-20 09:00
New York's call while only Europe is on winter time | fair | 2026-10-26 12:00 | closure | Call | 2026-10-26 13:00
... before it begins                              | fair   | 2026-10-26 10:59 | open          | | 2026-10-26 11:00
... and when New York is too                      | fair   | 2026-11-02 13:59 | closure | Call | 2026-11-02 14:00
... it begins an hour later by Berlin's clock     | fair   | 2026-11-02 11:59 | open          | | 2026-11-02 12:00
an event in UTC                                   | fair   | 2026-07-09 14:30 | closure | Fire drill | 2026-07-09 15:00
an event without a zone is on the seller's clock  | fair   | 2026-07-10 10:00 | closure | Lift repair | 2026-07-10 11:00
a course every Monday                             | fair   | 2027-02-08 10:00 | closure | Course | 2027-02-09 09:00
... but for the one that was taken out            | fair   | 2027-02-15 10:00 | open          | | 2027-02-15 18:00
... with its last one                             | fair   | 2027-02-22 10:00 | closure | Course | 2027-02-23 09:00
... and none after it                             | fair   | 2027-03-01 10:00 | open          | | 2027-03-01 18:00
an event that leaves the time free closes nothing | fair   | 2026-09-09 10:00 | open          | | 2026-09-09 18:00
an event over a working Saturday                  | fair   | 2026-09-12 11:00 | closure | Office party | 2026-09-14 09:00
a working Saturday                                | fair   | 2026-09-19 11:00 | open          | | 2026-09-19 14:00
an event under an extra working day: Saturday     | fair   | 2026-11-28 11:00 | closure | Moving | 2026-11-29 10:00
... Sunday is worked in spite of it               | fair   | 2026-11-29 11:00 | open          | | 2026-11-29 16:00
an event names the holiday it lies on             | fair   | 2026-12-25 10:00 | closure | Shutdown | 2026-12-28 09:00
the last Friday of January                        | fair   | 2027-01-29 10:00 | closure | Stocktaking | 2027-01-30 10:00
"""  # noqa: E501 - a table
