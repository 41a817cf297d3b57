"""Enrollment.

Decides: who may apply for what, fees and rates, reviews, confirmation numbers and dates.
Consumes: `roster.*` (counts, frozen rosters), `payment.*`.
Publishes: `unit.*`, `application.*`, `confirmation.*`.
Owns: offices and agencies, units, plans, subsidy rules, applications, confirmations.
"""
