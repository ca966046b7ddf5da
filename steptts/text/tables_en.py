"""Tables for English normalization: abbreviations, units, currencies, symbols, months.

Data only. A spoken word that ends in a full stop ("F.") is the name of a letter.
"""

from __future__ import annotations

MONTHS = {
    "jan": "january",
    "feb": "february",
    "mar": "march",
    "apr": "april",
    "may": "may",
    "jun": "june",
    "jul": "july",
    "aug": "august",
    "sep": "september",
    "sept": "september",
    "oct": "october",
    "nov": "november",
    "dec": "december",
}
MONTH_NAMES = tuple(dict.fromkeys(MONTHS.values()))
MONTHS.update({name: name for name in MONTH_NAMES})

DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri "
    "sat sun".split()
)
# Read without a pause after the full stop; lower-case key -> spoken.
TITLES = {
    "mr": "mister",
    "mrs": "missus",
    "ms": "miz",
    "dr": "doctor",
    "prof": "professor",
    "gen": "general",
    "sen": "senator",
    "rep": "representative",
    "gov": "governor",
    "capt": "captain",
    "cpt": "captain",
    "cmdr": "commander",
    "col": "colonel",
    "lt": "lieutenant",
    "sgt": "sergeant",
    "maj": "major",
    "rev": "reverend",
    "hon": "honorable",
    "pres": "president",
    "mt": "mount",
    "ft": "fort",
    "messrs": "messers",
}
# Need their full stop; may also end a sentence.
ABBREVIATIONS = {
    "etc": "etcetera",
    "jr": "junior",
    "sr": "senior",
    "inc": "incorporated",
    "ltd": "limited",
    "co": "company",
    "corp": "corporation",
    "bros": "brothers",
    "dept": "department",
    "univ": "university",
    "assn": "association",
    "ave": "avenue",
    "blvd": "boulevard",
    "rd": "road",
    "hwy": "highway",
    "apt": "apartment",
    "approx": "approximately",
    "est": "established",
    "fig": "figure",
    "eq": "equation",
    "sec": "section",
    "ch": "chapter",
    "vol": "volume",
    "ed": "edition",
    "eds": "editors",
    "pp": "pages",
    "cf": "compare",
    "ca": "circa",
    "viz": "namely",
    "al": "al",
    "dist": "district",
    "min": "minutes",
    "max": "maximum",
    "hr": "hour",
    "hrs": "hours",
    "oz": "ounces",
    "lb": "pounds",
    "lbs": "pounds",
    "vs": "versus",
    "esp": "especially",
    "incl": "including",
    "misc": "miscellaneous",
    "tel": "telephone",
    "ext": "extension",
    "feat": "featuring",
    "dec": "december",
    "jan": "january",
    "feb": "february",
    "mar": "march",
    "apr": "april",
    "jun": "june",
    "jul": "july",
    "aug": "august",
    "sept": "september",
    "sep": "september",
    "oct": "october",
    "nov": "november",
    "mon": "monday",
    "tue": "tuesday",
    "tues": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "thur": "thursday",
    "thurs": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}
# These are words too: only an abbreviation when a number (or capital, for No.) follows.
BEFORE_NUMBER = {
    "no": "number",
    "nos": "numbers",
    "pp": "pages",
    "figs": "figures",
    "p": "page",
    "pg": "page",
    "art": "article",
    "op": "opus",
    "par": "paragraph",
    "fig": "figure",
    "vol": "volume",
    "ch": "chapter",
    "sec": "section",
    "c": "circa",
    "ext": "extension",
    "tel": "telephone",
}
# Ordinary words that look like an abbreviation: need a capital or a following number.
AMBIGUOUS = frozenset(
    "co est min max sat sun mon wed mar jun dec ed al sec ch fig art par op no col gen rep hon mt "
    "ft rev apt ext ca".split()
)
# Written without a full stop as well.
PLAIN = {
    "vs": "versus",
    "mr": "mister",
    "mrs": "missus",
    "ms": "miz",
    "dr": "doctor",
    "etc": "etcetera",
    "approx": "approximately",
    "aka": "A. K. A.",
    "dept": "department",
    "govt": "government",
    "thx": "thanks",
    "pls": "please",
    "plz": "please",
    "idk": "I. D. K.",
    "imo": "I. M. O.",
    "btw": "by the way",
}

STATES = frozenset(  # before a five-digit postal code
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR".split()
)
INITIALS = {"e.g": "for example", "i.e": "that is", "a.k.a": "also known as"}

REGNAL = frozenset(
    "henry louis george edward charles james william elizabeth mary john paul pius benedict leo "
    "gregory innocent clement urban alexander nicholas catherine peter philip ferdinand frederick "
    "richard robert david stephen napoleon ivan charles ramses ramesses xerxes darius otto rudolf "
    "carl gustav gustavus christian olaf haakon harald alfonso juan carlos pedro victor umberto "
    "wilhelm francis franz joseph leopold albert ptolemy thutmose amenhotep king queen pope tsar "
    "emperor sixtus boniface julius margaret felipe constantine basil malcolm".split()
)
NUMBERED = frozenset(
    "chapter part volume book act scene section war type phase class grade level stage article "
    "appendix figure table title bowl episode season series verse canto lesson unit module step "
    "schedule annex mark division category group region tier round game quest fantasy rocky vol "
    "paragraph item option factor".split()
)
