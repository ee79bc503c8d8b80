from applications.models.alerts import Alert
from applications.models.applications import Answer, Application, SavedSection, Upload
from applications.models.decisions import Decision, MessageTemplate
from applications.models.erasures import ErasedApplication, Erasure
from applications.models.history import HistoryEntry
from applications.models.incoming import IncomingUpload
from applications.models.letters import Letter
from applications.models.messages import Message
from applications.models.questions import Form, Question, Section
from applications.models.reviews import Assignment, Review, Score
from applications.models.revisions import Revision

__all__ = [
    "Alert",
    "Answer",
    "Application",
    "Assignment",
    "Decision",
    "ErasedApplication",
    "Erasure",
    "Form",
    "HistoryEntry",
    "IncomingUpload",
    "Letter",
    "Message",
    "MessageTemplate",
    "Question",
    "Review",
    "Revision",
    "SavedSection",
    "Score",
    "Section",
    "Upload",
]
