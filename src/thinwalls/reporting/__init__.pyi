from .charts.curves import (
    bands as bands,
    capacity_figure as capacity_figure,
    infected_figure as infected_figure,
    needed_figure as needed_figure,
)
from .charts.differences import (
    differences_figure as differences_figure,
)
from .charts.figure import (
    Figure as Figure,
)
from .charts.map import (
    state_shapes as state_shapes,
)
from .charts.save import (
    figure_bytes as figure_bytes,
    save as save,
)
from .charts.system_map import (
    OUTLINES as OUTLINES,
    map_sources as map_sources,
    system_map as system_map,
)
from .claims import (
    claims_said as claims_said,
)
from .hindcast.page import (
    terminal_text as terminal_text,
    write_page as write_page,
)
from .language.names import (
    GROUP_NOTES as GROUP_NOTES,
    capitalized as capitalized,
    place_name as place_name,
    scenario_name as scenario_name,
    scenario_title as scenario_title,
)
from .language.parameter_names import (
    parameter_name as parameter_name,
)
from .language.words import (
    SOURCE_LANGUAGE as SOURCE_LANGUAGE,
    Words as Words,
    languages as languages,
    mark as mark,
)
from .report.answers import (
    Answers as Answers,
)
from .report.document import (
    Block as Block,
    Fold as Fold,
    Heading as Heading,
    Sentences as Sentences,
    Text as Text,
)
from .report.html import (
    blocks_html as blocks_html,
    charts_script as charts_script,
    common_style as common_style,
    for_script as for_script,
    report_html as report_html,
    write_report as write_report,
)
from .report.parts.headline import (
    changes as changes,
    headline_blocks as headline_blocks,
    hospitals as hospitals,
    leads as leads,
    question as question,
)
from .report.parts.limits import (
    limits as limits,
)
from .report.parts.objections import (
    general as general,
    objection_blocks as objection_blocks,
    objections as objections,
)
from .report.parts.one_person import (
    sentences as sentences,
)
from .report.pdf import (
    report_pdf as report_pdf,
)
from .report.tables.beds import (
    bed_table as bed_table,
)
from .report.tables.groups import (
    group_blocks as group_blocks,
)
from .report.terminal import (
    print_results as print_results,
    results_dict as results_dict,
)
