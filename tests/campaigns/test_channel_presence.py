"""Online or offline, from the name of a channel in both languages; ``other`` where unclear."""

import pandas as pd
import pytest

from analytics.channel_presence import presence
from crm_data.queries.campaigns import CAMPAIGN_NEW, CAMPAIGN_TOTALS
from tests.campaigns.test_claims_together import blank
from ui.campaign_results import summed


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        ("email", "online"), ("E-mail", "online"), ("Direct mail", "offline"), ("短信", "online"),
        ("event", "offline"), ("线上活动", "online"), ("线下活动", "offline"),
        ("电子邮件", "online"),
        ("online event", "online"), ("paid_search", "online"), ("电视广告", "offline"),
        ("partner", "other"), ("email and print", "other"), ("", "other"), (None, "other"),
        (float("nan"), "other"), ("presearched", "other"),
    ],
)  # fmt: skip
def test_names_of_channels(channel: object, kind: str) -> None:
    assert presence(channel) == kind


def test_campaigns_are_summed_by_it() -> None:
    totals = blank(CAMPAIGN_TOTALS, pd.DataFrame({
        "campaign_id": ["a", "b", "c", "d"], "channel": ["email", "短信", "event", None],
        "cost": [1.0, 2.0, 4.0, 8.0],
    }))  # fmt: skip
    found = summed(totals, blank(CAMPAIGN_NEW, pd.DataFrame()), "presence")
    assert found.set_index("presence")["cost"].to_dict() == {
        "online": 3.0, "offline": 4.0, "other": 8.0,
    }  # fmt: skip
    assert found.set_index("presence")["campaigns"].to_dict() == {
        "online": 2, "offline": 1, "other": 1,
    }  # fmt: skip
