"""
Hours, closures and extra working days of a seller's own by date, across nights, weekends and changes of the clocks.
"""

from days.places import NINE_TO_SIX

NIGHTS = 'days: [mon, tue, wed, thu, fri, sat, sun]\nhours: ["22:00-06:00"]\n'
BAVARIA = "holidays: {country: DE, subdivision: BY, calendars: [own.yaml]}\n"

CALENDARS: dict[str, tuple[str, str]] = {
    "lunch": ("Europe/Paris", 'hours: ["09:00-12:30", "13:30-18:00"]\n'),
    "cairo": ("Africa/Cairo", 'days: [sun, mon, tue, wed, thu]\nhours: ["09:00-18:00"]\nholidays: {country: EG}\n'),
    "riyadh": ("Asia/Riyadh", 'days: [sun, mon, tue, wed, thu]\nhours: ["09:00-18:00"]\nholidays: {country: SA}\n'),
    "dubai": ("Asia/Dubai", NINE_TO_SIX + "holidays: {country: AE}\n"),
    "mumbai": (
        "Asia/Kolkata",
        'days: [mon, tue, wed, thu, fri, sat]\nhours: ["09:00-18:00"]\nholidays: {country: IN}\n',
    ),
    "nights": ("Europe/Berlin", NIGHTS),
    "late": ("Europe/Berlin", 'days: [mon, tue, wed, thu, fri, sat, sun]\nhours: ["18:00-02:30"]\n'),
    "always": ("Europe/Berlin", 'days: [mon, tue, wed, thu, fri, sat, sun]\nhours: ["00:00-24:00"]\n' + BAVARIA),
    "own": ("Europe/Berlin", NINE_TO_SIX + BAVARIA),
    "tokyo from afar": ("Asia/Tokyo", 'timezone: America/Los_Angeles\nhours: ["09:00-18:00"]\n'),
    "new york": ("America/New_York", 'days: [sat, sun]\nhours: ["01:00-03:00"]\n'),
    "lord howe": ("Australia/Lord_Howe", 'days: [sun]\nhours: ["01:45-05:00"]\n'),
}
"""Name: the configuration's zone and the lines of `working_hours`."""

OWN_YAML = """\
name: Own days
closures:
  - {from: 2026-12-24T12:00, to: 2027-01-04T09:00, name: Winter break}
  - {on: 2026-05-15, name: Bridge day}
  - {on: 2026-10-31, name: Stocktaking}
  - {from: 2026-11-17T14:00, to: 2026-11-17T16:00, name: Staff meeting}
  - {from: 2026-08-10, to: 2026-08-21, name: Summer}
working_days:
  - {on: 2026-12-20, hours: ["10:00-16:00"], name: Fourth Advent}
  - {on: 2026-06-04, hours: ["10:00-12:00"], name: Open on Corpus Christi}
  - {on: 2026-08-15, hours: ["09:00-13:00"], name: Summer Saturday}
  - {on: 2028-02-29, hours: ["07:00-20:00"], name: Leap day}
"""

