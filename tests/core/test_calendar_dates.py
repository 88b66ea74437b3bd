"""
Named days of the years 2025 to 2028, in the seller's own words: a few lines of YAML, read like any configuration.

What is expected here was taken from the countries' calendars, not from the program. Hours are 09:00-18:00 from Monday
to Friday unless the calendar's own lines say otherwise.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from responder import config
from responder.core.calendars import Calendar, Closed, Open, days, next_opening, state_at

YEARS = range(2024, 2031)

CONFIG = """\
timezone: {zone}
operator: {{email: owner@example.com}}
calendars: calendars/
working_hours:
{lines}
accounts:
  - name: main
    seller: {{name: Synthetic Shop, marketplaces: [amazon.de]}}
    from: "Synthetic Shop <service@example.com>"
    imap: {{host: mail.example.com, username: shop, password: {{env: MAIL_PASSWORD}}}}
    smtp: {{host: mail.example.com, username: shop, password: {{env: MAIL_PASSWORD}}}}
"""

NINE_TO_SIX = 'days: [mon, tue, wed, thu, fri]\nhours: ["09:00-18:00"]\n'

ZONES = {
    "AE": "Asia/Dubai", "AT": "Europe/Vienna", "AU-NSW": "Australia/Sydney", "AU-VIC": "Australia/Melbourne",
    "BE": "Europe/Brussels", "BR": "America/Sao_Paulo", "BR-SP": "America/Sao_Paulo", "CA-ON": "America/Toronto",
    "CA-QC": "America/Toronto", "DE-Augsburg": "Europe/Berlin", "DE-BE": "Europe/Berlin", "DE-BY": "Europe/Berlin",
    "DE-SL": "Europe/Berlin", "DE-SN": "Europe/Berlin", "DE-TH": "Europe/Berlin", "EG": "Africa/Cairo",
    "ES-CT": "Europe/Madrid", "ES-MD": "Europe/Madrid", "FR": "Europe/Paris", "FR-57": "Europe/Paris",
    "FR-6AE": "Europe/Paris", "FR-974": "Indian/Reunion", "GB-ENG": "Europe/London", "GB-NIR": "Europe/London",
    "GB-SCT": "Europe/London", "IE": "Europe/Dublin", "IN": "Asia/Kolkata", "IT": "Europe/Rome",
    "IT-MI": "Europe/Rome", "JP": "Asia/Tokyo", "MX": "America/Mexico_City", "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw", "SA": "Asia/Riyadh", "SE": "Europe/Stockholm", "SG": "Asia/Singapore",
    "TR": "Europe/Istanbul", "US": "America/New_York", "US-CA": "America/Los_Angeles", "ZA": "Africa/Johannesburg",
}  # fmt: skip
"""Country or country-subdivision: the clock on the wall there."""

# name | place | wall clock there | open, or why it is closed | holiday | next closing or opening there
PLACES = """
Christmas Eve is a working day in Bavaria         | DE-BY  | 2026-12-24 10:00 | open          | | 2026-12-24 18:00
Christmas Eve's evening                           | DE-BY  | 2026-12-24 19:00 | outside_hours | | 2026-12-28 09:00
Christmas in Bavaria                              | DE-BY  | 2026-12-25 10:00 | holiday | Christmas Day | 2026-12-28 09:00
the second day of Christmas, a Saturday           | DE-BY  | 2026-12-26 10:00 | holiday | Second Day of Christmas | 2026-12-28 09:00
the Sunday after Christmas                        | DE-BY  | 2026-12-27 10:00 | weekend       | | 2026-12-28 09:00
Christmas in Berlin begins at midnight            | DE-BE  | 2026-12-25 00:00 | holiday | Christmas Day | 2026-12-28 09:00
Christmas Eve is a working day in Berlin          | DE-BE  | 2026-12-24 17:59 | open          | | 2026-12-24 18:00
New Year's Eve until the evening                  | DE-BE  | 2026-12-31 17:59 | open          | | 2026-12-31 18:00
New Year across years                             | DE-BE  | 2026-12-31 18:00 | outside_hours | | 2027-01-04 09:00
New Year's Day                                    | DE-BE  | 2027-01-01 00:30 | holiday | New Year's Day | 2027-01-04 09:00
Epiphany in Bavaria                               | DE-BY  | 2027-01-06 10:00 | holiday | Epiphany | 2027-01-07 09:00
no Epiphany in Berlin                             | DE-BE  | 2027-01-06 10:00 | open          | | 2027-01-06 18:00
Corpus Christi in Bavaria                         | DE-BY  | 2026-06-04 10:00 | holiday | Corpus Christi | 2026-06-05 09:00
no Corpus Christi in Berlin                       | DE-BE  | 2026-06-04 10:00 | open          | | 2026-06-04 18:00
Repentance Day in Saxony                          | DE-SN  | 2026-11-18 10:00 | holiday | Repentance and Prayer Day | 2026-11-19 09:00
no Repentance Day in Bavaria                      | DE-BY  | 2026-11-18 10:00 | open          | | 2026-11-18 18:00
Augsburg keeps its Peace Festival                 | DE-Augsburg | 2028-08-08 10:00 | holiday | Augsburg Peace Festival | 2028-08-09 09:00
the rest of Bavaria does not                      | DE-BY  | 2028-08-08 10:00 | open          | | 2028-08-08 18:00
Assumption in the Saarland                        | DE-SL  | 2028-08-15 10:00 | holiday | Assumption Day | 2028-08-16 09:00
the day of the children in Thuringia              | DE-TH  | 2027-09-20 10:00 | holiday | World Children's Day | 2027-09-21 09:00
All Saints is a Monday in Bavaria                 | DE-BY  | 2027-11-01 10:00 | holiday | All Saints' Day | 2027-11-02 09:00
the one year in which Berlin was free on 8 May    | DE-BE  | 2025-05-08 10:00 | holiday | 80th anniversary ... | 2025-05-09 09:00
8 May is a working day in Berlin again            | DE-BE  | 2026-05-08 10:00 | open          | | 2026-05-08 18:00
29 February                                       | DE-BE  | 2028-02-29 10:00 | open          | | 2028-02-29 18:00
the night before 29 February                      | DE-BE  | 2028-02-28 23:59 | outside_hours | | 2028-02-29 09:00
Austria's national day is a Monday                | AT     | 2026-10-26 10:00 | holiday | National Day | 2026-10-27 09:00
the evening before 14 July                        | FR     | 2026-07-13 18:00 | outside_hours | | 2026-07-15 09:00
14 July in France                                 | FR     | 2026-07-14 11:00 | holiday | National Day | 2026-07-15 09:00
Good Friday is a working day in France            | FR     | 2026-04-03 10:00 | open          | | 2026-04-03 18:00
Good Friday in Alsace                             | FR-6AE | 2026-04-03 10:00 | holiday | Good Friday | 2026-04-07 09:00
26 December is a working day in France            | FR     | 2028-12-26 10:00 | open          | | 2028-12-26 18:00
26 December in the Moselle                        | FR-57  | 2028-12-26 10:00 | holiday | Saint Stephen's Day | 2028-12-27 09:00
the bridge after Ascension is no holiday          | FR     | 2026-05-15 10:00 | open          | | 2026-05-15 18:00
8 May is a Friday                                 | FR     | 2026-05-08 10:00 | holiday | Victory Day | 2026-05-11 09:00
20 December on La Réunion                         | FR-974 | 2027-12-20 10:00 | holiday | Abolition of Slavery | 2027-12-21 09:00
Easter Monday in England                          | GB-ENG | 2026-04-06 10:00 | holiday | Easter Monday | 2026-04-07 09:00
Easter Monday in Scotland                         | GB-SCT | 2026-04-06 10:00 | open          | | 2026-04-06 18:00
Boxing Day is a Saturday: Monday is free too      | GB-ENG | 2026-12-28 10:00 | holiday | Boxing Day (observed) | 2026-12-29 09:00
Christmas is a weekend: Monday and Tuesday        | GB-ENG | 2027-12-27 10:00 | holiday | Christmas Day (observed) | 2027-12-29 09:00
... and the Tuesday is Boxing Day's               | GB-ENG | 2027-12-28 10:00 | holiday | Boxing Day (observed) | 2027-12-29 09:00
New Year is longer in Scotland                    | GB-SCT | 2026-12-31 18:00 | outside_hours | | 2027-01-05 09:00
2 January, a Friday, in Scotland                  | GB-SCT | 2026-01-02 10:00 | holiday | New Year Holiday | 2026-01-05 09:00
2 January in England                              | GB-ENG | 2026-01-02 10:00 | open          | | 2026-01-02 18:00
the summer's bank holiday in England              | GB-ENG | 2026-08-31 10:00 | holiday | Late Summer Bank Holiday | 2026-09-01 09:00
that day in Scotland                              | GB-SCT | 2026-08-31 10:00 | open          | | 2026-08-31 18:00
Saint Andrew's Day in Scotland                    | GB-SCT | 2026-11-30 10:00 | holiday | Saint Andrew's Day | 2026-12-01 09:00
12 July is a Sunday in Northern Ireland           | GB-NIR | 2026-07-13 10:00 | holiday | Battle of the Boyne (observed) | 2026-07-14 09:00
Saint Brigid's Monday in Ireland                  | IE     | 2026-02-02 10:00 | holiday | Saint Brigid's Day | 2026-02-03 09:00
between Showa Day and Golden Week's weekend       | JP     | 2026-04-30 10:00 | open          | | 2026-04-30 18:00
Golden Week from Friday evening                   | JP     | 2026-05-01 18:00 | outside_hours | | 2026-05-07 09:00
Golden Week's Sunday is a holiday itself          | JP     | 2026-05-03 10:00 | holiday | Constitution Day | 2026-05-07 09:00
Golden Week ends with the Sunday's substitute     | JP     | 2026-05-06 10:00 | holiday | Substitute Holiday | 2026-05-07 09:00
a day between two holidays is one in Japan        | JP     | 2026-09-22 10:00 | holiday | National Holiday | 2026-09-24 09:00
Midsummer Eve is no public holiday in Sweden      | SE     | 2026-06-19 10:00 | open          | | 2026-06-19 18:00
Midsummer Day in Sweden                           | SE     | 2026-06-20 10:00 | holiday | Midsummer Day | 2026-06-22 09:00
Epiphany in Italy                                 | IT     | 2027-01-06 10:00 | holiday | Epiphany | 2027-01-07 09:00
Ferragosto is a Tuesday                           | IT     | 2028-08-15 10:00 | holiday | Assumption Of Mary Day | 2028-08-16 09:00
Ferragosto is a Saturday                          | IT     | 2026-08-15 10:00 | holiday | Assumption Of Mary Day | 2026-08-17 09:00
Italy's patron, a holiday since 2026              | IT     | 2027-10-04 10:00 | holiday | Saint Francis of Assisi, Patron Saint of Italy | 2027-10-05 09:00
Milan's patron makes the bridge                   | IT-MI  | 2026-12-07 10:00 | holiday | Saint Ambrose's Day | 2026-12-09 09:00
elsewhere in Italy it is a Monday                 | IT     | 2026-12-07 10:00 | open          | | 2026-12-07 18:00
the Constitution's Monday in Madrid               | ES-MD  | 2026-12-07 10:00 | holiday | Monday following Constitution Day | 2026-12-09 09:00
the same Monday in Catalonia                      | ES-CT  | 2026-12-07 10:00 | open          | | 2026-12-07 18:00
Maundy Thursday in Madrid                         | ES-MD  | 2026-04-02 10:00 | holiday | Maundy Thursday | 2026-04-06 09:00
Easter Monday in Catalonia                        | ES-CT  | 2026-04-06 10:00 | holiday | Easter Monday | 2026-04-07 09:00
Christmas Eve is free in Poland since 2025        | PL     | 2026-12-24 10:00 | holiday | Christmas Eve | 2026-12-28 09:00
11 November in Poland                             | PL     | 2026-11-11 10:00 | holiday | National Independence Day | 2026-11-12 09:00
King's Day                                        | NL     | 2026-04-27 10:00 | holiday | King's Day | 2026-04-28 09:00
King's Day was a Saturday when 27 was a Sunday    | NL     | 2025-04-26 10:00 | holiday | King's Day | 2025-04-28 09:00
Belgium's national day                            | BE     | 2026-07-21 10:00 | holiday | National Day | 2026-07-22 09:00
the feast of sacrifice in Turkey                  | TR     | 2026-05-27 10:00 | holiday | Eid al-Adha | 2026-06-01 09:00
its eve is half a day, which closes nothing       | TR     | 2026-05-26 10:00 | open          | | 2026-05-26 18:00
4 July 2026 is observed on Friday                 | US     | 2026-07-03 10:00 | holiday | Independence Day (observed) | 2026-07-06 09:00
Thanksgiving                                      | US     | 2026-11-26 10:00 | holiday | Thanksgiving Day | 2026-11-27 09:00
the day after Thanksgiving in California          | US-CA  | 2026-11-27 10:00 | holiday | Day After Thanksgiving | 2026-11-30 09:00
New Year is observed in the old year              | US     | 2027-12-31 10:00 | holiday | New Year's Day (observed) | 2028-01-03 09:00
24 June in Quebec                                 | CA-QC  | 2026-06-24 10:00 | holiday | Saint John the Baptist Day | 2026-06-25 09:00
24 June in Ontario                                | CA-ON  | 2026-06-24 10:00 | open          | | 2026-06-24 18:00
Family Day in Ontario                             | CA-ON  | 2026-02-16 10:00 | holiday | Family Day | 2026-02-17 09:00
no Family Day in Quebec                           | CA-QC  | 2026-02-16 10:00 | open          | | 2026-02-16 18:00
Mexico's third Monday of November                 | MX     | 2026-11-16 10:00 | holiday | Revolution Day | 2026-11-17 09:00
Carnival's Tuesday is no holiday by law           | BR     | 2026-02-17 10:00 | open          | | 2026-02-17 18:00
20 November in Brazil                             | BR     | 2026-11-20 10:00 | holiday | National Day of Zumbi and Black Awareness | 2026-11-23 09:00
9 July in São Paulo                               | BR-SP  | 2026-07-09 10:00 | holiday | Constitutionalist Revolution | 2026-07-10 09:00
Australia Day                                     | AU-NSW | 2026-01-26 10:00 | holiday | Australia Day | 2026-01-27 09:00
the Melbourne Cup                                 | AU-VIC | 2026-11-03 10:00 | holiday | Melbourne Cup Day | 2026-11-04 09:00
the Melbourne Cup in Sydney                       | AU-NSW | 2026-11-03 10:00 | open          | | 2026-11-03 18:00
Boxing Day's Monday in Sydney                     | AU-NSW | 2026-12-28 10:00 | holiday | Boxing Day (observed) | 2026-12-29 09:00
Republic Day in India                             | IN     | 2026-01-26 10:00 | holiday | Republic Day | 2026-01-27 09:00
Singapore's Sunday gives a Monday                 | SG     | 2026-08-10 10:00 | holiday | National Day (observed) | 2026-08-11 09:00
South Africa's Sunday gives a Monday              | ZA     | 2026-08-10 10:00 | holiday | National Women's Day (observed) | 2026-08-11 09:00
"""  # noqa: E501 - a table

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

SATURDAYS = 'hours: {mon-fri: ["09:00-18:00"], sat: ["10:00-14:00"]}\n'
CATHOLIC = "holidays: {country: DE, subdivision: BY, categories: [public, catholic]}\n"

CALENDARS |= {
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


FILES = {"own.yaml": OWN_YAML, "yearly.yaml": YEARLY_YAML, "fair.yaml": FAIR_YAML, "fair.ics": _ics()}

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

Case = tuple[str, str, str, str | None, str]


def _table(text: str) -> dict[str, Case]:
    """Return the cases of a table by name; a name that is there twice is a mistake."""
    cases: dict[str, Case] = {}
    for line in text.strip().splitlines():
        name, *cells = (cell.strip() for cell in line.split("|"))
        calendar, at, kind, closed_name, change = cells
        name = f"{calendar}: {name}" if name.startswith("...") else name
        assert name not in cases, name
        cases[name] = (calendar, at, kind, closed_name or None, change)
    return cases


def _placed(place: str) -> tuple[str, str]:
    country, _, subdivision = place.partition("-")
    part = f'"{subdivision}"' if subdivision else "null"  # 57 alone would be a number
    lines = f"holidays: {{country: {country}, subdivision: {part}}}\n"
    return ZONES[place], NINE_TO_SIX + lines


CASES = _table(PLACES + OWN.lstrip() + SOURCES.lstrip())


@pytest.fixture(scope="module")
def calendar_named(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Calendar]:
    """Return what reads a calendar as the daemon does: from the text of a configuration, once for all its cases."""
    folder = tmp_path_factory.mktemp("seller")
    (folder / "calendars").mkdir()
    for name, text in FILES.items():
        (folder / "calendars" / name).write_bytes(text.encode())
    read: dict[str, Calendar] = {}

    def named(name: str) -> Calendar:
        if name not in read:
            zone, lines = CALENDARS[name] if name in CALENDARS else _placed(name)
            read[name] = _configured(folder, zone, lines)
        return read[name]

    return named


def _configured(folder: Path, zone: str, lines: str) -> Calendar:
    indented = "".join(f"  {line}\n" for line in lines.splitlines()).rstrip("\n")
    text = CONFIG.format(zone=zone, lines=indented)
    return config.calendar_of(config.read(text, folder / "config.yaml"), YEARS)


def _instant(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall clock; an hour that comes twice needs its offset."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        local = found.replace(tzinfo=zone)
        assert local.utcoffset() == local.replace(fold=1).utcoffset(), f"{text} is not one instant"
        return local.astimezone(UTC)
    assert found.astimezone(zone).utcoffset() == found.utcoffset(), text
    return found.astimezone(UTC)


def _is_called(name: str | None, expected: str | None) -> bool:
    """Return whether a day has the name; one that ends with ... is only begun."""
    if expected is not None and expected.endswith("..."):
        return name is not None and name.startswith(expected.removesuffix("..."))
    return name == expected


@pytest.mark.parametrize("name", CASES)
def test_named_day(name: str, calendar_named: Callable[[str], Calendar]) -> None:
    """Open until the named closing; or closed, for the named reason, until the named opening."""
    calendar_name, at_text, kind, closed_name, change_text = CASES[name]
    calendar = calendar_named(calendar_name)
    at, change = _instant(at_text, calendar.timezone), _instant(change_text, calendar.timezone)
    state = state_at(calendar, at)
    if kind == "open":
        assert isinstance(state, Open)
        assert state.until_at == change
        assert next_opening(calendar, at) == at
        return
    assert isinstance(state, Closed)
    assert state.kind == kind
    assert _is_called(state.name, closed_name)
    assert datetime.fromisoformat(state.period) == change
    assert next_opening(calendar, at) == change


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[2] in {"weekend", "holiday"}])
def test_the_whole_named_day_is_called_so(name: str, calendar_named: Callable[[str], Calendar]) -> None:
    """The day that `responder calendar` prints has the same kind, the same name, and no open hour."""
    calendar_name, at_text, kind, closed_name, _ = CASES[name]
    calendar = calendar_named(calendar_name)
    at = _instant(at_text, calendar.timezone)
    (day,) = days(calendar, at.astimezone(calendar.timezone).date(), 1)
    assert (day.kind, day.open) == (kind, ())
    assert _is_called(day.name, closed_name)
