"""Reasons of the churn model in words; codes are those of ``analytics.churn_codes``."""

from ui.translations import Translator, value_name

_ATTRIBUTE = "attributes."


def churn_field(t: Translator, field: str) -> str:
    """Return the name of a feature; an attribute is called as its file calls it."""
    for key in (f"churn_model.field_{field}", f"dimension.{field}"):
        if key in t:
            return t(key)
    return field.removeprefix(_ATTRIBUTE)


def churn_reason(t: Translator, code: str) -> str:
    """Return one reason in words; what is no code of the model as it is."""
    # A value may hold any sign, the name of an attribute, too: the last word decides first.
    field, _, level = code.rpartition(":")
    if field and f"churn_model.reason_{level}" in t and level != "value":
        return t(f"churn_model.reason_{level}", field=churn_field(t, field))
    field, found, value = code.partition("=")
    if not found:
        return code
    named = value_name(t, field, value)
    return t("churn_model.reason_value", field=churn_field(t, field), value=named)
