from django.urls import path

from applications.views import alerts, applicant, health, mentor, rights

urlpatterns = [
    path("postings/<slug:slug>/apply/", applicant.apply, name="apply"),
    path("applications/", applicant.my_applications, name="my_applications"),
    path("applications/<slug:code>/", applicant.application, name="application"),
    path("applications/<slug:code>/edit/<slug:section>/", applicant.edit_section, name="edit_section"),
    path("applications/<slug:code>/check/", applicant.check_answers, name="check_answers"),
    path("applications/<slug:code>/withdraw/", applicant.withdraw, name="withdraw"),
    path("applications/<slug:code>/discard/", applicant.discard, name="discard"),
    path("applications/<slug:code>/offer/", applicant.offer, name="offer"),
    path("applications/<slug:code>/offer/accept/", applicant.accept_offer, name="accept_offer"),
    path("applications/<slug:code>/offer/turn-down/", applicant.turn_down_offer, name="turn_down_offer"),
    path("applications/<slug:code>/files/<slug:upload_code>/", applicant.download_file, name="download_file"),
    path("applications/<slug:code>/files/<slug:upload_code>/remove/", applicant.remove_file, name="remove_file"),
    path("review/", mentor.review_queue, name="review_queue"),
    path("review/<slug:code>/", mentor.review, name="review"),
    path("review/<slug:code>/recuse/", mentor.recuse, name="recuse"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<slug:code>/confirm/", alerts.confirm_alert, name="confirm_alert"),
    path("alerts/<slug:code>/stop/", alerts.stop_alert, name="stop_alert"),
    path("account/data/", rights.your_data, name="your_data"),
    path("account/data/download/", rights.download_data, name="download_data"),
    path("account/data/erase/", rights.erase_data, name="erase_data"),
    path("account/data/consents/<slug:purpose>/withdraw/", rights.withdraw_consent, name="withdraw_consent"),
    path("healthz", health.healthz, name="healthz"),
]
