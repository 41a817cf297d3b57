"""Invoicing.

Decides: what is due and left to invoice, when a payment may be confirmed, when a receipt is issued.
Consumes: `application.approved`, `document.rendered`.
Publishes: `billing.*`, `invoice.*`, `payment.*`.
Owns: billings with their invoices and payments, receipt numbers.
"""
