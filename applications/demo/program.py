"""The demo program's rounds, projects and postings: data alone, no database and no clock.

Days are counted from the day the demo is loaded. Texts are Markdown.
"""

from dataclasses import dataclass
from inspect import cleandoc

MARKER = "round-4"
ZONE = "Africa/Lagos"


@dataclass(frozen=True)
class RoundFacts:
    slug: str
    name: str
    opens_in: int
    closes_in: int
    decides_in: int


@dataclass(frozen=True)
class ProjectFacts:
    slug: str
    name: str
    summary: str
    licence: str
    countries: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class PostingFacts:
    slug: str
    round: str
    project: str
    discipline: str
    title: str
    summary: str
    places: int
    hours: int
    description: str
    responsibilities: str
    qualifications: str
    closing_words: str
    skills: tuple[tuple[str, str], ...]
    weeks: int = 12
    stipend: tuple[int, str, str] | None = None
    allowance: str = ""
    eligibility: str = "africa"
    countries: tuple[str, ...] = ()
    # Instead of the round's, where the posting has days of its own.
    closes_in: int | None = None
    decides_in: int | None = None
    asks_about_learning: bool = True
    # Asks a few questions on these facts before anything else.
    checks_eligibility: bool = False
    is_draft: bool = False


ROUNDS = (
    RoundFacts("round-2", "Round 2", opens_in=-245, closes_in=-217, decides_in=-175),
    RoundFacts("round-3", "Round 3", opens_in=-58, closes_in=-26, decides_in=16),
    RoundFacts("round-4", "Round 4", opens_in=-19, closes_in=9, decides_in=51),
)

