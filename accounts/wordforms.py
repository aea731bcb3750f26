"""Which words are the same word in bokmål and in nynorsk: "skole" and "skule".

PostgreSQL's Norwegian stemmer takes away the endings of both ("barnehager", "barnehagar",
"barnehagane"). What it can not know is that the stems differ, so a search asks for each
way to write its words: the texts are indexed as they are, and what was found can be marked
in them. A form that nobody writes finds nothing and does no harm.
"""

import re

MOST = 24  # forms of one word: what is asked for must be bounded

ADJECTIVE = ("lig", "leg")
# No adjective, though it ends like one: a "fastlege" is not "fastlig", whose stem is "fast".
DOCTOR = re.compile(
    "(?:fast|tann|dyre|barne|over|kommune|bedrifts?|sk[ou]le|s(?:yke|juke)(?:hus|hjems|heims)|turnus"
    "|helsestasjons|vakt|spesialist|øye|hud|allmenn|privat|rus|skips)leg(?:e|en|ar|ane|er|ene|a|s)*$"
)
STEMS = (  # bokmål, nynorsk: anywhere in a word, for compounds are written together
    ("virksomhet", "verksemd"),
    ("sikkerhet", "tryggleik"),
    ("trygghet", "tryggleik"),
    ("kjærlighet", "kjærleik"),
    ("tilgjengelighet", "tilgjenge"),
    ("oppmerksomhet", "merksemd"),
    ("helhet", "heilskap"),
    ("frihet", "fridom"),
    ("størrelse", "storleik"),
    ("forskjell", "skilnad"),
    ("nødvendig", "naudsynt"),
    ("uttalelse", "fråsegn"),
    ("beslutning", "avgjerd"),
    ("avgjørelse", "avgjerd"),
    ("behandling", "handsaming"),
    ("forutsetning", "føresetnad"),
    ("forurensning", "forureining"),
    ("eiendom", "eigedom"),
    ("skol", "skul"),
    ("tjenest", "tenest"),
    ("syk", "sjuk"),
    ("hjemme", "heime"),
    ("hjem", "heim"),
    ("boende", "buande"),
    ("frem", "fram"),
    ("hør", "høyr"),
    ("kjør", "køyr"),
    ("gjør", "gjer"),
    ("virkning", "verknad"),
    ("virk", "verk"),
    ("vei", "veg"),
    ADJECTIVE,
    ("mulig", "mogleg"),
    ("het", "heit"),
    ("løsning", "løysing"),
    ("løse", "løyse"),
    ("øst", "aust"),
    ("strøm", "straum"),
    ("drøm", "draum"),
    ("hverdag", "kvardag"),
    ("hverandre", "kvarandre"),
    ("hvit", "kvit"),
    ("hvile", "kvile"),
    ("hvete", "kveite"),
    ("vann", "vatn"),
    ("hel", "heil"),
    ("ben", "bein"),
    ("mening", "meining"),
    ("mener", "meiner"),
    ("egen", "eigen"),
    ("måned", "månad"),
    ("forebygg", "førebygg"),
    ("foresl", "føresl"),
    ("selv", "sjølv"),
    ("kirke", "kyrkje"),
    ("sammen", "saman"),
    ("gammel", "gamal"),
    ("bedre", "betre"),
    ("flere", "fleire"),
)
ENDINGS = (  # those that the stemmer does not see are one
    ("ge", "gje"),
    ("ger", "gjer"),
    ("ke", "kje"),
    ("ker", "kjer"),
    ("ste", "aste"),
)
DOERS = ("arane", "arar", "aren", "are", "ar", "erne", "eren", "ere", "er")  # lærer, lærarane
STEMS_OF_DOERS = ("er", "ere", "erne", "arar")  # these have the stems of all of them
WORDS = (  # too short to be looked for inside others
    {"uke", "veke"},
    {"uker", "veker"},
    {"øke", "auke"},
    {"økning", "auke", "auking"},
    {"økt", "auka"},
    {"mer", "meir"},
    {"gi", "gje"},
    {"gir", "gjev"},
    {"si", "seie"},
    {"sier", "seier"},
    {"se", "sjå"},
    {"komme", "kome"},
    {"kommer", "kjem"},
    {"høy", "høg"},
    {"høyere", "høgare"},
    {"høyest", "høgast"},
    {"lege", "lækjar"},
    {"forslag", "framlegg"},
    {"eksempel", "døme"},
    {"begynne", "byrje"},
    {"lys", "ljos"},
)
# The stemmer leaves a word whole that has no consonant after its vowel: "veien" is not "vei".
SHORT = re.compile(
    "(vei|veg|by|sjø|øy|bru|bro|sti|snø|kø|sko|tre|kne|ku|ski|ly|fly|fe|frø|bi|sau|hai|tro|ro|ide|idé)"
    "(en|et|er|a|ene|ar|ane)?"
)
ENDINGS_OF_SHORT = ("", "en", "et", "er", "a", "ene", "ar", "ane")
OTHERS = {word: words for words in WORDS for word in words}
# PostgreSQL asks for no word like "fra"; so neither for the same word in nynorsk.
SMALL_WORDS = {"frå", "utan", "sjølv", "selv", "kvifor", "kor", "vera", "gjere", "desse", "blant"}


def forms(word):
    """The ways to write a word in lower case, itself first; none of a word that says nothing."""
    if not word or word in SMALL_WORDS:
        return []
    found = [word, *sorted(OTHERS.get(word, set()) - {word})]
    if short := SHORT.fullmatch(word):
        found += [short[1] + ending for ending in ENDINGS_OF_SHORT]
    for pair in STEMS:
        if pair == ADJECTIVE and DOCTOR.search(word):
            continue
        found += [
            form.replace(mine, yours)
            for form in found
            for mine, yours in (pair, pair[::-1])
            if mine in form
        ]
    for pair in ENDINGS:
        found += [
            form.removesuffix(mine) + yours
            for form in found
            for mine, yours in (pair, pair[::-1])
            if form.endswith(mine)
        ]
    doers = next((ending for ending in DOERS if word.endswith(ending)), "")
    if doers and len(word) > len(doers) + 2:
        found += [form.removesuffix(doers) + ending for form in found for ending in STEMS_OF_DOERS]
    return list(dict.fromkeys(found))[:MOST]
