"""What the demo's applicants wrote, by question. Made up, of every quality: a pool of good answers only would teach
mentors nothing. Data alone.

Each text stands under a line `-- tag quality`: a discipline or project (or `any`), and 1 to 5, from which the demo's
mentors score. An empty line makes a paragraph.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    tag: str
    quality: int
    words: str


def read(block: str) -> tuple[Text, ...]:
    """The texts in `block`, with the lines of a paragraph joined."""
    texts = []
    for chunk in re.split(r"^-- ", block, flags=re.MULTILINE)[1:]:
        head, _, body = chunk.partition("\n")
        tag, quality = head.split()
        paragraphs = [" ".join(paragraph.split()) for paragraph in body.strip().split("\n\n")]
        texts.append(Text(tag, int(quality), "\n\n".join(paragraphs)))
    return tuple(texts)


# “Tell us about a problem you found and solved”, by discipline, 250 words at most.
PROBLEM = read("""
-- backend 5
Our school's fee service froze every morning at eight. Everybody said it was the line. I wrote the time of each step
into a log for three days and saw that one query took eleven seconds, always the same one: it counted all payments
since 2016 to print a receipt number.

I could have added an index, which would have made it two seconds, or kept the last number in a table of its own. I
took the second, and held the row while a receipt is written, because two clerks at once would otherwise get the same
number. I tried that with forty requests at a time. It cost us one lock, which I measured: 3 ms.

It has held for a year. I left a line in the log that warns when the step takes more than half a second, so that
nobody has to find out from the parents.
-- backend 4
The pharmacy I helped sold by a web page that lost orders now and then. I found that the page was sent twice when
people pressed the button twice, and that the second one overwrote the first. I thought about disabling the button,
but on old phones that does not help when the line is slow and people reload. So I gave each order form a number when
it is opened, and the database refuses the same number twice and shows the first order instead. Since then we had no
lost order. I should have written a test for it, and did so later.
-- backend 4
Text messages to parents went out twice on some days. The job that sends them was started by cron every five minutes,
and when the gateway was slow two of them ran side by side. First I made the job write a file while it runs. That
worked until the power went and the file stayed. Then I marked each message as taken, with a time, in one UPDATE that
only one process can win, and let the mark lapse after two minutes. The price is that in the worst case a message goes
out twice after a crash. I told the head teacher, who found that better than none.
-- backend 3
A service of our student association was slow with the list of members. I looked at the log and saw a query for each
member. I used select_related and it became one query. The page went from four seconds to a third of one. I learnt
that the framework hides what it costs and that one has to look.
-- backend 3
People could see the marks of others by changing the number at the end of the address. I noticed by mistake. I told
the teacher the same day, and then changed the view so that it only looks among the marks of the person who is signed
in. I also looked at the other pages and found two more. Nobody had noticed before, as far as the log says.
-- backend 2
I built a REST API for a shop with Node.js and Express. There was a problem with CORS. I searched for the error and
found the solution on a forum and added the middleware and then it worked. The API has endpoints for products, orders
and customers and is secured by tokens.
-- backend 1
I solve problems every day. I am a fast learner, hard-working and very passionate about backend technologies. Any
problem you give me I will solve.
-- frontend 5
My aunt sells fabric and could not use the page that my cousin had made for her: on her phone the price was outside
the screen. I borrowed the phone for a weekend. It is 320 pixels wide and has letters set to large, because of her
eyes.

There were two ways: a second page for small screens, or one page that flows. A second page would have been forgotten
at the first change, so I took all fixed widths out and let the table become a list of cards when it gets narrow. With
large letters one word still stuck out, "commande", until I allowed it to break.

