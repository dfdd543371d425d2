"""How do files look whose maker is not known: columns in any order and several languages?"""

from data.upload.holdings.layout import FileKind, FileLayout

LAYOUTS = (
    FileLayout("generic_holdings", "Table of holdings", FileKind.HOLDINGS),
    FileLayout("generic_transactions", "Table of transactions", FileKind.TRANSACTIONS, is_signed=True),
)