PROJECTS = (
    ProjectFacts(
        "shelfline",
        "Shelfline",
        "Tells a rural clinic which medicine will run out next, also when the line is down.",
        "AGPL-3.0-or-later",
        ("UG", "MW", "ZM", "RW"),
        cleandoc("""
            A nurse who finds the malaria shelf empty on a Monday cannot call the store until Tuesday. Shelfline keeps a
            count of every medicine on a phone or an old laptop, works for weeks without a connection, and says in one
            sentence what will run out first and when.

            ### How it works

            - Every box that comes in or goes out is one press. The counts of two devices are joined when they meet.
            - A forecast of ten lines, written so that a pharmacist can check it by hand.
            - The district store sees one list of what to load on the next car.

            ### Where it stands

            Forty-one clinics in four countries use it every day. What is hard at present: the counts of three devices
            that were offline at the same time, and reports for the ministry that nobody has to type twice.
        """),
    ),
    ProjectFacts(
        "sokoni",
        "Sokoni",
        "Market prices by text message, from the people who were at the market this morning.",
        "MIT",
        ("TZ", "KE", "GH"),
        cleandoc("""
            A farmer with eight sacks of beans has to choose a market before she hires the cart. Sokoni answers a text
            message such as `BEANS MOSHI` with this morning's price in the three markets nearest to her.

            ### How it works

            - Market reporters send a handful of prices before nine. Prices that stand far from the others are held
              until a second reporter has seen them.
            - No app, no data: the answer fits into one text message of 160 characters.
            - The history is open data, with the gaps left in and marked as gaps.

            ### Where it stands

            Sixty-two markets report on most days. The next steps are more crops, spelling that forgives, and a
            price for the way there.
        """),
    ),
    ProjectFacts(
        "iwe-readers",
        "Iwe Readers",
        "First reading books in the language that children speak at home, to print or to read on a phone.",
        "GPL-3.0-only",
        ("NG", "BJ", "SN", "UG", "MZ"),
        cleandoc("""
            Children learn to read faster in the language they already speak. For most of the two thousand languages
            of the continent there is hardly a first book to be had. Iwe lets a teacher make one: a story, a picture on
            each page, sentences that grow by one new word at a time.

            ### How it works

            - A teacher writes, two others from the same language check, and the book is out.
            - One press prints eight pages on one sheet of paper, to be folded and cut.
            - On a phone a whole book weighs less than one photograph.

            ### Where it stands

            There are 312 books in nineteen languages. We are working on tone marks that every printer can draw, on
            right-to-left books, and on pages that a screen reader reads in the right language.
        """),
    ),
    ProjectFacts(
        "kisima",
        "Kisima",
        "A map of wells and pumps that says which of them give water today.",
        "Apache-2.0",
        ("TZ", "MW", "ET", "BF"),
        cleandoc("""
            One pump in four is broken on any given day, and the person who could mend it hears of it weeks later.
            Kisima keeps a page for each water point: where it is, who looks after it, and when somebody last drew
            water from it.

            ### How it works

            - Anyone can report by text message with the number that is painted on the pump.
            - The report goes to the water committee and to the mechanic who is nearest.
            - The map is drawn on the server as a small picture, so it opens on any phone.

            ### Where it stands

            Seven thousand water points, nine hundred reports a month. Half of the pages lack words in the language
            that the committee speaks; that is what we want to change first.
        """),
    ),
    ProjectFacts(
        "daftari",
        "Daftari",
        "The ledger of a savings group or co-operative, which every member can read and nobody can rewrite.",
        "AGPL-3.0-or-later",
        ("KE", "ZA", "CM", "TG"),
        cleandoc("""
            Savings groups move more money than many banks do, and most keep it in one exercise book in one person's
            house. Daftari is that book, kept in a way that every member can check from any phone.

            ### How it works

            - An entry is never changed. A mistake is put right by a second entry that names the first.
            - Each member gets a text message after each meeting: what I paid in, what I owe, what is in the box.
            - The rules of the group (fines, shares, loans) are written down as data and worked out the same way
              for all.

            ### Where it stands

            Some 380 groups with 9,000 members. Sums have to be right to the coin, and backups have to be proven by
            restoring them: we do that every Friday.
        """),
    ),
    ProjectFacts(
        "gare",
        "Gare",
        "Where shared taxis and minibuses really go, when they leave, and what the seat costs.",
        "MIT",
        ("SN", "CI", "BJ", "CM"),
        cleandoc("""
            Most people in our cities travel by lines that are on no map. Gare collects them from the people who
            ride: where a line starts, which corners it passes, how long one waits at eight in the morning, and what a
            seat costs with a bag.

            ### How it works

            - Riders record a trip on the phone; the trace is cut at both ends so that nobody's home is in it.
            - Drivers' associations check the lines and the fares of their own station.
            - The result is an open timetable in the GTFS format, and a page per line that opens without a connection.

            ### Where it stands

            Four cities, 214 lines. Next come departures when the bus is full rather than by the clock, and
            fares that change in the rain.
        """),
    ),
    ProjectFacts(
        "mvua",
        "Mvua",
        "Rain, measured by farmers with a cup and a ruler, and turned into advice on when to plant.",
        "Apache-2.0",
        ("MW", "ZW", "ET", "NE"),
        cleandoc("""
            A forecast for the district is of little use to a field in the shadow of a hill. Mvua lets farmers
            measure: a cup, a ruler, one number each morning. Eleven hundred such cups say more about planting than one
            station at the airport.

            ### How it works

            - One number by text message before eight; mistakes such as inches for millimetres are asked about.
            - Each week the measurements are compared with the satellite's guess, and both are shown.
            - Advice is given in words that the extension officers wrote, never as a bare number.

            ### Where it stands

            Three seasons of open data. The tests for wrong numbers are slow and partly done by hand; mending that
            is the work for the next round.
        """),
    ),
)