I sat next to her while she took five orders. She pressed the picture and expected it to get larger, which nobody had
thought of. Now it does. The page went from 2.1 MB to 180 kB on the way, mostly by pictures in the size in which they
are shown.
-- frontend 4
Our parish's page had a form that told people "invalid input" and emptied itself. I watched the secretary fill it in
three times. I made it keep what was typed and say beside each field what to do. Then I moved the check to the server,
since her browser did not run the script at all. The choice was between a library, which would have been quicker for
me, and 40 lines of my own, which are quicker for her. I took the 40 lines.
-- frontend 4
A friend who is blind told me that our club's page read out "button, button, button". I installed NVDA and listened
for an hour, which was instructive and humbling. The buttons were pictures without words. I gave them names, then
found that the menu could be opened by mouse only. I rewrote it with a details element instead of a script. He tested
it and found one thing more: the language was not set, so French was read with English sounds.
-- frontend 3
The page of our football league loaded very slowly on mobile data. I used the network tab and found that one library
of fonts and icons was 900 kB and we used four icons of it. I replaced them by SVG files. The page is now 70 kB.
People said that it opens faster now.
-- frontend 3
When we put our page into Arabic, everything was on the wrong side. At first I wrote a second stylesheet, and it grew
and grew. Then I learnt about logical properties (margin-inline-start and so on) and replaced left and right
everywhere, and threw the second file away. Arrows still point the wrong way in one place.
-- frontend 2
I made a portfolio page with React and Tailwind. The problem was to make it responsive. I used the grid classes and
media queries and now it looks good on all devices. I also added dark mode.
-- frontend 2
A website I made for a restaurant did not look right in another browser. I asked in a group and someone told me to use
flexbox, so I changed it to flexbox.
-- database 5
The clinic where I volunteer keeps patients in MySQL. One night the disk filled up, and in the morning nothing
started. There was a backup every night. It had been empty since March: the password had changed and the script wrote
the error into the file.

I made room by moving old logs, started the server, and lost nothing that time. Then I thought about what would have
saved us otherwise. I wrote a script that makes a backup, restores it into another database, counts the rows of the
eight most important tables in both, and sends the doctor a text message with the eight numbers. She does not know
SQL, but she knows that patients do not become fewer.

The message failed twice since then, both times for a good reason. What it cost: ten minutes of CPU a night and 2 GB.
-- database 4
A report for the ministry ran for five hours and made everything else slow. I read the plan with EXPLAIN ANALYZE and
saw that it read all visits once for each village. I first added an index on (village, date), which brought it to
twenty minutes. Then I rewrote it so that it reads the visits once and groups them: fifty seconds. I kept the index
out in the end, since it made each new visit slower and nothing else needed it. I compared both results for three old
months before I sent the new one.
-- database 4
Two people edited the same loan at the same time and one payment vanished. The program read the sum, added, and wrote
it back. I wanted to lock the table, and a colleague rightly asked what happens on a market day. So we changed it to
"set sum = sum + payment", and later to a table of payments from which the sum is worked out. To go from one to the
other while people worked, I filled the new table in small steps, compared sums each night for a week, and only then
switched. I had a script to go back and tried it once on a copy.
-- database 3
A table of our library had many duplicates of the same reader. I wrote a query with GROUP BY and HAVING to find them
and found 340. Then I merged them by the phone number and made the column unique so that it does not come back. Some
people share a phone, so I had to ask at the desk for 22 of them.
-- database 2
I installed PostgreSQL on a server for my final-year project following the documentation. There was an error about
authentication in pg_hba.conf. I changed the line to md5 and it worked. I then created the tables and relationships.
-- database 1
I have good knowledge of Oracle, MySQL, MongoDB and SQL Server and I can administer any database.
-- mobile 5
Extension officers in my district fill in forms on phones of 1 GB memory. The app closed itself when they took a
picture, and they had to start over. I got one of the phones and reproduced it in ten minutes: the camera needs
memory, so the system throws our app away. That is allowed, so it was our fault.

I could have asked for smaller pictures only. Instead I saved each field when it loses the focus, and also scaled the
picture while reading it (the whole file was loaded before: 12 MB for something shown at 300 pixels). An officer
filled in thirty forms in a day with it and lost none; before, it was one in six. The app now uses 38 MB at most,
which I check before each release on that same phone. It lives in my drawer.
-- mobile 4
Our app for a bus company sent the position every second, and drivers complained that the phone was hot. I measured
with the battery historian: GPS 60 %, radio 30 %. We asked for the position every ten seconds and sent ten of them in
one go. Now the phone lasts a shift. We lost precision at corners, so I keep the seconds when the direction changes by
more than thirty degrees.
-- mobile 3
The list in my app was jumping while scrolling on old phones. I found that pictures were decoded on the main thread. I
used a library that does it in the background and keeps small versions. On a phone from 2016 it is smooth now.
-- mobile 2
My Flutter app crashed on start on some devices. It was the minSdkVersion. I changed it to 21 and it was solved. I
always search the error on the internet and mostly there is a solution.
-- data 5
Our cooperative weighs milk twice: at the farm and at the cooler. The two never agreed, and people began to suspect
the driver. I entered nine weeks of both books, 2,300 lines. The difference was 4 % on most days and 0 on some. I
asked which days, and nobody knew, so I drew them by weekday: Sundays.

