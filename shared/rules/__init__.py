"""Automation rules: which runs they are for, how they draw among them, and what they do with what they drew."""
