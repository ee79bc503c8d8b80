"""Forms of the public part, and what a page needs to tell of any form's problems.

Forms here clean and return; they never write and never send.
"""

from django import forms


def problems_of(*many: forms.BaseForm | forms.BaseFormSet) -> list[tuple[str, str]]:
    """What is wrong with these forms, in the order of their fields: (id of the input to go to, message).

    A message that belongs to no input has the id "main". Unbound forms have no problems.
    """
    found: list[tuple[str, str]] = []
    for form in many:
        if isinstance(form, forms.BaseFormSet):
            found += [("main", str(error)) for error in form.non_form_errors()] if form.is_bound else []
            found += problems_of(*form.forms)
            continue
        if not form.is_bound:
            continue
        found += [("main", str(error)) for error in form.non_field_errors()]
        for field in form:
            # A group of radios or boxes has no input of its own: its first one stands for it.
            target = "main" if field.is_hidden else field.id_for_label or f"{field.auto_id}_0"
            found += [(target, str(error)) for error in field.errors]
    return found