On Sundays another can is used. I weighed the cans. The usual one had been repaired and was 700 g heavier than what is
painted on it. So it was neither the driver nor the farmers. I wrote down how I did it, with the lines I left out (41,
unreadable) and what would speak against my explanation, and read it at the meeting. They bought a stamp for the
weights of the cans. Since then 0.4 %.
-- data 4
I cleaned a survey of 1,800 households about water. Ages went up to 999. It turned out that 999 meant "did not want to
say" in one district and "does not know" in another, which I learnt only by calling two of the people who asked. I
kept both as two different gaps. The average age changed by eleven years in one village. All steps are in one script,
and I ran it on another machine to be sure.
-- data 3
In rainfall data from our weather club there were values of 0 for a whole month. I compared with the next station and
saw that it rained there. The observer had been ill. I marked the month as missing instead of dry and wrote it in the
notes.
-- data 2
I did a project on price prediction of houses with machine learning. The accuracy was low at first, 71 %, but then I
tried random forest and tuned it and got 93 %. I cleaned the data by dropping the rows with missing values.
-- documentation 5
New volunteers at our radio station could not put the recorder into the right mode, although there was a manual of
forty pages. I watched two of them and wrote down the first word each of them said when stuck. Both said "again?": the
device falls back after each recording, and the manual mentions it on page 31.

I wrote one sheet: four pictures, six sentences, the falling back in the first line. I gave it to a third person and
stayed silent, which was hard. She stopped at "mode" because the button says "M". Now the sheet says "press M". I made
it in Kinyarwanda as well, with the word that we use for it at the station, which means "habit"; the dictionary's word
nobody knew. Nobody has called me at night since then, and they used to.
-- documentation 4
The form to register a birth in our town exists in the official language only, and people pay someone to fill it in. I
translated it with a midwife, and found that two questions ask for the same thing in other words. I asked the clerk,
and even he did not know the difference. We wrote the same explanation under both. Then I went with three mothers and
saw where they stopped. One place we could not solve: the form asks for a street, and there are no streets.
-- documentation 3
The README of an open source tool that I use said "install the dependencies" and nothing else. I needed two days.
After that I wrote down every command for Debian and for Windows and sent it as a pull request. It was merged after I
changed the order, since they wanted the short way first.
-- documentation 2
I wrote the user manual for our school's management system. It explains each menu with a screenshot. It has 64 pages
and my teacher was satisfied.
-- community 5
Our football ground was taken by builders, and each club went to the mayor alone and was sent home. I visited six
clubs and asked one question: what would you give up? One gave up Sundays, one the far goal. With that we went
together and offered a plan with times for the market and for a school. It took four months and eleven meetings, of
which I chaired two; after that I asked the women's team to chair, as they had missed out most.

