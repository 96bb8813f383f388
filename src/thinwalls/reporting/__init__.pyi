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
    svg as svg,
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
from .readme import (
    readme_picture as readme_picture,
)
from .report.html import (
    charts_script as charts_script,
    common_style as common_style,
    report_html as report_html,
    write_report as write_report,
)
from .report.parts.headline import (
    Headline as Headline,
    headline as headline,
)
from .report.parts.limits import (
    limits as limits,
)
from .report.parts.objections import (
    Objection as Objection,
    general as general,
    objections as objections,
)
from .report.parts.one_person import (
    sentences as sentences,
)
from .report.parts.tables import (
    BedRow as BedRow,
    GroupTable as GroupTable,
    bed_table as bed_table,
    group_tables as group_tables,
)
from .report.pdf import (
    report_pdf as report_pdf,
)
from .report.terminal import (
    print_results as print_results,
    results_dict as results_dict,
)
