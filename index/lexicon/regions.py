"""A part of the world as a question names it in; the names of its countries, in English and Chinese, out.

"Which countries in Africa took part?" is answered by a list of countries, and no report says on which continent each of
them is. The table is the territory containment of Unicode's CLDR, which follows the UN's M49 codes. Babel has the names
of the countries, but not this table.
"""

from __future__ import annotations

import re
from functools import cache

_CONTAINED = {
    "northern africa": "DZ EG EH LY MA SD TN",
    "western africa": "BF BJ CI CV GH GM GN GW LR ML MR NE NG SL SN TG",
    "middle africa": "AO CD CF CG CM GA GQ ST TD",
    "eastern africa": "BI DJ ER ET KE KM MG MU MW MZ RW SC SO SS TZ UG ZM ZW",
    "southern africa": "BW LS NA SZ ZA",
    "northern america": "CA US",
    "central america": "BZ CR GT HN MX NI PA SV",
    "caribbean": "AG BB BS CU DM DO GD HT JM KN LC PR TT VC",
    "south america": "AR BO BR CL CO EC GY PE PY SR UY VE",
    "central asia": "KG KZ TJ TM UZ",
    "eastern asia": "CN JP KP KR MN TW HK MO",
    "southeast asia": "BN ID KH LA MM MY PH SG TH TL VN",
    "southern asia": "AF BD BT IN IR LK MV NP PK",
    "western asia": "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE",
    "eastern europe": "BG BY CZ HU MD PL RO RU SK UA",
    "northern europe": "DK EE FI GB IE IS LT LV NO SE",
    "southern europe": "AD AL BA ES GR HR IT ME MK MT PT RS SI SM VA XK",
    "western europe": "AT BE CH DE FR LI LU MC NL",
    "oceania": "AU FJ FM KI MH NR NZ PG PW SB TO TV VU WS",
}
_JOINED = {
    "africa": ("northern africa", "western africa", "middle africa", "eastern africa", "southern africa"),
    "sub-saharan africa": ("western africa", "middle africa", "eastern africa", "southern africa"),
    "latin america": ("central america", "caribbean", "south america"),
    "america": ("northern america", "central america", "caribbean", "south america"),
    "asia": ("central asia", "eastern asia", "southeast asia", "southern asia", "western asia"),
    "europe": ("eastern europe", "northern europe", "southern europe", "western europe"),
    "middle east": ("western asia",),
}
_NAMES = {
    **{name: name for name in (*_CONTAINED, *_JOINED)},
    "african": "africa",
    "asian": "asia",
    "european": "europe",
    "americas": "america",
    "latin american": "latin america",
    "north africa": "northern africa",
    "west africa": "western africa",
    "east africa": "eastern africa",
    "central africa": "middle africa",
    "north america": "northern america",
    "east asia": "eastern asia",
    "southeast asian": "southeast asia",
    "south-east asia": "southeast asia",
    "south asia": "southern asia",
    "central asian": "central asia",
    "south american": "south america",
    "pacific": "oceania",
    "west asia": "western asia",
    "western european": "western europe",
    "eastern european": "eastern europe",
    "非洲": "africa",
    "亚洲": "asia",
    "欧洲": "europe",
    "美洲": "america",
    "大洋洲": "oceania",
    "拉美": "latin america",
    "拉丁美洲": "latin america",
    "北美": "northern america",
    "北美洲": "northern america",
    "南美": "south america",
    "南美洲": "south america",
    "中亚": "central asia",
    "东亚": "eastern asia",
    "东南亚": "southeast asia",
    "南亚": "southern asia",
    "西亚": "western asia",
    "中东": "middle east",
    "北非": "northern africa",
    "东非": "eastern africa",
    "西非": "western africa",
    "东欧": "eastern europe",
    "西欧": "western europe",
    "北欧": "northern europe",
    "南欧": "southern europe",
}


@cache
def countries_of(name: str) -> tuple[str, ...]:
    """English and Chinese names of the countries of a part of the world; empty where the name is unknown."""
    region = _NAMES.get(name.casefold(), "")
    codes = [code for part in _JOINED.get(region, (region,)) for code in _CONTAINED.get(part, "").split()]
    if not codes:
        return ()
    from babel import Locale  # slow to import: only a question about a part of the world pays for it

    tables = [Locale(language).territories for language in ("en", "zh")]
    names = (re.sub(r"\s*[(（].*", "", table[code]) for code in codes for table in tables if code in table)
    return tuple(dict.fromkeys(names))
