"""Takes what identifies a person out of a text that mentors read. Pure, linear in the text; errs on the side of hiding.

Called by reviewing.py. It is help, not a promise: people also name their street and their sister. So the review page
says that things were hidden, and asks mentors to report what slipped through.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

MARK = "▇▇▇"

# How far a text is believed: a name of thousands of words would make every search slow, and is nobody's name.
LONGEST_IDENTIFIER = 200
MOST_WORDS = 8


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that are names as well as words. Hidden where they begin with a capital or follow “my name is”: hiding every
# “I ▇▇▇ improve” would tell the reader that the person is called Will.
COMMON = _words(
    """
    able abundance aime amber angel april art august autumn banks best bill black bless blessing bright brown
    chance charity chase chief christian clement code coder comfort constant courage crystal data dawn day dean
    deep delight dev divine earnest emerald espoir faith faithful favor favour fidele field fleur
    forest fortune frank friday gentle gift given gloire glory god gold good goodness grace grant gray great
    green happiness happy hill holy honest honor honour hope hunter innocent iris ivy jack joy joyce july june
    just juste justice king knowledge last law lawful light lily long love lovely loyal lucky mark marvellous
    may memory mercredi mercy merveille mind mine miracle monday moses nice nova page parfait pat patience peace
    pearl pierre praise precious prince princess promise prosper prosperity prudence purity queen rain ray
    rejoice rich right rise rose royal ruby saint saturday sharp shine short silver sky small smart song
    spring star stone strong success summer sunday sunny sunshine tech test thankgod thursday trinity true truly
    trust truth tuesday unity victor victory virtue wealth web wednesday welcome west white will winner winter
    wisdom wise wonder wonderful wood worth young
    """
)
# Parts of names that are no names: hidden beside one only.
PARTICLES = _words(
    """
    abd abu ait and ben bin bint com dame das del den der des dos dr eng for ibn iii jnr jr les mac madam miss
    mr mrs none not ould para prof que qui saint san sir snr sr the une van von yes
    """
)
# What stands in addresses and links of thousands of people.
GENERIC = _words(
    """
    about account accounts admin africa app apps author authors blog blogs blogspot channel code codeberg coder
    coding com contact contributor contributors data design designer dev developer developers devs email
    engineer facebook github gitlab gmail google hashnode hello help herokuapp home html http https index info
    instagram java javascript lang linkedin linux mail main me medium mobile netlify news notion office official
    open org page pages people php portfolio profile profiles project projects pub public pypi python react real
    repo repos repositories site sites software student substack support system team tech test twitter user
    users vercel web webmaster website wiki wordpress work www youtube
    """
)
# “e.g.” is no signature, whatever Emeka Grace's initials are.
NOT_INITIALS = frozenset({"e.g", "i.e", "p.s", "a.m", "p.m", "u.s", "u.k", "n.b", "a.k.a"})

# Letters that no normal form takes apart, and that are typed without their hook, bar or dots on most keyboards.
_LETTERS = str.maketrans(
    {
        "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ɓ": "b", "ɗ": "d",
        "ƙ": "k", "ƴ": "y", "ŋ": "n", "ɛ": "e", "ɔ": "o", "ɖ": "d", "ƒ": "f", "ɣ": "g", "ʋ": "v", "ɲ": "n",
        "ى": "ي", "ی": "ي", "ة": "ه", "ٱ": "ا", "ک": "ك", "ـ": "",
    }
)  # fmt: skip
_APOSTROPHES = frozenset("'’‘‛ʼʻʹˈʿʾ`´′＇")


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    """What `char` is compared as: small, bare of accents, in Western digits; "" for what is not seen."""
    if char in _APOSTROPHES:
        return "'"
    if char.isspace():
        return "\n" if char in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029" else " "
    if unicodedata.category(char) == "Pd" or char == "\u2212":
        return "-"
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(c for c in apart if unicodedata.category(c) not in {"Mn", "Me", "Cf"}).translate(_LETTERS)


def fold(text: str) -> str:
    """`text` as it is compared: equal for one name typed on two keyboards, with or without accents."""
    return "".join(map(_folded, text))


# In what follows every repetition is bounded or possessive, or begins where a run of its letters begins: no text can
# make a search take more than so many steps a letter.
_HOSTS = (
    "github|gitlab|codeberg|bitbucket|linkedin|facebook|twitter|instagram|netlify|vercel|herokuapp|medium|substack|"
    "notion|hashnode|behance|dribbble|blogspot|wordpress|youtube|telegram|fb|t"
)
_PROGRAM_FILE = r"(?:js|ts|py|rb|go|md|html|css|net|java|json|sql|php|sh|txt|ya?ml|xml|vue|jsx|tsx|rs|kt|c|h|cpp)\b"
_WORD_START = r"(?<![^\W_])"
_WORD_END = r"(?![^\W_])"
_ADDRESS = r"(?<![\w.+-])[\w.+-]++"
_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        # links: with a scheme, of a known host, under a common ending, or of any host with a path
        r"(?<![a-z0-9])[a-z][a-z0-9+.-]{1,12}:/{1,2}\S+",
        r"(?<![\w.-])www\.\S+",
        rf"(?<![\w.-])(?:[\w-]++\.)*(?:{_HOSTS})\.[a-z]{{2,6}}(?![\w-])(?:[/:?#]\S*)?",
        r"(?<![\w.-])(?:[\w-]++\.)+(?:com|org|dev|me|africa|page|blog|site|tech|xyz|info|online|website|"
        r"(?:co|or|ac|gov|org|com|net|go|ne|edu)\.[a-z]{2})(?![\w-])(?:[/:?#]\S*)?",
        rf"(?<![\w.-])(?:[\w-]++\.)+(?!{_PROGRAM_FILE})[a-z]{{2,24}}/\S+",
        # e-mail: plain, with spaces, with brackets, in words
        rf"{_ADDRESS}@[\w.-]+",
        rf"{_ADDRESS} ?@ ?[\w-]++(?:\.[\w-]++)+",
        rf"{_ADDRESS}\s{{0,2}}[\[({{<]\s?(?:at|@|arobase)\s?[\])}}>]\s{{0,2}}[\w-]++"
        r"(?:\s{0,2}(?:\.|[\[({<]?\s?(?:dot|point)\s?[\])}>]?)\s{0,2}[\w-]++){0,5}",
        rf"{_ADDRESS} {{1,2}}(?:at|arobase|chez) {{1,2}}[\w-]++(?:\.[\w-]++){{0,3}}"
        r"(?: {1,2}(?:dot|point) {1,2}[\w-]++)+",
        # handles, said or written with their sign
        r"(?<![\w@])@\w[\w.-]*",
        rf"{_WORD_START}(?:github|gitlab|codeberg|linkedin|twitter|telegram|instagram|facebook|whatsapp|discord|skype|gh|x)"
        r"(?: (?:user ?name|handle|id)(?: is| ?[:=-])? | ?(?:profile|page|account)? ?[:=] ?)@?[\w.+/-]+",
        # files
        r"(?<![\w.-])[\w.-]+\.(?:pdf|docx?|odt|rtf|jpe?g|png|heic)(?!\w)",
    )
]
# Seven to fifteen digits, however they are grouped.
_PHONE = re.compile(r"(?<!\d)[+(]?\d(?:[ ().\-/]{0,3}\d){6,14}(?!\d)")
# What looks like a phone number and is a date, two years, or a round figure.
_NO_PHONE = re.compile(
    r"(?:19|20)\d\d ?[-/ ] ?(?:19|20)\d\d|(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d|"
    r"[1-9]\d{0,2}(?:[ .]\d{3})*[ .]000"
)
_INTRODUCED = re.compile(
    r"(?:my name is|i am called|i'm called|call me|name'?s|je m'appelle|on m'appelle|mon nom est|meu nome e|me chamo|"
    r"jina langu ni|naitwa|اسمي)\s{1,3}(?:[^\W_]{1,20}\s)?$"
)
# What may stand between the parts of one name: N'Golo, Al-Amin, al amin, amina.diallo, AminaDiallo.
_GAP = r"[\s'.,_-]{0,3}"
# Conjunctions and prepositions that Arabic and Amharic write on to the word.
_CLITIC = r"(?:[وفبلك]{0,2}(?:ال)?|[የለበከ])"
_TAIL = r"(?:\d{1,4}|[ንና])?"


def names_in_link(link: str) -> list[str]:
    """The parts of a link that stand for its owner: the first telling part of the path, a host of their own."""
    try:
        split = urlsplit(link if "//" in link else f"//{link}")
        host = split.hostname or ""
    except ValueError:
        return []
    path = [unquote(part).strip("@~ ") for part in split.path.split("/")]
    return [
        *(label for label in host.split(".")[:-1] if _tells(label)),
        *[part for part in path if _tells(part)][:1],
    ]


def names_in_address(address: str) -> list[str]:
    """The words of an e-mail address's first half that look like names: amina.diallo92@… gives amina and diallo."""
    words = re.findall(r"[^\W\d_]+", address.partition("@")[0])
    return [word for word in words if len(word) >= 4 and _tells(word)]


