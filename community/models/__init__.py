from community.models.people import Profile, Skill, User
from community.models.postings import Criterion, Posting, PostingSkill
from community.models.projects import Membership, Project
from community.models.rounds import Round

__all__ = [
    "Criterion",
    "Membership",
    "Posting",
    "PostingSkill",
    "Profile",
    "Project",
    "Round",
    "Skill",
    "User",
]
