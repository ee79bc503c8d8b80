"""The addresses of what the world may see, and of one's own profile."""

from django.urls import URLPattern, path

from community.views import pages, people, postings, projects

urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("postings/", postings.postings, name="postings"),
    path("postings/feed/", pages.posting_feed, name="posting_feed"),
    path("postings/<slug:slug>/", postings.posting, name="posting"),
    path("projects/", projects.projects, name="projects"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("people/", people.people, name="people"),
    path("people/<slug:handle>/", people.person, name="person"),
    path("profile/", people.profile, name="profile"),
    path("profile/publish/", people.publish_profile, name="publish_profile"),
    path("profile/hide/", people.hide_profile, name="hide_profile"),
    path("time-zone/", people.time_zone, name="time_zone"),
    path("how-we-choose/", pages.how_we_choose, name="how_we_choose"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    path("robots.txt", pages.robots, name="robots"),
]
