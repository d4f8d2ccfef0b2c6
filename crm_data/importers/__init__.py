"""Files become staged Parquet with canonical columns."""

from crm_data.importers.converted import source_files
from crm_data.importers.inputs import expand_paths
from crm_data.importers.mapping import Mapping, mapping_from_dict
from crm_data.importers.mapping_file import read_mapping
from crm_data.importers.staging import StagedFile, stage_file

__all__ = [
    "Mapping",
    "StagedFile",
    "expand_paths",
    "mapping_from_dict",
    "read_mapping",
    "source_files",
    "stage_file",
]
