from community.models.consents import Consent
from community.models.people import Profile, Skill, User
from community.models.postings import Criterion, Posting, PostingSkill, PostingText
from community.models.projects import Membership, Project
from community.models.rounds import Round

__all__ = [
    "Consent",
    "Criterion",
    "Membership",
    "Posting",
    "PostingSkill",
    "PostingText",
    "Profile",
    "Project",
    "Round",
    "Skill",
    "User",
]
