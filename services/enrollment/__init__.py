"""Enrollment.

Decides: who may apply for what, fees and rates, reviews, confirmation numbers and dates.
Hears: `roster.*` (counts, frozen rosters), the billing stream (payments).
Says: `unit.*`, `application.*`, `confirmation.*`.
Owns: offices and agencies, units, plans, subsidy rules, applications, confirmations.
"""
