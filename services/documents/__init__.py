"""Documents: the papers.

Decides: what stands on a payment notice, a confirmation, an e-receipt, and how it looks.
Consumes: approved applications, confirmations, issued invoices, its own render requests.
Publishes: `document.*`.
Owns: layouts, rendered files, the lists of notices and confirmations, print counts.
"""