# The first criterion of the rubric, by discipline: (name, what is looked for, levels from 1 to 5). The others are
# those that every posting starts with (community/rubric_default.py).
FIRST_CRITERION: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "backend": (
        "Finding the cause",
        "How the person gets from “it is broken” to a change that holds. School and unpaid work count alike.",
        (
            "Names a fault, and nothing that was done about it.",
            "Tells of a fix found by trying, without knowing why it worked.",
            "Found the cause by looking, and fixed that.",
            "Weighed two ways to fix it and says why one was taken.",
            "Measured before and after, says what the fix cost, and what would show that it broke again.",
        ),
    ),
    "frontend": (
        "Care for the person at the other end",
        "Whether the page was made for somebody in particular, with their phone, their line and their eyes.",
        (
            "Speaks of tools only.",
            "Mentions users, in general.",
            "Changed something after seeing one person use it.",
            "Chose between two ways by what they cost the person who uses the page.",
            "Tested with people unlike themselves, and says what was wrong before and is right now.",
        ),
    ),
    "database": (
        "Looking after data",
        "Whether other people's records are safe with them: right, found again, and restored when it counts.",
        (
            "Names a product, not what was done with it.",
            "Followed a guide and it worked.",
            "Found why something was slow or wrong by looking at the data or the plan.",
            "Changed a live system with a way back, and used it or tested it.",
            "Proved it: by a restore, a count or a check that anybody else could run.",
        ),
    ),
    "mobile": (
        "Working on the phones that people have",
        "Old phones, little memory, costly data, batteries at four per cent.",
        (
            "Has a recent phone in mind.",
            "Mentions old phones, without having tried one.",
            "Tried on an old phone and changed something.",
            "Counted bytes, memory or battery, and made them fewer.",
            "Made it work without a connection, and says how two copies were joined again.",
        ),
    ),
    "data": (
        "Honest numbers",
        "How the person deals with gaps, mistakes and the wish to see what one hopes to see.",
        (
            "Gives a result and no way to it.",
            "Cleaned data by hand, without a record.",
            "Found a mistake in the data and says how.",
            "Can repeat every step, and says what was left out and why.",
            "Asked the people who measured, and changed the result because of what they said.",
        ),
    ),
    "documentation": (
        "Writing for one reader",
        "Whether somebody who did not know before would know afterwards.",
        (
            "Retells what the menu says.",
            "Right, but written for somebody who knows already.",
            "Says what to do in the order in which it is done.",
            "Watched somebody follow the text, and mended the place where they stopped.",
            "Found the words that readers themselves use, also in another language, and shows one.",
        ),
    ),
    "community": (
        "Bringing people together",
        "What happened because this person asked others to come.",
        (
            "Would like to.",
            "Took part in what others had set up.",
            "Set up one meeting and says who came.",
            "Made it happen again, with others doing part of the work.",
            "It goes on without them, and people came who usually stay away.",
        ),
    ),
}

DATA_ALLOWANCE = "10 GB of mobile data a month"
THANKS = cleandoc("""
    No degree is asked for, and nobody has to have done this for money. If you are not sure whether you fit, apply: your
    answers are read by people, without your name, and you get their words back whatever the outcome.
""")