We got the ground on five days a week. The group still meets and I am no longer in it, since I moved. Last month they
settled a quarrel about floodlights without calling anyone.
-- community 4
I started a reading hour in our quarter: Saturday at four under the mango tree. At first eleven children came, then
three. I went to the homes of those who stayed away and heard that four o'clock is when water is fetched. We moved it
to six, and asked two older girls to read. Now between fifteen and twenty come, and the girls run it when I am at my
parents'.
-- community 3
I organised a workshop on Git for students with 35 participants. The power failed after an hour, so we went on with
pens on paper: commits were cards. People said it was the best part. We did it once more in the next term.
-- community 2
I am an ambassador of several tech communities and attended many conferences and hackathons, and I post about events.
I would love to bring people together.
""")

# “Tell us about something you made or fixed together with others”, for anyone, 200 words at most.
TOGETHER = read("""
-- any 5
Four of us made the timetable program of our school. We disagreed about whether teachers may change it themselves. I
was against it, since I feared chaos; the others were for it. Instead of voting we asked three teachers, and one
showed us that she corrects it by pen anyway and nobody else learns of it. So I was wrong, and I wrote the part that
lets them change it and shows the change to everyone for a day before it counts. Reviewing each other's work we found
a bug of mine that would have put two classes in one room. I kept a list of what I learnt from each review; it has 23
lines.
-- any 5
In our women's savings group two of us keep the book and check each other. Once we were 4,000 short. My friend wanted
to pay it out of her own pocket to keep peace. I asked her to wait one evening, and we read all entries aloud, one of
us the book, the other the slips. The mistake was mine: a 7 that looked like a 1. I said so at the meeting. After that
we made it a rule that sums are read aloud, also by the person who hopes they are right. Three other groups do it now,
since we showed them.
-- any 4
I translated a free geography program together with two people I have never met. One preferred words from the school
books, I preferred those that children use. We made a list of the thirty that we disagreed about and asked a class of
nine-year-olds. They chose mine 17 times and his 13, and we took what they chose. He has become a friend.
-- any 4
During the floods we were five people with one spreadsheet of families who needed a place. It broke, because all of us
sorted it at the same time. I proposed that only one person sorts and that all others write at the end. It sounds
small, but someone had to say it. Later I moved it into a small database with a form, after asking whether they wanted
that; two of them did not, and we kept a printed copy for them each morning.
-- any 4
I fixed a bug in an open source library for mobile payments. The maintainer did not like my first version as it
changed the public interface. I was a bit hurt for a day, then saw that he was right: others would have had to change
their code. The second version is half as long. He asked me later to review changes of others in that part.
-- any 4
My part in our robotics team was the code for the sensors. The mechanics kept changing their place, and I kept
complaining. We then sat together for a day: they showed me why, and I made the positions a file that they can edit
without me. I had to give up some speed. We came fourth of thirty.
-- any 4
With my two sisters I made the accounts of our parents' shop digital. The eldest wanted a bought program, I wanted to
write one, the youngest wanted paper. We tried the bought one for a month, and its fee was more than the mistakes on
paper. What we have now is paper for the day and a spreadsheet for the week, and each of us can do both. I learnt that
the best program may be none.
-- any 3
I worked with three classmates on a hospital queue system for our final project. I did the backend and we met twice a
week. When we disagreed about the database we drew both ideas on a board, and our supervisor asked questions until one
of them fell over. It was mine.
-- any 3
In our church choir I make the scores on the computer, two others check them. They find a lot. At first I was annoyed,
now I send them early versions on purpose.
-- any 3
Together with a neighbour I repaired the pump behind the school. He knew the pump and I knew how to find the spare
part on the internet and how to write to the seller in English. We argued about the price; he was for haggling and I
was for paying. He got it for two thirds.
-- any 3
At a hackathon we built an app for blood donors in 48 hours. There were five of us. I proposed that we first agree on
what the screens are called, since two people were building the same one. We finished in time and got second place.
-- any 3
I take part in the mapping of my town on an open map. We are about twelve. Somebody had moved all the streets by eight
metres because of another satellite picture. I asked him about it in a friendly way, and he showed me how to check
which picture is right. It was his.
-- any 3
Our study group solves old exam papers. I explain mathematics, others explain networks to me. When two of us have
different results we try to convince a third one, and whoever succeeds is mostly right.
-- any 3
I reviewed the code of a younger student each week for a term. In the beginning I rewrote it for her. Then she told me
that she learnt nothing from that. Since then I only write questions.
-- any 3
In my internship I wrote tests for a program that others had written. They did not like it at first. When a test found
that the tax was wrong for one town they asked me for more.
-- any 2
We built a website for our department in a team of six. I was responsible for the home page and the contact page.
Everybody did their part and then we put it together.
-- any 2
I was in a group for a project about e-commerce. There was a disagreement about the technology, and the team leader
decided that we use PHP. We delivered on time.
-- any 2
I work well in teams and also alone. In my last team we used Scrum with daily meetings, and I always finished my
tasks.
-- any 2
I contributed to open source during an October event. I fixed spelling in four README files and they were merged.
-- any 2
With my friends I repaired computers for a primary school. We repaired ten of them, and I installed the system.
-- any 1
I am a team player.
-- any 1
Mostly I have worked on my own so far, because in my area there is nobody who codes. I would like to change that.
-- any 4
I am deaf, and most meetings of our student club were a blur to me. I proposed that decisions are written into one
shared document while they are made. Some found it slow. After a month the two who are often at work in the evenings
thanked me, since they could follow too. We still disagree about whether everything has to be written; I have come to
accept that jokes do not.
-- any 5
Nine of us keep a weather station on the roof of the polytechnic. The logger lost data each rainy season, of all
seasons. I suspected the software, because that is what I know. A fellow student suspected the cable. We bet a lunch,
and set up a second logger beside it with a dry cable. Hers was the right idea. Then I wrote down for those who come
after us how we had found out, including my wrong turn, and we gave a talk about it in the first term. Two of the
first-years have taken over the station since then, and have already changed the cable again without asking us.
-- any 3
I did the captions for videos of a farmers' radio with two others. We had different ideas about spelling, since our
language has no fixed one for many words. We took the spelling of the Bible translation when in doubt, as everybody
has one at home.
-- any 4
A plugin I used for school reports put names with an apostrophe in the wrong order. I reported it and nobody answered,
so I made a change myself with a test. A person from another continent helped me to get the test running, at five in
the morning her time. I had never seen a review with so much patience, and I try to write mine like this now.
""")

# “Why do you want this role?”, by project, 200 words at most.
WHY = read("""
-- shelfline 5
My mother is a nurse at a health centre with no pharmacist. I have seen her send people home with a paper, to buy what
the state gives for free, because the box had run out two days before the car came. She knew it would. There was
nobody to tell. So a program that tells the store before it happens is not an idea for me but something I could show
her.

