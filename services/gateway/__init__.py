"""The gateway.

Decides: who is signed in; no business rule.
Consumes: everything, for the event log, live updates and messages.
Publishes: `account.*`.
Owns: accounts, API clients, sessions, captchas, the audit trail, messages, the event log,
webhooks and their deliveries.
"""
