"""The staff's tool for what the world may see: accounts, profiles, projects, rounds, postings.

Publishing and closing call the verbs and list what is missing; `state` is never typed. Applications extend
PostingAdmin with the form builder; nothing here knows of applications.
"""

from community.admin.people import ProfileAdmin, SkillAdmin, UserAdmin, UserSessionAdmin
from community.admin.postings import PostingAdmin, RoundAdmin
from community.admin.projects import ProjectAdmin

__all__ = [
    "PostingAdmin",
    "ProfileAdmin",
    "ProjectAdmin",
    "RoundAdmin",
    "SkillAdmin",
    "UserAdmin",
    "UserSessionAdmin",
]