I bring Python and the patience for wrong counts. What I would do first: read the nameless journals and look for the
places where counts disagree, before I touch any code, and write down the five most common reasons.
-- shelfline 4
I like the part about joining counts after a week offline, since I have had that problem with a shop's stock on two
phones and solved it badly: the later one won. I want to do it properly once, where it matters. I can bring experience
with SQLite and with people who do not trust computers, for good reasons.
-- shelfline 3
I want to work on health because I believe software should serve people. In my country there are many clinics without
medicine, so this project is needed. I can use my skills in it and learn from the mentors.
-- shelfline 3
Shelfline works offline, and almost everything I have learnt so far assumes a connection. Where I live there is none
on most afternoons, so it would be good to learn what fits here.
-- shelfline 2
I am looking for experience in a real project to improve my CV and to get a job later. Your program looks very good,
and I would be grateful for the opportunity.
-- sokoni 5
My uncle drives onions to the city. In February he paid for the lorry and sold below that. The price had fallen two
days before, and a text message would have cost him nothing. When I found Sokoni I sent `VITUNGUU` to the number to
try it out. It did not understand me. It does understand `ONION`. That is what I would like to work on: the word that
my uncle uses.

I have written a small program that finds the nearest word in a list, for a dictionary. It fails on short words, and I
know why, and I have an idea that needs your 40,000 old messages to be tried out.
-- sokoni 4
I have worked with message gateways for a bank and know how they fail. What draws me is that one answer has to fit
into 160 characters: I like limits. I would bring the habit of measuring, and some experience of queues that recover
by themselves.
-- sokoni 3
Farmers in my area lose money as they do not know the prices. Sokoni gives them this information without internet. I
would like to be part of it, since agriculture feeds most of my family.
-- sokoni 2
Because I am passionate about backend development and want to contribute to open source projects that make an impact
in Africa.
-- sokoni 3
I have used the open prices for a school project on inflation and found a mistake in them, which was corrected within
a week. I liked how that was done and would like to be on the other side.
-- iwe-readers 5
I learnt to read in a language I did not speak. For two years I thought that reading means making sounds. When I was
nine my grandmother got a hymn book in our own language, and I read it to her and understood that the sounds are
words.

So I know whom this is for. I have shown three of your books to the first class where I teach on Fridays. The children
turned the phone over to look for more pages, because the last page looks like any other. I would begin with that.
-- iwe-readers 4
My language is written with letters that most fonts draw badly, with the dot beside the letter instead of under it. I
have collected examples for a year. With this project I could do something with them, and I can bring five teachers
who would try what we make.
-- iwe-readers 3
Books in our languages are important for our culture, and children should have them. I like to design pages for
children and I speak three languages.
-- iwe-readers 2
I love children and books. It would be an honour to work with your team.
-- iwe-readers 3
I want to work on pages that are printed, since that is rare now, and schools here have a printer sooner than
internet.
-- kisima 5
I am the secretary of a water committee. Our pump has a page on your map and it says "status unknown", since nobody
here knew what to send. I know now. The guide says "submit a functionality report". We say "maji yanatoka", the water
comes out. If the guide said that, people would send it.

