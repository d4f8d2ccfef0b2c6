"""The app database: ORM models, migrations, sessions."""

from crm_data.app_db.alert_models import AlertRow, AlertRuleRow, AlertStateRow
from crm_data.app_db.campaign_models import CampaignPlanRow, CampaignReviewRow
from crm_data.app_db.forecast_models import ForecastSubmissionRow, SavedScenarioRow
from crm_data.app_db.identity_models import IdentityDecisionRow
from crm_data.app_db.import_models import WatermarkRow
from crm_data.app_db.models import (
    AuditRow,
    Base,
    BatchRow,
    RetentionListRow,
    RetentionMemberRow,
    RuleRow,
    SegmentExportMemberRow,
    SegmentExportRow,
    SegmentRow,
    SegmentSizeRow,
    TaskRow,
    VersionRow,
    naive_utc,
)
from crm_data.app_db.quality_models import QualityRuleRow
from crm_data.app_db.repair_models import RepairRow
from crm_data.app_db.session import dispose, is_initialised, session

__all__ = [
    "AlertRow",
    "AlertRuleRow",
    "AlertStateRow",
    "AuditRow",
    "Base",
    "BatchRow",
    "CampaignPlanRow",
    "CampaignReviewRow",
    "ForecastSubmissionRow",
    "IdentityDecisionRow",
    "QualityRuleRow",
    "RepairRow",
    "RetentionListRow",
    "RetentionMemberRow",
    "RuleRow",
    "SavedScenarioRow",
    "SegmentExportMemberRow",
    "SegmentExportRow",
    "SegmentRow",
    "SegmentSizeRow",
    "TaskRow",
    "VersionRow",
    "WatermarkRow",
    "dispose",
    "is_initialised",
    "naive_utc",
    "session",
]
