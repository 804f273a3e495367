"""Why a mail is judged as it is: an examination as values that may be shown, and as text, JSON and a page.

Everything of a reporter is covered by the function that covers the console's pages (`console.masking`), unless whoever
asks has said why it is to be shown.
"""

from gateway.service.explanation.as_json import as_json
from gateway.service.explanation.as_page import as_page
from gateway.service.explanation.as_text import as_text
from gateway.service.explanation.build import explain
from gateway.service.explanation.model import Explanation

__all__ = ["Explanation", "as_json", "as_page", "as_text", "explain"]
