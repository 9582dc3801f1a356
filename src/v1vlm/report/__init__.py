"""What is written: the report of a study, from its state alone."""

from v1vlm.report.bibliography import Entry, lab_works
from v1vlm.report.compose import compose
from v1vlm.report.document import NOTICE, Document
from v1vlm.report.findings import findings_json
from v1vlm.report.html import to_html
from v1vlm.report.illustrations import draw_figures
from v1vlm.report.markdown import to_markdown
from v1vlm.report.neurons import NeuronTable, neuron_table
from v1vlm.report.pdf import to_pdf
from v1vlm.report.prose import Disputed
from v1vlm.report.said import against_interpretation, against_prose
from v1vlm.report.siblings import siblings_of
from v1vlm.report.verify import estimates_of, verify_study
from v1vlm.report.write import left_over, write_report

__all__ = [
    "NOTICE",
    "Disputed",
    "Document",
    "Entry",
    "NeuronTable",
    "against_interpretation",
    "against_prose",
    "compose",
    "draw_figures",
    "estimates_of",
    "findings_json",
    "lab_works",
    "left_over",
    "neuron_table",
    "siblings_of",
    "to_html",
    "to_markdown",
    "to_pdf",
    "verify_study",
    "write_report",
]
