"""The people of the demo program: all made up, all at example.org. Data alone.

Who applied where and how it ended is CASTING: posting → how it stands today → people, in the order they began.
"""

from dataclasses import dataclass, field

from django.utils.text import slugify

PASSWORD = "open-source-together"  # noqa: S105 -- printed by `make run`; loaded with DEMO or DEBUG on only


@dataclass(frozen=True)
class Person:
    key: str
    name: str
    country: str
    zone: str

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


def _person(name: str, country: str, zone: str, key: str = "") -> Person:
    return Person(key or slugify(name), name, country, f"Africa/{zone}")


ALICE = _person("Alice Nakato", "UG", "Kampala", "alice")
BOB = _person("Bob Okello", "UG", "Kampala", "bob")
CAROL = _person("Carol Boateng", "GH", "Accra", "carol")
CHARLIE = _person("Charlie Mutasa", "ZW", "Harare", "charlie")

APPLICANTS = (
    ALICE,
    _person("Chidinma Eze", "NG", "Lagos"),
    _person("Tunde Afolabi", "NG", "Lagos"),
    _person("Zainab Sani", "NG", "Lagos"),
    _person("Kwabena Osei-Tutu", "GH", "Accra"),
    _person("Efua Asante", "GH", "Accra"),
    _person("Mamadou Diop", "SN", "Dakar"),
    _person("Awa Ndoye", "SN", "Dakar"),
    _person("Fatoumata Coulibaly", "ML", "Bamako"),
    _person("Adjoa Kouassi", "CI", "Abidjan"),
    _person("Serge Zongo", "BF", "Ouagadougou"),
    _person("Ibrahima Barry", "GN", "Conakry"),
    _person("Afi Mensavi", "TG", "Lome"),
    _person("Rodrigue Hounkpatin", "BJ", "Porto-Novo"),
    _person("Isatou Jallow", "GM", "Banjul"),
    _person("Alhaji Sesay", "SL", "Freetown"),
    _person("Mariama Issoufou", "NE", "Niamey"),
    _person("Musu Kollie", "LR", "Monrovia"),
    _person("Edna Lopes Tavares", "CV", "Dakar"),
    _person("Yasmine Belkacem", "DZ", "Algiers"),
    _person("Omar El Fassi", "MA", "Casablanca"),
    _person("Nour Trabelsi", "TN", "Tunis"),
    _person("Salma Abdelrahman", "EG", "Cairo"),
    _person("Karim Shenouda", "EG", "Cairo"),
    _person("Hanan Elmahdi", "SD", "Khartoum"),
    _person("Wanjiku Kariuki", "KE", "Nairobi"),
    _person("Brian Kiplagat", "KE", "Nairobi"),
    _person("Halima Juma", "TZ", "Dar_es_Salaam"),
    _person("Baraka Mushi", "TZ", "Dar_es_Salaam"),
    _person("Derrick Tumusiime", "UG", "Kampala"),
    _person("Selamawit Tesfaye", "ET", "Addis_Ababa"),
    _person("Dawit Gebremedhin", "ET", "Addis_Ababa"),
    _person("Aline Uwimana", "RW", "Kigali"),
    _person("Eric Ndayizeye", "BI", "Bujumbura"),
    _person("Hodan Warsame", "SO", "Mogadishu"),
    _person("Filmon Habte", "ER", "Asmara"),
    _person("Achol Deng", "SS", "Juba"),
    _person("Bertrand Nkoulou", "CM", "Douala"),
    _person("Sandrine Ebogo", "CM", "Douala"),
    _person("Merveille Ilunga", "CD", "Lubumbashi"),
    _person("Junior Mavoungou", "CG", "Brazzaville"),
    _person("Reine Obame", "GA", "Libreville"),
    _person("Zara Mahamat", "TD", "Ndjamena"),
    _person("Lindiwe Khumalo", "ZA", "Johannesburg"),
    _person("Sipho Ndaba", "ZA", "Johannesburg"),
    _person("Tendai Chikowore", "ZW", "Harare"),
    _person("Mutale Bwalya", "ZM", "Lusaka"),
    _person("Chikondi Phiri", "MW", "Blantyre"),
    _person("Naledi Kgosi", "BW", "Gaborone"),
    _person("Helvi Shikongo", "NA", "Windhoek"),
    _person("Joaquim Macuácua", "MZ", "Maputo"),
    _person("Domingas Cassoma", "AO", "Luanda"),
    _person("Lerato Mokoena", "LS", "Maseru"),
    _person("Hery Rakotomalala", "MG", "Antananarivo"),
)

MENTORS = (
    BOB,
    _person("Ngozi Umeh", "NG", "Lagos"),
    _person("Khadija Benali", "MA", "Casablanca"),
    _person("Pieter Mostert", "ZA", "Johannesburg"),
    _person("Mahlet Assefa", "ET", "Addis_Ababa"),
    _person("Ousmane Sarr", "SN", "Dakar"),
)