I would first call the committees of the four villages around us, whom I know, and ask what they say. I bring that, a
telephone, and no fear of being told that a sentence is bad.
-- kisima 4
I studied water engineering and have seen good maps that nobody used, for they were made for the donor. What draws me
to Kisima is that the report goes to the mechanic and not only to an office. I can bring knowledge of pumps and of how
mechanics talk.
-- kisima 3
Water is life. In my village the women walk far, and the pump was broken for five months. I want to help that it does
not happen to others, with what I know of web pages.
-- kisima 2
I have applied because the role fits my studies and the hours suit me.
-- daftari 5
I keep the book of a group of 26 people, and twice a year someone asks whether I have changed a line. I have not, but
how could I prove it? In Daftari I could. I read your code for entries that are never changed, and found the sum for
late fines, which counts a leap year wrongly by a day if I am not mistaken; I have put it down in four lines with an
example.

I would begin with rules, since ours fit on one page and three of them contradict each other. The group would let me
use them.
-- daftari 4
Money has to be right to the coin, and I like work where right and wrong can be told apart. I restored a database for
a co-operative in my town when their machine was stolen, and have been careful ever since. I should like to learn to
do it so that it is no adventure.
-- daftari 3
My family is in a savings group, and it paid for my school. A good ledger would make such groups safer. I know
PostgreSQL and want to know it better.
-- daftari 2
Fintech is the future of Africa, and I want to be part of it. The stipend would also help me to pay for internet.
-- daftari 3
I want to learn from a mentor who has done this for years. At work I am the only one who knows the database, so nobody
tells me when I am wrong.
-- gare 5
I take two shared taxis each morning, and have for six years. I know that the second one leaves when four people sit
in it, that on rainy days the fare rises by fifty, and that a newcomer pays a hundred more as she does not know it. My
phone is from 2017 and dies at noon if I let your recorder run; I tried.

I would start by measuring on it. I have an idea that the phone needs to ask where it is only when it has stopped
shaking, and the old sensor for that costs nearly nothing.
-- gare 4
I came to this city as a student and was lost for a month. I drew the lines that I learnt on paper and gave copies to
the newcomers after me. Gare is that, for all. I can bring three years of Android and I know the drivers at our
station by name.
-- gare 3
I want to make an app that people in my own city use. Most apps I made were for clients elsewhere and nobody around me
has seen them.
-- gare 2
I have experience in mobile development and am looking for a remote role with flexible hours.
-- mvua 5
My father plants when the first heavy rain has come. Last year it came in October, he planted, and then there was
nothing for three weeks. A neighbour who measures for a project waited, since her notes of five years said that
October lies. So numbers from a cup are worth something in my family.

