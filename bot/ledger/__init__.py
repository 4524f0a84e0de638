"""The ledger (台账): indicators by bureaus and periods, as a table, a workbook and a chart."""
