"""Who may hand in and change what, and the words for those who may not."""

from bot.chat.context import Context


def may_not_hand_in(context: Context) -> str | None:
    """Why somebody may not hand in, with who may; None for whoever may."""
    _ = context.wording._
    rights, facts = context.rights, context.facts
    if rights.is_editor or (facts.takes_from == "anyone" and rights.selves):
        return None
    if facts.takes_from == "anyone":
        return _("I have to know who you are for that. Write to me on a platform where people have names.")
    if facts.takes_from != "members":
        return _("Only editors and admins hand in positions here.")
    if facts.is_member is None:
        return _("I cannot find out right now whether you belong to the lab. Please try again later.")
    return None if facts.is_member and rights.selves else _("Only members of the lab hand in positions here.")


def is_offered(context: Context) -> bool:
    """Whether the help names commands that hand in and change."""
    return may_not_hand_in(context) is None


def may_not_change(context: Context) -> str | None:
    """Why somebody may not change the posting that the facts are about, with who may; None for whoever may."""
    if context.rights.is_editor or context.rights.owns(context.facts.owners):
        return None
    return context.wording._("Only its owner, editors and admins change this position.")


def nobody_known(context: Context) -> str | None:
    """For somebody whom no platform knows."""
    if context.rights.is_editor or context.rights.selves:
        return None
    return context.wording._("Only its owner, editors and admins change a position.")


def no_admin(context: Context) -> str | None:
    """For whoever does not approve."""
    return None if context.rights.is_admin else context.wording._("Only admins approve and reject.")


def may_not_arrange(context: Context) -> str | None:
    """Why somebody may not change the settings of the place that the facts are about, with who may; None for whoever
    may.
    """
    _, place = context.wording._, context.facts.place
    if place is None or context.rights.is_admin or place.administers:
        return None
    if place.administers is None:
        return _(
            "I cannot find out whether that is for you to say. Am I there, and may I see who administers it? "
            "Else please try again later."
        )
    if context.syntax.of_place:
        return _(
            "Only the workspace's admins and owners, whoever made the channel, and my own admins change "
            "what I announce there."
        )
    return _("Only its administrators and my own admins change what I announce there.")


def nobody_to_write_to(context: Context) -> str | None:
    """For somebody to whom nothing can be sent in private."""
    if context.rights.selves and not context.facts.is_reached_alone:
        return context.wording._("I cannot write to you in private here. Write to me on a platform where I can.")
    return nobody_kept(context)


def nobody_kept(context: Context) -> str | None:
    """For somebody whom no platform knows: of whom nothing can be kept."""
    if context.rights.selves:
        return None
    return context.wording._("I have to know who you are for that. Write to me on a platform where people have names.")