I bring statistics and stubbornness. First I would look at how the 1 % wrong numbers were found by hand, and sit with
the person who does it for two evenings before I write a check.
-- mvua 4
I worked with measurements from volunteers before, on birds. The difficult part was always the question back: people
stop when they feel accused. That you name it in the posting made me apply. I can bring wording that we tested, and
the code for neighbouring stations.
-- mvua 3
Climate change is a big problem for farmers and data can help. I know Pandas and would like to work on data that is
not from a competition.
-- any 4
I have built things alone for three years, and each of them ended when I lost interest. Here somebody would notice.
What draws me is that your project has users who did not choose it because it is new: they would miss it if it
stopped. I bring steadiness; I have not missed a week of the radio programme that I help with since I was sixteen.
-- any 4
I read the last ten changes in the repository and the talk below them. People ask each other questions there, and the
one who is wrong says so. I would like to work in that tone. I bring experience with a smaller project, and can start
with whatever nobody wants to do.
-- any 3
Because the project is used where I live and I can go and see what happens with it. I would rather improve one thing
that is used than start a tenth one that is not.
-- any 3
I finished my studies in June and have not found work in my field. In the meantime I do not want to forget what I
know, and I want to use it for something that is needed.
-- any 3
A friend was in the last round and told me about it. She learnt more in twelve weeks than in a year, mostly by being
asked why. I would like to be asked why.
-- any 3
I work full time in a shop and study in the evening. Eight hours a week is what I can really give, and most programs
ask for forty. So this is the first one I can apply to.
-- any 2
I am interested in open source and in your mission, and the role fits my skills.
-- any 2
To gain international experience and to network with professionals.
-- any 1
I need this opportunity to show my talent.
-- any 5
I have two reasons, and the second is the real one. The first is that I know this kind of work and can do it. The
second is that in my town people who learn it go away, me soon too, unless I find work that is done from here and for
here. I spoke with two people who use the project, to see whether it is what it says. Both complained about small
things, at length, which people only do about things they use every day. I noted four of those complaints and would
begin with the one that came twice: that it does not say when it was last brought up to date.
-- mvua 2
I want to become a data scientist and this would be good practice.
""")

# “What do you want to learn?”, by discipline, 150 words at most.
LEARN = read("""
-- backend 5
How to join changes that were made in different places. I have read about CRDTs and built a counter; it worked, and
then I tried a list and got lost in deleted items. I learnt SQL by keeping a diary of what I expected before each
query and what came. I would do the same here: one rule a week, first guess, then test, then ask.
-- backend 4
To write tests that others understand. Mine test how the code does something and break whenever it changes. I tried to
write them from the outside and got stuck with the time of day. I would like to see how your project does it.
-- backend 3
I want to be able to find out why something is slow on a running system without stopping it.
-- backend 3
How code is reviewed in a real project. I have only ever had my own eyes on it.
-- backend 2
Microservices, Docker, Kubernetes.
-- frontend 5
To make pages that work with a screen reader without guessing. I have NVDA, but do not know what is normal for those
who use it every day. When I learnt keyboard navigation I unplugged my mouse for two weeks; it was slow and it stayed
with me. I would do that again with the screen off, an hour a day, with someone who can laugh at me kindly.
-- frontend 4
Printing from the browser. I tried @page and got as far as margins; then the pages broke in the middle of a picture.
After this I would like to be able to make a folded booklet that comes out the same on three printers.
-- frontend 3
I would like to be able to build a page without a framework and know what it weighs and why.
-- frontend 2
Advanced JavaScript and UX.
-- database 5
To change a schema while people work on it. I have done it at night with everything switched off, and once it took
until nine. I have read how others do it in small steps, and tried on a copy with a script that keeps inserting. I got
stuck where old and new code both write. I learnt backups by breaking a server each Sunday for a month, and plan to
learn this the same way.
-- database 4
I want to read query plans without a tool that colours them. I can follow up to a hash join; with nested loops inside
a subplan I lose the thread.
-- database 3
How to know that a backup is good, other than by hoping.
-- database 2
PostgreSQL administration and tuning.
-- mobile 4
Where a battery goes. I have used the profiler of Android Studio, and it shows me numbers that change each time. I
would like to learn how to measure so that two runs can be compared.
-- mobile 3
To build for phones with little memory, and to join data after being offline.
-- mobile 2
Kotlin Multiplatform and Compose.
-- data 5
To say how sure I am. I can find an odd value, but whether it is odd enough to ask a farmer about, I decide by
feeling. I took a free course on Bayesian statistics until chapter six and stopped at priors, since I had nobody to
ask. With real rain I would go through it again, each chapter with your data, and write up what changed in my checks.
-- data 4
How to publish data well: the notes, the licence, the numbers of versions. I once gave away a file that I could not
make again myself half a year later.
-- data 3
I want to be able to write pipelines that somebody else can run.
-- documentation 4
How to find out whether a text works, when the readers are far away. By telephone people say that all is clear. I
tried to ask them to tell me what they would do next, which helps a little.
-- documentation 3
I would like to learn Git, and how translations are kept up to date when the original changes.
-- documentation 2
Technical writing.
-- community 4
How to leave. The groups I started mostly came to an end when I moved. Once it went on, and I should like to know what
was different there and do it on purpose.
-- community 3
To run a meeting where people who are silent speak.
-- community 2
Leadership and public speaking.
-- any 4
To ask earlier. I sit on a problem for a week before I say so, since I do not want to look slow. A mentor once told me
to ask after an hour, with what I tried. I would like to practise that until it is a habit.
-- any 3
How an open project decides things. I would like to follow one decision from the first idea to the release.
-- any 3
I want to get used to writing in English about technical things, as my studies were in another language.
-- any 1
Everything.
""")

# “Is there anything we can do to make this fair for you?” For staff only; most people leave it empty.
NEEDS = (
    "We have power from six to ten in the evening only. Please do not set calls before that.",
    "I use a screen reader (NVDA). Web pages are fine, scanned documents are not.",
    "I stammer. Writing is easier for me than a call.",
    "I nurse a baby and need breaks every two hours in long meetings.",
    "My French is better than my English. I may ask for a word now and then.",
    "I have dyslexia, so please do not weigh the spelling.",
)
