"""Who may do what: the staff's permissions, as one group. Filtering (visible_to, reviewable_by) is the gate itself.

Called by the demo, by whoever sets up a program, and by tests. Never asked by a view: views ask for a permission.
"""

from django.contrib.auth.models import Group, Permission

# Deliberately without any "add" on what a verb owns: an application, a review or a decision comes from its verb.
# "change_message" is for trying a failed message again; no page lets anybody write in one.
STAFF_PERMISSIONS = [
    "applications.change_message",
    "applications.decide_application",
    "applications.triage_application",
    "applications.view_application",
    "applications.view_assignment",
    "applications.view_decision",
    "applications.view_message",
    "applications.view_review",
    "applications.view_upload",
    *(f"applications.{verb}_form" for verb in ("change", "view")),
    *(
        f"applications.{verb}_{model}"
        for model in ("section", "question")
        for verb in ("add", "change", "delete", "view")
    ),
    *(f"applications.{verb}_messagetemplate" for verb in ("add", "change", "delete", "view")),
    *(
        f"community.{verb}_{model}"
        for model in (
            "criterion",
            "membership",
            "posting",
            "postingskill",
            "postingtext",
            "profile",
            "project",
            "round",
            "skill",
        )
        for verb in ("add", "change", "view")
    ),
    "community.delete_criterion",
    "community.delete_postingskill",
    "community.delete_postingtext",
    "community.view_user",
]


def program_staff_group() -> Group:
    """The group "Program staff" with exactly STAFF_PERMISSIONS, made or brought up to date."""
    group, _created = Group.objects.get_or_create(name="Program staff")
    wanted = [name.split(".") for name in STAFF_PERMISSIONS]
    known = Permission.objects.filter(content_type__app_label__in={app for app, _ in wanted}).select_related(
        "content_type"
    )
    by_name = {(permission.content_type.app_label, permission.codename): permission for permission in known}
    group.permissions.set([by_name[app, codename] for app, codename in wanted])
    return group