# name | calendar | wall clock there, with an offset where the hour comes twice | ... as above
OWN = """
the lunch break's first minute                    | lunch  | 2026-07-15 12:30 | outside_hours | | 2026-07-15 13:30
the lunch break's last second                     | lunch  | 2026-07-15 13:29:59 | outside_hours | | 2026-07-15 13:30
after the lunch break                             | lunch  | 2026-07-15 13:30 | open          | | 2026-07-15 18:00
Thursday evening begins Cairo's weekend           | cairo  | 2026-11-26 18:00 | outside_hours | | 2026-11-29 09:00
Friday in Cairo                                   | cairo  | 2026-11-27 10:00 | weekend       | | 2026-11-29 09:00
Sunday in Cairo                                   | cairo  | 2026-11-29 10:00 | open          | | 2026-11-29 18:00
Coptic Christmas                                  | cairo  | 2026-01-07 10:00 | holiday | Coptic Christmas Day | 2026-01-08 09:00
Saturday in Riyadh                                | riyadh | 2026-11-28 10:00 | weekend       | | 2026-11-29 09:00
Saudi Arabia's national day                       | riyadh | 2026-09-23 10:00 | holiday | National Day Holiday | 2026-09-24 09:00
Friday in Dubai                                   | dubai  | 2026-11-27 10:00 | open          | | 2026-11-27 18:00
Sunday in Dubai                                   | dubai  | 2026-11-29 10:00 | weekend       | | 2026-11-30 09:00
the Emirates' national days                       | dubai  | 2026-12-02 10:00 | holiday | National Day | 2026-12-04 09:00
Saturday in Mumbai                                | mumbai | 2026-01-24 10:00 | open          | | 2026-01-24 18:00
Gandhi's birthday is a Friday                     | mumbai | 2026-10-02 10:00 | holiday | Mahatma Gandhi's Birthday | 2026-10-03 09:00
the night shift of the night that loses an hour   | nights | 2026-03-28 23:00 | open          | | 2026-03-29 06:00
... after the lost hour                           | nights | 2026-03-29 03:00 | open          | | 2026-03-29 06:00
the night shift of the night that gains one       | nights | 2026-10-25 02:30+01:00 | open | | 2026-10-25 06:00
closing in the hour that comes twice: the first   | late   | 2026-10-25 02:15+02:00 | open | | 2026-10-25 02:30+02:00
... is closed when it comes again                 | late   | 2026-10-25 02:15+01:00 | outside_hours | | 2026-10-25 18:00
closing in the hour that is left out              | late   | 2026-03-29 01:59 | open          | | 2026-03-29 03:00
round the clock, until a day has its own hours    | always | 2026-11-24 23:59:59 | open       | | 2026-12-20 00:00
round the clock, but for a holiday                | always | 2026-10-03 00:00 | holiday | German Unity Day | 2026-10-04 00:00
a shift in New York's lost hour                   | new york | 2026-03-08 01:30 | open       | | 2026-03-08 03:00
a shift in New York's second hour                 | new york | 2026-11-01 01:30-05:00 | open | | 2026-11-01 03:00
half an hour is lost on Lord Howe                 | lord howe | 2026-10-04 01:59 | open      | | 2026-10-04 05:00
Monday in Tokyo is Sunday where they work         | tokyo from afar | 2026-11-29 23:59:59 | weekend | | 2026-11-30 09:00
the morning before the break                      | own    | 2026-12-24 11:59 | open          | | 2026-12-24 12:00
the break begins at noon                          | own    | 2026-12-24 12:00 | closure | Winter break | 2027-01-04 09:00
a holiday inside the break                        | own    | 2026-12-25 10:00 | closure | Winter break | 2027-01-04 09:00
Epiphany after the break                          | own    | 2027-01-06 10:00 | holiday | Epiphany | 2027-01-07 09:00
the bridge day                                    | own    | 2026-05-15 10:00 | closure | Bridge day | 2026-05-18 09:00
the holiday before the bridge                     | own    | 2026-05-14 10:00 | holiday | Ascension Day | 2026-05-18 09:00
a closure on a Saturday                           | own    | 2026-10-31 10:00 | closure | Stocktaking | 2026-11-02 09:00
two hours closed in the afternoon                 | own    | 2026-11-17 15:00 | closure | Staff meeting | 2026-11-17 16:00
before the two hours                              | own    | 2026-11-17 13:59 | open          | | 2026-11-17 14:00
an extra working Sunday in Advent                 | own    | 2026-12-20 11:00 | open          | | 2026-12-20 16:00
before the extra Sunday opens                     | own    | 2026-12-20 09:59 | outside_hours | | 2026-12-20 10:00
the Saturday before that Sunday                   | own    | 2026-12-19 10:00 | weekend       | | 2026-12-20 10:00
an extra working holiday                          | own    | 2026-06-04 10:30 | open          | | 2026-06-04 12:00
an extra Saturday inside a closure and a holiday  | own    | 2026-08-15 12:00 | open          | | 2026-08-15 13:00
the closure goes on after it                      | own    | 2026-08-16 12:00 | closure | Summer | 2026-08-24 09:00
the closure ends with its last day                | own    | 2026-08-21 23:59:59 | closure | Summer | 2026-08-24 09:00
the weekend after the closure                     | own    | 2026-08-22 00:00 | weekend       | | 2026-08-24 09:00
longer hours on 29 February                       | own    | 2028-02-29 07:00 | open          | | 2028-02-29 20:00
"""  # noqa: E501 - a table