# Project → mentors, the first of them its maintainer too.
MENTORING = {
    "shelfline": ("bob", "pieter-mostert"),
    "sokoni": ("ngozi-umeh", "bob"),
    "iwe-readers": ("khadija-benali", "ousmane-sarr"),
    "kisima": ("mahlet-assefa", "khadija-benali"),
    "daftari": ("pieter-mostert", "ngozi-umeh"),
    "gare": ("ousmane-sarr", "khadija-benali"),
    "mvua": ("mahlet-assefa", "pieter-mostert"),
}

# How an application stands. "staged_…" and "read" are for staff alone: the stored status is shortlisted or in review.
CASTING: dict[str, dict[str, tuple[str, ...]]] = {
    "backend-engineer-shelfline": {
        "draft": ("alice", "serge-zongo", "hodan-warsame"),
        "submitted": ("tunde-afolabi", "wanjiku-kariuki", "yasmine-belkacem", "chikondi-phiri", "alhaji-sesay"),
        "in_review": ("dawit-gebremedhin", "mutale-bwalya"),
        "withdrawn": ("junior-mavoungou",),
    },
    "frontend-engineer-iwe-readers": {
        "draft": ("afi-mensavi", "reine-obame"),
        "submitted": ("zainab-sani", "isatou-jallow", "joaquim-macuacua", "lerato-mokoena"),
    },
    "database-administrator-daftari": {
        "draft": ("omar-el-fassi",),
        "submitted": ("kwabena-osei-tutu", "sipho-ndaba", "hanan-elmahdi", "aline-uwimana"),
    },
    "documentation-writer-kisima": {
        "draft": ("selamawit-tesfaye",),
        "submitted": ("achol-deng", "hery-rakotomalala", "musu-kollie"),
    },
    "mobile-developer-gare": {
        "draft": ("awa-ndoye",),
        "submitted": ("rodrigue-hounkpatin", "fatoumata-coulibaly", "sandrine-ebogo"),
    },
    "data-engineer-mvua": {
        "submitted": ("mariama-issoufou", "tendai-chikowore", "naledi-kgosi"),
        "withdrawn": ("filmon-habte",),
    },
    "backend-engineer-sokoni": {
        "draft": ("musu-kollie",),
        "submitted": ("eric-ndayizeye",),
        "in_review": (
            "alice",
            "wanjiku-kariuki",
            "baraka-mushi",
            "kwabena-osei-tutu",
            "karim-shenouda",
            "derrick-tumusiime",
            "alhaji-sesay",
            "lindiwe-khumalo",
            "junior-mavoungou",
        ),
        "shortlisted": ("yasmine-belkacem", "joaquim-macuacua"),
        "withdrawn": ("ibrahima-barry",),
    },
    "frontend-engineer-kisima": {
        "in_review": (
            "omar-el-fassi",
            "hodan-warsame",
            "zainab-sani",
            "domingas-cassoma",
            "chikondi-phiri",
            "filmon-habte",
        ),
        "shortlisted": ("selamawit-tesfaye",),
        "staged_decline": ("serge-zongo",),
    },
    "database-administrator-shelfline": {
        "accepted": ("aline-uwimana",),
        "offered": ("alice", "sipho-ndaba"),
        "waitlisted": ("mutale-bwalya", "hanan-elmahdi"),
        "declined": ("tunde-afolabi", "zara-mahamat", "eric-ndayizeye"),
        "screened_out": ("reine-obame",),
    },
    "community-organiser-iwe-readers": {
        "in_review": ("zara-mahamat", "ibrahima-barry"),
        "staged_offer": ("isatou-jallow", "lerato-mokoena"),
        "staged_waitlist": ("achol-deng",),
        "staged_decline": ("hery-rakotomalala", "helvi-shikongo"),
    },
    "backend-engineer-daftari": {
        "draft": ("baraka-mushi",),
        "accepted": ("chidinma-eze", "brian-kiplagat", "nour-trabelsi"),
        "turned_down": ("karim-shenouda",),
        "declined": ("alice", "dawit-gebremedhin", "derrick-tumusiime", "domingas-cassoma"),
    },
    "frontend-engineer-gare": {
        "accepted": ("mamadou-diop", "adjoa-kouassi", "bertrand-nkoulou"),
        "lapsed": ("rodrigue-hounkpatin",),
        "declined": ("sandrine-ebogo", "afi-mensavi"),
        "withdrawn": ("fatoumata-coulibaly",),
    },
    "documentation-writer-shelfline": {
        "accepted": ("halima-juma", "merveille-ilunga", "edna-lopes-tavares"),
        "declined": ("helvi-shikongo", "hodan-warsame"),
        "screened_out": ("lindiwe-khumalo",),
    },
    "data-engineer-sokoni": {
        "accepted": ("efua-asante", "salma-abdelrahman", "tendai-chikowore"),
        "waitlisted": ("naledi-kgosi",),
        "declined": ("mariama-issoufou", "kwabena-osei-tutu"),
    },
}


@dataclass(frozen=True)
class ProfileFacts:
    headline: str
    bio: str
    skills: tuple[str, ...] = field(default=())
    is_public: bool = True
    # Round 2 lasted twelve weeks. Those who stayed on have no end.
    stayed_on: bool = True


