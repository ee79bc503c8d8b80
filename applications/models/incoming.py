"""Files on their way: what has arrived of each, so that a line that drops costs one chunk and not the file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.codes import new_code
from applications.models.applications import Application
from applications.models.questions import Question


def incoming_code() -> str:
    return new_code(20)


def incoming_path(incoming: "IncomingUpload", filename: str = "") -> str:
    return f"incoming/{incoming.code}"


class IncomingUpload(models.Model):
    """A file of which a part has arrived. Whole, it becomes the Upload of the same code, and this row goes."""

    code = models.CharField(max_length=24, unique=True, default=incoming_code, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="incoming")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    file = models.FileField(_("file"), upload_to=incoming_path)
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveIntegerField(_("size in bytes"))
    # What the browser says the whole is: the same file chosen again goes on where it stopped, and no other does.
    sha256 = models.CharField(max_length=64, editable=False)
    # So many bytes are on the disk, synced, before anybody is told so. There may be more; they do not count.
    received = models.PositiveIntegerField(_("received bytes"), default=0)
    touched_at = models.DateTimeField(_("last heard of"), db_index=True)

    class Meta:
        verbose_name = _("file on its way")
        verbose_name_plural = _("files on their way")
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="incoming_once_per_question"),
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("size")), name="incoming_received_within_size"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        return self.received == self.size

    @property
    def percent(self) -> int:
        return self.received * 100 // self.size
