"""Invoicing.

Decides: what is due and left to invoice, when a payment may be confirmed, when a receipt is issued.
Hears: the application stream (what is approved), rendered receipts.
Says: `billing.*`, `invoice.*`, `payment.*`.
Owns: billings with their invoices and payments, receipt numbers.
"""
