from django.urls import path

from applications.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
]
