"""How dates are written in German where Django's own way lacks the comma."""

DATETIME_FORMAT = "j. F Y, H:i"