PROFILES: dict[str, ProfileFacts] = {
    # Mentors
    "bob": ProfileFacts(
        "Maintainer of Shelfline. Ran a medicine store before I wrote a line of code.",
        "I counted boxes in a district store for six years, then learnt Python to count them better. I mentor people "
        "who like to know *why* a number is wrong.\n\nAsk me about joining counts, and about the road to Kitgum in "
        "April.",
        ("Python", "PostgreSQL", "Git"),
    ),
    "ngozi-umeh": ProfileFacts(
        "Backend engineer, maintainer of Sokoni.",
        "I keep the text messages flowing. My rule for reviews: one thing that is good, one that I do not understand, "
        "one that I would change.",
        ("Node.js", "SQL", "REST"),
    ),
    "khadija-benali": ProfileFacts(
        "Accessibility first, then the colours.",
        "I maintain Iwe Readers and test pages with people who cannot see them. I work in Arabic, French and English.",
        ("HTML", "CSS", "Accessibility"),
    ),
    "pieter-mostert": ProfileFacts(
        "Database administrator. I have restored more than I have backed up.",
        "Fifteen years of looking after other people's data, much of it through power cuts. I maintain Daftari and run "
        "the Friday restore.",
        ("PostgreSQL", "Linux", "SQL"),
    ),
    "mahlet-assefa": ProfileFacts(
        "Maps, rain and honest numbers.",
        "Geographer by training. I maintain Kisima and Mvua, and I like data that comes with the name of the person "
        "who knows where it is wrong.",
        ("Python", "Pandas", "PostgreSQL"),
    ),
    "ousmane-sarr": ProfileFacts(
        "Rides every line at least once.",
        "I started Gare after missing a bus that was on no map. Kotlin, some JavaScript, much walking.",
        ("Kotlin", "JavaScript", "Android"),
    ),
    # Contributors of round 2
    "chidinma-eze": ProfileFacts(
        "Backend engineer on Daftari: fines, shares, loans.",
        "I wrote the part of Daftari that works out fines from a group's own rules. Before that I kept the books of my "
        "mother's savings group, which is where I found out how many ways there are to be two hundred naira short.\n\n"
        "- Rules as data, read aloud by the secretary\n- 14,000 old entries worked out again, with three differences; "
        "in two of them the old book was wrong",
        ("Python", "SQL", "Unit testing"),
    ),
    "brian-kiplagat": ProfileFacts(
        "Tests first, then tea.",
        "I found the case in which a loan was paid back twice, and wrote the entry that puts it right without changing "
        "the past. I study by evening and work at a petrol station by day.",
        ("Python", "Git", "SQL"),
    ),
    "nour-trabelsi": ProfileFacts(
        "From accounting to code.",
        "Eight years in an accounting office, two in Python. I still add up by hand to check the machine.",
        ("Python", "PostgreSQL"),
        stayed_on=False,
    ),
    "mamadou-diop": ProfileFacts(
        "I make bus lines fit into a phone.",
        "A whole city in 900 kB: that was my twelve weeks on Gare. I still look after the offline part, and help new "
        "people with their first change.",
        ("JavaScript", "HTML", "CSS"),
    ),
    "adjoa-kouassi": ProfileFacts(
        "Frontend, with the fare first.",
        "I stood at the station in Adjamé for four mornings and asked what people look for. It was never the "
        "timetable. It was the price with a bag.",
        ("HTML", "CSS", "Accessibility"),
        stayed_on=False,
    ),
    "bertrand-nkoulou": ProfileFacts("", "", ("JavaScript",), is_public=False, stayed_on=False),
    "halima-juma": ProfileFacts(
        "Nurse, and writer of the sheet beside the shelf.",
        "I wrote the guide I would have liked to find on my first Monday. It hangs in twenty-six clinics, and in ours "
        "somebody has already corrected it with a pen, which I take as praise.",
        ("Technical writing", "Translation"),
    ),
    "merveille-ilunga": ProfileFacts(
        "French, Swahili, and the words between.",
        "I translate Shelfline and keep its list of words. The hardest word so far: *shelf life*.",
        ("Translation", "Technical writing"),
    ),
    "edna-lopes-tavares": ProfileFacts("", "", ("Translation",), is_public=False, stayed_on=False),
    "efua-asante": ProfileFacts(
        "Six years of prices, one file.",
        "I cleaned the old prices of Sokoni and wrote the page about what they are not good for. I telephoned "
        "thirty-one market reporters to ask how heavy a sack was.",
        ("Pandas", "Python", "SQL"),
    ),
    "salma-abdelrahman": ProfileFacts(
        "I would rather leave a gap than fill it.",
        "Statistics, SQL, and a weakness for maps. After my round I stayed to review the checks of the next one.",
        ("SQL", "Pandas"),
    ),
    "tendai-chikowore": ProfileFacts(
        "Data that somebody measured by hand.",
        "I worked on the currency part of the open price data. Now I should like to work on rain.",
        ("Python", "SQL"),
        stayed_on=False,
    ),
    # Accepted in round 3, not yet public
    "aline-uwimana": ProfileFacts("Database administrator on Shelfline", "", ("PostgreSQL",), is_public=False),
}
