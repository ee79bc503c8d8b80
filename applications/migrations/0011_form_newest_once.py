"""A step of its own: PostgreSQL makes no index on rows that the same transaction has just changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0010_form_frozen_and_superseded")]

    operations = [
        migrations.AddConstraint(
            model_name="form",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at__isnull", True)),
                fields=("posting",),
                name="form_newest_once_in_a_posting",
            ),
        ),
    ]