def _tells(word: str) -> bool:
    folded = fold(word)
    return len(folded) >= 3 and not folded.isdecimal() and folded not in GENERIC


def redact(text: str, names: Iterable[str], handles: Iterable[str] = ()) -> str:
    """`text` with addresses, links, handles, files' names, phone numbers, `names` and `handles` replaced by a mark.

    Names are hidden whole, word by word, in any order, joined, and with initials beside them; words under three
    letters only beside another. Handles are hidden whole. Case, accents, vowel signs, the kind of apostrophe, hyphen or
    digit, and letters that are not seen make no difference.
    """
    folded, places = _with_places(text)
    spans = [match.span() for pattern in _PATTERNS for match in pattern.finditer(folded)]
    spans += [match.span() for match in _PHONE.finditer(folded) if not _NO_PHONE.fullmatch(match[0])]
    spans += _named(text, folded, places, list(names), list(handles))
    return _covered(text, [(places[start], places[end - 1] + 1) for start, end in spans if end > start])


def _with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters where it stands in `text`."""
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for letter in _folded(char):
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


def _parts(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _search(needles: Iterable[str]) -> re.Pattern[str] | None:
    """One search for all needles, each a sequence of parts joined by a space; the longest first."""
    found = sorted({" ".join(_parts(needle)) for needle in needles} - {""}, key=lambda needle: (-len(needle), needle))
    if not found:
        return None
    any_of = "|".join(_GAP.join(map(re.escape, needle.split(" "))) for needle in found)
    return re.compile(rf"{_WORD_START}{_CLITIC}(?:{any_of}){_TAIL}{_WORD_END}")


def _named(
    text: str, folded: str, places: list[int], names: list[str], handles: list[str]
) -> Iterator[tuple[int, int]]:
    sure: set[str] = set()
    common: set[str] = set()
    beside: set[str] = set()
    initials: set[str] = set()
    for handle in handles:
        whole = fold(handle[:LONGEST_IDENTIFIER])
        if len("".join(_parts(whole))) >= 3:
            sure.add(whole)
    for name in names:
        whole = fold(name[:LONGEST_IDENTIFIER])
        words = [word for word in re.split(r"[\s,;/()]+", whole) if _parts(word)][:MOST_WORDS]
        for word in words:
            # “Al-Amin” is hidden as a whole, and so is “Amin”.
            for part in {word, *_parts(word)}:
                bare = "".join(_parts(part))
                if bare.isdecimal():
                    continue
                if len(bare) < 3 or bare in PARTICLES:
                    beside.add(bare)
                else:
                    (common if bare in COMMON else sure).add(part)
        if len(words) > 1:
            sure |= {" ".join(words), " ".join(words[::-1]), " ".join([words[-1], *words[:-1]])}
            beside |= {word[0] for word in words if word[0].isalpha()}
            letters = ".".join(word[0] for word in words)
            if letters not in NOT_INITIALS and len(words) <= 5:
                initials.add(r"\. ?".join(re.escape(word[0]) for word in words))
        elif words and len("".join(_parts(words[0]))) == 2:
            # A name of two letters stands alone only with its capital: Bo, Li.
            common.add(words[0])
    hits = [match.span() for match in search.finditer(folded)] if (search := _search(sure)) else []
    if search := _search(common):
        hits += [
            match.span()
            for match in search.finditer(folded)
            if not text[places[match.start()]].islower()
            or _INTRODUCED.search(folded[max(0, match.start() - 50) : match.start()])
        ]
    if initials:
        signed = re.compile(rf"{_WORD_START}(?:{'|'.join(sorted(initials))})\.?{_WORD_END}")
        hits += [match.span() for match in signed.finditer(folded)]
    for start, end in hits:
        yield _with_neighbours(text, folded, places, start, end, beside)


_BEFORE = re.compile(r"(?<![^\W_])([^\W_]{1,5})(\.?)[ '-]{0,2}$")
_AFTER = re.compile(r"[ '-]{0,2}([^\W_]{1,5})(?![^\W_])(\.?)")


def _with_neighbours(
    text: str, folded: str, places: list[int], start: int, end: int, beside: set[str]
) -> tuple[int, int]:
    """The span, widened over initials and short words of the name on either side: “A. B. Diallo”, “Diallo, A.”."""

    def belongs(word: str, dot: str, at: int) -> bool:
        if word not in beside:
            return False
        # A letter alone is an initial with its dot or its capital; “I” is the writer.
        return len(word) > 1 or dot == "." or (text[places[at]].isupper() and word != "i")

    for _step in range(3):
        near = _BEFORE.search(folded[max(0, start - 9) : start])
        base = max(0, start - 9)
        if near is None or not belongs(near[1], near[2], base + near.start(1)):
            break
        start = base + near.start(1)
    for _step in range(3):
        near = _AFTER.match(folded, end)
        if near is None or not belongs(near[1], near[2], near.start(1)):
            break
        end = near.end()
    return start, end


_BETWEEN = re.compile(r"[ \t'’._–-]{0,3}")


def _covered(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with one mark for each run of spans: a mark for each word would tell how many there are."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(spans):
        while end < len(text) and not _folded(text[end]):
            end += 1
        if pieces and (start <= done or _BETWEEN.fullmatch(text, done, start)):
            done = max(done, end)
            continue
        pieces += [text[done:start], MARK]
        done = end
    return "".join([*pieces, text[done:]])
