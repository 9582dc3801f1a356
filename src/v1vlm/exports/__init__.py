"""What leaves a study for others: NWB, tables, zarr, RO-Crate, sheets for the rig; and settling.

Nothing here runs a study or imports what a folder names. Libraries of other formats are loaded
when they are used.
"""

from v1vlm.exports.opening import read_verified
from v1vlm.exports.pairs import rank_stock, rank_study
from v1vlm.exports.settling import settle_study
from v1vlm.exports.writing import KINDS, export

__all__ = ["KINDS", "export", "rank_stock", "rank_study", "read_verified", "settle_study"]