POSTINGS = (
    # Round 4: open now.
    PostingFacts(
        "backend-engineer-shelfline",
        "round-4",
        "shelfline",
        "backend",
        "Backend Engineer",
        "Make the stock counts of three clinics agree after a week without a connection.",
        places=4,
        hours=8,
        allowance=DATA_ALLOWANCE,
        description=cleandoc("""
            Shelfline runs on devices that see the network once a day, or once a week. When they meet, their counts
            have to be joined so that no box is lost and none is counted twice. That is the work of this role: the
            service that receives, joins and answers.

            It is written in Python with Django and PostgreSQL. There are tests for what has gone wrong so far,
            and a folder of real (and made nameless) journals from clinics to try ideas on. You work with two mentors,
            one of whom ran a district's medicine store for six years.
        """),
        responsibilities=cleandoc("""
            - Take one rule of joining at a time, write down in words what should happen, then make it happen.
            - Make the nightly report quick enough to run on the district's old machine.
            - Write tests that a pharmacist can read over your shoulder.
            - Review the changes of the others, and have yours reviewed, by the hour that suits your line.
            - Write up each week in five lines what you did and what you found out.
        """),
        qualifications=cleandoc("""
            - You have made something in Python or a language like it, and somebody else has used it.
            - You can read SQL and say what a query costs.
            - You have used git together with at least one other person.
            - You ask when something is unclear, before the week is over.
        """),
        closing_words=THANKS,
        skills=(("Python", "working"), ("SQL", "working"), ("PostgreSQL", "basic"), ("Git", "working")),
    ),
    PostingFacts(
        "frontend-engineer-iwe-readers",
        "round-4",
        "iwe-readers",
        "frontend",
        "Frontend Engineer",
        "Build the page on which a teacher makes a first reading book, on a phone with a cracked screen.",
        places=3,
        hours=8,
        allowance=DATA_ALLOWANCE,
        description=cleandoc("""
            A teacher in a village school writes a book on her phone during the lunch break. The page she writes on
            should open within three seconds, keep every word when the line drops, and let her type ẹ, ɖ and ŋ without
            hunting for them.

            We write HTML and CSS by hand, with a little JavaScript that the page can do without. Nineteen languages
            use it, two of them from right to left.
        """),
        responsibilities=cleandoc("""
            - Rework the editor so that it is usable with one thumb and with a keyboard.
            - Add a row of letters per language, with the teachers of that language.
            - Make the printed sheet come out right on the printers that schools have.
            - Test with a screen reader, and mend what it reads wrongly.
            - Keep each page under 50 kB, and show the figure in every change you send.
        """),
        qualifications=cleandoc("""
            - You write HTML and CSS that you can explain line by line.
            - You know some JavaScript, and when to leave it out.
            - You have watched somebody else use a page of yours.
            - You read or write a language other than English. (This is a help, not a condition.)
        """),
        closing_words=THANKS,
        skills=(("HTML", "strong"), ("CSS", "working"), ("Accessibility", "basic"), ("JavaScript", "basic")),
    ),
    PostingFacts(
        "database-administrator-daftari",
        "round-4",
        "daftari",
        "database",
        "Database Administrator",
        "Look after the ledgers of 380 savings groups: fast, backed up, and right to the coin.",
        places=2,
        hours=10,
        stipend=(150, "USD", "month"),
        description=cleandoc("""
            Nine thousand people trust Daftari with their savings. The database is one PostgreSQL server and a copy
            of it in another city. You look after both together with a mentor who has done this for fifteen years,
            most of them through power cuts.

            Because you will carry responsibility from the first week, the role comes with a stipend.
        """),
        responsibilities=cleandoc("""
            - Run the Friday restore: take last night's backup, bring it up elsewhere, prove that the sums agree.
            - Find the slow queries of the month's end, and mend them with the people who wrote them.
            - Plan the change from one schema to the next while groups keep paying in.
            - Write down what to do when the server is gone, so that somebody who has never seen it can do it.
        """),
        qualifications=cleandoc("""
            - You read a query plan and know where to look first.
            - You have restored a backup, not only made one.
            - You know what a transaction promises, and what it does not.
            - You are calm with other people's data, and say so at once when you have made a mistake.
        """),
        closing_words=THANKS,
        skills=(("PostgreSQL", "strong"), ("SQL", "strong"), ("Linux", "working")),
    ),
    PostingFacts(
        "documentation-writer-kisima",
        "round-4",
        "kisima",
        "documentation",
        "Documentation Writer and Translator",
        "Write the page that a water committee reads when the pump has stopped, in words they use.",
        places=4,
        hours=5,
        weeks=10,
        eligibility="anywhere",
        asks_about_learning=False,
        description=cleandoc("""
            Kisima works, but half of the people who could use it do not know what to send, and the guide was
            written by the people who wrote the code. We want it written again, by somebody who writes for readers,
            and then put into French, Amharic, Chichewa and Swahili.

            You need no code for this. You need patience, a telephone, and the wish to be understood. People
            anywhere in the world may apply.
        """),
        responsibilities=cleandoc("""
            - Speak with five committees and note the words that they use for the parts of a pump.
            - Write the guide again, one page for each thing that a person wants to do.
            - Have somebody follow each page while you watch and say nothing.
            - Translate, or work with a translator, and keep a list of words so that all pages use the same.
        """),
        qualifications=cleandoc("""
            - You write plainly in English or French.
            - You speak a second language well enough to joke in it.
            - You take it well when somebody does not understand your text.
        """),
        closing_words=THANKS,
        skills=(("Technical writing", "working"), ("Translation", "basic")),
    ),
    PostingFacts(
        "mobile-developer-gare",
        "round-4",
        "gare",
        "mobile",
        "Mobile Developer",
        "Let riders record a trip on an old Android phone without emptying its battery.",
        places=3,
        hours=8,
        allowance=DATA_ALLOWANCE,
        eligibility="countries",
        countries=("SN", "CI", "BJ", "CM", "TG", "BF", "ML"),
        closes_in=16,
        decides_in=58,
        description=cleandoc("""
            Our recorder asks the phone where it is every five seconds. That is exact, and it empties an old battery
            in two hours. We believe that a tenth of it would do if the phone asks at the right moments.

            The app is written in Kotlin. The role is for people who live in one of the countries in which Gare
            maps lines, because you will have to ride them.
        """),
        responsibilities=cleandoc("""
            - Measure what a recorded trip costs in battery and data, on three phones that people really carry.
            - Find out which moments matter, and record only those.
            - Cut the ends of each trip on the phone itself, so that no home ever leaves it.
            - Ride ten lines with riders who try your version, and write down what they say.
        """),
        qualifications=cleandoc("""
            - You have made something for Android that ran on somebody else's phone.
            - You can tell where an app spends its battery, or want to learn how.
            - You speak French well enough for a conversation at the station.
        """),
        closing_words=THANKS,
        skills=(("Kotlin", "working"), ("Android", "working"), ("Git", "basic")),
    ),
    PostingFacts(
        "data-engineer-mvua",
        "round-4",
        "mvua",
        "data",
        "Data Engineer",
        "Find the wrong numbers among a million rain measurements, and say so kindly to those who sent them.",
        places=2,
        hours=8,
        checks_eligibility=True,
        stipend=(120, "USD", "month"),
        description=cleandoc("""
            Eleven hundred farmers send us one number each morning. Nine hundred and ninety of a thousand are right.
            At present one person looks for the other ten by hand, and she would like her evenings back.

            You build the steps that find them: inches for millimetres, yesterday's number sent twice, the goat that
            drank from the cup. The hard part is to hold back a number without losing the trust of the farmer.
        """),
        responsibilities=cleandoc("""
            - Write checks in Python and SQL that can be run again and give the same result.
            - Compare neighbouring cups and the satellite's guess, and say how sure each check is.
            - Word the question that goes back to the farmer, together with the extension officers.
            - Publish each season's data with a page on what was left out and why.
        """),
        qualifications=cleandoc("""
            - You have worked with data that somebody collected by hand.
            - You know Python or R, and enough statistics to mistrust an average.
            - You keep a record that somebody else can follow.
        """),
        closing_words=THANKS,
        skills=(("Python", "working"), ("Pandas", "basic"), ("SQL", "working")),
    ),
    PostingFacts(
        "security-reviewer-daftari",
        "round-4",
        "daftari",
        "operations",
        "Security Reviewer",
        "",
        places=1,
        hours=6,
        is_draft=True,
        description=cleandoc("""
            Somebody who tries to take money out of a ledger that is not theirs, and tells us how. Still to be written:
            the summary, the qualifications, the rubric.
        """),
        responsibilities="- Try to break one rule of the ledger each week, on a copy.",
        qualifications="",
        closing_words="",
        skills=(),
    ),
    # Round 3: closed, being read and decided.
    PostingFacts(
        "backend-engineer-sokoni",
        "round-3",
        "sokoni",
        "backend",
        "Backend Engineer",
        "Understand a text message about beans, however it is spelt, and answer within ten seconds.",
        places=3,
        hours=8,
        allowance=DATA_ALLOWANCE,
        description=cleandoc("""
            People write `beans`, `BINS`, `maharage` and `mahragwe`, and mean the same sack. Sokoni has to understand
            all of them, answer in one message, and cost us one message only. You work on the service between the
            telephone company's gateway and our list of prices.
        """),
        responsibilities=cleandoc("""
            - Make the reading of messages forgive more, and prove on 40,000 old messages that it got no worse.
            - Hold back prices that look wrong, and ask a second reporter.
            - Watch the queue to the gateway and make it recover by itself after an outage.
            - Review the changes of others.
        """),
        qualifications=cleandoc("""
            - You have written a service that other programs call.
            - You can find out why something is slow without guessing.
            - You write tests, also when nobody asks.
        """),
        closing_words=THANKS,
        skills=(("Node.js", "working"), ("SQL", "working"), ("REST", "working")),
    ),
    PostingFacts(
        "frontend-engineer-kisima",
        "round-3",
        "kisima",
        "frontend",
        "Frontend Engineer",
        "A page for each water point that a mechanic can read in the sun, on the phone in his pocket.",
        places=2,
        hours=8,
        allowance=DATA_ALLOWANCE,
        description=cleandoc("""
            Seven thousand water points have a page each. The page says whether there is water, and it says so in grey
            on white. You make it readable at noon, light enough for a bundle of 50 MB, and clear to somebody who
            reads with effort.
        """),
        responsibilities=cleandoc("""
            - Redesign the water point's page with two mechanics and a committee.
            - Draw the map as a picture on the server, and give it words for those who cannot see it.
            - Make the report form work without JavaScript.
        """),
        qualifications=cleandoc("""
            - You know HTML and CSS well.
            - You have an eye for what can be left out.
            - You have heard of WCAG, and can say why it matters to you.
        """),
        closing_words=THANKS,
        skills=(("HTML", "strong"), ("CSS", "strong"), ("Accessibility", "working")),
    ),
    PostingFacts(
        "database-administrator-shelfline",
        "round-3",
        "shelfline",
        "database",
        "Database Administrator",
        "Keep the records of forty-one clinics safe through power cuts and full disks.",
        places=3,
        hours=6,
        allowance=DATA_ALLOWANCE,
        description=cleandoc("""
            Each clinic has a small database on a small machine, and the district has a large one. Both lose power.
            You make sure that nothing that was counted is lost, and that the district's copy can be brought back in an
            afternoon by somebody who has never done it.
        """),
        responsibilities=cleandoc("""
            - Check what really reaches the disk when the power goes, by pulling the plug.
            - Set up backups that are restored every week by a script, with a message when they fail.
            - Make the ministry's monthly report run in minutes instead of hours.
        """),
        qualifications=cleandoc("""
            - You have looked after a database that mattered to somebody.
            - You know SQLite or PostgreSQL, and what their promises are.
            - You write instructions that work at three in the morning.
        """),
        closing_words=THANKS,
        skills=(("PostgreSQL", "working"), ("SQLite", "working"), ("Linux", "working")),
    ),
    PostingFacts(
        "community-organiser-iwe-readers",
        "round-3",
        "iwe-readers",
        "community",
        "Community Organiser",
        "Bring teachers of one language together for a weekend, and come home with twelve books.",
        places=2,
        hours=6,
        stipend=(100, "USD", "month"),
        description=cleandoc("""
            Books come from book weekends: ten teachers, a borrowed classroom, a printer. You set up two such
            weekends in a language that you speak, and leave behind a group that holds the third one without us.
        """),
        responsibilities=cleandoc("""
            - Find the teachers, the room and the people who check the spelling.
            - Hold two book weekends, and write down what to do differently.
            - Help the group to choose who carries on.
        """),
        qualifications=cleandoc("""
            - You have brought people together before: a club, a choir, a savings group, a football team.
            - You speak a language in which children lack books.
            - You answer messages.
        """),
        closing_words=THANKS,
        skills=(("Translation", "working"), ("Technical writing", "basic")),
        weeks=16,
    ),
    # Round 2: complete. These people are contributors now.
    PostingFacts(
        "backend-engineer-daftari",
        "round-2",
        "daftari",
        "backend",
        "Backend Engineer",
        "Write the rules of a savings group as data, so that a fine is the same fine for everyone.",
        places=3,
        hours=8,
        allowance=DATA_ALLOWANCE,
        description=cleandoc("""
            Every group has its own rules, and until now each rule was a change of code. You turn them into data that
            the group's secretary can read aloud at a meeting.
        """),
        responsibilities=cleandoc("""
            - Collect the rules of twenty groups and find what they have in common.
            - Write the part that works out fines, shares and loans from them.
            - Prove with old ledgers that the new sums equal the old ones, and where not, who was right.
        """),
        qualifications=cleandoc("""
            - You know a backend language well enough to argue about it.
            - You never store money in a floating-point number, and know why.
            - You listen.
        """),
        closing_words=THANKS,
        skills=(("Python", "working"), ("SQL", "working"), ("Unit testing", "working")),
    ),
    PostingFacts(
        "frontend-engineer-gare",
        "round-2",
        "gare",
        "frontend",
        "Frontend Engineer",
        "A page per bus line that opens at the station without a connection.",
        places=3,
        hours=8,
        allowance=DATA_ALLOWANCE,
        description=cleandoc("""
            A rider looks up a line at home and needs it at the station, where there is no signal. You make the pages
            stay on the phone, small enough to keep a whole city.
        """),
        responsibilities=cleandoc("""
            - Make a line's page readable in one glance, with the fare first.
            - Keep the city's lines on the phone, and bring them up to date over a bad line.
            - Test at a station, with people in a hurry.
        """),
        qualifications=cleandoc("""
            - You know HTML, CSS and JavaScript.
            - You have made something that works offline, or want to.
            - You speak French or are learning it.
        """),
        closing_words=THANKS,
        skills=(("JavaScript", "working"), ("HTML", "working"), ("CSS", "working")),
    ),
    PostingFacts(
        "documentation-writer-shelfline",
        "round-2",
        "shelfline",
        "documentation",
        "Documentation Writer",
        "The guide that hangs beside the medicine shelf: one sheet, no jargon.",
        places=3,
        hours=5,
        weeks=10,
        asks_about_learning=False,
        description=cleandoc("""
            Nurses change posts often, and the next one starts on Monday. You write one sheet that hangs beside the
            shelf, and the ten pages behind it for the day when something is different.
        """),
        responsibilities=cleandoc("""
            - Visit or call three clinics, and find out where people get stuck.
            - Write the sheet, try it, and write it again.
            - Put it into a language that you speak.
        """),
        qualifications=cleandoc("""
            - You write plainly.
            - You can listen to a complaint and hear the missing sentence in it.
        """),
        closing_words=THANKS,
        skills=(("Technical writing", "working"), ("Translation", "basic")),
    ),
    PostingFacts(
        "data-engineer-sokoni",
        "round-2",
        "sokoni",
        "data",
        "Data Engineer",
        "Six years of market prices, cleaned, documented and given to everybody.",
        places=3,
        hours=8,
        stipend=(110, "USD", "month"),
        description=cleandoc("""
            Researchers, newspapers and farmers ask for our old prices. They lie in five formats, in three currencies,
            and some sacks are heavier than others. You make one open set of data of them, with every step written down.
        """),
        responsibilities=cleandoc("""
            - Bring five formats into one, by a script that anyone can run.
            - Find out from the reporters what a sack weighed in which year.
            - Publish it with a page that says what it is not good for.
        """),
        qualifications=cleandoc("""
            - You know SQL, and Python or R.
            - You would rather leave a gap than fill it by guessing.
            - You like to telephone.
        """),
        closing_words=THANKS,
        skills=(("SQL", "working"), ("Pandas", "working"), ("Python", "working")),
    ),
)

