"""Documents: the papers.

decides: what stands on a payment notice, a confirmation, an e-receipt, and how it looks
hears:   ApplicationApproved, ConfirmationIssued, InvoiceIssued, and its own RenderRequested
says:    RenderRequested, DocumentRendered, DocumentPrinted
owns:    layouts, rendered files, the lists of notices and confirmations, print counts
"""
