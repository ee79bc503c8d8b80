"""When a form was first sent, and when a newer version was made: kept on its row instead of looked for each time."""

from django.db import migrations, models
from django.db.models import Exists, Min, OuterRef, Subquery
from django.utils import timezone


def work_out(apps, schema_editor):
    """From what was sent, and from the versions that there are. A superseded one is dated by the moment of this step."""
    Form = apps.get_model("applications", "Form")
    Application = apps.get_model("applications", "Application")
    sent = (
        Application.objects.filter(form=OuterRef("pk"), submitted_at__isnull=False)
        .order_by()
        .values("form")
        .annotate(first=Min("submitted_at"))
        .values("first")
    )
    Form.objects.update(frozen_at=Subquery(sent))
    newer = Form.objects.filter(posting=OuterRef("posting"), version__gt=OuterRef("version"))
    old = Form.objects.filter(Exists(newer)).values_list("pk", flat=True)
    Form.objects.filter(pk__in=list(old)).update(superseded_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("applications", "0009_review_versions")]

    operations = [
        migrations.AddField(
            model_name="form",
            name="frozen_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="first sent"),
        ),
        migrations.AddField(
            model_name="form",
            name="superseded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="newer version since"),
        ),
        migrations.RunPython(work_out, migrations.RunPython.noop, elidable=True),
    ]