# What some postings say in other languages: (posting, language) → texts. The first is whole, the others fall back in part.
IN_OTHER_WORDS: dict[tuple[str, str], dict[str, str]] = {
    ("mobile-developer-gare", "fr"): {
        "title": "Développement mobile",
        "summary": "Permettre d’enregistrer un trajet sur un vieux téléphone Android sans vider sa batterie.",
        "description": cleandoc("""
            Notre enregistreur demande sa position au téléphone toutes les cinq secondes. C’est exact, et cela vide une
            vieille batterie en deux heures. Nous pensons qu’un dixième suffirait, à condition de demander au bon moment.

            L’application est écrite en Kotlin. Le rôle s’adresse aux personnes qui vivent dans l’un des pays dont Gare
            relève les lignes, car il faudra les prendre.
        """),
        "responsibilities": cleandoc("""
            - Mesurer ce que coûte un trajet en batterie et en données, sur trois téléphones que les gens ont vraiment.
            - Trouver les moments qui comptent, et n’enregistrer que ceux-là.
            - Couper les deux bouts de chaque trajet sur le téléphone même, pour qu’aucune adresse n’en sorte.
            - Prendre dix lignes avec des personnes qui essaient votre version, et noter ce qu’elles disent.
        """),
        "qualifications": cleandoc("""
            - Vous avez fait pour Android quelque chose qui a tourné sur le téléphone de quelqu’un d’autre.
            - Vous savez où une application dépense sa batterie, ou vous voulez l’apprendre.
            - Vous parlez assez bien français pour une conversation à la gare.
        """),
        "closing_words": cleandoc("""
            Aucun diplôme n’est demandé, et personne n’a besoin d’avoir fait cela contre de l’argent. Si vous hésitez,
            postulez : vos réponses sont lues par des personnes, sans votre nom, et leurs mots vous reviennent quelle
            que soit la décision.
        """),
    },
    ("backend-engineer-shelfline", "fr"): {
        "title": "Développement côté serveur",
        "summary": "Mettre d’accord les stocks de trois dispensaires après une semaine sans connexion.",
        "description": cleandoc("""
            Shelfline tourne sur des appareils qui voient le réseau une fois par jour, ou une fois par semaine. Quand ils
            se retrouvent, leurs comptes doivent être réunis sans qu’une boîte se perde ni soit comptée deux fois. C’est
            le travail de ce rôle : le service qui reçoit, réunit et répond.

            Il est écrit en Python avec Django et PostgreSQL. Vous travaillez avec deux mentors, dont l’un a tenu pendant
            six ans la pharmacie d’un district.
        """),
    },
    ("frontend-engineer-iwe-readers", "ar"): {
        "title": "تطوير واجهات الويب",
        "summary": "بناء الصفحة التي يكتب فيها المعلّم أول كتاب للقراءة، على هاتف شاشته مكسورة.",
        "description": cleandoc("""
            معلّمة في مدرسة قرية تكتب كتابًا على هاتفها في استراحة الغداء. يجب أن تُفتح الصفحة في ثلاث ثوانٍ، وأن تحفظ كل كلمة
            إذا انقطع الاتصال.

            نكتب HTML وCSS بأيدينا، مع قليل من JavaScript يمكن للصفحة أن تعمل من دونه. تُستخدم الصفحة بتسع عشرة لغة، اثنتان
            منها تُكتبان من اليمين إلى اليسار.
        """),
    },
}
