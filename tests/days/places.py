"""
Public holidays of many places by date. What is expected was taken from the countries' calendars, not from the program.

Hours are 09:00-18:00 from Monday to Friday.
"""

NINE_TO_SIX = 'days: [mon, tue, wed, thu, fri]\nhours: ["09:00-18:00"]\n'

ZONES = {
    "AE": "Asia/Dubai", "AT": "Europe/Vienna", "AU-NSW": "Australia/Sydney", "AU-VIC": "Australia/Melbourne",
    "BE": "Europe/Brussels", "BR": "America/Sao_Paulo", "BR-SP": "America/Sao_Paulo", "CA-ON": "America/Toronto",
    "CA-QC": "America/Toronto", "CN": "Asia/Shanghai",
    "DE-Augsburg": "Europe/Berlin", "DE-BE": "Europe/Berlin", "DE-BY": "Europe/Berlin",
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
China's golden week from Wednesday evening        | CN     | 2026-09-30 18:00 | outside_hours | | 2026-10-08 09:00
China's golden week ends with two days worked for | CN     | 2026-10-07 10:00 | holiday | Day off ... | 2026-10-08 09:00
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


def placed(place: str) -> tuple[str, str]:
    """Return the zone and the lines of `working_hours` of a shop in a country, or in a part of it."""
    country, _, subdivision = place.partition("-")
    part = f'"{subdivision}"' if subdivision else "null"  # 57 alone would be a number
    lines = f"holidays: {{country: {country}, subdivision: {part}}}\n"
    return ZONES[place], NINE_TO_SIX + lines
