"""The gateway.

Decides: who is signed in; no business rule.
Consumes: everything, for the event log, live updates and notifications.
Publishes: `account.*`.
Owns: accounts, API clients, sessions, captchas, the audit trail, notifications, the event log,
webhooks and their deliveries.
"""
