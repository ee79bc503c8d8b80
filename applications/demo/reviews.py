"""What the demo's mentors wrote, by how good the answers were: 0 weak, 1 fair, 2 strong. Data alone."""

COMMENTS: tuple[tuple[str, ...], ...] = (
    (
        "Too little to go by. The first answer names tools and no problem.",
        "I could not find out what the person did themselves and what the group did.",
        "Willing, but everything stays general. I scored what is on the page.",
        "The answers would fit any role. A second try with one real example would change my mind.",
        "The fix was found by trying. I would want to know whether they know why it worked.",
    ),
    (
        "One clear example, honestly told. Not yet used to weighing one way against another.",
        "Found the cause by looking. I would have liked to read how they made sure.",
        "Works well with others, from what I read. The technical side is at the beginning, which is fine here.",
        "A solid second choice if places are left. Knows what they do not know.",
        "Good reason for coming. The example is small, but it is theirs.",
        "Between 3 and 4 on the first criterion. I took the lower, because nothing was measured.",
    ),
    (
        "Measured, weighed, checked afterwards. I would like to work with this person.",
        "The best account of a mistake of one's own that I have read in this round.",
        "Knows for whom the project is, and says what to do first. That first step is the right one, too.",
        "Strong on its own, and makes others better. Please talk to this person about hours: it is close.",
        "I looked for something to object to and found only the length of one sentence.",
    ),
)

FEEDBACK: tuple[tuple[str, ...], ...] = (
    (
        "Choose one thing that you did yourself, however small, and tell it from the beginning: what was wrong, how"
        " you found out, what you tried. That tells us more than a list of tools.",
        "We could not see your own part. Next time write “I” where it was you, and “we” where it was all of you.",
        "Your reason for coming would fit any project. Read one page of the project's code or guide, and tell us "
        "what you noticed. That alone would have changed our view.",
        "You found a fix that worked. The next step is to find out why it worked, and to write that down in two "
        "sentences.",
        "Please do not be discouraged: the answers were short, so there was little to go by. We would gladly read a"
        " longer version in the next round.",
    ),
    (
        "You told one example clearly and honestly. Add how you made sure that it was mended, for example a number "
        "before and after.",
        "You listen, and your text shows it. Tell us next time about two ways you could have gone, and what each "
        "would have cost.",
        "A good and true example. It would help to know who used what you made, and what they said.",
        "Your reason for coming stood out. The technical part was brief; one more step of detail would have helped "
        "you.",
        "You know what you want to learn, which is worth a lot. Say also what you tried already and where you stopped.",
        "Clear writing, and the order of things was easy to follow. We missed the disagreement that the question "
        "asked for.",
    ),
    (
        "You measured before you changed anything, and said what your way cost. Keep that habit; it is rarer than "
        "you think.",
        "It was good to read how you changed your mind because of what somebody else said. That is what we hope for.",
        "You know for whom the project is. Your idea for a first step was noted and passed on to the project.",
        "Very clear, from the problem to the proof. If you like to go on: write it up in public, others could use it.",
        "A strong application. Where it could be stronger still: tell how somebody who comes after you would find "
        "out that it broke again.",
    ),
)
