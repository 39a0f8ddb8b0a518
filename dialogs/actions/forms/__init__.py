"""Forms filled by voice, within the dialogue.

`start` finds out which form it is, `register` fills in what is known of the caller, `filling` leads through the form,
`later` breaks it off and takes it up in another call, `words` says what came of a turn and asks what comes next.
`services.forms` knows what a form is.
"""

from dialogs.actions.answering import Reply
from dialogs.actions.forms import filling, later, register, start

REPLIES: dict[str, Reply] = {
    "form_which": start.which,
    "form_unfinished": later.unfinished,
    "form_code": later.code,
    "form_check": later.check,
    "form_consent": register.consent,
    "form": filling.answer,
    "form_stuck": filling.stuck,
    "form_keep": later.keep,
    "form_submit": filling.submit,
    "form_change": filling.change,
}
