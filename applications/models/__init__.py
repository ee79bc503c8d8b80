from applications.models.applications import Answer, Application, SavedSection, Upload
from applications.models.decisions import Decision, MessageTemplate
from applications.models.erasures import ErasedApplication, Erasure
from applications.models.history import HistoryEntry
from applications.models.messages import Message
from applications.models.questions import Form, Question, Section
from applications.models.reviews import Assignment, Review, Score

__all__ = [
    "Answer",
    "Application",
    "Assignment",
    "Decision",
    "ErasedApplication",
    "Erasure",
    "Form",
    "HistoryEntry",
    "Message",
    "MessageTemplate",
    "Question",
    "Review",
    "SavedSection",
    "Score",
    "Section",
    "Upload",
]
