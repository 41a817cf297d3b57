"""Roles, and what each may do."""

from enum import StrEnum


class Role(StrEnum):
    """What an account is for."""

    OPERATOR = "operator"
    AGENCY_REVIEWER = "agency_reviewer"
    OFFICE_REVIEWER = "office_reviewer"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    SYSTEM = "system"
    API_CLIENT = "api_client"


class Permission(StrEnum):
    """What a command needs."""

    ENROLL = "enroll"
    FIRST_REVIEW = "first_review"
    FINAL_REVIEW = "final_review"
    TAKE_PAYMENTS = "take_payments"
    ARCHIVE = "archive"
    PRINT = "print"
    EXPORT = "export"
    READ_ATTACHMENTS = "read_attachments"
    READ_AUDIT = "read_audit"
    NOTIFY = "notify"
    REGISTER = "register"
    REVIEW_UNITS = "review_units"
    MANAGE_UNITS = "manage_units"
    MANAGE_OFFICES = "manage_offices"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_MESSAGES = "manage_messages"
    SUBSCRIBE = "subscribe"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OPERATOR: frozenset(
        {Permission.ENROLL, Permission.PRINT, Permission.EXPORT, Permission.READ_ATTACHMENTS}
    ),
    Role.AGENCY_REVIEWER: frozenset(
        {Permission.FIRST_REVIEW, Permission.READ_ATTACHMENTS, Permission.REVIEW_UNITS}
    ),
    Role.OFFICE_REVIEWER: frozenset(
        {
            Permission.FINAL_REVIEW,
            Permission.ARCHIVE,
            Permission.PRINT,
            Permission.EXPORT,
            Permission.READ_ATTACHMENTS,
        }
    ),
    Role.FINANCE: frozenset({Permission.TAKE_PAYMENTS, Permission.PRINT}),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.READ_AUDIT,
            Permission.MANAGE_UNITS,
            Permission.MANAGE_OFFICES,
            Permission.MANAGE_ACCOUNTS,
            Permission.MANAGE_MESSAGES,
        }
    ),
    Role.AUDITOR: frozenset({Permission.READ_AUDIT}),
    Role.SYSTEM: frozenset({Permission.NOTIFY, Permission.REGISTER}),
    Role.API_CLIENT: frozenset({Permission.SUBSCRIBE}),
}
