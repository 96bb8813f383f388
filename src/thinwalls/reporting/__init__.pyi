from .language.words import Words as Words
from .readme import (
    readme_picture as readme_picture,
)
from .report.html import write_report as write_report
from .report.terminal import print_results as print_results, results_dict as results_dict
